"""Augmentation: pure in batch and seed, within its ranges, the same in a graph; pixels come from where maps say."""

import numpy as np
import pytest
import tensorflow as tf

from components.settings import AugmentationSettings
from components.trainer.augmentation import affine_points, augment, elastic_displacements, look_up, strength_at, warp

SIDE = 32
ALL = AugmentationSettings(
    rotation_degrees=12.0,
    zoom=0.15,
    stretch=0.1,
    shear=0.2,
    shift=0.1,
    elastic=0.5,
    stroke=0.5,
    ruling=0.5,
    contrast=0.3,
    ink_gain=0.3,
    ink_offset=0.1,
    permute_channels=True,
    light_slope=0.1,
    blur=0.5,
    noise=0.03,
)
# Keeps every pixel in place, and far enough from black and white that nothing is clipped.
INK = AugmentationSettings(ink_gain=0.3, ink_offset=0.1)


def _photos(batch: int = 5) -> tf.Tensor:
    return tf.constant(np.random.default_rng(2).random((batch, SIDE, SIDE, 3)), tf.float32)


def _seed(*numbers: int) -> tf.Tensor:
    return tf.constant(numbers, tf.int32)


def _augmented(photos: tf.Tensor, settings: AugmentationSettings, seed: tuple[int, ...] = (1, 2)) -> np.ndarray:
    return augment(photos, _seed(*seed), settings).numpy()


def test_graph_gives_what_eager_gives() -> None:
    in_graph = tf.function(lambda photos, seed: augment(photos, seed, ALL))
    for seed in ((0, 0), (1, 7), (3, 2**31 - 1)):
        np.testing.assert_allclose(in_graph(_photos(), _seed(*seed)), _augmented(_photos(), ALL, seed), atol=1e-5)


def test_seed_alone_decides_and_each_part_of_it_counts() -> None:
    photos = _augmented(_photos(), ALL, (4, 5))
    np.testing.assert_array_equal(photos, _augmented(_photos(), ALL, (4, 5)))
    for other in ((4, 6), (5, 5)):
        assert np.abs(photos - _augmented(_photos(), ALL, other)).max() > 0.05


def test_photos_of_a_batch_vary_differently() -> None:
    one = tf.repeat(_photos(1), 3, axis=0)
    first, second, third = _augmented(one, ALL.model_copy(update={"permute_channels": False}))
    assert np.abs(first - second).max() > 0.05
    assert np.abs(second - third).max() > 0.05


@pytest.mark.parametrize(("batch", "fill_mode"), [(1, "nearest"), (7, "reflect")])
def test_shape_and_range_are_kept(batch: int, fill_mode: str) -> None:
    extreme = AugmentationSettings(
        rotation_degrees=180.0, zoom=0.9, shear=0.9, shift=0.9, ink_gain=0.9, ink_offset=0.9, fill_mode=fill_mode
    )
    photos = augment(_photos(batch), _seed(9, 9), extreme)
    assert photos.shape == (batch, SIDE, SIDE, 3)
    assert photos.dtype == tf.float32
    assert np.isfinite(photos).all()
    assert 0.0 <= np.min(photos) <= np.max(photos) <= 1.0


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


def test_permuted_channels_are_the_same_three_in_an_order_for_each_photo() -> None:
    photos = _photos(60).numpy()
    shuffled = _augmented(_photos(60), AugmentationSettings(permute_channels=True))
    orders = set()
    for before, after in zip(photos, shuffled, strict=True):
        order = tuple(
            next(i for i in range(3) if np.allclose(before[..., i], after[..., c], atol=1e-6)) for c in range(3)
        )
        assert sorted(order) == [0, 1, 2]
        orders.add(order)
    assert len(orders) == 6


def test_strokes_of_a_share_of_the_photos_grow_or_shrink() -> None:
    photos = np.ones((200, SIDE, SIDE, 3), np.float32)
    photos[:, :, 14:17] = 0.0
    ink = (1.0 - _augmented(tf.constant(photos), AugmentationSettings(stroke=0.5))).sum(axis=(1, 2, 3))
    before = SIDE * 3 * 3
    changed = np.abs(ink - before) > 1e-3
    assert 70 <= changed.sum() <= 130
    assert ink.max() > 1.3 * before
    assert 0.6 * before < ink.min() < 0.9 * before


