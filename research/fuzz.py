"""Coverage-guided fuzzing of what reads files that strangers made: atheris drives the property tests of hypothesis.

`python -m research.fuzz` fuzzes every test of `PROPERTIES`, each in a process of its own, and ends with 1 where one
fell; `python -m research.fuzz TEST FILE` tries again what was found. With the Python of `.venv/fuzz`, which has
atheris (`make fuzz`). By hypothesis's `fuzz_one_input`, which makes a test's arguments from the fuzzer's bytes.
"""

import argparse
import importlib
import logging
import subprocess
import sys
import warnings
from collections.abc import Sequence
from functools import partial
from pathlib import Path

from console.command import ExitStatus, command_main
from console.flags import OneLineParser, local_path, whole_number
from core.project import ROOT

PROPERTIES = "tests.hostile.test_fuzzed_data"
# Of one input, and of the process.
_INPUT_SECONDS = 10
_PROCESS_MB = 1024


def main(arguments: Sequence[str]) -> int:
    """Fuzzes, and returns the exit status."""
    parser: argparse.ArgumentParser = OneLineParser(prog="python -m research.fuzz", allow_abbrev=False)
    parser.add_argument("test", nargs="?", help=f"one test of {PROPERTIES}; all of them where it is left out")
    parser.add_argument("file", nargs="*", help="what libFuzzer takes: an input that is tried again, or its own flags")
    parser.add_argument("--seconds", type=partial(whole_number, least=1), default=1800, help="for all tests together")
    parser.add_argument("--folder", type=local_path, default=ROOT / "output" / "fuzz", help="keeps inputs and finds")
    parser.add_argument("--module", default=PROPERTIES, help="where the tests are")
    flags = parser.parse_args(arguments)
    if flags.test:
        drive(flags.module, flags.test, flags.file)
    return fuzz_all(flags.module, flags.seconds, flags.folder.resolve())


def fuzz_all(module: str, seconds: int, folder: Path) -> int:
    """Fuzzes every property test of a module, by its dotted name, in turn; returns the exit status.

    The seconds are for all of them; the folder keeps inputs, which a later run goes on from, and what tests fell by.
    """
    tests = sorted(name for name, each in vars(importlib.import_module(module)).items() if hasattr(each, "hypothesis"))
    fallen = []
    for test in tests:
        inputs, finds = folder / test / "inputs", folder / test / "finds"
        for place in (inputs, finds):
            place.mkdir(parents=True, exist_ok=True)
        limits = [f"-max_total_time={seconds // len(tests)}", f"-timeout={_INPUT_SECONDS}"]
        limits += [f"-rss_limit_mb={_PROCESS_MB}", f"-artifact_prefix={finds}/", "-print_final_stats=1"]
        command = [sys.executable, "-m", "research.fuzz", f"--module={module}", test, "--", *limits, str(inputs)]
        if subprocess.run(command, cwd=ROOT, check=False).returncode:
            fallen.append(test)
    print(f"{len(tests)} tests fuzzed; {'fallen: ' + ', '.join(fallen) if fallen else 'none fell'}")
    return ExitStatus.FAILED if fallen else ExitStatus.DONE


def drive(module: str, test: str, words: Sequence[str]) -> None:
    """Hands one property test to libFuzzer, which ends the process: with a status other than 0 where the test fell."""
    import atheris  # Only where it is installed: see scripts/set_up_fuzz.sh.

    warnings.filterwarnings("ignore")
    logging.disable()
    # What is under test, and Pillow, whose parsers decide how far an image gets.
    with atheris.instrument_imports(include=["components", "pipeline", "PIL"], enable_loader_override=False):
        import PIL.Image

        # Imports all of its readers, which it else does with the first file that is no common one.
        PIL.Image.init()
        function = getattr(importlib.import_module(module), test)
    atheris.Setup([test, *words], function.hypothesis.fuzz_one_input)
    atheris.Fuzz()


if __name__ == "__main__":
    sys.exit(command_main(lambda: main(sys.argv[1:])))
