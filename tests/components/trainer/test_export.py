"""The exported model, loaded again: what it takes and gives, what it sees, and when it looks again."""

import io
from collections.abc import Callable
from pathlib import Path
from typing import Any

import keras
import numpy as np
import pytest
import tensorflow as tf
from PIL import Image

from components.settings import ModelSettings
from components.trainer.export import LetterModel, export, mean_logits, probabilities, shifted
from components.trainer.model import build_model, first_member
from components.transform import preprocessing_fn
from core import features
from core.features import IMAGE_FOLDER, IMAGE_SIDE, LABEL, PIXELS
from sample.parameters import PEN
from sample.photos import draw_letter
from tests.components.trainer.trainings import LABELS
from tests.model_fixtures import Transformed, random_photos

Signatures = dict[str, Callable[..., dict[str, tf.Tensor]]]
OUTPUTS = {"letter", "label", "probability", "probabilities"}


def _images(examples: list[Any]) -> tf.Tensor:
    return tf.constant([e.features.feature[features.IMAGE].bytes_list.value[0] for e in examples])


@pytest.fixture(scope="module")
def answer(serving_signatures: Signatures, photo_examples: list[Any]) -> dict[str, np.ndarray]:
    found = serving_signatures["serving_default"](image=_images(photo_examples))
    return {key: value.numpy() for key, value in found.items()}


@pytest.mark.parametrize(
    ("name", "argument", "outputs"),
    [
        ("serving_default", "image", OUTPUTS),
        ("serving_examples", "examples", {"probabilities"}),
        ("transform_features", "image", {PIXELS}),
    ],
)
def test_signature(name: str, argument: str, outputs: set[str], serving_signatures: Signatures) -> None:
    signature = serving_signatures[name]
    _, inputs = signature.structured_input_signature
    assert {key: (spec.dtype, spec.shape.as_list()) for key, spec in inputs.items()} == {argument: (tf.string, [None])}
    assert set(signature.structured_outputs) == outputs


def test_answers_have_the_promised_types_and_shapes(answer: dict[str, np.ndarray], photo_examples: list[Any]) -> None:
    count = len(photo_examples)
    assert {key: (value.dtype.kind, value.dtype.itemsize, value.shape) for key, value in answer.items()} == {
        "letter": ("O", 8, (count,)),
        "label": ("i", 8, (count,)),
        "probability": ("f", 4, (count,)),
        "probabilities": ("f", 4, (count, len(LABELS))),
    }


def test_letter_label_and_probability_are_those_of_the_likeliest(answer: dict[str, np.ndarray]) -> None:
    np.testing.assert_allclose(answer["probabilities"].sum(axis=1), 1.0, rtol=1e-5)
    best = answer["probabilities"].argmax(axis=1)
    np.testing.assert_array_equal(answer["label"], best + 1)
    assert [letter.decode() for letter in answer["letter"]] == [LABELS[i] for i in best]
    np.testing.assert_array_equal(answer["probability"], answer["probabilities"].max(axis=1))
    assert answer["probabilities"].std() > 0


def test_files_are_read_as_example_gen_s_copies_of_them(
    serving_signatures: Signatures, answer: dict[str, np.ndarray], letters_folder: Path, photo_examples: list[Any]
) -> None:
    names = [e.features.feature[features.FILE].bytes_list.value[0].decode() for e in photo_examples]
    originals = tf.constant([(letters_folder / IMAGE_FOLDER / name).read_bytes() for name in names])
    found = serving_signatures["serving_default"](image=originals)
    np.testing.assert_array_equal(found["probabilities"], answer["probabilities"])


def test_network_sees_the_pixels_that_transform_wrote(
    serving_signatures: Signatures, transformed: Transformed, photo_examples: list[Any]
) -> None:
    served = serving_signatures["transform_features"](image=_images(photo_examples))[PIXELS].numpy()
    spec = {PIXELS: tf.io.FixedLenFeature([IMAGE_SIDE, IMAGE_SIDE, 3], tf.float32)}
    records = tf.data.TFRecordDataset(tf.io.gfile.glob(transformed.records), "GZIP")
    written = [tf.io.parse_single_example(record, spec)[PIXELS].numpy() for record in records]
    # Beam keeps no order; compared as one truth value, since pytest would print megabytes of pixels.
    assert (sorted(p.tobytes() for p in served) == sorted(p.tobytes() for p in written)) is True
    raw = {features.IMAGE: _images(photo_examples), LABEL: tf.zeros([len(photo_examples)], tf.int64)}
    np.testing.assert_array_equal(served, preprocessing_fn(raw, {"labels": list(LABELS)})[PIXELS])