def test_ruling_only_darkens_a_share_of_the_photos() -> None:
    ruled = _augmented(tf.ones((200, SIDE, SIDE, 3)), AugmentationSettings(ruling=0.5))
    dark = ruled.min(axis=(1, 2, 3)) < 0.99
    assert 70 <= dark.sum() <= 130
    assert ruled.max() <= 1.0
    # Lines, not shade: most of a ruled photo stays as it was.
    assert np.median((ruled[dark] > 0.98).mean(axis=(1, 2, 3))) > 0.3


def test_contrast_keeps_the_mean_colour() -> None:
    photos = 0.3 + 0.4 * _photos()
    varied = _augmented(photos, AugmentationSettings(contrast=0.3))
    np.testing.assert_allclose(varied.mean(axis=(1, 2)), photos.numpy().mean(axis=(1, 2)), atol=1e-5)
    assert np.abs(varied - photos).max() > 0.01


def test_light_noise_and_blur_stay_small() -> None:
    even = np.full((50, SIDE, SIDE, 3), 0.5, np.float32)
    varied = _augmented(tf.constant(even), AugmentationSettings(light_slope=0.1, blur=0.5, noise=0.02))
    assert 0.01 < np.abs(varied - 0.5).max() < 0.2


SHAPES = AugmentationSettings(
    rotation_degrees=12.0, zoom=0.15, stretch=0.1, shear=0.2, shift=0.1, elastic=0.5, stroke=0.5, ruling=0.5
)


def test_without_settings_or_strength_no_shape_changes() -> None:
    np.testing.assert_array_equal(_augmented(_photos(), AugmentationSettings()), _photos())
    photos = augment(_photos(), _seed(1, 2), SHAPES, 0.0)
    np.testing.assert_allclose(photos, _photos(), atol=1e-4)


def test_half_the_strength_moves_less() -> None:
    moved = [
        np.abs(augment(_photos(), _seed(1, 2), SHAPES, strength).numpy() - _photos()).mean() for strength in (0.02, 1.0)
    ]
    assert 0 < moved[0] < 0.7 * moved[1]


def test_ink_varies_in_full_without_strength() -> None:
    np.testing.assert_array_equal(augment(_photos(), _seed(1, 2), INK, 0.0), augment(_photos(), _seed(1, 2), INK))


def test_strength_falls_in_a_line_once_cooling_starts() -> None:
    settings = AugmentationSettings(cooling_start=0.5, cooled_strength=0.2)
    at = [float(strength_at(tf.constant(progress), settings)) for progress in (0.0, 0.5, 0.75, 1.0)]
    assert at == pytest.approx([1.0, 1.0, 0.6, 0.2])
    # Without cooling it stays.
    assert float(strength_at(tf.constant(0.99), AugmentationSettings())) == 1.0


CENTRE = (SIDE - 1) / 2
SEED = tf.constant([3, 4], tf.int32)


def _matrices(**ranges: float) -> tuple[np.ndarray, np.ndarray]:
    """The linear parts [500, 2, 2] and shifts [500, 2] of 500 drawn maps, taken from where they put three pixels."""
    points = affine_points(tf.constant(500), SIDE, SEED, AugmentationSettings(**ranges)).numpy()
    origin = points[:, 0, 0]
    linear = np.stack([points[:, 0, 1] - origin, points[:, 1, 0] - origin], axis=2)
    middle = points[:, 15:17, 15:17].mean(axis=(1, 2))
    return linear, middle - CENTRE


def test_maps_without_ranges_leave_every_pixel_where_it_is() -> None:
    points = affine_points(tf.constant(2), SIDE, SEED, AugmentationSettings())
    xs, ys = np.meshgrid(np.arange(SIDE), np.arange(SIDE))
    np.testing.assert_allclose(points[1], np.stack([xs, ys], axis=2), atol=1e-5)


