"""What the Inspector found, in memory and as files that other programs can read (NumPy's npz, no pickle)."""

import io
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from core.features import TEST_SPLIT

_FILE = "inspection.npz"
# Before the names of slice columns, among the names of the arrays in the file.
_SLICE = "slice_"


@dataclass(frozen=True)
class Inspection:
    """What a model says of every eval and test photo.

    Attributes:
        splits: str [n].
        files: str [n], names in the CSV.
        ids: str [n], `features.IMAGE_ID`.
        class_ids: int64 [n], the given letters, from 0.
        slices: str [n] for each slice column, as people are shown its values.
        probabilities: float32 [n, letters], as served.
        worst: int64 [k], the test photos that were read worst (`worst_first`), as rows of the above.
        occlusion: float32 [k, 32, 32], what the model looked at in these (`occlusion_maps`).
        shown: int64 [m], rows whose pixels are kept: the worst, the misread and the suspected.
        pixels: uint8 [m, 32, 32, 3], of `shown`.
        suspected: int64 [l], rows whose label may be wrong (`suspected_labels`).
    """

    splits: np.ndarray
    files: np.ndarray
    ids: np.ndarray
    class_ids: np.ndarray
    slices: Mapping[str, np.ndarray]
    probabilities: np.ndarray
    worst: np.ndarray
    occlusion: np.ndarray
    shown: np.ndarray
    pixels: np.ndarray
    suspected: np.ndarray

    @property
    def read(self) -> np.ndarray:
        """The class id that each photo was read as, as served and as TFMA counts: int64 [n]."""
        return np.asarray(self.probabilities.argmax(axis=1))

    @property
    def misread(self) -> np.ndarray:
        """Whether each photo was read as another letter than the given one: bool [n]."""
        return np.asarray(self.read != self.class_ids)

    @property
    def tested(self) -> tuple[np.ndarray, np.ndarray]:
        """The probabilities and the class ids of the test photos."""
        test = self.splits == TEST_SPLIT
        return self.probabilities[test], self.class_ids[test]

    def pixels_of(self, row: int) -> np.ndarray:
        """Returns a photo that is among `shown`: uint8 [32, 32, 3]."""
        return np.asarray(self.pixels[np.searchsorted(self.shown, row)])


def write_inspection(inspection: Inspection, folder: Path) -> None:
    """Writes an inspection into a folder, which is made where it is missing."""
    folder.mkdir(parents=True, exist_ok=True)
    arrays = {name: value for name, value in vars(inspection).items() if name != "slices"}
    slices = {_SLICE + name: values for name, values in inspection.slices.items()}
    # Through memory: where the disk is full, a ZipFile that was left open complains once more as it is deleted.
    file = io.BytesIO()
    np.savez_compressed(file, **arrays, **slices)
    (folder / _FILE).write_bytes(file.getvalue())


def read_inspection(folder: Path) -> Inspection:
    """Returns the inspection that lies in a folder.

    Raises:
        ValueError: If it is of an older version of this program.
    """
    with np.load(folder / _FILE, allow_pickle=False) as file:
        arrays = dict(file)
    slices = {name.removeprefix(_SLICE): arrays.pop(name) for name in list(arrays) if name.startswith(_SLICE)}
    try:
        return Inspection(**arrays, slices=slices)
    except TypeError:
        raise ValueError(f"{folder / _FILE} was written by another version of this program") from None
