"""A run of the fuzzer over some targets, one after the other: from seeds to what was found."""

import importlib
import os
import re
import subprocess
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from core.project import ROOT
from research.fuzz.libfuzzer import Figures, dictionary, figures, flags
from research.fuzz.target import Target

PYTHON = ROOT / ".venv" / "fuzz" / "bin" / "python"
MODULES = ("research.fuzz.csv_target", "research.fuzz.image_target", "research.fuzz.photo_target")

# Beyond the time that libFuzzer itself keeps to: it would be a defect of the harness, not of the target.
_GRACE_SECONDS = 120
_LINES_SHOWN = 20
# Files in memory, where there is such a folder: on a disk, to make one takes longer than to read it.
_MEMORY = "/dev/shm" if Path("/dev/shm").is_dir() else None


@dataclass(frozen=True)
class Outcome:
    """How a target fared.

    Attributes:
        module: The target's.
        figures: What was counted.
        status: The fuzzer's exit status; 0 where nothing crashed.
        finds: Inputs that crashed, took too long or took too much memory.
        log: What the fuzzer printed.
    """

    module: str
    figures: Figures
    status: int
    finds: tuple[Path, ...]
    log: Path

    @property
    def crashed(self) -> bool:
        """Whether anything is wrong: a find, or a fuzzer that did not run to its end."""
        return self.status != 0 or bool(self.finds)

    @property
    def words(self) -> str:
        """What the fuzzer said last: the exception, where it was one."""
        text = self.log.read_text(encoding="utf-8", errors="replace")
        if exception := re.search(r"=== Uncaught Python exception: ===\n(.*?)\n\n", text, flags=re.DOTALL):
            return exception[1]
        return "\n".join(text.splitlines()[-_LINES_SHOWN:])


def fuzz(modules: Sequence[str], seconds: int, folder: Path, python: Path = PYTHON) -> Iterator[Outcome]:
    """Fuzzes the targets of some modules, and yields how each fared.

    Args:
        modules: Dotted names, each with a `TARGET`.
        seconds: For all of them together.
        folder: Where inputs, finds and logs are kept; a later run goes on from the inputs.
        python: Of an environment with atheris.
    """
    for module in modules:
        yield _fuzz_one(module, seconds // len(modules), folder, python)


def repeat_command(module: str, find: Path, python: Path = PYTHON) -> str:
    """Returns the command that tries one input again."""
    return f"{python} -m research.fuzz.guided {module} {find}"


def _fuzz_one(module: str, seconds: int, folder: Path, python: Path) -> Outcome:
    target: Target = importlib.import_module(module).TARGET
    place = folder.resolve() / target.name
    _prepare(target, place)
    known, log = _files(place / "finds"), place / "log"
    limits = flags(seconds, place / "finds", place / "words")
    command = [str(python), "-m", "research.fuzz.guided", module, *limits, str(place / "inputs"), str(place / "seeds")]
    status = _run(command, seconds + _GRACE_SECONDS, log)
    found = figures(log.read_text(encoding="utf-8", errors="replace"))
    return Outcome(module, found, status, tuple(sorted(_files(place / "finds") - known)), log)


def _run(command: Sequence[str], seconds: int, log: Path) -> int:
    # Files of its own, since a fuzzer that is ended for its time or memory leaves them behind.
    with log.open("wb") as out, tempfile.TemporaryDirectory(prefix="fuzz-", dir=_MEMORY) as scratch:
        return subprocess.run(
            command,
            cwd=ROOT,
            env=os.environ | {"TMPDIR": scratch},
            stdout=out,
            stderr=subprocess.STDOUT,
            timeout=seconds,
            check=False,
        ).returncode


def _prepare(target: Target, place: Path) -> None:
    for name in ("inputs", "seeds", "finds"):
        (place / name).mkdir(parents=True, exist_ok=True)
    for number, seed in enumerate(target.seeds()):
        (place / "seeds" / f"{number:03}").write_bytes(seed)
    (place / "words").write_text(dictionary(target.words), encoding="utf-8")


def _files(folder: Path) -> set[Path]:
    return set(folder.iterdir())