@pytest.mark.parametrize(
    ("ranges", "value"),
    [
        ({"zoom": 0.2}, lambda m: 0.5 * np.log(np.linalg.det(m)) / 0.2),
        ({"stretch": 0.2}, lambda m: 0.5 * np.log(m[:, 0, 0] / m[:, 1, 1]) / 0.2),
        ({"shear": 0.3}, lambda m: m[:, 0, 1] / 0.3),
        ({"rotation_degrees": 30.0}, lambda m: np.degrees(np.arctan2(m[:, 1, 0], m[:, 0, 0])) / 30.0),
    ],
    ids=["zoom", "stretch", "shear", "rotation"],
)
def test_draws_fill_their_range_and_no_more(ranges: dict[str, float], value: object) -> None:
    linear, shift = _matrices(**ranges)
    values = value(linear)  # type: ignore[operator]
    assert np.abs(values).max() <= 1.0 + 1e-4
    assert values.min() < -0.95
    assert values.max() > 0.95
    np.testing.assert_allclose(shift, 0.0, atol=1e-4)
    # Which is a fraction of the side.
    assert 0.95 * 0.25 * SIDE < np.abs(_matrices(shift=0.25)[1]).max() <= 0.25 * SIDE + 1e-4


def test_elastic_field_is_smooth_and_of_the_given_size() -> None:
    field = elastic_displacements(tf.constant(200), SIDE, SEED, 1.5).numpy()
    assert field.std() == pytest.approx(1.5, rel=0.35)
    assert np.abs(np.diff(field, axis=1)).mean() < 0.4


def test_look_up_between_pixels_is_their_mean_and_beyond_the_border_the_nearest() -> None:
    photo = tf.constant(np.random.default_rng(0).random((1, SIDE, SIDE, 3)), tf.float32)
    points = tf.constant([[[[3.5, 7.0], [3.0, 7.5], [-9.0, 5.0], [40.0, 31.0]]]], tf.float32)
    colours = look_up(photo, points)[0, 0].numpy()
    image = photo[0].numpy()
    np.testing.assert_allclose(colours[0], (image[7, 3] + image[7, 4]) / 2, atol=1e-6)
    np.testing.assert_allclose(colours[1], (image[7, 3] + image[8, 3]) / 2, atol=1e-6)
    np.testing.assert_allclose(colours[2], image[5, 0], atol=1e-6)
    np.testing.assert_allclose(colours[3], image[31, 31], atol=1e-6)


@pytest.mark.parametrize(("fill_mode", "beyond"), [("nearest", 0.0), ("reflect", 1.0)])
def test_fill_mode_decides_what_lies_beyond_the_border(fill_mode: str, beyond: float) -> None:
    photo = np.zeros((1, SIDE, SIDE, 3), np.float32)
    photo[:, :, 1:4] = 1.0
    settings = AugmentationSettings(shift=0.2, fill_mode=fill_mode)
    photos = tf.repeat(tf.constant(photo), 50, axis=0)
    moved = warp(photos, SEED, settings).numpy()
    first_columns = moved[:, 16, 0, 0]
    shifted_in = moved[:, 16, :, 0].argmax(axis=1) > 3
    assert shifted_in.any()
    # Mirrored, the bar shows a second time on the other side of the border.
    doubled = [(np.diff((row[:, 0] > 0.5).astype(int)) == 1).sum() for row in moved[:, 16]]
    assert (max(doubled) > 1) == bool(beyond)
    assert np.isfinite(first_columns).all()


def test_warp_turns_a_bar() -> None:
    bars = np.zeros((40, SIDE, SIDE, 3), np.float32)
    bars[:, 14:18, 6:26] = 1.0
    turned = warp(tf.constant(bars), SEED, AugmentationSettings(rotation_degrees=90.0)).numpy()[..., 0]
    angles = []
    for bar in turned:
        ys, xs = np.nonzero(bar > 0.5)
        axis = np.linalg.eigh(np.cov(np.stack([xs, ys])))[1][:, 1]
        angles.append(np.degrees(np.arctan2(abs(axis[1]), abs(axis[0]))))
        assert bar.sum() == pytest.approx(80, rel=0.1)
    assert min(angles) < 15
    assert max(angles) > 75
