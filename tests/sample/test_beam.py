"""The sample on Beam: the same bytes as without, the whole of it or nothing, and mistakes in one line."""

import signal
import subprocess
import sys
import time
from pathlib import Path

import apache_beam as beam
import pytest
from apache_beam.testing.test_pipeline import TestPipeline
from apache_beam.testing.util import assert_that, equal_to

from core.labels import ALPHABET
from core.project import ROOT
from sample import beam_writer
from sample.__main__ import main
from sample.beam_writer import draw_share, parse_options, shares, write_sample_with_beam
from sample.encode import encoded_photos
from sample.errors import SampleError
from sample.parameters import Parameters
from sample.writer import write_sample

IN_THIS_PROCESS = ("--direct_running_mode=in_memory", "--direct_num_workers=1")
DEFAULT_HANDS = ("caveat", "pen")
SMALL = Parameters(3, 5, DEFAULT_HANDS)


def files_of(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_beam_writes_the_same_bytes_as_the_plain_writer(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    # Shares that do not divide the photos of a letter.
    monkeypatch.setattr(beam_writer, "_SHARE", 2)
    plain = write_sample(tmp_path / "plain", 3, 5, DEFAULT_HANDS, workers=1)
    on_beam = write_sample_with_beam(tmp_path / "beam", SMALL, IN_THIS_PROCESS)
    assert files_of(on_beam) == files_of(plain)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["beam", "plain"]


def test_shares_hold_every_photo_once_in_the_order_of_the_csv(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(beam_writer, "_SHARE", 4)
    todo = shares(10)
    assert [place for place, _, _ in todo] == list(range(3 * len(ALPHABET)))
    photos = [(letter, number) for _, letter, numbers in todo for number in numbers]
    assert photos == [(letter, number) for letter in ALPHABET for number in range(10)]


def test_workers_draw_what_the_plain_writer_draws() -> None:
    expected = list(encoded_photos(SMALL, workers=1))[3:6]
    with TestPipeline() as pipeline:
        drawn = pipeline | beam.Create([(7, "б", range(3))]) | beam.Map(draw_share, SMALL)
        assert_that(drawn, equal_to([(7, expected)]))


def test_failing_worker_is_one_line_and_leaves_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(beam_writer, "write_share", fail)
    with pytest.raises(SampleError, match="No space left on device") as caught:
        write_sample_with_beam(tmp_path / "new", SMALL, IN_THIS_PROCESS)
    assert "\n" not in str(caught.value)
    assert list(tmp_path.iterdir()) == []


def test_folder_that_holds_the_sample_is_left_alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = write_sample(tmp_path / "new", 3, 5, DEFAULT_HANDS, workers=1)
    monkeypatch.setattr(beam_writer, "draw_share", None)
    assert write_sample_with_beam(folder, SMALL) == folder


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["--direct_num_workers=many"], "Beam: argument --direct_num_workers: invalid int value: 'many'"),
        (["--no_such=2", "--flag"], "Beam: no option is called flag, no_such"),
        (["--per-leter=2"], "--per-leter=2: write Beam's options as --name=value"),
        (["--direct_num_workers", "2"], "2: write Beam's options as --name=value"),
    ],
)
def test_wrong_option_is_one_line(words: list[str], message: str) -> None:
    with pytest.raises(SampleError) as caught:
        parse_options(words)
    assert str(caught.value) == message


def test_options_that_only_a_server_knows_are_left_to_it() -> None:
    parse_options(["--runner=PortableRunner", "--known_to_the_server=1"])


def test_runner_that_does_not_exist_is_one_line_and_leaves_nothing(tmp_path: Path) -> None:
    with pytest.raises(SampleError, match="Beam could not draw the letters: No module named 'no'"):
        write_sample_with_beam(tmp_path / "new", SMALL, ["--runner=no.such.Runner"])
    assert list(tmp_path.iterdir()) == []


def test_workers_are_beams_matter(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as caught:
        main(["--beam", "--output", str(tmp_path / "new"), "--workers=2"])
    assert caught.value.code == 2
    assert capsys.readouterr().err.endswith("argument --workers: not with --beam; give --direct_num_workers=N\n")


def test_interrupted_command_says_so_and_leaves_nothing(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "sample", "--beam", "--output", str(tmp_path / "new"), "--per-letter=3000"]
    with subprocess.Popen(command, cwd=ROOT, stderr=subprocess.PIPE, text=True) as process:
        deadline = time.monotonic() + 60
        while not list(tmp_path.rglob("*.png")) and time.monotonic() < deadline:
            time.sleep(0.05)
        process.send_signal(signal.SIGTERM)
        told = process.communicate()[1]
    assert (process.returncode, told) == (143, "\nInterrupted by SIGTERM; nothing is half-written; run it again.\n")
    assert list(tmp_path.iterdir()) == []


def test_command_draws_in_processes_of_beams(tmp_path: Path) -> None:
    folder = tmp_path / "new"
    command = [sys.executable, "-m", "sample", "--beam", "--output", str(folder), "--per-letter=2", "--fonts=pen"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout) == (0, f"{folder}\n"), done.stderr
    assert files_of(folder) == files_of(write_sample(tmp_path / "plain", 2, fonts=("pen",), workers=1))
