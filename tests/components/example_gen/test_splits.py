"""The split of a photo: its writer's, by what came before; without a writer, by its pixels."""

from collections import Counter

import pytest
import tensorflow as tf

from components.example_gen.records import Record
from components.example_gen.splits import assign_writers, split_of

SHARES = (81, 9, 10)
TRAIN, EVAL, TEST = range(3)


def rows(writer: str | None, *class_ids: int, photos: int = 10) -> list[Record]:
    return [Record(0, class_id, "x.png", (0, writer, None)) for class_id in class_ids for _ in range(photos)]


def test_ten_writers_of_all_letters_are_shared_out_as_asked() -> None:
    writers = assign_writers([row for number in range(10) for row in rows(f"w{number}", 0, 1, 2)], SHARES)
    assert Counter(writers.values()) == {TRAIN: 8, EVAL: 1, TEST: 1}


def test_every_letter_is_in_every_split_where_three_wrote_it() -> None:
    sheets = [(f"{letter}{number}", letter) for letter in range(5) for number in range(4)]
    writers = assign_writers([row for name, letter in sheets for row in rows(name, letter)], SHARES)
    for letter in range(5):
        splits = [writers[name] for name, of in sheets if of == letter]
        assert sorted(splits) == [TRAIN, TRAIN, EVAL, TEST]


def test_letters_that_others_bring_into_every_split_leave_the_shares_as_asked() -> None:
    first = [row for letter in range(5) for row in rows(None, letter, photos=100)]
    sheets = [row for number in range(200) for row in rows(f"w{number}", number % 5)]
    counts = Counter(assign_writers([*first, *sheets], SHARES).values())
    assert (counts[EVAL], counts[TEST]) == (pytest.approx(18, abs=2), pytest.approx(20, abs=2))


def test_writers_of_one_letter_in_a_row_do_not_leave_it_without_training_photos() -> None:
    others = [row for letter in range(1, 9) for row in rows(f"only train {letter}", letter, photos=200)]
    before = [row for letter in range(9) for row in rows(None, letter, photos=50)]
    sheets = [row for number in range(6) for row in rows(f"w{number}", 0, photos=50)]
    writers = assign_writers([*before, *others, *sheets], SHARES)
    assert Counter(writers[f"w{number}"] for number in range(6))[TRAIN] >= 4


def test_writers_who_come_later_and_more_photos_move_nobody() -> None:
    old = [row for number in range(30) for row in rows(f"w{number}", number % 4, (number + 1) % 4)]
    new = [row for number in range(20, 60) for row in rows(f"w{number}", number % 5)]
    before, after = assign_writers(old, SHARES), assign_writers([*old, *new], SHARES)
    assert {name: after[name] for name in before} == before


def example(writer: str | None, photo_id: bytes) -> tf.train.Example:
    given = {"image_id": photo_id} | ({"writer": writer.encode()} if writer else {})
    feature = {key: tf.train.Feature(bytes_list=tf.train.BytesList(value=[each])) for key, each in given.items()}
    return tf.train.Example(features=tf.train.Features(feature=feature))


def test_photo_is_in_its_writer_s_split_and_without_one_where_its_pixels_say() -> None:
    writers = {"ёж": EVAL}
    ids = [f"{number:064x}".encode() for number in range(200)]
    assert {split_of(example("ёж", photo_id), 3, SHARES, writers) for photo_id in ids} == {EVAL}
    by_pixels = [split_of(example(None, photo_id), 3, SHARES, writers) for photo_id in ids]
    assert set(by_pixels) == {TRAIN, EVAL, TEST}
    assert by_pixels == [split_of(example("ёж", photo_id), 3, SHARES, {}) for photo_id in ids]
