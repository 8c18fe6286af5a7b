"""Symlinks that lead to themselves, and folders where files should be: one line, status 2."""

from collections.abc import Callable
from pathlib import Path

import pytest

from pipeline.kubeflow.command_line import kubeflow_main
from pipeline.local.command_line import local_main
from pipeline.local.inspect import inspect_main
from pipeline.predict.command import predict_main
from tests.hostile.hostile_runs import Done, assert_refused, write_csv

MEND = "; mend that or choose another --output"
Call = Callable[..., Done]


@pytest.fixture
def loop(tmp_path: Path) -> Path:
    """A symlink to another one that leads back."""
    (tmp_path / "loop").symlink_to(tmp_path / "back")
    (tmp_path / "back").symlink_to(tmp_path / "loop")
    return tmp_path / "loop"


@pytest.mark.parametrize(
    ("main", "words"),
    [
        (local_main, ["--data", "{data}", "--output", "{loop}"]),
        (local_main, ["--data", "{data}", "--output", "{loop}/output"]),
        (local_main, ["--output", "{loop}", "--rollback"]),
        (local_main, ["--output", "{loop}/output", "--keep", "1"]),
        (inspect_main, ["{loop}", "--list"]),
        (inspect_main, ["{loop}/output"]),
        (predict_main, ["{loop}", "{data}/a.png"]),
        (predict_main, ["{data}", "{loop}"]),
        (kubeflow_main, ["submit", "{loop}/pipeline.yaml", "--host", "http://localhost:1"]),
    ],
)
def test_loop_is_one_line(
    main: Callable[[list[str]], int], words: list[str], loop: Path, flat: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (flat / "saved_model.pb").touch()
    assert main([word.format(loop=loop, data=flat) for word in words]) == 2
    out, err = capsys.readouterr()
    assert out == ""
    assert len(err.splitlines()) == 1
    assert str(loop) in err


@pytest.mark.parametrize("place", ["", "/data"])
def test_loop_in_place_of_the_data_is_told(call: Call, loop: Path, place: str) -> None:
    data = Path(f"{loop}{place}")
    done = call(data=data)
    assert_refused(done)
    assert len(done.lines) == 1
    assert done.lines[0].startswith(f"{data}: ")


def test_loop_in_place_of_an_image_is_told_with_its_line(call: Call, loop: Path, flat: Path) -> None:
    (flat / "b.png").unlink()
    (flat / "b.png").symlink_to(loop)
    done = call()
    assert done.status == 2
    assert "Traceback" not in done.err
    assert list(done.listed) == [3]


@pytest.mark.parametrize("name", [".lock", "bad_records.csv", "summary.json", "report.html"])
def test_folder_where_a_file_should_be_is_told(call: Call, tmp_path: Path, flat: Path, name: str) -> None:
    output = tmp_path / "output"
    (output / name).mkdir(parents=True)
    # What would be listed in bad_records.csv.
    write_csv(flat, ["x,1,a.png,0"])
    done = call()
    assert done.status == 2
    assert done.lines[-1] == f"{output / name}: cannot be written: Is a directory{MEND}".removesuffix(
        MEND if name == ".lock" else ""
    )
    assert "Traceback" not in done.out + done.err
    assert not list(output.glob(".*.new"))


@pytest.mark.parametrize("name", ["bad_records.csv", "summary.json", "report.html"])
def test_loop_where_a_file_should_be_is_replaced(call: Call, tmp_path: Path, flat: Path, name: str) -> None:
    output = tmp_path / "output"
    output.mkdir()
    (output / name).symlink_to(output / name)
    write_csv(flat, ["x,1,a.png,0"])
    assert_refused(call())
    assert (output / name).is_file()
