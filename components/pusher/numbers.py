"""What names of folders stand for as versions: what TensorFlow Serving takes them for."""

from collections.abc import Iterable
from pathlib import Path

from core.errors import UserError

# TF Serving's versions are signed integers of 64 bits.
_LARGEST = 2**63 - 1


def is_version(name: str) -> bool:
    """Returns whether a name is a version's: digits, as TF Serving wants them, also with zeros before them."""
    return name.isascii() and name.isdigit() and int(name) <= _LARGEST


def by_number(names: Iterable[str]) -> list[tuple[int, str]]:
    """Returns the versions among names, each with its name, in rising order.

    Where names differ in zeros only, the last in order of their characters stands for the version, as for TF Serving
    (tensorflow_serving/sources/storage_path/file_system_storage_path_source.cc, `IndexChildrenByVersion`).
    """
    return sorted({int(name): name for name in sorted(names) if is_version(name)}.items())


def next_number(serving: Path | str, names: Iterable[str]) -> int:
    """Returns the number above all that names stand for.

    Args:
        serving: Where they are, for the message.
        names: Also of files, which nothing may be put in place of.

    Raises:
        UserError: If they leave none.
    """
    last, name = max(by_number(names), default=(0, ""))
    if last == _LARGEST:
        raise UserError(f"{serving}: no server takes a version above {name}; give that one a smaller number")
    return last + 1
