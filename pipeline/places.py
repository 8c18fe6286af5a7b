"""Where a run reads and writes."""

from dataclasses import dataclass
from pathlib import Path

from core.errors import UserError

_PATTERN_SIGNS = "*?["


@dataclass(frozen=True)
class Places:
    """Where a run reads and writes: paths or URIs.

    Attributes:
        data: The data folders, as `core.files.as_place` has them.
        pipeline_root: TFX's artifacts.
        serving: The folder of pushed versions.
        training_state: What resuming an interrupted training needs.
        schema: The curated schema; its name must change with its content where TFX caches.
    """

    data: str
    pipeline_root: str
    serving: str
    training_state: str
    schema: str


def check_no_pattern(name: str, path: str | Path) -> None:
    """Checks that Beam, which looks for its own files by patterns and cannot quote these, takes a path for itself.

    It deletes whatever fits the name of a file that it writes: `letters1.csv` for `letters[1].csv`.

    Raises:
        UserError: If it does not; the message names the path, which is absolute or a URI, as the command line does.
    """
    if any(sign in str(path) for sign in _PATTERN_SIGNS):
        raise UserError(f"{name}: {path}: with a *, ? or [ in it, Beam would take other files for it; choose another")
