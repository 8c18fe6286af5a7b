"""Two models on the same photos, and McNemar's test."""

import dataclasses

import numpy as np
import pytest

from core.errors import UserError
from report.comparison import compare, comparison_rows, mcnemar
from tests.report.known_run import ALPHABET, inspection


@pytest.mark.parametrize(
    ("only_first", "only_second", "expected"),
    # Worked out from the binomial distribution by hand.
    [(0, 0, 1.0), (0, 5, 2 / 32), (1, 9, 2 * 11 / 1024), (4, 4, 1.0)],
)
def test_mcnemar_s_exact_test(only_first: int, only_second: int, expected: float) -> None:
    assert mcnemar(only_first, only_second) == pytest.approx(expected)


def test_letters_are_side_by_side_and_the_differing_photos_are_counted() -> None:
    found = compare(inspection({"ш": 2, "ъ": 1}), inspection({"ш": 1, "э": 4}), ALPHABET)
    assert (found.only_first, found.only_second) == (4, 2)
    assert found.p_value == pytest.approx(0.6875)
    rows = {row[0]: row[1:] for row in comparison_rows(found)}
    assert len(rows) == 34
    assert rows["all"][0].startswith("97.73% (")
    assert rows["ш"] == ("50.00% (15.00% to 85.00%)", "75.00% (30.06% to 95.44%)", "+25.00")
    assert rows["э"][2] == "-100.00"


def test_only_photos_of_both_runs_are_compared() -> None:
    second = inspection({"ш": 1})
    shorter = dataclasses.replace(second, splits=np.array(["test"] * 40 + ["eval"] * 92))
    assert compare(inspection({}), shorter, ALPHABET).accuracies[0][1].photos == 40
    with pytest.raises(UserError, match="share no test photo"):
        compare(inspection({}), dataclasses.replace(second, splits=np.full(132, "eval")), ALPHABET)
