"""Looks the locked versions up in the database of known vulnerabilities: `make audit`."""

import json
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import yaml

from console.command import ExitStatus, command_main, one_line_errors
from core.errors import UserError
from core.project import ROOT

LOCKS = tuple(f"locks/{lock.name}" for lock in sorted((ROOT / "locks").glob("*.lock")))
KNOWN = ROOT / "scripts" / "known_findings.yaml"
# pip-audit's own versions and hashes; an environment of its own, since it wants other versions than TFX.
_TOOL = ROOT / "scripts" / "pip_audit.txt"
_ENVIRONMENT = ROOT / ".venv" / "audit"
# Vulnerable for certain: where this is not found, the database was not reached, whatever pip-audit says.
_CANARY = "jinja2==2.10"


class Finding(NamedTuple):
    """A vulnerability of a package's locked version: its id and its aliases, and the versions without it."""

    package: str
    version: str
    names: tuple[str, ...]
    fixed: tuple[str, ...]


class Answer(NamedTuple):
    """What pip-audit found, and the packages that it could not look up."""

    findings: set[Finding]
    skipped: set[str]


def parse_answer(text: str) -> Answer:
    """Returns what pip-audit printed as JSON.

    Raises:
        UserError: If it printed none, as where it cannot reach its database.
    """
    try:
        dependencies: list[dict[str, Any]] = json.loads(text)["dependencies"]
    except (ValueError, KeyError, TypeError):
        why = "pip-audit gave no answer; is the database of vulnerabilities within reach?"
        raise UserError(f"audit: not done: {why}") from None
    findings = {
        Finding(each["name"], each["version"], (v["id"], *sorted(v["aliases"])), tuple(v["fix_versions"]))
        for each in dependencies
        for v in each.get("vulns", [])
    }
    return Answer(findings, {each["name"] for each in dependencies if "skip_reason" in each})


def read_known(path: Path = KNOWN) -> dict[str, Mapping[str, str]]:
    """Returns the findings that a person has judged, by id."""
    return {each["id"]: each for each in yaml.safe_load(path.read_text(encoding="utf-8"))}


def report(answer: Answer, known: Mapping[str, Mapping[str, str]]) -> int:
    """Prints what was found, and returns the exit status: 1 where something is new.

    What a person has judged is known in one version of one package: in another it is new.
    """
    judged = {(name, each["package"], each["version"]) for name, each in known.items()}
    new = [f for f in sorted(answer.findings) if not any((name, f.package, f.version) in judged for name in f.names)]
    for each in new:
        fixed = ", ".join(each.fixed) or "no version"
        print(f"{each.package} {each.version}: {', '.join(each.names)}; fixed in {fixed}")
    print(f"audit: {len(new)} new finding(s), {len(answer.findings) - len(new)} in scripts/{KNOWN.name}")
    if new:
        return ExitStatus.FAILED
    if answer.skipped:
        print(f"audit: not looked up: {', '.join(sorted(answer.skipped))}", file=sys.stderr)
        return ExitStatus.USER_ERROR
    return ExitStatus.DONE


def check_reached(canary: Answer) -> None:
    """Checks by a package that is known to be vulnerable that the database was asked.

    Raises:
        UserError: If it was not: pip-audit passes, with status 0, over what its database does not have.
    """
    if not canary.findings:
        raise UserError(
            f"audit: not done: the database of vulnerabilities is out of reach (it knows nothing of {_CANARY}); "
            "run it where https://pypi.org/pypi/<name>/<version>/json is served"
        )


@one_line_errors
def main() -> int:
    """Audits the lock files, and returns the exit status; see `report`, and 2 where the database is out of reach."""
    _install()
    with tempfile.TemporaryDirectory() as folder:
        canary = Path(folder) / "canary.txt"
        canary.write_text(_CANARY + "\n", encoding="utf-8")
        # First, so that nothing asks for hundreds of packages where nobody answers.
        check_reached(_ask(["--no-deps", "--requirement", str(canary)]))
    locks = [_ask(["--require-hashes", "--requirement", str(ROOT / lock)]) for lock in LOCKS]
    findings, skipped = (set().union(*parts) for parts in zip(*locks, strict=True))
    return report(Answer(findings, skipped), read_known())


def _install() -> None:
    uv, python = str(ROOT / ".venv" / "uv" / "bin" / "uv"), str(_ENVIRONMENT / "bin" / "python")
    base = str(ROOT / ".venv" / "bin" / "python")
    make = [uv, "venv", "--quiet", "--allow-existing", "--python", base, str(_ENVIRONMENT)]
    sync = [uv, "pip", "sync", "--quiet", "--require-hashes", "--python", python, str(_TOOL)]
    try:
        for command in (make, sync):
            subprocess.run(command, check=True, capture_output=True)
    except (OSError, subprocess.CalledProcessError):
        raise UserError("audit: not done: pip-audit could not be installed; is PyPI within reach?") from None


def _ask(arguments: Sequence[str]) -> Answer:
    tool = [str(_ENVIRONMENT / "bin" / "pip-audit"), "--disable-pip", "--progress-spinner", "off", "--format", "json"]
    done = subprocess.run([*tool, *arguments], capture_output=True, text=True, check=False)
    return parse_answer(done.stdout)


if __name__ == "__main__":
    sys.exit(command_main(main))
