"""Pictures of the report as data URIs: pixels stay crisp when the page enlarges them."""

import base64
import io

import numpy as np
from PIL import Image

# Vermilion of Okabe and Ito's palette, which the colour-blind tell from grey.
_HEAT = np.array([213, 94, 0]) / 255
_STRONGEST = 0.8


def png_uri(png: bytes) -> str:
    """Returns a PNG as the source of an <img>."""
    return _uri("png", png)


def jpeg_uri(jpeg: bytes) -> str:
    """Returns a JPEG as the source of an <img>."""
    return _uri("jpeg", jpeg)


def _uri(kind: str, data: bytes) -> str:
    return f"data:image/{kind};base64,{base64.b64encode(data).decode()}"


def picture_uri(pixels: np.ndarray) -> str:
    """Returns pixels, uint8 [height, width, 3], as the source of an <img>."""
    file = io.BytesIO()
    Image.fromarray(pixels).save(file, "PNG", optimize=True)
    return png_uri(file.getvalue())


def heat_overlay(pixels: np.ndarray, heat: np.ndarray) -> np.ndarray:
    """Returns a photo in grey with what the model looked at in vermilion.

    Args:
        pixels: uint8 [height, width, 3].
        heat: float [height, width]; the largest value is painted strongest, what is not above 0 not at all.

    Returns:
        uint8 [height, width, 3].
    """
    grey = pixels.mean(axis=2, keepdims=True) / 255
    share = np.clip(np.nan_to_num(heat), 0, None)
    strength = (_STRONGEST * share / max(float(share.max()), 1e-6))[..., np.newaxis]
    return np.rint(255 * (grey * (1 - strength) + _HEAT * strength)).astype(np.uint8)
