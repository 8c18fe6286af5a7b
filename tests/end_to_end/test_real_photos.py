"""The pipeline on the real photos, where they lie beside the project."""

from pathlib import Path

import pytest

from schema.curated import read_labels
from tests.tiny_run import Result, run_tiny

LABELS = read_labels()

pytestmark = [pytest.mark.long, pytest.mark.timeout(1800)]

REAL_SHARES = ("data.train_share=81", "data.eval_share=9", "data.test_share=10")


@pytest.fixture(scope="module")
def real_run(real_data: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Result]:
    output = tmp_path_factory.mktemp("real") / "output"
    return output, run_tiny(real_data, output, *REAL_SHARES)


def test_real_photos_pass_the_data_check_and_the_model_is_pushed(real_run: tuple[Path, Result]) -> None:
    output, result = real_run
    assert result.status == 0
    assert result.summary["data"]["dropped"] == 0
    assert all(377 <= result.summary["data"]["per_letter"][letter] <= 430 for letter in LABELS)
    assert (output / "serving_model" / "1" / "saved_model.pb").is_file()


def test_unchanged_real_photos_are_answered_from_the_cache(real_run: tuple[Path, Result], real_data: Path) -> None:
    again = run_tiny(real_data, real_run[0], *REAL_SHARES)
    assert again.ran == {"Baseline"}
    assert again.summary["test"] == real_run[1].summary["test"]


def test_crippled_model_of_real_photos_is_not_pushed(real_run: tuple[Path, Result], real_data: Path) -> None:
    crippled = run_tiny(
        real_data, real_run[0], *REAL_SHARES, "train.learning_rate=1e-12", "evaluation.min_accuracy=0.5"
    )
    assert crippled.status == 3
    assert crippled.summary["pushed_model"] is None
