"""What a machine lacks is told from errors of many types, and what is no shortage is left alone; memory is measured."""

import errno
import os
import resource
import sys
from pathlib import Path
from types import SimpleNamespace

import pytest

import console.shortage
from console.shortage import forget_peak, free_mb, memory_mib, peak_memory_mib, shortage, shortage_told
from core.errors import UserError
from pipeline.local.output import Output
from pipeline.local.preflight import little_space

_FULL = os.strerror(errno.ENOSPC)


def wrapped(inner: Exception, outer: Exception) -> Exception:
    """Returns an error as if it was raised while another was handled."""
    outer.__context__ = inner
    return outer


@pytest.mark.parametrize(
    "error",
    [
        OSError(errno.ENOSPC, _FULL),
        OSError(errno.EDQUOT, os.strerror(errno.EDQUOT), "/home/x"),
        RuntimeError(f"OSError: [Errno 28] {_FULL} [while running 'Write[test]/Write/WriteImpl/WriteBundles']"),
        RuntimeError("Error when executing query: database or disk is full query: UPDATE `Execution`"),
        OSError(f"Can't write data (file write failed: errno = 28, error message = '{_FULL}', buf = 0x55)"),
        wrapped(OSError(errno.ENOSPC, _FULL), ValueError("no such state")),
        wrapped(ValueError("first"), RuntimeError(f"UNKNOWN: {_FULL}")),
        FileNotFoundError(errno.ENOENT, "No usable temporary directory found in ['/tmp', '/var/tmp']"),
    ],
)
def test_full_disk_is_told(error: Exception, tmp_path: Path) -> None:
    found = shortage(error, Output(tmp_path).remedies)
    assert found is not None
    assert str(found) == f"no space left on {tmp_path} ({free_mb(tmp_path):.0f} MB free); free some or choose " + (
        "another --output"
    )


def test_full_disk_of_the_temporary_folder_is_told_apart(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "tmp").mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path / "tmp"))
    monkeypatch.setattr("console.shortage.free_mb", lambda folder: 0.4 if folder.name == "tmp" else 700.0)
    found = shortage(OSError(errno.ENOSPC, _FULL), Output(tmp_path).remedies)
    assert str(found) == f"no space left on {tmp_path}/tmp (0 MB free); free some or set TMPDIR to another folder"


@pytest.mark.parametrize(
    "error",
    [
        MemoryError(),
        type("NumPysOwn", (MemoryError,), {})("Unable to allocate 8.00 TiB"),
        RuntimeError("std::bad_alloc"),
        RuntimeError("OOM when allocating tensor with shape[512,32,32,64] and type float"),
        ImportError("libtensorflow_cc.so.2: failed to map segment from shared object: Cannot allocate memory"),
        wrapped(MemoryError(), RuntimeError("the worker ended")),
    ],
    ids=str,
)
def test_little_memory_is_told(error: Exception, tmp_path: Path) -> None:
    found = shortage(error, Output(tmp_path).remedies)
    assert found is not None
    assert found.what == "out of memory"
    assert str(found).endswith(" MiB held at most); close other programs, or raise the limit on memory")


def test_what_cannot_be_written_in_the_output_is_told(tmp_path: Path) -> None:
    path = tmp_path / "artifacts" / "x"
    advice = "; mend that or choose another --output"
    denied = OSError(errno.EACCES, "Permission denied", str(path))
    assert str(shortage(denied, Output(tmp_path).remedies)) == f"{path}: cannot be written: Permission denied{advice}"
    renamed = IsADirectoryError(errno.EISDIR, "Is a directory", str(tmp_path / ".x.new"), None, str(path))
    assert str(shortage(renamed, Output(tmp_path).remedies)) == f"{path}: cannot be written: Is a directory{advice}"
    quoted = RuntimeError(f"{path}; Read-only file system")
    assert (
        str(shortage(quoted, Output(tmp_path).remedies))
        == f"{tmp_path}: cannot be written: Read-only file system{advice}"
    )
    record = RuntimeError("attempt to write a readonly database")
    assert str(shortage(record, Output(tmp_path).remedies)).startswith(
        f"{tmp_path}: cannot be written: attempt to write a readonly"
    )


@pytest.mark.parametrize(
    "error",
    [
        ValueError("28"),
        FileNotFoundError(errno.ENOENT, "No such file or directory", "{output}/artifacts/x"),
        PermissionError(errno.EACCES, "Permission denied", "/elsewhere/x"),
        RuntimeError("/elsewhere/x; Permission denied"),
        KeyError("memory"),
    ],
    ids=repr,
)
def test_other_errors_are_left_alone(error: Exception, tmp_path: Path) -> None:
    if isinstance(error, OSError):
        error.filename = str(error.filename).format(output=tmp_path)
    assert shortage(error, Output(tmp_path).remedies) is None
    with pytest.raises(type(error)) as caught, shortage_told(Output(tmp_path).remedies):
        raise error
    assert caught.value is error


def test_what_is_told_already_stays(tmp_path: Path) -> None:
    told = UserError(f"the CSV says: {_FULL}")
    with pytest.raises(UserError) as caught, shortage_told(Output(tmp_path).remedies):
        raise told
    assert caught.value is told


@pytest.mark.parametrize(("free", "warned"), [(100.0, True), (110.0, False)])
def test_little_space_is_warned_of(
    letters_folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, free: float, warned: bool
) -> None:
    monkeypatch.setattr("pipeline.local.preflight.free_mb", lambda folder: free)
    warning = little_space([letters_folder], tmp_path)
    expected = f"Warning: {tmp_path}: 100 MB free, and a first run may take 10"
    assert (warning is not None and warning.startswith(expected)) == warned


@pytest.mark.skipif(not Path("/proc/self/clear_refs").exists(), reason="the peak can be forgotten on Linux only")
def test_peak_is_that_since_it_was_forgotten() -> None:
    ballast = b"\1" * (200 * 2**20)
    assert len(ballast) == 200 * 2**20
    high = peak_memory_mib()
    del ballast
    assert peak_memory_mib() == pytest.approx(high, abs=5)
    forget_peak()
    assert peak_memory_mib() < high - 150
    assert memory_mib("VmRSS") <= peak_memory_mib()


@pytest.mark.parametrize(("platform", "peak"), [("freebsd", 1536), ("darwin", 1536 * 1024)])
def test_without_proc_the_system_s_own_figure_is_told_in_mib(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, platform: str, peak: int
) -> None:
    monkeypatch.setattr(console.shortage, "_STATUS", tmp_path / "missing")
    monkeypatch.setattr(console.shortage, "_CLEAR_REFS", tmp_path / "missing" / "too")
    monkeypatch.setattr(sys, "platform", platform)
    monkeypatch.setattr(resource, "getrusage", lambda who: SimpleNamespace(ru_maxrss=peak))
    forget_peak()
    assert peak_memory_mib() == 1.5


def test_record_that_another_program_holds_is_told_as_such(tmp_path: Path) -> None:
    for text in ("Concurrent writes aborted after max number of retries.", "database is locked"):
        told = str(shortage(RuntimeError(text), Output(tmp_path).remedies))
        assert told.startswith(f"{tmp_path}: another program holds the record of runs, such as ")
