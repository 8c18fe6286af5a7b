"""The audit: what is new fails, what was judged passes in that version alone, and no answer is no pass."""

import ast
import json
import re
from pathlib import Path
from typing import Any

import pytest

from core.errors import UserError
from core.project import own_packages
from scripts import audit

ROOT = audit.ROOT
KNOWN = {"CVE-1": {"id": "CVE-1", "package": "left", "version": "1.0", "why": "w", "source": "s"}}


def _vulnerable(name: str = "left", version: str = "1.0", *ids: str) -> dict[str, Any]:
    first, *rest = ids or ("PYSEC-1", "CVE-1")
    vulnerability = {"id": first, "fix_versions": ["2.0"], "aliases": rest, "description": ""}
    return {"name": name, "version": version, "vulns": [vulnerability]}


def _answer(*dependencies: dict[str, Any]) -> audit.Answer:
    return audit.parse_answer(json.dumps({"dependencies": dependencies, "fixes": []}))


def test_new_finding_fails_and_is_named(capsys: pytest.CaptureFixture) -> None:
    assert audit.report(_answer(_vulnerable("right", "3.1", "GHSA-2")), KNOWN) == 1
    assert capsys.readouterr().out.splitlines() == [
        "right 3.1: GHSA-2; fixed in 2.0",
        "audit: 1 new finding(s), 0 in scripts/known_findings.yaml",
    ]


def test_judged_finding_passes_by_any_of_its_names() -> None:
    assert audit.report(_answer(_vulnerable()), KNOWN) == 0


@pytest.mark.parametrize("other", [_vulnerable("left", "1.1"), _vulnerable("right", "1.0")])
def test_judgement_holds_for_its_package_and_version_only(other: dict[str, Any]) -> None:
    assert audit.report(_answer(other), KNOWN) == 1


def test_package_that_could_not_be_looked_up_is_no_pass(capsys: pytest.CaptureFixture) -> None:
    assert audit.report(_answer({"name": "odd", "skip_reason": "not found"}), KNOWN) == 2
    assert capsys.readouterr().err == "audit: not looked up: odd\n"


def test_database_that_skips_everything_is_out_of_reach() -> None:
    # What pip-audit prints, with status 0, where PyPI answers 404 to everything.
    with pytest.raises(UserError, match=r"^audit: not done: the database .* is out of reach"):
        audit.check_reached(_answer({"name": "jinja2", "skip_reason": "Dependency not found on PyPI"}))
    with pytest.raises(UserError, match="out of reach"):
        audit.check_reached(_answer({"name": "jinja2", "version": "2.10", "vulns": []}))
    audit.check_reached(_answer(_vulnerable("jinja2", "2.10")))


@pytest.mark.parametrize("text", ["", "Traceback", "[]", "{}", "null"])
def test_no_answer_is_one_line(text: str) -> None:
    with pytest.raises(UserError, match=r"^audit: not done: pip-audit gave no answer"):
        audit.parse_answer(text)


def test_out_of_reach_is_status_2_and_asks_nothing_more(
    capsys: pytest.CaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = []

    def ask(arguments: list[str]) -> audit.Answer:
        asked.append(arguments)
        return _answer({"name": "jinja2", "skip_reason": "not found"})

    monkeypatch.setattr(audit, "_install", lambda: None)
    monkeypatch.setattr(audit, "_ask", ask)
    assert audit.main() == 2
    assert len(asked) == 1
    told = capsys.readouterr()
    assert (told.out, told.err.count("\n")) == ("", 1)


def test_every_judgement_is_of_a_locked_version_and_says_why() -> None:
    locked = "".join((ROOT / lock).read_text() for lock in audit.LOCKS)
    for name, each in audit.read_known().items():
        assert f"\n{each['package']}=={each['version']} " in locked, f"{name} is out of date"
        assert len(each["why"]) > 40 and each["source"]


@pytest.mark.parametrize("lock", [*audit.LOCKS, "scripts/uv.txt", "scripts/pip_audit.txt"])
def test_every_locked_package_has_a_hash(lock: str) -> None:
    # A requirement goes over several lines, each but the last with a backslash.
    text = re.sub(r"\\\n", "", (ROOT / lock).read_text())
    requirements = [line for line in text.splitlines() if line and not line.lstrip().startswith("#")]
    assert requirements
    assert [line for line in requirements if not re.match(r"[\w.-]+==\S+ .*--hash=sha256:[0-9a-f]{64}", line)] == []


def test_arrow_s_readers_are_not_used() -> None:
    # See pyarrow in scripts/known_findings.yaml.
    taken, modules = set(), {}
    for folder in set(own_packages()) - {"tests"}:
        for path in Path(ROOT / folder).rglob("*.py"):
            nodes = list(ast.walk(ast.parse(path.read_text())))
            for node in nodes:
                if isinstance(node, ast.Import):
                    modules |= {name.asname or name.name: name.name for name in node.names if "pyarrow" in name.name}
                elif isinstance(node, ast.ImportFrom) and (node.module or "").startswith("pyarrow"):
                    taken |= {f"{node.module}.{name.name}" for name in node.names}
            for node in nodes:
                if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id in modules:
                    taken.add(f"{modules[node.value.id]}.{node.attr}")
    taken |= set(modules.values()) - {"pyarrow"}
    schema = {"pyarrow.float32", "pyarrow.schema", "pyarrow.string"}
    assert taken == {"pyarrow.ArrowException", "pyarrow.fs"} | schema
