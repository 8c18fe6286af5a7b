"""Which split a photo is in: by its pixels or, where that is asked for, by who wrote it."""

import bisect
import hashlib
import itertools
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence

import numpy as np
import tensorflow as tf

from components.example_gen.records import Record
from core.features import IMAGE_ID, WRITER

# By writer, the split's number.
Writers = Mapping[str, int]


def assign_writers(records: Iterable[Record], shares: Sequence[int]) -> dict[str, int]:
    """Returns the split of each writer: all photos of a writer are in one.

    Writers are taken as they come in the data, and each goes by what came before: into a split that has no photo yet
    of the letter that the writer begins with, the largest share first; else where photos are lacking most, of all and
    of this letter. So writers that are added behind the others move none of them.

    Args:
        records: Of all data folders, in the order of their rows.
        shares: The splits' weights.
    """
    wanted = np.array(shares) / sum(shares)
    all_photos = np.zeros(len(shares))
    of_letter: defaultdict[int, np.ndarray] = defaultdict(lambda: np.zeros(len(shares)))
    wholly = np.eye(len(shares))
    writers: dict[str, int] = {}
    for record in records:
        writer = record.value(WRITER)
        if writer is None:
            # It will be split by its pixels.
            given = wanted
        else:
            if writer not in writers:
                writers[writer] = _next_split(wanted, all_photos, of_letter[record.class_id])
            given = wholly[writers[writer]]
        all_photos += given
        of_letter[record.class_id] += given
    return writers


def _next_split(wanted: np.ndarray, all_photos: np.ndarray, of_letter: np.ndarray) -> int:
    lacking = np.flatnonzero(of_letter < 1.0)
    if len(lacking):
        return int(lacking[wanted[lacking].argmax()])
    shares = (photos / photos.sum() for photos in (all_photos, of_letter))
    return int(sum(wanted - share for share in shares).argmax())


def split_of(example: tf.train.Example, _splits: int, shares: Sequence[int], writers: Writers) -> int:
    """Returns the number of an Example's split: its writer's; of one without, as TFX splits by `image_id`."""
    features = example.features.feature
    if writers and WRITER in features:
        return writers[features[WRITER].bytes_list.value[0].decode()]
    # TFX's own function is private, and all that it offers is to split by one feature alone.
    digest = hashlib.sha256(features[IMAGE_ID].SerializeToString(deterministic=True)).hexdigest()
    return bisect.bisect(list(itertools.accumulate(shares)), int(digest, 16) % sum(shares))
