"""What the page shows of the writers that are read worst."""

import dataclasses

import numpy as np

from core.accuracy import Accuracy
from report.writers import worst_writers
from tests.report.known_run import ALPHABET, inspection, result_of


def test_the_worst_writer_is_first_with_misread_photos_and_who_is_read_well_is_left_out() -> None:
    misread = {"ш": 2, "щ": 1}
    found = inspection(misread)
    names = np.full(len(found.class_ids), "anna", "<U5")
    names[found.class_ids == ALPHABET.index("ш")] = "boris"
    names[-8:] = "clara"
    found = dataclasses.replace(found, slices={**found.slices, "writer": names})
    test = result_of(misread)
    writers = {"anna": Accuracy(119 / 120, 120), "boris": Accuracy(0.5, 4), "clara": Accuracy(1.0, 8)}
    accuracies = {**test.accuracies, **{(("writer", name),): each for name, each in writers.items()}}
    boris, anna = worst_writers(dataclasses.replace(test, accuracies=accuracies), found, ALPHABET)
    assert (boris["writer"], boris["accuracy"], boris["photos"], anna["writer"]) == ("boris", "50.0%", 4, "anna")
    assert [(photo["true"], photo["read"]) for photo in boris["misread"]] == [("ш", "щ")] * 2
    assert [(photo["true"], photo["read"]) for photo in anna["misread"]] == [("щ", "ъ")]


def test_without_writers_nothing_is_shown() -> None:
    assert worst_writers(result_of({"ш": 2}), inspection({"ш": 2}), ALPHABET) == []
    assert worst_writers(None, None, ALPHABET) == []
