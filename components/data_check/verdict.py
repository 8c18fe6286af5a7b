"""The verdict on a data set, from counts and anomalies alone."""

from collections.abc import Mapping, Sequence
from typing import Any

from core import columns
from core.columns import Column
from core.features import SPLITS
from core.labels import Labels

# Here, and not with what writes them, so that readers import nothing heavy.
VERDICT_FILE = "verdict.json"
CONTACT_SHEET_FILE = "contact_sheet.png"
DUPLICATES_FILE = "duplicates.json"

_ADD_PHOTOS = "add photos of them (of other writers, where data.split_by=writer)"

# Photos of each class (a letter, or a value of a slice column) in each split: {split: {class: count}}.
Counts = Mapping[str, Mapping[str, int]]


def judge(
    letters: Counts, slices: Mapping[str, Counts], anomalies: Sequence[str], labels: Labels, max_class_ratio: float
) -> dict[str, Any]:
    """Returns the verdict as it is written to `VERDICT_FILE`.

    Args:
        letters: Photos of each letter in each split.
        slices: Likewise of each value, as it is shown, of each of `columns.slice_columns()`, by the column's name.
        anomalies: What differs from the schema, in words.
        labels: Every letter that should be there.
        max_class_ratio: The largest class, over all splits, may be at most this many times the smallest one.

    Returns:
        `passed`, `problems` (in words), `per_split`, `per_letter`, `per_background` and so on for each slice column
        (counts over all splits), and `per_letter_and_split` ({letter: {split: count}}).
    """
    table = {letter: {split: letters.get(split, {}).get(letter, 0) for split in SPLITS} for letter in labels}
    per_letter = {letter: sum(counts.values()) for letter, counts in table.items()}
    problems = [*anomalies, *_missing(table), *_imbalance(per_letter, max_class_ratio)]
    return {
        "passed": not problems,
        "problems": problems,
        "per_split": {split: sum(letters.get(split, {}).values()) for split in SPLITS},
        "per_letter": per_letter,
        **{f"per_{column.name}": _totals(column, slices.get(column.name, {})) for column in columns.slice_columns()},
        "per_letter_and_split": table,
    }


def _totals(column: Column, counts: Counts) -> dict[str, int]:
    shown = column.in_order([*column.names, *(value for split in SPLITS for value in counts.get(split, {}))])
    return {value: sum(counts.get(split, {}).get(value, 0) for split in SPLITS) for value in shown}


def _missing(table: Mapping[str, Mapping[str, int]]) -> list[str]:
    problems = []
    for split in SPLITS:
        missing = [letter for letter, counts in table.items() if not counts[split]]
        if missing:
            problems.append(f"split {split} has no photo of {' '.join(missing)}; {_ADD_PHOTOS}")
    return problems


def _imbalance(per_letter: Mapping[str, int], max_class_ratio: float) -> list[str]:
    largest = max(per_letter, key=lambda letter: per_letter[letter])
    smallest = min(per_letter, key=lambda letter: per_letter[letter])
    if per_letter[largest] <= max_class_ratio * per_letter[smallest]:
        return []
    return [
        f"unbalanced: {per_letter[largest]} photos of {largest} but {per_letter[smallest]} of {smallest}, "
        f"over data.max_class_ratio={max_class_ratio:g}; add photos or raise it"
    ]
