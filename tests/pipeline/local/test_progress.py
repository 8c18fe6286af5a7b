"""A line as each component starts and ends, from the messages that TFX logs."""

import logging
import time

import pytest

from pipeline.local.progress import Progress


class Clock:
    def __init__(self, monkeypatch: pytest.MonkeyPatch):
        self.now = 1000.0
        monkeypatch.setattr(time, "monotonic", lambda: self.now)


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    return Clock(monkeypatch)


def listen(total: int) -> tuple[Progress, list[str], logging.Logger]:
    lines: list[str] = []
    progress = Progress(total, lines.append)
    logger = logging.Logger("absl of a test", logging.INFO)
    logger.addHandler(progress)
    return progress, lines, logger


def test_each_component_has_a_line_at_its_start_and_its_end(clock: Clock) -> None:
    progress, lines, logger = listen(12)
    for name, seconds in (("LetterExampleGen", 12.34), ("Trainer", 600.0)):
        logger.info("Component %s is running.", name)
        clock.now += seconds
        logger.info("Component %s is finished.", name)
    assert lines == [
        "[ 1/12] LetterExampleGen  started",
        "[ 1/12] LetterExampleGen  done in 12.3 s",
        "[ 2/12] Trainer           started",
        "[ 2/12] Trainer           done in 600.0 s",
    ]
    found = {name: (run.seconds, run.cached) for name, run in progress.components.items()}
    assert found == {"LetterExampleGen": (12.34, False), "Trainer": (600.0, False)}
    assert all(run.peak_memory_mib > 1 for run in progress.components.values())


def test_cached_component_is_called_so_and_only_that_one(clock: Clock) -> None:
    progress, lines, logger = listen(2)
    for name in ("One", "Two"):
        logger.info("Component %s is running.", name)
        if name == "One":
            logger.info("A cached execution 17 is used.")
        clock.now += 0.5
        logger.info("Component %s is finished.", name)
    assert lines[1::2] == ["[ 1/2] One               cached in 0.5 s", "[ 2/2] Two               done in 0.5 s"]
    assert [run.cached for run in progress.components.values()] == [True, False]


def test_other_messages_are_passed_over(clock: Clock) -> None:
    progress, lines, logger = listen(2)
    for message in ("A cached execution 1 is used.", "Running pipeline:\nComponent X is running.", "%d%%", "Component"):
        logger.info(message)
    assert (lines, progress.components) == ([], {})


def test_component_that_failed_counts_its_seconds(clock: Clock) -> None:
    progress, lines, logger = listen(3)
    logger.info("Component One is running.")
    clock.now += 1
    logger.info("Component One is finished.")
    logger.info("Component Two is running.")
    clock.now += 7.5
    progress.close_running()
    clock.now += 100
    progress.close_running()
    assert [run.seconds for run in progress.components.values()] == [1.0, 7.5]
    assert lines[-1] == "[ 2/3] Two               started"


def test_run_that_never_began_has_nothing_to_close() -> None:
    progress, lines, _ = listen(3)
    progress.close_running()
    assert (progress.components, lines) == ({}, [])
