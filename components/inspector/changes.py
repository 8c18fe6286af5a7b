"""What happens to photos as people take them, done to photos that were cut to the letter."""

import io
from collections.abc import Callable
from functools import partial

import numpy as np
from PIL import Image
from scipy import ndimage

from components.example_gen.images import encode_png

# Of a photo before it is put somewhere, in pixels: enlarged, since it shall not lose any where it is put.
_SIDE = 96
_PHONE = (4000, 3000)
_ORIENTATION = 0x0112
_WHITE, _BLACK = 255, 0
_TABLE = np.array([120.0, 86.0, 58.0])
_BOARD = np.array([38.0, 70.0, 52.0])
_SHADOW = 1 / 3
_LOST = 0.12  # of the light: more is ink

Photo = np.ndarray
Change = Callable[[Photo], bytes]


def _smaller(share: float, photo: Photo) -> bytes:
    return encode_png(_on_own_paper(share, photo))


def _on_own_paper(share: float, photo: Photo) -> Photo:
    """The photo takes a share of a frame of its own paper, off its middle."""
    return _laid(photo, _paper_like(photo, round(_SIDE / share)), feather=True)


def _beside_stroke(photo: Photo) -> bytes:
    """The photo takes 60 % of its own paper, at whose edge a neighbour's last stroke is seen."""
    sheet = _on_own_paper(0.6, photo)
    lost = _ink(photo)
    light = Image.fromarray((255 * (1 - np.where(lost > _LOST, lost, 0))).astype(np.uint8)).resize((_SIDE, _SIDE))
    wide = round(0.3 * _SIDE)
    stroke = np.asarray(light)[:, -wide - _SIDE // 8 : -_SIDE // 8, np.newaxis] / 255
    top = (sheet.shape[0] - _SIDE) // 2
    there = sheet.astype(float)
    there[top : top + _SIDE, :wide] *= stroke
    return encode_png(there.astype(np.uint8))


def _on_page(photo: Photo) -> bytes:
    return encode_png(_laid(photo, np.full((round(_SIDE / 0.6),) * 2 + (3,), _WHITE, np.uint8)))


def _on_table(photo: Photo) -> bytes:
    side = round(_SIDE / 0.6)
    grain = np.random.default_rng(0).normal(0, 1, (side, 1, 1))
    table = _TABLE * (1 + 0.06 * ndimage.gaussian_filter1d(grain, 1.5, axis=0)) * np.ones((1, side, 1))
    return encode_png(_laid(photo, np.clip(table, 0, 255).astype(np.uint8)))


def _with_border(level: int, photo: Photo) -> bytes:
    thick = max(1, round(0.1 * photo.shape[0]))
    return encode_png(np.pad(photo, ((thick,) * 2, (thick,) * 2, (0, 0)), constant_values=level))


def _with_bars(photo: Photo) -> bytes:
    """Black bars above and below, as a video has them."""
    thick = round(0.4 * photo.shape[0])
    return encode_png(np.pad(photo, ((thick,) * 2, (0, 0), (0, 0)), constant_values=_BLACK))


def _tagged(orientation: int, photo: Photo) -> bytes:
    """As a camera that was held otherwise writes it: turned, with a tag that says so."""
    image = Image.fromarray(_enlarged(photo, _SIDE))
    turns = {3: Image.Transpose.ROTATE_180, 6: Image.Transpose.ROTATE_90, 8: Image.Transpose.ROTATE_270}
    tag = Image.Exif()
    tag[_ORIENTATION] = orientation
    return encode_jpeg(image.transpose(turns[orientation]), exif=tag)


def _inverted(photo: Photo) -> bytes:
    return encode_png(_WHITE - photo)


def _chalk(photo: Photo) -> bytes:
    cover = np.clip(_ink(photo) / 0.5, 0, 1)[..., np.newaxis]
    return encode_png((_BOARD + (235 - _BOARD) * cover).astype(np.uint8))


def _white_ink(photo: Photo) -> bytes:
    """White ink on nothing, as a drawing program keeps it."""
    cover = np.clip((_ink(photo) - _LOST) / 0.3, 0, 1)
    return _rgba(np.full_like(photo, _WHITE), cover)


def _transparent_margin(photo: Photo) -> bytes:
    thick = photo.shape[0] // 3
    margins = ((thick,) * 2, (thick,) * 2)
    return _rgba(np.pad(photo, (*margins, (0, 0))), np.pad(np.ones(photo.shape[:2]), margins))


def _phone(share: float, photo: Photo) -> bytes:
    """Twelve megapixels, of whose height the photo takes a share."""
    width, height = _PHONE
    side = round(_SIDE / share)
    wide = np.pad(_paper_like(photo, side), ((0, 0), (0, round(side * width / height) - side), (0, 0)), mode="reflect")
    return encode_jpeg(Image.fromarray(_laid(photo, wide, feather=True)).resize(_PHONE, Image.Resampling.BICUBIC))


def _turned(photo: Photo) -> bytes:
    turned = ndimage.rotate(photo.astype(float), 20, reshape=False, order=1, mode="reflect")
    return encode_png(np.clip(np.round(turned), 0, 255).astype(np.uint8))


def _shifted(photo: Photo) -> bytes:
    return encode_png(np.pad(photo, ((6, 0), (6, 0), (0, 0)), mode="symmetric")[:-6, :-6])


def _in_shadow(photo: Photo) -> bytes:
    light = np.linspace(1, _SHADOW, photo.shape[1])[np.newaxis, :, np.newaxis]
    return encode_png((photo * light).astype(np.uint8))


def _saved_small(photo: Photo) -> bytes:
    return encode_jpeg(Image.fromarray(_enlarged(photo, _SIDE)), quality=50)


CHANGES: dict[str, Change] = {
    "as it is": encode_png,
    **{f"{share} % of the frame, on its own paper": partial(_smaller, share / 100) for share in (75, 60, 40, 25)},
    "beside a neighbour's stroke": _beside_stroke,
    "its paper on a white page": _on_page,
    "its paper on a table": _on_table,
    "a white border": partial(_with_border, _WHITE),
    "a black border": partial(_with_border, _BLACK),
    "black bars": _with_bars,
    **{f"a JPEG with orientation {tag}": partial(_tagged, tag) for tag in (3, 6, 8)},
    "a JPEG of quality 50": _saved_small,
    "inverted": _inverted,
    "chalk on a board": _chalk,
    "white ink on nothing": _white_ink,
    "a transparent margin": _transparent_margin,
    **{f"12 megapixels, {share} % of the height": partial(_phone, share / 100) for share in (80, 30)},
    "turned by 20 degrees": _turned,
    "shifted by 6 pixels": _shifted,
    "in shadow": _in_shadow,
}
# Half a second each.
SLOW = frozenset(name for name, change in CHANGES.items() if getattr(change, "func", None) is _phone)


def _enlarged(photo: Photo, side: int) -> Photo:
    return np.asarray(Image.fromarray(photo).resize((side, side), Image.Resampling.BICUBIC))


def _laid(photo: Photo, ground: Photo, feather: bool = False) -> Photo:
    """Returns a ground with the photo on it, right of and below its middle; with soft edges if asked for."""
    large = _enlarged(photo, _SIDE).astype(float)
    top, left = ((side - _SIDE) * 5 // 8 for side in ground.shape[:2])
    weight = np.zeros(ground.shape[:2])
    inner = _SIDE // 16 if feather else 0
    weight[top + inner : top + _SIDE - inner, left + inner : left + _SIDE - inner] = 1
    if feather:
        weight = ndimage.gaussian_filter(weight, _SIDE / 32)
    there = ground.astype(float)
    there[top : top + _SIDE, left : left + _SIDE] = large
    mixed = ground + (there - ground) * weight[..., np.newaxis]
    return np.clip(np.round(mixed), 0, 255).astype(np.uint8)


def _paper_like(photo: Photo, side: int) -> Photo:
    """Returns an empty sheet of a photo's paper: its colour, as it changes from corner to corner."""
    paper = paper_of(photo)
    corners = np.stack([[paper[0, 0], paper[0, -1]], [paper[-1, 0], paper[-1, -1]]])
    wide = ndimage.zoom(corners, (side / 2, side / 2, 1), order=1, grid_mode=True, mode="nearest")
    noise = np.random.default_rng(0).normal(0, 1.5, wide.shape)
    return np.clip(np.round(wide + noise), 0, 255).astype(np.uint8)


def paper_of(photo: Photo) -> np.ndarray:
    """Returns the paper without the ink on it, float64 [height, width, 3] of at least 1.

    Args:
        photo: uint8 [height, width, 3]: a letter of strokes of at most ten pixels, dark on light.
    """
    closed = ndimage.grey_closing(photo, (11, 11, 1), mode="nearest").astype(float)
    return np.asarray(np.maximum(ndimage.gaussian_filter(closed, (5, 5, 0), mode="nearest"), 1))


def _ink(photo: Photo) -> np.ndarray:
    """Returns the share of the paper's light that is lost at each pixel, float64 [height, width]."""
    return np.asarray(np.clip(1 - photo / paper_of(photo), 0, 1).max(axis=2))


def _rgba(photo: Photo, cover: np.ndarray) -> bytes:
    file = io.BytesIO()
    Image.fromarray(np.dstack([photo, np.round(255 * cover).astype(np.uint8)])).save(file, format="PNG")
    return file.getvalue()


def encode_jpeg(image: Image.Image, quality: int = 90, exif: Image.Exif | None = None) -> bytes:
    """Returns a picture as a JPEG, with an orientation tag if one is given."""
    file = io.BytesIO()
    image.save(file, format="JPEG", quality=quality, **({"exif": exif} if exif else {}))
    return file.getvalue()
