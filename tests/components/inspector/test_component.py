"""The Inspector over an exported model, and the files that it leaves."""

import dataclasses
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from components.finder import find_letters
from components.inspector.changes import CHANGES
from components.inspector.component import inspect, inspect_changed, load_signatures
from components.inspector.inspection import Inspection, read_inspection, write_inspection
from components.stored_photos import StoredPhotos, read_photos, split_patterns
from core.features import BACKGROUND, BACKGROUNDS, EVAL_SPLIT, PIXELS, PROBABILITIES, SOURCE, TEST_SPLIT, WRITER
from report.confusion import confused_pairs
from report.errors import errors_section
from report.evaluation import evaluation_section
from report.outcome import Outcome
from schema.curated import read_labels
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
def signatures(exported_model: Path) -> Any:
    return load_signatures(str(exported_model))


@pytest.fixture(scope="module")
def inspection(photos: StoredPhotos, signatures: Any) -> Inspection:
    return inspect(photos, *signatures)


def test_examples_are_read_whole_and_in_the_order_of_their_ids(photos: StoredPhotos) -> None:
    assert len(photos) == 132
    assert photos.splits.tolist() == [EVAL_SPLIT] * 66 + [TEST_SPLIT] * 66
    assert list(photos.ids[:66]) == sorted(photos.ids[:66])
    assert sorted(photos.files)[0] == "01_01.png"
    assert np.bincount(photos.class_ids).tolist() == [4] * 33
    assert set(photos.slices["background"]) == set(BACKGROUNDS)


def test_the_worst_are_test_photos_with_what_the_model_looked_at(inspection: Inspection) -> None:
    assert len(inspection.worst) == 60
    # The misread first.
    assert (np.diff(inspection.misread[inspection.worst].astype(int)) <= 0).all()
    assert set(inspection.splits[inspection.worst]) == {TEST_SPLIT}
    assert inspection.occlusion.shape == (60, 32, 32)
    assert inspection.occlusion.any()


def test_probabilities_are_the_served_ones(inspection: Inspection, photos: StoredPhotos, signatures: Any) -> None:
    serve, _ = signatures
    import tensorflow as tf

    alone = serve(tf.constant([photos.images[40]]))["probabilities"].numpy()
    np.testing.assert_allclose(inspection.probabilities[40], alone[0], atol=1e-5)


def test_pixels_are_kept_of_all_that_is_shown(inspection: Inspection, photos: StoredPhotos) -> None:
    misread = np.flatnonzero(inspection.misread)
    assert set(misread) | set(inspection.worst) | set(inspection.suspected) == set(inspection.shown)
    letters, _ = find_letters([photos.images[misread[0]]])
    np.testing.assert_array_equal(inspection.pixels_of(misread[0]), np.rint(letters[0] * 255))


def test_files_hold_all_that_was_found(inspection: Inspection, tmp_path: Path) -> None:
    write_inspection(inspection, tmp_path / "new" / "folder")
    again = read_inspection(tmp_path / "new" / "folder")
    for field in dataclasses.fields(Inspection):
        if field.name != "slices":
            np.testing.assert_array_equal(getattr(again, field.name), getattr(inspection, field.name))
    assert again.slices.keys() == inspection.slices.keys() == {BACKGROUND, WRITER, SOURCE}
    np.testing.assert_array_equal(again.slices[BACKGROUND], inspection.slices[BACKGROUND])
    assert set(again.slices[BACKGROUND]) == set(BACKGROUNDS)


def test_changed_are_some_test_photos_as_the_model_reads_them(photos: StoredPhotos, signatures: Any) -> None:
    measured = inspect_changed(photos, 3, *signatures)
    assert [each.change for each in measured] == list(CHANGES)
    assert measured[0].photos <= 3
    true = {example.class_id for each in measured for example in each.examples}
    assert 1 <= len(true) <= 3
    only_eval = dataclasses.replace(photos, splits=np.full(len(photos), EVAL_SPLIT))
    assert inspect_changed(only_eval, 3, *signatures) == []


def test_file_of_another_version_is_told(tmp_path: Path) -> None:
    np.savez(tmp_path / "inspection.npz", files=np.array(["a.png"]), backgrounds=np.array([1]))
    with pytest.raises(ValueError, match="written by another version"):
        read_inspection(tmp_path)


@pytest.mark.parametrize("answer", [0.5, np.nan], ids=["tie", "nan"])
def test_photo_without_a_clear_answer_is_counted_once_and_shown(answer: float, photos: StoredPhotos) -> None:
    """As served: the first of the likeliest letters is read, so all but those of the first letter are misread."""

    def serve(image: Any) -> dict[str, Any]:
        import tensorflow as tf

        return {PROBABILITIES: tf.fill([len(image), 33], np.float32(answer))}

    def transform(image: Any) -> dict[str, Any]:
        import tensorflow as tf

        return {PIXELS: tf.zeros([len(image), 32, 32, 3])}

    found = inspect(photos, serve, transform)
    misread = np.flatnonzero(photos.class_ids != 0)
    assert np.flatnonzero(found.misread).tolist() == misread.tolist()
    assert set(misread) <= set(found.shown)
    pairs = confused_pairs(found, read_labels())
    assert {pair["read"] for pair in pairs} == {"а"}
    assert all(pair["pictures"] for pair in pairs)
    outcome = Outcome()
    vars(outcome).update(inspection=found, labels=read_labels())
    assert all(shown["wrong"] == (shown["true"] != "а") for shown in errors_section(outcome)["worst"])
    assert [chart.key for chart in evaluation_section(outcome)["charts"]] == ["reliability"]
