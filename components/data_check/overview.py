"""What a person wants to see of the data: a photo of every letter on every paper, and photos that are there twice."""

import io
import itertools
from typing import Any

import numpy as np
from PIL import Image

from components.stored_photos import StoredPhotos
from core.features import BACKGROUNDS, IMAGE_SIDE
from core.labels import ALPHABET

CONTACT_SHEET_FILE = "contact_sheet.png"
DUPLICATES_FILE = "duplicates.json"


def contact_sheet(photos: StoredPhotos) -> np.ndarray:
    """Returns the first photo, by id, of every letter on every paper.

    Returns:
        uint8 [4 * 32, 33 * 32, 4], papers down and letters across; transparent where there is no such photo.
    """
    sheet = np.zeros((len(BACKGROUNDS), IMAGE_SIDE, len(ALPHABET), IMAGE_SIDE, 4), np.uint8)
    seen = set()
    for row in np.argsort(photos.ids, kind="stable"):
        place = int(photos.backgrounds[row]), int(photos.class_ids[row])
        if place not in seen:
            seen.add(place)
            sheet[place[0], :, place[1]] = _square(photos.images[row])
    return sheet.reshape(len(BACKGROUNDS) * IMAGE_SIDE, len(ALPHABET) * IMAGE_SIDE, 4)


def duplicates(photos: StoredPhotos) -> list[dict[str, Any]]:
    """Returns the photos whose pixels are there more than once, largest groups first.

    Returns:
        For each group its `files`, and the `letters` that they are labelled as: more than one contradict each other.
    """
    order = np.argsort(photos.ids, kind="stable")
    groups = [list(group) for _, group in itertools.groupby(order, key=lambda row: photos.ids[row])]
    found = [
        {
            "files": sorted(str(photos.files[row]) for row in group),
            "letters": sorted({ALPHABET[photos.class_ids[row]] for row in group}),
        }
        for group in groups
        if len(group) > 1
    ]
    return sorted(found, key=lambda each: (-len(each["files"]), each["files"]))


def _square(png: bytes) -> np.ndarray:
    picture = Image.open(io.BytesIO(png)).convert("RGBA")
    return np.asarray(picture.resize((IMAGE_SIDE, IMAGE_SIDE), Image.Resampling.BILINEAR))
