"""The output folder: one run at a time."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from core.errors import UserError
from core.project import ROOT
from pipeline.local.output import Output, locked

HOLDER = """
import sys, time
from pathlib import Path
from pipeline.local.output import Output, locked
with locked(Output(Path(sys.argv[1]))):
    print("locked", flush=True)
    time.sleep(60)
"""


def test_places_within_the_folder_are_those_of_issue_2() -> None:
    output = Output(Path("/out"))
    assert (output.metadata, output.artifacts) == (Path("/out/metadata.sqlite"), Path("/out/artifacts"))
    assert (output.serving, output.summary) == (Path("/out/serving_model"), Path("/out/summary.json"))
    assert output.bad_records == Path("/out/bad_records.csv")


def test_second_process_is_refused_with_the_first_one_s_number_until_that_is_killed(tmp_path: Path) -> None:
    output = Output(tmp_path / "new" / "output")
    command = [sys.executable, "-c", HOLDER, str(output.folder)]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as holder:
        try:
            assert holder.stdout.readline() == "locked\n"
            for _ in range(2):
                with pytest.raises(UserError) as caught, locked(output):
                    pass
                assert str(caught.value) == (
                    f"{output.folder}: another run is working there (process {holder.pid}); "
                    "wait for it or choose another --output"
                )
        finally:
            holder.kill()
    with locked(output):
        assert output.lock.read_text() == f"{os.getpid()}\n"


def test_lock_is_free_again_after_an_error(tmp_path: Path) -> None:
    output = Output(tmp_path)
    with pytest.raises(ZeroDivisionError), locked(output):
        raise ZeroDivisionError
    with locked(output):
        pass


def test_longer_number_of_an_earlier_holder_does_not_show_through(tmp_path: Path) -> None:
    output = Output(tmp_path)
    output.lock.write_text("99999999999999\n")
    with locked(output):
        assert output.lock.read_text() == f"{os.getpid()}\n"


@pytest.mark.parametrize(
    ("path", "reason"), [("file", "File exists"), ("file/output", "Not a directory"), ("x" * 300, "File name too long")]
)
def test_folder_that_cannot_be_made_is_told(tmp_path: Path, path: str, reason: str) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(UserError) as caught, locked(Output(tmp_path / path)):
        pass
    assert str(caught.value) == f"{tmp_path / path}: cannot be written: {reason}"


def test_link_to_a_file_elsewhere_is_no_lock(tmp_path: Path) -> None:
    precious = tmp_path / "precious"
    precious.write_text("precious")
    output = Output(tmp_path / "output")
    output.folder.mkdir()
    output.lock.symlink_to(precious)
    with (
        pytest.raises(UserError, match=r"/\.lock: cannot be written: Too many levels of symbolic links"),
        locked(output),
    ):
        pass
    assert precious.read_text() == "precious"
