"""Moving pixels: the drawn maps fill their ranges, and a photo is looked up where they say."""

import numpy as np
import pytest
import tensorflow as tf

from components.settings import AugmentationSettings
from components.trainer.warp import affine_points, elastic_displacements, look_up, warp

SIDE = 32
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


def test_shift_is_a_fraction_of_the_side() -> None:
    _, shift = _matrices(shift=0.25)
    assert 0.95 * 0.25 * SIDE < np.abs(shift).max() <= 0.25 * SIDE + 1e-4


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
