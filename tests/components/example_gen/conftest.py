"""Small data folders for the tests of ExampleGen, and a way to run its executor on them."""

import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from components.example_gen.layout import DataLayout
from core.features import CSV_FILE_NAME

HEADER = "letter,label,file,background\n"


@pytest.fixture
def layout_of(tmp_path: Path) -> Callable[[str | bytes], DataLayout]:
    """Makes a data folder of a CSV and the files a.png, b.png, c.png (their content is no image).

    A text lacks the header; bytes are the whole CSV.
    """

    def make(csv: str | bytes) -> DataLayout:
        folder, images = tmp_path / "data", tmp_path / "data" / "images"
        images.mkdir(parents=True)
        for name in "abc":
            (images / f"{name}.png").write_bytes(b"no image")
        (folder / CSV_FILE_NAME).write_bytes(csv if isinstance(csv, bytes) else (HEADER + csv).encode())
        return DataLayout(csv=folder / CSV_FILE_NAME, images=images)

    return make


@pytest.fixture
def copied(letters_folder: Path, tmp_path: Path) -> Path:
    """The generated letters (nested as Kaggle's), to be changed."""
    return Path(shutil.copytree(letters_folder, tmp_path / "letters"))


@pytest.fixture(scope="session")
def generate() -> Callable[..., Any]:
    """Runs ExampleGen's executor with the properties that the component gives it, and returns its artifact."""

    def run(data: Path | list[Path], output: Path, **settings: Any) -> Any:
        from tfx.types import standard_artifacts

        from components.example_gen.component import LetterExampleGen
        from components.example_gen.executor import Executor
        from components.settings import DataSettings
        from core.files import as_place
        from schema.curated import read_labels

        place = as_place(data if isinstance(data, list) else [data])
        component = LetterExampleGen(place, DataSettings(**settings), read_labels(), "digest")
        examples = standard_artifacts.Examples()
        examples.uri = str(output)
        # No Beam arguments: with any, TFX packs itself for remote workers, which takes seconds.
        Executor(Executor.Context()).Do({}, {"examples": [examples]}, dict(component.exec_properties))
        return examples

    return run
