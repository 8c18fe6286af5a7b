"""The sample on Beam: the same bytes as without, the whole of it or nothing, and mistakes in one line."""

import subprocess
import sys
from pathlib import Path

import apache_beam as beam
import pytest
from apache_beam.testing.test_pipeline import TestPipeline
from apache_beam.testing.util import assert_that, equal_to

from components.letters import ALPHABET
from sample import beam_writer
from sample.beam_writer import draw_share, parse_options, shares, write_sample_with_beam
from sample.encode import encoded_photos
from sample.errors import SampleError
from sample.parameters import Parameters
from sample.writer import write_sample

PROJECT = Path(__file__).parents[2]
IN_THIS_PROCESS = ("--direct_running_mode=in_memory", "--direct_num_workers=1")
FONTS = ("caveat", "pen")
SMALL = Parameters(3, 5, FONTS)


def files_of(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_beam_writes_the_same_bytes_as_the_plain_writer(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    # Shares that do not divide the photos of a letter.
    monkeypatch.setattr(beam_writer, "_SHARE", 2)
    plain = write_sample(tmp_path / "plain", 3, 5, FONTS, workers=1)
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
    folder = write_sample(tmp_path / "new", 3, 5, FONTS, workers=1)
    monkeypatch.setattr(beam_writer, "draw_share", None)
    assert write_sample_with_beam(folder, SMALL) == folder


def test_wrong_value_of_an_option_is_one_line() -> None:
    with pytest.raises(SampleError) as caught:
        parse_options(["--direct_num_workers=many"])
    assert str(caught.value) == "Beam: argument --direct_num_workers: invalid int value: 'many'"


def test_command_draws_in_processes_of_beams(tmp_path: Path) -> None:
    folder = tmp_path / "new"
    command = [sys.executable, "-m", "sample", "--beam", "--output", str(folder), "--per-letter=2", "--fonts=pen"]
    done = subprocess.run(command, cwd=PROJECT, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout) == (0, f"{folder}\n"), done.stderr
    assert files_of(folder) == files_of(write_sample(tmp_path / "plain", 2, fonts=("pen",), workers=1))
