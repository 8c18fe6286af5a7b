"""What is installed is what was locked: a library that changed under the project is told by a failing test."""

import importlib.metadata
import re
import sysconfig
from pathlib import Path

from packaging.version import Version

LOCK = Path(__file__).resolve().parents[2] / "requirements.lock"


def canonical(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def locked() -> dict[str, str]:
    pins = re.findall(r"^([\w.-]+)(?:\[[\w,-]+\])?==([^\s;\\]+)", LOCK.read_text(encoding="utf-8"), re.MULTILINE)
    return {canonical(name): version for name, version in pins}


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
    assert len(entries) == len(locked())
    assert [entry.split()[0] for entry in entries if "--hash=sha256:" not in entry] == []
