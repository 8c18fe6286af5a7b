"""Data sets of sane photos that no model can be trained or tested on: the gate stops them and says what to add."""

import json
from collections.abc import Callable
from pathlib import Path

from components.example_gen.images import encode_png
from schema.curated import read_labels
from tests.hostile.hostile_runs import Done, assert_refused, noise, row, write_csv, write_images

Call = Callable[..., Done]


def write_set(folder: Path, counts: dict[str, int], *, identical: bool = False) -> None:
    """Writes that many photos of each letter, all different or all the same."""
    names = {f"{letter}{number}.png": letter for letter, count in counts.items() for number in range(count)}
    write_images(folder, {name: encode_png(noise(0 if identical else 100 + i)) for i, name in enumerate(names)})
    write_csv(folder, [row(letter, read_labels().index(letter) + 1, name) for name, letter in names.items()])


def gate_line(done: Done) -> str:
    """Returns what the gate says, which is one line."""
    assert_refused(done, early=False)
    assert list(done.summary["components"])[-1] == "DataGate"
    (line,) = done.lines
    assert line.startswith("the data check failed: ")
    return line


def duplicates(done: Done) -> list[dict[str, list[str]]]:
    (found,) = done.output.glob("artifacts/DataOverview/overview/*/duplicates.json")
    return list(json.loads(found.read_text(encoding="utf-8")))


def test_too_few_and_far_too_many_are_told_and_a_photo_under_two_letters_is_shown(call: Call, flat: Path) -> None:
    write_set(flat, {**dict.fromkeys(read_labels(), 1), "й": 100})
    (flat / "й7.png").write_bytes((flat / "а0.png").read_bytes())
    done = call()
    line = gate_line(done)
    assert all(f"split {split} has no photo of " in line for split in ("train", "eval", "test"))
    assert "unbalanced: 100 photos of й but 1 of а, over data.max_class_ratio=1.25; add photos or raise it" in line
    # No reason to stop: the real photos have such pairs, and a person must say which label is right.
    assert duplicates(done) == [{"files": ["а0.png", "й7.png"], "letters": ["а", "й"]}]


def test_one_photo_again_and_again_fills_one_split_only(call: Call, flat: Path) -> None:
    write_set(flat, dict.fromkeys(read_labels(), 3), identical=True)
    done = call()
    line = gate_line(done)
    empty = [split for split in ("train", "eval", "test") if f"split {split} has no photos at all" in line]
    assert len(empty) == 2
    (group,) = duplicates(done)
    assert (len(group["files"]), group["letters"]) == (99, sorted(read_labels()))
