"""Augmentation: pure in batch and seed, within its ranges, and the same eagerly and in a graph."""

import numpy as np
import pytest
import tensorflow as tf

from components.settings import AugmentationSettings
from components.trainer.augmentation import affine_transforms, augment

SIDE = 32
ALL = AugmentationSettings(
    rotation_degrees=12.0, zoom=0.15, shear=0.2, shift=0.1, ink_gain=0.3, ink_offset=0.1, permute_channels=True
)
# Keeps every pixel in place, and far enough from black and white that nothing is clipped.
INK = AugmentationSettings(ink_gain=0.3, ink_offset=0.1)
SEEDS = [(0, 0), (1, 7), (3, 2**31 - 1)]


def _photos(batch: int = 5) -> tf.Tensor:
    return tf.constant(np.random.default_rng(2).random((batch, SIDE, SIDE, 3)), tf.float32)


def _seed(*numbers: int) -> tf.Tensor:
    return tf.constant(numbers, tf.int32)


def _augmented(photos: tf.Tensor, settings: AugmentationSettings, seed: tuple[int, ...] = (1, 2)) -> np.ndarray:
    return augment(photos, _seed(*seed), settings).numpy()


@pytest.mark.parametrize("seed", SEEDS)
def test_graph_gives_what_eager_gives(seed: tuple[int, int]) -> None:
    in_graph = tf.function(lambda photos, seed: augment(photos, seed, ALL))(_photos(), _seed(*seed))
    np.testing.assert_allclose(in_graph, _augmented(_photos(), ALL, seed), atol=1e-5)


def test_same_seed_varies_a_batch_in_the_same_way() -> None:
    np.testing.assert_array_equal(_augmented(_photos(), ALL, (4, 5)), _augmented(_photos(), ALL, (4, 5)))


@pytest.mark.parametrize("other", [(4, 6), (5, 5)])
def test_each_part_of_the_seed_counts(other: tuple[int, int]) -> None:
    assert np.abs(_augmented(_photos(), ALL, (4, 5)) - _augmented(_photos(), ALL, other)).max() > 0.05


def test_photos_of_a_batch_vary_differently() -> None:
    one = tf.repeat(_photos(1), 3, axis=0)
    first, second, third = _augmented(one, ALL.model_copy(update={"permute_channels": False}))
    assert np.abs(first - second).max() > 0.05
    assert np.abs(second - third).max() > 0.05


def test_default_settings_change_nothing() -> None:
    np.testing.assert_array_equal(_augmented(_photos(), AugmentationSettings()), _photos())


@pytest.mark.parametrize("batch", [1, 2, 7])
@pytest.mark.parametrize("fill_mode", ["nearest", "reflect"])
def test_shape_and_range_are_kept(batch: int, fill_mode: str) -> None:
    extreme = AugmentationSettings(
        rotation_degrees=180.0, zoom=0.9, shear=0.9, shift=0.9, ink_gain=0.9, ink_offset=0.9, fill_mode=fill_mode
    )
    photos = augment(_photos(batch), _seed(9, 9), extreme)
    assert photos.shape == (batch, SIDE, SIDE, 3)
    assert photos.dtype == tf.float32
    assert np.isfinite(photos).all()
    assert 0.0 <= np.min(photos) <= np.max(photos) <= 1.0


def test_transforms_without_ranges_are_the_identity() -> None:
    transforms = affine_transforms(tf.constant(2), SIDE, _seed(1, 2), AugmentationSettings())
    np.testing.assert_allclose(transforms, [[1, 0, 0, 0, 1, 0, 0, 0]] * 2, atol=1e-6)


def _drawn(**ranges: float) -> np.ndarray:
    transforms = affine_transforms(tf.constant(500), SIDE, _seed(3, 4), AugmentationSettings(**ranges))
    return transforms.numpy()


@pytest.mark.parametrize(
    ("ranges", "column", "middle", "reach"),
    [
        ({"zoom": 0.2}, 0, 1.0, 0.2),
        ({"zoom": 0.2}, 4, 1.0, 0.2),
        ({"shear": 0.3}, 1, 0.0, 0.3),
        ({"shift": 0.25}, 2, 0.0, 0.25 * SIDE),
        ({"shift": 0.25}, 5, 0.0, 0.25 * SIDE),
        ({"rotation_degrees": 30.0}, 3, 0.0, 0.5),
    ],
)
def test_draws_fill_their_range_and_no_more(ranges: dict[str, float], column: int, middle: float, reach: float) -> None:
    values = _drawn(**ranges)[:, column] - middle
    assert np.abs(values).max() <= reach + 1e-5
    assert values.min() < -0.95 * reach
    assert values.max() > 0.95 * reach


def test_width_and_height_are_zoomed_independently() -> None:
    transforms = _drawn(zoom=0.2)
    assert abs(np.corrcoef(transforms[:, 0], transforms[:, 4])[0, 1]) < 0.15


def test_every_transform_but_a_shift_keeps_the_centre() -> None:
    a, b, c, d, e, f, _, _ = _drawn(rotation_degrees=90.0, zoom=0.3, shear=0.3).T
    centre = (SIDE - 1) / 2
    np.testing.assert_allclose(a * centre + b * centre + c, centre, atol=1e-4)
    np.testing.assert_allclose(d * centre + e * centre + f, centre, atol=1e-4)


def test_rotation_turns_a_bar_by_the_drawn_angle() -> None:
    bars = np.zeros((6, SIDE, SIDE, 3), np.float32)
    bars[:, 14:18, 6:26] = 1.0
    settings = AugmentationSettings(rotation_degrees=90.0, fill_mode="nearest")
    turned = _augmented(tf.constant(bars), settings)[..., 0]
    move_seed = tf.unstack(tf.random.split(_seed(1, 2), 2))[0]
    transforms = affine_transforms(tf.constant(6), SIDE, move_seed, settings).numpy()
    assert np.abs(transforms[:, 3]).max() > 0.5
    for bar, (a, _, _, d, *_) in zip(turned, transforms, strict=True):
        ys, xs = np.nonzero(bar > 0.5)
        main_axis = np.linalg.eigh(np.cov(np.stack([xs, ys])))[1][:, 1]
        # A transform maps the output to the input: the picture itself turns the other way.
        assert abs(main_axis @ [a, -d]) == pytest.approx(1.0, abs=0.01)
        assert bar.sum() == pytest.approx(80, rel=0.08)


def test_ink_is_one_gain_and_offset_per_channel_and_moves_nothing() -> None:
    photos = 0.3 + 0.4 * _photos()
    inked = _augmented(photos, INK)
    for before, after in zip(photos.numpy(), inked, strict=True):
        for channel in range(3):
            x, y = before[..., channel].ravel(), after[..., channel].ravel()
            gain, offset = np.polyfit(x, y, 1)
            np.testing.assert_allclose(gain * x + offset, y, atol=1e-5)
            assert abs(gain - 1) <= INK.ink_gain + 1e-5
            assert abs(offset) <= INK.ink_offset + 1e-5
    assert np.abs(inked - photos).max() > 0.02


def test_permuted_channels_are_the_same_three_in_one_order_for_the_batch() -> None:
    photos = _photos().numpy()
    orders = set()
    for number in range(40):
        shuffled = _augmented(_photos(), AugmentationSettings(permute_channels=True), (7, number))
        order = tuple(next(i for i in range(3) if (photos[0, ..., i] == shuffled[0, ..., c]).all()) for c in range(3))
        np.testing.assert_array_equal(shuffled, photos[..., list(order)])
        orders.add(order)
    assert len(orders) == 6