def test_exported_network_answers_as_the_trained_one(
    network: Any, serving_signatures: Signatures, answer: dict[str, np.ndarray], photo_examples: list[Any]
) -> None:
    pixels = serving_signatures["transform_features"](image=_images(photo_examples))[PIXELS]
    np.testing.assert_allclose(tf.nn.softmax(network(pixels, training=False)[:, 0]), answer["probabilities"], atol=1e-6)


def test_doubtful_photos_are_looked_at_again_by_the_exported_model_too(
    transform_output: Any, photo_examples: list[Any], tmp_path: Path
) -> None:
    keras.utils.set_random_seed(5)
    network = build_model(ModelSettings(stem_width=8, stage_widths=(8, 12), members=2), len(LABELS))
    images = _images(photo_examples)
    pixels = LetterModel(network, transform_output, LABELS, 0.0).look(images)[0]
    at_first = tf.nn.softmax(first_member(network)(pixels))
    below = float(np.median(tf.reduce_max(at_first, axis=1)))
    expected = probabilities(network, first_member(network), pixels, below)
    export(network, transform_output, str(tmp_path / "model"), labels=LABELS, second_look_below=below)
    loaded = tf.saved_model.load(str(tmp_path / "model"))
    found = loaded.signatures["serving_default"](image=images)["probabilities"]
    np.testing.assert_allclose(found, expected, atol=1e-5)
    assert not np.allclose(found, at_first, atol=1e-5)
    one = loaded.signatures["serving_default"](image=images[:1])["probabilities"]
    np.testing.assert_allclose(one, expected[:1], atol=1e-5)


def test_examples_get_the_same_probabilities(
    serving_signatures: Signatures, answer: dict[str, np.ndarray], photo_examples: list[Any]
) -> None:
    records = tf.constant([example.SerializeToString() for example in photo_examples])
    found = serving_signatures["serving_examples"](examples=records)["probabilities"]
    np.testing.assert_array_equal(found, answer["probabilities"])


@pytest.mark.parametrize("format", ["PNG", "JPEG"])
@pytest.mark.parametrize(("mode", "size"), [("L", (32, 32)), ("RGB", (31, 33)), ("RGB", (1200, 900))])
def test_any_picture_is_answered(mode: str, size: tuple[int, int], format: str, serving_signatures: Signatures) -> None:
    letter = Image.fromarray(draw_letter("ж", PEN, 2, np.random.default_rng(3))[..., :3])
    found = _answer(letter.convert(mode).resize(size), format, serving_signatures)
    assert all(letter.decode() in LABELS for letter in found["letter"].numpy())
    assert found["probabilities"].numpy().sum() == pytest.approx(2.0, rel=1e-5)


@pytest.mark.parametrize("format", ["PNG", "JPEG"])
@pytest.mark.parametrize("size", [(32, 32), (1200, 900)])
def test_no_letter_is_told(size: tuple[int, int], format: str, serving_signatures: Signatures) -> None:
    found = _answer(Image.new("RGB", size, (90, 120, 150)), format, serving_signatures)
    assert found["letter"].numpy().tolist() == [b"", b""]
    assert found["label"].numpy().tolist() == [0, 0]
    assert found["probability"].numpy().tolist() == [0.0, 0.0]
    assert not found["probabilities"].numpy().any()


def _answer(image: Image.Image, format: str, signatures: Signatures) -> dict[str, Any]:
    buffer = io.BytesIO()
    image.save(buffer, format=format)
    return signatures["serving_default"](image=tf.constant([buffer.getvalue()] * 2))


def test_no_images_are_no_pixels_and_no_answers(serving_signatures: Signatures) -> None:
    nothing = tf.constant([], tf.string)
    found = serving_signatures["transform_features"](image=nothing)[PIXELS]
    assert found.shape == (0, IMAGE_SIDE, IMAGE_SIDE, 3)
    found = serving_signatures["serving_default"](image=nothing)
    assert {key: value.shape.as_list() for key, value in found.items()} == {
        "letter": [0],
        "label": [0],
        "probability": [0],
        "probabilities": [0, len(LABELS)],
    }
    assert serving_signatures["serving_examples"](examples=nothing)["probabilities"].shape == (0, len(LABELS))


