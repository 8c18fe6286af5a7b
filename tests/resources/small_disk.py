"""A disk in memory that can be full or read-only; only root may mount one."""

import os
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

SIZE = 200 * 2**20
_WHY = "mounting a disk needs root; try `unshare -rm .venv/bin/python -m pytest tests/resources`"


@dataclass(frozen=True)
class Disk:
    """Where the disk is mounted."""

    folder: Path

    def fill(self, free_kib: int = 0) -> None:
        """Leaves so much space, however much there was."""
        disk = os.statvfs(self.folder)
        used = (disk.f_blocks - disk.f_bfree) * disk.f_frsize
        # A size of zero would be no limit.
        self._remount(f"size={max(used + 1024 * free_kib, disk.f_frsize)}")

    def make_room(self) -> None:
        self._remount(f"size={SIZE},rw")

    def make_read_only(self) -> None:
        self._remount("ro")

    def _remount(self, options: str) -> None:
        subprocess.run(["mount", "-o", f"remount,{options}", self.folder], check=True)


@contextmanager
def mounted(folder: Path) -> Iterator[Disk]:
    """Mounts a disk, or skips the test with the reason."""
    if os.geteuid():
        pytest.skip(_WHY)
    folder.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", f"size={SIZE},mode=755", "letters-test", folder]
    done = subprocess.run(mount, capture_output=True, text=True, check=False)
    if done.returncode:
        pytest.skip(f"{_WHY}: {done.stderr.strip()}")
    try:
        yield Disk(folder)
    finally:
        # Lazily: libraries may hold a file open yet.
        subprocess.run(["umount", "--lazy", folder], check=True)
