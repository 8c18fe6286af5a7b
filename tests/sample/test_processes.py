"""The processes that draw: shares in order, one line for what a person can mend, and none that outlives its parent."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path

import pytest

from core.errors import UserError
from core.project import ROOT
from sample.parameters import Parameters
from sample.processes import Numbered, in_processes

PARAMETERS = Parameters(("а", "б", "в"), 4, hands=("pen",))


def name_photos(parameters: Parameters, photos: Sequence[Numbered], *words: str) -> bytes:
    time.sleep(0.2 * (photos[0] == (0, 0)))
    return " ".join([*words, *(f"{parameters.labels[class_id]}{number}" for class_id, number in photos)]).encode()


@pytest.mark.parametrize("workers", [1, 3, 14])
def test_shares_are_all_photos_letter_by_letter(workers: int) -> None:
    shares = in_processes(name_photos, PARAMETERS, workers)
    assert len(shares) == min(workers, 12)
    assert b" ".join(shares).decode() == "а0 а1 а2 а3 б0 б1 б2 б3 в0 в1 в2 в3"


def test_processes_get_the_words() -> None:
    assert in_processes(name_photos, PARAMETERS, 3, "one", "два")[1].decode() == "one два б0 б1 б2 б3"


def test_no_process_at_all_is_told() -> None:
    with pytest.raises(UserError, match=r"^workers must be 1 or more, not 0$"):
        in_processes(name_photos, PARAMETERS, 0)


def fail(_: Parameters, photos: Sequence[Numbered]) -> bytes:
    if photos[0] == (0, 0):
        raise ValueError("a mistake of ours")
    time.sleep(60)
    return b""


def test_mistake_in_a_process_ends_the_others_and_keeps_its_traceback() -> None:
    began = time.monotonic()
    with pytest.raises(RuntimeError, match=r"(?s)failed:\nTraceback .* in fail\n.*ValueError: a mistake of ours"):
        in_processes(fail, PARAMETERS, 2)
    assert time.monotonic() - began < 30


def fill_the_disk(*_: object) -> bytes:
    raise OSError(28, "No space left on device", "photo.png")


def test_what_the_system_refuses_a_process_is_refused_here() -> None:
    with pytest.raises(OSError, match="No space left on device") as caught:
        in_processes(fill_the_disk, PARAMETERS, 2)
    assert caught.value.errno == 28


def kill_itself(*_: object) -> bytes:
    os.kill(os.getpid(), signal.SIGKILL)
    return b""


def test_killed_process_is_told() -> None:
    with pytest.raises(UserError, match=r"letters was killed, perhaps for want of memory; run the same again$"):
        in_processes(kill_itself, PARAMETERS, 2)


def sleep(_: Parameters, photos: Sequence[Numbered], folder: str) -> bytes:
    # The signal of Ctrl-C reaches the processes too; ending them is their parent's affair.
    os.kill(os.getpid(), signal.SIGINT)
    Path(folder, str(os.getpid())).touch()
    time.sleep(60)
    return b""


SLEEPING = """
import sys
from sample.processes import in_processes
from tests.sample.test_processes import PARAMETERS, sleep
in_processes(sleep, PARAMETERS, 2, sys.argv[1])
"""


def running(pid: str) -> bool:
    status = Path("/proc", pid, "stat")
    return status.exists() and status.read_text().rpartition(")")[2].split()[0] != "Z"


@pytest.mark.parametrize("ending", [signal.SIGKILL, signal.SIGINT])
def test_processes_end_with_their_parent(tmp_path: Path, ending: signal.Signals) -> None:
    command = [sys.executable, "-c", SLEEPING, str(tmp_path)]
    with subprocess.Popen(command, cwd=ROOT, stderr=subprocess.DEVNULL) as parent:
        deadline = time.monotonic() + 60
        while len(pids := os.listdir(tmp_path)) < 2 and time.monotonic() < deadline:
            time.sleep(0.05)
        assert len(pids) == 2 and all(map(running, pids))
        parent.send_signal(ending)
    deadline = time.monotonic() + 10
    while any(map(running, pids)) and time.monotonic() < deadline:
        time.sleep(0.05)
    assert not any(map(running, pids))


def test_they_load_neither_tensorflow_nor_tfx_nor_a_font() -> None:
    code = "import sys, sample.processes, sample.photos, sample.writer; print(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    packages = {name.partition(".")[0].partition("_")[0] for name in done.stdout.split()}
    assert not {"tensorflow", "tfx", "apache", "fontpkg"} & packages
