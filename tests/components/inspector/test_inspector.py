"""The Inspector over an exported model, and the files that it leaves."""

import dataclasses
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from components.example_gen.images import decode_png
from components.inspector.component import inspect
from components.inspector.inspection import Inspection, read_inspection, write_inspection
from components.inspector.served import load_signatures
from components.inspector.worst import margins
from components.stored_photos import StoredPhotos, read_photos, split_patterns
from core.features import BACKGROUNDS, EVAL_SPLIT, TEST_SPLIT
from tests.model_fixtures import write_examples


@pytest.fixture(scope="module")
def photos(photo_examples: list[Any], tmp_path_factory: pytest.TempPathFactory) -> StoredPhotos:
    """The generated letters, one half each in the eval and the test split."""
    patterns = {}
    for split, half in ((EVAL_SPLIT, photo_examples[::2]), (TEST_SPLIT, photo_examples[1::2])):
        artifact = write_examples(tmp_path_factory.mktemp(split) / "examples", half[::-1], split)
        patterns |= split_patterns(artifact, (split,))
    return read_photos(patterns)


@pytest.fixture(scope="module")
def inspection(photos: StoredPhotos, exported_model: Path) -> Inspection:
    return inspect(photos, *load_signatures(str(exported_model)))


def test_examples_are_read_whole_and_in_the_order_of_their_ids(photos: StoredPhotos) -> None:
    assert len(photos) == 132
    assert photos.splits.tolist() == [EVAL_SPLIT] * 66 + [TEST_SPLIT] * 66
    assert list(photos.ids[:66]) == sorted(photos.ids[:66])
    assert sorted(photos.files)[0] == "01_01.png"
    assert np.bincount(photos.class_ids).tolist() == [4] * 33
    assert set(photos.slices["background"]) == set(BACKGROUNDS)


def test_the_worst_are_test_photos_in_the_order_of_their_margins(inspection: Inspection) -> None:
    found = margins(inspection.probabilities, inspection.class_ids)[inspection.worst]
    assert len(found) == 60
    assert (np.diff(found) <= 0).all()
    assert set(inspection.splits[inspection.worst]) == {TEST_SPLIT}
    assert inspection.occlusion.shape == (60, 32, 32)
    assert inspection.occlusion.any()


def test_probabilities_are_the_served_ones(inspection: Inspection, photos: StoredPhotos, exported_model: Path) -> None:
    serve, _ = load_signatures(str(exported_model))
    import tensorflow as tf

    alone = serve(tf.constant([photos.images[40]]))["probabilities"].numpy()
    np.testing.assert_allclose(inspection.probabilities[40], alone[0], atol=1e-5)


def test_pixels_are_kept_of_all_that_is_shown(inspection: Inspection, photos: StoredPhotos) -> None:
    misread = np.flatnonzero(inspection.probabilities.argmax(axis=1) != inspection.class_ids)
    assert set(misread) | set(inspection.worst) | set(inspection.issues.rows) == set(inspection.shown)
    row = next(row for row in misread if decode_png(photos.images[row]).shape == (32, 32, 3))
    np.testing.assert_array_equal(inspection.pixels_of(row), decode_png(photos.images[row]))


def test_files_hold_all_that_was_found(inspection: Inspection, tmp_path: Path) -> None:
    write_inspection(inspection, tmp_path / "new" / "folder")
    again = read_inspection(tmp_path / "new" / "folder")
    for field in dataclasses.fields(Inspection):
        if field.name != "issues":
            np.testing.assert_array_equal(getattr(again, field.name), getattr(inspection, field.name))
    np.testing.assert_array_equal(again.issues.rows, inspection.issues.rows)
    np.testing.assert_array_equal(again.issues.quality, inspection.issues.quality)
