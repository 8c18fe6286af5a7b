"""What the Inspector found, in memory and as files that other programs can read (NumPy's npz, no pickle)."""

import io
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from components.inspector.label_issues import LabelIssues

_FILE = "inspection.npz"


@dataclass(frozen=True)
class Inspection:
    """What a model says of every eval and test photo.

    Attributes:
        splits: str [n].
        files: str [n], names in the CSV.
        ids: str [n], `features.IMAGE_ID`.
        class_ids: int64 [n], the given letters, 0 to 32.
        backgrounds: int64 [n], indices into `BACKGROUNDS`.
        probabilities: float32 [n, 33], as served.
        worst: int64 [k], the test photos with the largest margins (`worst_first`), as rows of the above.
        occlusion: float32 [k, 32, 32], what the model looked at in these (`occlusion_maps`).
        shown: int64 [m], rows whose pixels are kept: the worst, the misread and the suspected.
        pixels: uint8 [m, 32, 32, 3], of `shown`.
        issues: Suspected label errors.
    """

    splits: np.ndarray
    files: np.ndarray
    ids: np.ndarray
    class_ids: np.ndarray
    backgrounds: np.ndarray
    probabilities: np.ndarray
    worst: np.ndarray
    occlusion: np.ndarray
    shown: np.ndarray
    pixels: np.ndarray
    issues: LabelIssues

    def pixels_of(self, row: int) -> np.ndarray:
        """Returns a photo that is among `shown`: uint8 [32, 32, 3]."""
        return np.asarray(self.pixels[np.searchsorted(self.shown, row)])


def write_inspection(inspection: Inspection, folder: Path) -> None:
    """Writes an inspection into a folder, which is made where it is missing."""
    folder.mkdir(parents=True, exist_ok=True)
    arrays = {name: value for name, value in vars(inspection).items() if name != "issues"}
    issues = {"issue_rows": inspection.issues.rows, "issue_quality": inspection.issues.quality}
    # Through memory: where the disk is full, a ZipFile that was left open complains once more as it is deleted.
    file = io.BytesIO()
    np.savez_compressed(file, **arrays, **issues)
    (folder / _FILE).write_bytes(file.getvalue())


def read_inspection(folder: Path) -> Inspection:
    """Returns the inspection that lies in a folder."""
    with np.load(folder / _FILE, allow_pickle=False) as file:
        arrays = dict(file)
    issues = LabelIssues(arrays.pop("issue_rows"), arrays.pop("issue_quality"))
    return Inspection(**arrays, issues=issues)
