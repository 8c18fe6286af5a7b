"""What gets into the image: all that the pods run, and nothing else that may lie around."""

import ast
from pathlib import Path

import pytest

from tests.image_files import PACKAGES, ROOT, copied_from_context, let_in, run_in_pods, setup_keywords

NEVER_IN_CONTEXT = (
    ".git/config",
    ".venv/bin/python",
    ".env",
    "research/benchmarks/accuracy.py",
    "credentials.json",
    "data/russian-handwritten-letters/all_letters_info.csv",
    "data/sample/all_letters_image/all_letters_image/01_01.png",
    "id_rsa",
    "output/serving_model/1/saved_model.pb",
    "output/photos/summary.json",
    "tests/test_image.py",
    # Strays in folders of which other files are let in.
    "components/.env",
    "components/__pycache__/letters.cpython-310.pyc",
    "components/data/01_01.png",
    "pipeline/kubeflow/service-account.json",
    "report/templates/.page.html.swp",
    "sample/output/summary.json",
    "schema/.git/config",
    "scripts/kaggle.json",
)


def test_every_module_that_pods_run_is_copied() -> None:
    files = {path.relative_to(ROOT) for path in run_in_pods()}
    # Found at all, by import and by string.
    assert {Path("pipeline/pipeline.py"), Path("components/trainer/run.py")} <= files
    copied = copied_from_context()
    assert sorted(str(file) for file in files if file.parts[0] not in copied or not let_in(file.as_posix())) == []


def test_data_of_packages_are_let_in() -> None:
    patterns = ast.literal_eval(setup_keywords()["package_data"])
    copied = copied_from_context()
    files = [
        file.relative_to(ROOT).as_posix()
        for package, globs in patterns.items()
        for glob in globs
        for file in (ROOT / package).glob(glob)
        if package in copied
    ]
    assert "schema/schema.pbtxt" in files
    assert [file for file in files if not let_in(file)] == []


def test_what_is_copied_exists_and_is_let_in() -> None:
    copied = copied_from_context()
    assert [name for name in copied if not (ROOT / name).exists()] == []
    files = [name for name in copied if (ROOT / name).is_file()]
    assert [name for name in files if not let_in(name)] == []
    assert copied - set(files) <= PACKAGES


@pytest.mark.parametrize("path", NEVER_IN_CONTEXT)
def test_photos_outputs_history_and_secrets_stay_out(path: str) -> None:
    assert not let_in(path)


def test_only_kinds_of_files_that_pods_read_are_let_in() -> None:
    files = [file for name in copied_from_context() for file in (ROOT / name).rglob("*") if file.is_file()]
    entering = [file for file in files if let_in(file.relative_to(ROOT).as_posix())]
    assert {file.suffix for file in entering} <= {".py", ".html", ".css", ".js", ".md", ".txt", ".pbtxt", ".npz"}