def test_the_network_alone_is_exported_once_and_without_its_optimizer(
    network: Any, transform_output: Any, tmp_path: Path
) -> None:
    trained = keras.models.clone_model(network)
    trained.compile(optimizer="adam")
    trained.optimizer.build(trained.trainable_variables)
    export(trained, transform_output, str(tmp_path / "model"), labels=LABELS)
    reader = tf.train.load_checkpoint(str(tmp_path / "model" / "variables" / "variables"))
    kinds = reader.get_variable_to_dtype_map()
    shapes = [shape for name, shape in reader.get_variable_to_shape_map().items() if kinds[name] == tf.float32]
    assert sum(int(np.prod(shape)) for shape in shapes) == network.count_params()
    assert trained.optimizer is not None


def test_labels_of_several_characters_are_served(
    transform_output: Any, photo_examples: list[Any], tmp_path: Path
) -> None:
    labels = ("а", "бб", "8")
    network = build_model(ModelSettings(stem_width=4, stage_widths=(4,)), len(labels))
    export(network, transform_output, str(tmp_path / "model"), labels=labels)
    found = tf.saved_model.load(str(tmp_path / "model")).signatures["serving_default"](image=_images(photo_examples))
    assert found["probabilities"].shape == (len(photo_examples), 3)
    assert [text.decode() for text in found["letter"].numpy()] == [
        labels[label - 1] for label in found["label"].numpy()
    ]


@pytest.mark.parametrize("data", [b"", b"no image", b"\x89PNG\r\n\x1a\n"])
def test_broken_image_raises(data: bytes, serving_signatures: Signatures) -> None:
    with pytest.raises(tf.errors.InvalidArgumentError):
        serving_signatures["serving_default"](image=tf.constant([data]))


@pytest.fixture(scope="module")
def two_members() -> keras.Model:
    keras.utils.set_random_seed(4)
    return build_model(ModelSettings(stem_width=8, stage_widths=(8, 12), members=2), len(LABELS))


@pytest.fixture(scope="module")
def pixels() -> np.ndarray:
    return random_photos(12, 1).pixels / np.float32(255)


def at_first_sight(network: keras.Model, pixels: np.ndarray) -> np.ndarray:
    return np.array(tf.nn.softmax(first_member(network)(pixels)))


def looked_at_again(network: keras.Model, pixels: np.ndarray) -> np.ndarray:
    return np.array(tf.nn.softmax(mean_logits(network, tf.constant(pixels))))


@pytest.mark.parametrize("in_graph", [True, False])
def test_only_the_doubtful_are_looked_at_again(two_members: keras.Model, pixels: np.ndarray, in_graph: bool) -> None:
    first, again = at_first_sight(two_members, pixels), looked_at_again(two_members, pixels)
    below = float(np.median(first.max(axis=1)))
    look = tf.function(probabilities, autograph=False) if in_graph else probabilities
    found = look(two_members, first_member(two_members), tf.constant(pixels), below)
    doubtful = first.max(axis=1) < below
    assert 0 < doubtful.sum() < len(pixels)
    np.testing.assert_allclose(found, np.where(doubtful[:, np.newaxis], again, first), atol=1e-6)
    assert not np.allclose(first[doubtful], again[doubtful])


def test_second_look_is_spared_where_all_is_certain_or_there_is_none(
    two_members: keras.Model, pixels: np.ndarray
) -> None:
    found = probabilities(two_members, first_member(two_members), tf.constant(pixels), below=1e-3)
    np.testing.assert_allclose(found, at_first_sight(two_members, pixels), atol=1e-6)
    # Without one, all members look once.
    found = probabilities(two_members, first_member(two_members), tf.constant(pixels), below=0.0)
    np.testing.assert_allclose(found, tf.nn.softmax(tf.reduce_mean(two_members(pixels), axis=1)), atol=1e-6)


def test_a_photo_is_answered_as_if_alone(two_members: keras.Model, pixels: np.ndarray) -> None:
    first = first_member(two_members)
    below = float(np.median(at_first_sight(two_members, pixels).max(axis=1)))
    together = probabilities(two_members, first, tf.constant(pixels), below)
    alone = [probabilities(two_members, first, tf.constant(pixels[i : i + 1]), below)[0] for i in range(len(pixels))]
    np.testing.assert_allclose(together, alone, atol=1e-6)


@pytest.mark.parametrize(("right", "down"), [(0, 0), (1, 0), (-1, 0), (0, 1), (0, -1)])
def test_shift_moves_photos_and_repeats_the_border(pixels: np.ndarray, right: int, down: int) -> None:
    moved = shifted(tf.constant(pixels), tf.constant((right, down))).numpy()
    rows, columns = (np.clip(np.arange(32) - by, 0, 31) for by in (down, right))
    np.testing.assert_array_equal(moved, pixels[:, rows][:, :, columns])
