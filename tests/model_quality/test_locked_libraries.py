"""What is installed is what was locked: a library that changed under the project is told by a failing test."""

import importlib.metadata
import re
import sys
import sysconfig

from packaging.requirements import Requirement
from packaging.version import Version

from core.project import ROOT

_LEG = "1.16" if sys.version_info < (3, 11) else "1.21"
LOCK = ROOT / "locks" / f"tfx-{_LEG}.lock"


def canonical(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def locked() -> dict[str, str]:
    lines = re.findall(r"^[a-z0-9][^\\\n]+==[^\\\n]+", LOCK.read_text(encoding="utf-8"), re.MULTILINE | re.IGNORECASE)
    pins = [Requirement(line) for line in lines]
    here = [pin for pin in pins if pin.marker is None or pin.marker.evaluate()]
    return {canonical(pin.name): str(pin.specifier).removeprefix("==") for pin in here}


def installed() -> dict[str, str]:
    # The environment's own only: setuptools puts libraries that it brings along on the path too.
    found = importlib.metadata.distributions(path=[sysconfig.get_paths()["purelib"]])
    return {canonical(each.name): each.version for each in found}


def test_every_installed_library_has_the_locked_version() -> None:
    pins, found = locked(), installed()
    assert len(pins) > 100
    others = {name: version for name, version in found.items() if Version(pins.get(name, version)) != Version(version)}
    assert others == {}


def test_the_libraries_that_decide_a_result_are_locked_and_installed() -> None:
    decisive = {"tfx", "tensorflow", "keras", "tensorflow-transform", "tensorflow-model-analysis", "apache-beam"}
    assert decisive <= set(locked()) & set(installed())


def test_every_pin_has_a_hash() -> None:
    text = LOCK.read_text(encoding="utf-8")
    entries = re.split(r"^(?=[\w.-]+(?:\[[\w,-]+\])?==)", text, flags=re.MULTILINE)[1:]
    assert len(entries) >= len(locked())
    assert [entry.split()[0] for entry in entries if "--hash=sha256:" not in entry] == []
