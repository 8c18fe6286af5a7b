"""The contact sheet and the photos that are there twice."""

import numpy as np
import pytest

from components.data_check.overview import contact_sheet, duplicates
from components.example_gen.images import encode_png, image_id
from components.stored_photos import StoredPhotos
from core.features import BACKGROUNDS
from schema.curated import read_labels

LABELS = read_labels()


def stored(*rows: tuple[int, int, int, str]) -> StoredPhotos:
    """Photos of one grey each: (grey, class id, paper, file)."""
    pixels = [np.full((30, 32, 3), grey, np.uint8) for grey, *_ in rows]
    return StoredPhotos(
        images=[encode_png(each) for each in pixels],
        splits=np.array(["train"] * len(rows)),
        files=np.array([row[3] for row in rows]),
        ids=np.array([image_id(each) for each in pixels]),
        class_ids=np.array([row[1] for row in rows]),
        slices={"background": np.array([BACKGROUNDS[row[2]] for row in rows])},
    )


def test_sheet_has_a_photo_of_each_letter_on_each_paper_and_is_transparent_elsewhere() -> None:
    sheet = contact_sheet(stored((10, 0, 0, "a"), (20, 32, 3, "b"), (30, 5, 1, "c")), LABELS)
    assert sheet.shape == (128, 33 * 32, 4)
    assert (sheet[:32, :32] == (10, 10, 10, 255)).all()
    assert (sheet[96:, 32 * 32 :] == (20, 20, 20, 255)).all()
    assert (sheet[32:64, 160:192] == (30, 30, 30, 255)).all()
    assert (sheet[..., 3] == 255).sum() == 3 * 32 * 32


def test_sheet_does_not_depend_on_the_order_of_the_photos() -> None:
    rows = [(10, 0, 0, "a"), (20, 0, 0, "b"), (30, 0, 0, "c")]
    np.testing.assert_array_equal(contact_sheet(stored(*rows), LABELS), contact_sheet(stored(*rows[::-1]), LABELS))


@pytest.mark.parametrize(
    ("rows", "found"),
    [
        ([(1, 0, 0, "a"), (2, 0, 0, "b")], []),
        ([(1, 0, 0, "b"), (2, 0, 0, "x"), (1, 0, 0, "a")], [{"files": ["a", "b"], "letters": ["а"]}]),
        (
            [(1, 0, 0, "a"), (1, 4, 0, "b"), *((2, 1, 0, file) for file in "cde")],
            [{"files": ["c", "d", "e"], "letters": ["б"]}, {"files": ["a", "b"], "letters": ["а", "д"]}],
        ),
    ],
)
def test_same_pixels_are_told_with_the_letters_they_are_said_to_be(rows: list, found: list) -> None:
    assert duplicates(stored(*rows), LABELS) == found
