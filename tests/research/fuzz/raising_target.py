"""A target for the harness's tests: it raises on one letter, and takes too much memory on another."""

from pathlib import Path

from research.fuzz import mutations
from research.fuzz.target import Target


def check(folder: Path, content: bytes) -> None:
    (folder / "file").write_bytes(content)
    if b"R" in content:
        raise IndexError("an R")
    if b"M" in content:
        # Written to: memory that is only asked for takes none.
        len(b"m" * 2**31)


TARGET = Target(
    name="raising",
    check=check,
    seeds=lambda: [b"seed"],
    mutation=mutations.text,
    words=[b"R"],
    max_bytes=16,
)
