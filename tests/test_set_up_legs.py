"""Which TFX a machine gets, by its C library and its Pythons, and what is said where the wanted one cannot be had."""

import subprocess
from pathlib import Path

import pytest

from core.project import ROOT

PRINT_UNAME = "case $1 in -s) echo {system} ;; -m) echo {processor} ;; esac"


@pytest.fixture
def machine(tmp_path: Path) -> Path:
    """A PATH of its own: Debian 13 on amd64 with Python 3.13."""
    for name in ("sort", "head", "cut", "dirname", "bash"):
        real = next(path for path in (Path("/usr/bin") / name, Path("/bin") / name) if path.exists())
        (tmp_path / name).symlink_to(real)
    program(tmp_path, "uname", PRINT_UNAME.format(system="Linux", processor="x86_64"))
    program(tmp_path, "getconf", "echo glibc 2.41")
    # Says yes to whatever it is asked, as a Python of the wanted version does.
    program(tmp_path, "python3.13", "exit 0")
    return tmp_path


def program(folder: Path, name: str, text: str) -> None:
    (folder / name).write_text(f"#!/bin/sh\n{text}\n")
    (folder / name).chmod(0o755)


def bash(machine: Path, *words: str, **variables: str) -> subprocess.CompletedProcess[str]:
    environment = {"PATH": str(machine), "HOME": str(machine), "PYENV_ROOT": str(machine / "none"), **variables}
    return subprocess.run(
        ["/bin/bash", *words], cwd=ROOT, env=environment, capture_output=True, text=True, check=False, timeout=60
    )


def chosen(machine: Path) -> str:
    return bash(machine, "-euc", ". scripts/legs.sh; choose_leg").stdout.strip()


def test_new_c_library_and_new_python_get_the_new_leg(machine: Path) -> None:
    assert chosen(machine) == "1.21"


@pytest.mark.parametrize("libc", ["glibc 2.36", "glibc 2.4", ""])
def test_old_or_unknown_c_library_gets_the_old_leg(machine: Path, libc: str) -> None:
    program(machine, "getconf", f"echo {libc}")
    assert chosen(machine) == "1.16"


def test_no_new_python_gets_the_old_leg(machine: Path) -> None:
    # A shim without a Python behind it, as pyenv leaves.
    program(machine, "python3.13", "exit 127")
    if others := pythons_beside_the_path():
        pytest.skip(f"the set-up would find {others[0]} here, which a test cannot hide")
    assert chosen(machine) == "1.16"


def pythons_beside_the_path() -> list[Path]:
    places = [Path("/usr/local/bin"), *Path("/opt").glob("*/bin")]
    return [
        place / name for place in places for minor in (11, 12, 13) if (place / (name := f"python3.{minor}")).exists()
    ]


@pytest.mark.parametrize(
    ("system", "processor", "leg"),
    [("Darwin", "arm64", "1.21"), ("Darwin", "x86_64", "1.16"), ("Linux", "aarch64", "1.16")],
)
def test_wheels_of_the_new_leg_are_for_macos_on_arm_and_linux_on_amd64(
    machine: Path, system: str, processor: str, leg: str
) -> None:
    program(machine, "uname", PRINT_UNAME.format(system=system, processor=processor))
    assert chosen(machine) == leg


@pytest.mark.parametrize(
    ("variables", "complaint"),
    [
        ({"TFX": "2"}, "set-up: TFX=2 is none of 1.16 and 1.21"),
        (
            {"TFX": "1.21", "PYTHON_VERSION": "3.10"},
            "set-up: TFX 1.21 runs on Python 3.13, 3.12, 3.11, not on PYTHON_VERSION=3.10",
        ),
        ({"TFX": "1.16", "PYTHON_VERSION": "3.13"}, "set-up: TFX 1.16 runs on Python 3.10, not on PYTHON_VERSION=3.13"),
    ],
)
def test_what_cannot_be_is_refused_in_one_line(machine: Path, variables: dict[str, str], complaint: str) -> None:
    done = bash(machine, "scripts/set_up.sh", **variables)
    assert (done.returncode, done.stderr, done.stdout) == (2, f"{complaint}\n", "")


def test_new_leg_is_refused_where_the_c_library_is_too_old(machine: Path) -> None:
    program(machine, "getconf", "echo glibc 2.36")
    done = bash(machine, "scripts/set_up.sh", TFX="1.21")
    assert (done.returncode, done.stderr) == (
        2,
        "set-up: TFX 1.21 cannot be had here: it needs glibc 2.39 or newer (Debian 13, Ubuntu 24.04), "
        "and this machine has 2.36; leave TFX= away for TFX 1.16\n",
    )


def test_every_leg_has_its_lock_file(machine: Path) -> None:
    locks = bash(machine, "-euc", ". scripts/legs.sh; lock_of 1.16; lock_of 1.21").stdout.split()
    assert len(locks) == 2
    assert [lock for lock in locks if not (ROOT / lock).is_file()] == []
