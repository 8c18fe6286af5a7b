"""Which letters are taken for which."""

import dataclasses

import numpy as np

from report.confusion import confused_pairs, confusion_chart
from tests.report.known_run import ALPHABET, inspection, result_of


def test_confused_pairs_are_those_of_the_test_split_with_their_photos() -> None:
    found = confused_pairs(inspection({"ш": 2, "я": 1}), ALPHABET)
    assert [len(pair.pop("pictures")) for pair in found] == [2, 1]
    assert found == [
        {"true": "ш", "read": "щ", "count": 2, "photos": 4},
        {"true": "я", "read": "а", "count": 1, "photos": 4},
    ]
    of_eval = inspection({"ш": 2})
    assert confused_pairs(dataclasses.replace(of_eval, splits=np.full(len(of_eval.splits), "eval")), ALPHABET) == []


def test_confusion_matrix_counts_errors_and_names_them() -> None:
    found = confusion_chart(result_of({"ш": 2, "я": 1}).confusion, ALPHABET)
    assert found.says.startswith("3 of 132 test photos were misread.")
    assert found.table.rows == [("ш", "щ", "2"), ("я", "а", "1")]
