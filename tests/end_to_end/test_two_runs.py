"""Two at a time: two runs on one output, two runs on two, and a run beside a server that reads what it pushes."""

import json
import os
import signal
import subprocess
import sys
import time
from functools import partial
from pathlib import Path
from typing import Any

import pytest

import sample.writer
from components.pusher.versions import versions
from core.project import ROOT
from sample.parameters import Parameters
from sample.writer import write_sample
from schema.curated import read_labels
from tests.end_to_end import kill_points
from tests.end_to_end.forked_run import run_forked, start_forked
from tests.end_to_end.run_outcome import outcome
from tests.tiny_run import tiny_flags

LOCAL_RUNNER = [sys.executable, "local_runner.py"]


def call(*command: str) -> tuple[int, str, str]:
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    return done.returncode, done.stdout, done.stderr


@pytest.mark.long
@pytest.mark.timeout(1800)
def test_second_run_on_an_output_is_refused_and_the_first_one_is_not_disturbed(
    tiny_data: Path, undisturbed: Path, tmp_path: Path
) -> None:
    output, log = tmp_path / "output", tmp_path / "log"
    flags = tiny_flags(tiny_data, output)
    first = start_forked(flags, log, partial(kill_points.stop_as_it_begins, "StatisticsGen"))
    assert first.pid is not None
    wait_until_stopped(first.pid)
    told = f"{output}: another run is working there (process {first.pid}); wait for it or choose another --output\n"
    for second in (flags, ["--output", str(output), "--rollback"], ["--output", str(output), "--keep", "1"]):
        assert call(*LOCAL_RUNNER, *second) == (2, "", told)
    os.kill(first.pid, signal.SIGCONT)
    first.join()
    assert first.exitcode == 0, log.read_text()
    assert outcome(output) == outcome(undisturbed)


def wait_until_stopped(process: int) -> None:
    """Waits until the system shows a process as stopped."""
    while Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[0] != "T":
        time.sleep(0.1)


@pytest.mark.long
@pytest.mark.timeout(1800)
def test_two_runs_on_two_outputs_come_to_what_one_alone_comes_to(
    tiny_data: Path, undisturbed: Path, tmp_path: Path
) -> None:
    outputs = [tmp_path / name for name in ("a", "b")]
    runs = [start_forked(tiny_flags(tiny_data, output), output.with_suffix(".log")) for output in outputs]
    for run in runs:
        run.join()
    alone = outcome(undisturbed)
    for run, output in zip(runs, outputs, strict=True):
        assert run.exitcode == 0, output.with_suffix(".log").read_text()
        assert outcome(output) == alone


def test_run_whose_letters_another_one_has_drawn_meanwhile_takes_those(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    real, parameters = sample.writer.in_processes, Parameters(read_labels(), 1)

    def overtaken(*arguments: Any) -> list[bytes]:
        monkeypatch.setattr(sample.writer, "in_processes", real)
        write_sample(tmp_path / "data", parameters, workers=1)
        return real(*arguments)

    monkeypatch.setattr(sample.writer, "in_processes", overtaken)
    assert write_sample(tmp_path / "data", parameters, workers=1) == tmp_path / "data"
    assert os.listdir(tmp_path) == ["data"]


@pytest.mark.long
@pytest.mark.timeout(1800)
def test_server_answers_all_the_time_while_versions_come_and_go(tiny_data: Path, tmp_path: Path) -> None:
    output, log = tmp_path / "output", tmp_path / "log"
    serving, image = output / "serving_model", sorted(tiny_data.rglob("*.png"))[0]
    assert run_forked(tiny_flags(tiny_data, output, "train.seed=1"), log).status == 0, log.read_text()
    with Server(serving, image, tmp_path / "answers") as server:
        server.wait_for(1)
        assert run_forked(tiny_flags(tiny_data, output, "train.seed=2"), log).status == 0, log.read_text()
        server.wait_for(2)
        for flag in (["--rollback"], ["--keep", "1"]):
            assert run_forked(["--output", str(output), *flag], log).status == 0, log.read_text()
            server.wait_for(3)
    assert versions(serving) == [3]
    assert [answer["error"] for answer in server.answers if "error" in answer] == []
    read = {answer["version"]: answer["probability"] for answer in server.answers}
    assert list(read) == [1, 2, 3]
    assert read[1] == read[3] != read[2]
    # Whoever has loaded a version goes on with it when it is deleted.
    assert {answer["first"] for answer in server.answers} == {read[1]}
    status, _, told = call(sys.executable, "predict.py", str(serving / "1"), str(image))
    assert status == 2
    assert told == f"{serving}/1: no pushed model there; give a version's folder, or the folder of versions\n"


class Server:
    """The polling server, from `with` to its end."""

    def __init__(self, serving: Path, image: Path, log: Path):
        """Takes the folder of versions, the photo that it is asked for, and the file that receives its answers."""
        self._log = log
        program = Path(__file__).parent / "polling_server.py"
        with log.open("w") as file:
            self._process = subprocess.Popen(
                [sys.executable, str(program), str(serving), str(image)],
                env={**os.environ, "PYTHONPATH": str(ROOT)},
                stdin=subprocess.PIPE,
                stdout=file,
                text=True,
            )

    @property
    def answers(self) -> list[dict[str, Any]]:
        # The last line may be on its way.
        return [json.loads(line) for line in self._log.read_text().split("\n")[:-1]]

    def wait_for(self, version: int, count: int = 20) -> None:
        """Waits until so many more answers have come from a version."""
        known = len(self.answers)
        while sum(answer.get("version") == version for answer in self.answers[known:]) < count:
            assert self._process.poll() is None
            time.sleep(0.1)

    def __enter__(self) -> "Server":
        return self

    def __exit__(self, *error: object) -> None:
        self._process.communicate("end\n")
