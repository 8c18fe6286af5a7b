"""What a person wants to see of the data: a photo of every letter on every paper, and photos that are there twice."""

import io
import itertools
from typing import Any

import numpy as np
from PIL import Image

from components.stored_photos import StoredPhotos
from core.columns import slice_columns
from core.features import IMAGE_SIDE
from core.labels import Labels


def contact_sheet(photos: StoredPhotos, labels: Labels) -> np.ndarray:
    """Returns the first photo of all, by id, of every letter on every paper (the values of the first slice column).

    Returns:
        uint8 [papers * 32, labels * 32, 4], papers down and letters across; transparent where there is no such photo.
    """
    paper = slice_columns()[0]
    papers = list(paper.names) or paper.in_order(photos.slices[paper.name])
    sheet = np.zeros((len(papers), IMAGE_SIDE, len(labels), IMAGE_SIDE, 4), np.uint8)
    seen = set()
    for row in np.argsort(photos.ids, kind="stable"):
        place = str(photos.slices[paper.name][row]), int(photos.class_ids[row])
        if place[0] in papers and place not in seen:
            seen.add(place)
            sheet[papers.index(place[0]), :, place[1]] = _square(photos.images[row])
    return sheet.reshape(len(papers) * IMAGE_SIDE, len(labels) * IMAGE_SIDE, 4)


def duplicates(photos: StoredPhotos, labels: Labels) -> list[dict[str, Any]]:
    """Returns the photos, of all splits, whose pixels are there more than once, largest groups first.

    Returns:
        For each group its `files`, and the `letters` that they are labelled as: more than one contradict each other.
    """
    order = np.argsort(photos.ids, kind="stable")
    groups = [list(group) for _, group in itertools.groupby(order, key=lambda row: photos.ids[row])]
    found = [
        {
            "files": sorted(str(photos.files[row]) for row in group),
            "letters": sorted({labels[photos.class_ids[row]] for row in group}),
        }
        for group in groups
        if len(group) > 1
    ]
    return sorted(found, key=lambda each: (-len(each["files"]), each["files"]))


def _square(png: bytes) -> np.ndarray:
    picture = Image.open(io.BytesIO(png)).convert("RGBA")
    return np.asarray(picture.resize((IMAGE_SIDE, IMAGE_SIDE), Image.Resampling.BILINEAR))
