"""What a person does with pushed versions: going back to the one before, and keeping only the latest."""

import re
from pathlib import Path

from components.pusher.versions import add_version, version_before, versions
from console.shortage import shortage_told
from core.errors import UserError
from core.files import remove_folder, resolved, write_whole
from pipeline.local.output import Output, locked

# What is told of a version that somebody edited.
CHANGED = "its files are not those that were pushed"


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
    if not output.metadata.exists():
        raise UserError(f"{output.metadata}: no such file; without TFX's record no version can be withdrawn")
    with locked(output), shortage_told(output.remedies):
        # Here, since it imports MLMD and TFX.
        from pipeline.local.version_records import VersionRecords

        known = versions(output.serving)
        records = VersionRecords(output)
        before = version_before(output.serving, records.withdrawn())
        if before is None:
            raise UserError(f"{output.serving}: no version to go back to; there is {_words(known)}")
        source = output.serving / str(before)
        if before in records.changed:
            raise UserError(f"{source}: {CHANGED}; delete the folder to go back further")
        later = [version for version in known if version > before]
        # First the record: killed in between, the same command then does it all.
        records.withdraw(later)
        pushed = add_version(source, output.serving)
        if _card(output, before).exists():
            write_whole(_card(output, int(pushed.name)), _card_again(_card(output, before), before, pushed))
    return f"{pushed}: version {before} again, which the next model is compared with; withdrawn: {_words(later)}"


def keep_latest(folder: Path, count: int) -> str:
    """Deletes all pushed versions but the latest, with their model cards. Nothing else ever deletes a version.

    Args:
        folder: The output folder.
        count: How many stay, at least one.

    Returns:
        What was done, for people.

    Raises:
        UserError: If a run works on the folder.
    """
    output = Output(_existing(folder))
    with locked(output), shortage_told(output.remedies):
        known = versions(output.serving)
        removed = known[:-count]
        for version in removed:
            remove_folder(output.serving / str(version))
            _card(output, version).unlink(missing_ok=True)
    return f"{output.serving}: deleted {_words(removed)}; kept {_words(known[-count:])}"


def _card_again(card: Path, before: int, pushed: Path) -> str:
    """Returns the card of a version for the version that it was pushed as again: it names its number and folder."""
    # Only the end of the path, which stands alike in Markdown, in a shell's command and in Python.
    text, serving = card.read_text(encoding="utf-8"), pushed.parent.name
    text = re.sub(rf"/{serving}/{before}(?!\d)", f"/{serving}/{pushed.name}", text)
    title, _, rest = text.partition("\n")
    return f"{title.removesuffix(str(before))}{pushed.name}\n\nVersion {before} again, which was gone back to.\n{rest}"


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
