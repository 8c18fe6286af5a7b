"""What a person does with pushed versions: going back to the one before, and keeping only the latest."""

import shutil
from pathlib import Path

from components.pusher.versions import doubled, push_again, remove, version_before, versions
from console.shortage import shortage_told
from core.errors import UserError
from core.files import resolved
from pipeline.local.output import Output, locked


def roll_back(folder: Path) -> str:
    """Pushes the version before under the next number, and withdraws what came after it.

    Args:
        folder: The output folder.

    Returns:
        What was done, for people.

    Raises:
        UserError: If there is no version before, its files were changed, or a run works on the folder.
    """
    output = Output(_existing(folder))
    with locked(output), shortage_told(output.remedies):
        known = versions(output.serving)
        before = version_before(output.serving)
        if before is None:
            raise UserError(f"{output.serving}: no version to go back to; there is {_words(known)}")
        later = [version for version in known if version > before]
        # First the record: killed in between, the same command then does it all.
        if output.metadata.exists():
            # Here and below, since they import MLMD and TFX.
            from pipeline.local.version_records import check_unchanged, withdraw

            check_unchanged(output, before)
            withdraw(output, later)
        pushed = push_again(output.serving, before)
        if _card(output, before).exists():
            shutil.copyfile(_card(output, before), _card(output, int(pushed.name)))
    return f"{pushed}: version {before} again, which the next model is compared with; withdrawn: {_words(later)}"


def keep_latest(folder: Path, count: int) -> str:
    """Deletes all pushed versions but the latest, with their model cards. Nothing else ever deletes a version.

    Args:
        folder: The output folder.
        count: How many stay, at least one.

    Returns:
        What was done, for people.

    Raises:
        UserError: If a run works on the folder, or two folders are one version.
    """
    output = Output(_existing(folder))
    with locked(output), shortage_told(output.remedies):
        if twice := doubled(output.serving):
            raise UserError(f"{output.serving}: {twice[0]} is a version that is there twice; move one of the two away")
        known = versions(output.serving)
        removed = known[:-count]
        if output.metadata.exists():
            from pipeline.local.version_records import note_removed

            note_removed(output, removed)
        for version in removed:
            remove(output.serving, version)
            _card(output, version).unlink(missing_ok=True)
    return f"{output.serving}: deleted {_words(removed)}; kept {_words(known[-count:])}"


def _existing(folder: Path) -> Path:
    found = resolved(folder)
    if not found.is_dir():
        raise UserError(f"{folder}: no such folder; give the --output of earlier runs")
    return found


def _card(output: Output, version: int) -> Path:
    return output.model_cards / f"{version}.md"


def _words(numbers: list[int]) -> str:
    if not numbers:
        return "no version"
    return f"version{'s' if len(numbers) > 1 else ''} {', '.join(map(str, numbers))}"
