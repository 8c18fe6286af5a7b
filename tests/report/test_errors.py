"""The worst photos, and no endless page of suspected ones."""

import dataclasses

import numpy as np

from report.errors import errors_section
from tests.report.conftest import Known
from tests.report.known_run import inspection, outcome_of


def test_errors_come_before_near_misses_and_say_both_probabilities(full: Known) -> None:
    found = errors_section(full[1])
    assert len(found["worst"]) == 60
    assert [shown["wrong"] for shown in found["worst"]] == [True] * 3 + [False] * 57
    first = found["worst"][0]
    assert (first["true"], first["true_probability"], first["other"], first["other_probability"]) == (
        "ш",
        "20.0%",
        "щ",
        "70.0%",
    )
    assert first["overlay"] != first["picture"]
    assert [shown["file"] for shown in found["suspected"]] == ["131.png"]
    assert found["suspected"][0]["overlay"] == ""


def test_model_that_knows_nothing_makes_no_endless_page() -> None:
    found = inspection({"ш": 4})
    every = np.arange(len(found.class_ids))
    pixels = np.zeros((len(every), 32, 32, 3), np.uint8)
    blind = dataclasses.replace(found, shown=every, pixels=pixels, suspected=every)
    section = errors_section(outcome_of(inspection=blind))
    assert (len(section["suspected"]), section["more_suspected"]) == (60, 72)
