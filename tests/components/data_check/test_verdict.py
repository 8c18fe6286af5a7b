"""The verdict, from counts alone."""

import pytest

from components.data_check.verdict import judge
from core import columns
from core.columns import Column
from core.features import BACKGROUND, BACKGROUNDS, SPLITS
from schema.curated import read_labels

LABELS = read_labels()
ADD = "add photos of them (of other writers, where data.split_by=writer)"
PAPERS = {BACKGROUND: {split: dict.fromkeys(BACKGROUNDS, 33) for split in SPLITS}}


def counts(**changes: dict[str, int]) -> dict[str, dict[str, int]]:
    """Ten photos of each letter for training and one in each other split, but for the changes."""
    even = {split: dict.fromkeys(LABELS, 10 if split == "train" else 1) for split in SPLITS}
    return {split: {**even[split], **changes.get(split, {})} for split in SPLITS}


def test_even_data_pass_and_are_counted() -> None:
    verdict = judge(counts(), PAPERS, [], LABELS, 1.25)
    assert verdict["passed"]
    assert verdict["problems"] == []
    assert verdict["per_split"] == {"train": 330, "eval": 33, "test": 33}
    assert verdict["per_letter"] == dict.fromkeys(LABELS, 12)
    assert verdict["per_background"] == dict.fromkeys(BACKGROUNDS, 99)
    assert verdict["per_letter_and_split"]["ё"] == {"train": 10, "eval": 1, "test": 1}


def test_counts_are_in_the_order_of_the_alphabet_whatever_they_came_in() -> None:
    shuffled = {split: dict(sorted(letters.items(), reverse=True)) for split, letters in counts().items()}
    assert [*judge(shuffled, PAPERS, [], LABELS, 1.25)["per_letter"]] == [*LABELS]


@pytest.mark.parametrize("split", SPLITS)
@pytest.mark.parametrize("present", [{"ъ": 0, "я": 0}, None], ids=["zero", "absent"])
def test_letter_missing_from_any_split_fails_with_its_name(split: str, present: dict | None) -> None:
    table = counts(**{split: {"ъ": 0, "я": 0}})
    if present is None:
        del table[split]["ъ"], table[split]["я"]
    verdict = judge(table, PAPERS, [], LABELS, 100.0)
    assert not verdict["passed"]
    assert verdict["problems"] == [f"split {split} has no photo of ъ я; {ADD}"]


def test_split_without_any_photo_fails() -> None:
    letters = counts()
    del letters["eval"]
    verdict = judge(letters, {BACKGROUND: {"train": PAPERS[BACKGROUND]["train"]}}, [], LABELS, 1.25)
    assert verdict["problems"] == [f"split eval has no photo of {' '.join(LABELS)}; {ADD}"]
    assert verdict["per_split"]["eval"] == 0
    assert verdict["per_background"] == dict.fromkeys(BACKGROUNDS, 33)


# The others have 12 photos over all splits together, and 15 are 1.25 times as many.
@pytest.mark.parametrize(("of_one", "passed"), [(13, True), (14, False)])
def test_imbalance_is_over_all_splits_together_and_bounded(of_one: int, passed: bool) -> None:
    assert judge(counts(train={"щ": of_one}), PAPERS, [], LABELS, 1.25)["passed"] is passed


def test_imbalance_names_both_letters_counts_and_the_setting() -> None:
    verdict = judge(counts(train={"щ": 50, "ъ": 8}), PAPERS, [], LABELS, 1.5)
    assert verdict["problems"] == [
        "unbalanced: 52 photos of щ but 10 of ъ, over data.max_class_ratio=1.5; add photos or raise it"
    ]


def test_bound_is_a_setting() -> None:
    skewed = counts(train={"щ": 50})
    assert judge(skewed, PAPERS, [], LABELS, 52 / 12)["passed"]
    assert not judge(skewed, PAPERS, [], LABELS, 4.33)["passed"]


def test_split_that_is_uneven_alone_passes_while_the_whole_is_even() -> None:
    assert judge(counts(train={"щ": 7}, eval={"щ": 4}), PAPERS, [], LABELS, 1.0)["passed"]


def test_anomaly_fails_good_counts_and_comes_first() -> None:
    verdict = judge(counts(test={"а": 0}), PAPERS, ["split eval: label: out of range"], LABELS, 1.25)
    assert not verdict["passed"]
    assert verdict["problems"][0] == "split eval: label: out of range"
    assert len(verdict["problems"]) == 2
    assert not judge(counts(), PAPERS, ["any"], LABELS, 1.25)["passed"]


def test_no_data_at_all_fails_without_dividing_by_zero() -> None:
    verdict = judge({}, {}, [], LABELS, 1.25)
    assert not verdict["passed"]
    assert len(verdict["problems"]) == len(SPLITS)


def test_another_slice_column_is_counted_beside_the_paper(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(columns, "COLUMNS", (*columns.COLUMNS, Column("pen", "pen", is_slice=True)))
    pens = {"train": {"я": 2, "а": 1}, "test": {"я": 1}}
    verdict = judge(counts(), {**PAPERS, "pen": pens}, [], LABELS, 1.25)
    assert list(verdict["per_pen"].items()) == [("а", 1), ("я", 3)]
    assert verdict["per_background"] == dict.fromkeys(BACKGROUNDS, 99)
