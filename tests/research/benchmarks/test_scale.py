"""The benchmark of growth: what it keeps of earlier calls, what it refuses, and its plot."""

from pathlib import Path

import pytest

from core.errors import UserError
from research.benchmarks import scale
from research.benchmarks.measure import Measurement
from research.benchmarks.scale import main, merged, read_rows, scale_figure


def row(step: str, times: int, engine: str = "direct", seconds: float = 1.0) -> dict[str, object]:
    size = {"step": step, "engine": engine, "times": times, "photos": 13_200 * times, "seconds": seconds}
    return {**size, "processor ms per photo": 2.0, "peak MiB": 900.0}


def test_rows_of_earlier_calls_are_kept_unless_measured_anew() -> None:
    known = [row("transform", 100), row("example_gen", 10, seconds=5.0), row("example_gen", 1, "flink")]
    fresh = [row("example_gen", 10, seconds=7.0), row("example_gen", 1)]
    together = merged(known, fresh)
    keys = [(each["step"], each["engine"], each["times"], each["seconds"]) for each in together]
    assert keys == [
        ("example_gen", "direct", 1, 1.0),
        ("example_gen", "direct", 10, 7.0),
        ("example_gen", "flink", 1, 1.0),
        ("transform", "direct", 100, 1.0),
    ]


def test_every_step_is_measured_on_its_own_and_written_down(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[tuple[str, str, tuple[str, ...]]] = []

    def in_fresh_process(step: object, data: Path, work: Path, beam_args: tuple[str, ...]) -> Measurement:
        asked.append((getattr(step, "__name__", ""), data.name, beam_args))
        return Measurement(None, seconds=2.0, cpu_seconds=3.3, peak_mib=900.0, before_mib=700.0)

    monkeypatch.setattr(scale, "in_fresh_process", in_fresh_process)
    monkeypatch.setattr(scale, "_PER_LETTER", 1)
    work, output = tmp_path / "work", tmp_path / "output"
    arguments = ["--work", str(work), "--output", str(output), "--times", "1", "--beam-option", "targets=2"]
    assert main([*arguments, "--steps", "training_input", "example_gen"]) == 0
    assert [(step, data) for step, data, _ in asked] == [("example_gen", "data-1"), ("training_input", "data-1")]
    assert all("--targets=2" in beam_args for _, _, beam_args in asked)
    rows = read_rows(output / "scale.json")
    assert [each["photos"] for each in rows] == [33, 33]
    assert (rows[0]["seconds"], rows[0]["processor ms per photo"]) == (2.0, pytest.approx(100.0))
    assert (rows[0]["photos/s"], rows[0]["peak MiB"]) == (16.5, 900.0)
    assert "<svg" in (output / "scale.svg").read_text()


def test_file_that_is_none_of_its_results_is_left_alone(tmp_path: Path, capsys: pytest.CaptureFixture) -> None:
    path = tmp_path / "scale.json"
    for content in ("{}", "no JSON", '{"results": [{"step": "other"}]}', '{"results": [1]}'):
        path.write_text(content)
        with pytest.raises(UserError, match="no result of this benchmark"):
            read_rows(path)
        assert main(["--work", str(tmp_path / "work"), "--output", str(tmp_path)]) == 2
        assert capsys.readouterr().err.count("\n") == 1
        assert path.read_text() == content


def test_engine_that_cannot_be_used_is_told_before_anything_is_drawn(
    tmp_path: Path, capsys: pytest.CaptureFixture
) -> None:
    assert main(["--work", str(tmp_path / "work"), "--output", str(tmp_path), "--beam", "dataflow"]) == 2
    assert "--beam dataflow" in capsys.readouterr().err
    assert list(tmp_path.iterdir()) == []


def test_server_that_does_not_answer_is_told_before_anything_is_drawn(
    tmp_path: Path, capsys: pytest.CaptureFixture
) -> None:
    arguments = ["--work", str(tmp_path / "work"), "--output", str(tmp_path), "--beam", "flink"]
    assert main([*arguments, "--beam-option", "job_endpoint=localhost:1"]) == 2
    assert "--beam flink: no job server answers at localhost:1" in capsys.readouterr().err
    assert list(tmp_path.iterdir()) == []


def test_plot_has_a_line_for_each_step_and_engine() -> None:
    rows = [row("example_gen", 1), row("example_gen", 10), row("example_gen", 1, "flink"), row("transform", 1)]
    time, memory = scale_figure(rows).axes
    assert [line.get_label() for line in memory.get_lines()] == [
        "example_gen, direct",
        "example_gen, flink",
        "transform, direct",
    ]
    assert list(time.get_lines()[0].get_xdata()) == [13_200, 132_000]
