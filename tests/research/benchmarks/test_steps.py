"""TFX's steps and the plain loops do the same work."""

from pathlib import Path

import pytest
import tensorflow as tf

from core.errors import UserError
from core.features import BACKGROUND, IMAGE, IMAGE_ID, LETTER, SPLITS
from research.benchmarks import plain_loops, tfx_steps


@pytest.fixture(scope="module")
def work(letters_folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("work")
    for module in (tfx_steps, plain_loops):
        module.example_gen(letters_folder, folder)
    return folder


def test_both_write_every_photo(work: Path) -> None:
    files = [str(work / "plain" / f"{split}.gz") for split in SPLITS]
    plain = [tf.train.Example.FromString(r) for r in tf.data.TFRecordDataset(files, "GZIP").as_numpy_iterator()]
    tfx = [example for split in SPLITS for example in plain_loops.read_examples(work, split)]
    assert len(plain) == len(tfx) == 132
    assert {len(example.features.feature) for example in (*plain, *tfx)} == {8}


def test_plain_statistics_count_every_value(work: Path) -> None:
    counts = plain_loops.statistics_gen(Path(), work)
    assert sum(counts[split][LETTER]["ы".encode()] for split in SPLITS) == 4
    assert sum(counts[split][BACKGROUND][3] for split in SPLITS) == 33
    assert sum(counts[split][IMAGE].total() for split in SPLITS) == 132
    # Some photos are a pixel larger or smaller, as some real ones are.
    assert 100 < sum(counts[split][IMAGE][(32, 32)] for split in SPLITS) < 132
    assert sum(len(counts[split][IMAGE_ID]) for split in SPLITS) == 132


def test_later_steps_find_what_the_earlier_ones_left(letters_folder: Path, work: Path) -> None:
    for step in ("statistics_gen", "transform", "training_input"):
        getattr(tfx_steps, step)(letters_folder, work)
    for step in ("transform", "training_input"):
        getattr(plain_loops, step)(letters_folder, work)
    assert (work / "plain_graph" / "saved_model.pb").is_file()
    assert {path.name for path in (work / "statistics").iterdir()} == {f"Split-{split}" for split in SPLITS}
    # Each can be measured again in the same folder.
    for step in ("example_gen", "transform"):
        getattr(tfx_steps, step)(letters_folder, work)
    assert len(list(plain_loops.read_examples(work, "train"))) > 80


@pytest.mark.parametrize("step", ["statistics_gen", "transform", "training_input"])
def test_step_without_what_it_reads_is_one_line(step: str, letters_folder: Path, tmp_path: Path) -> None:
    with pytest.raises(UserError, match="nothing of example_gen's there; measure that step first"):
        getattr(tfx_steps, step)(letters_folder, tmp_path)


def test_training_input_without_a_transform_is_one_line(letters_folder: Path, tmp_path: Path) -> None:
    tfx_steps.example_gen(letters_folder, tmp_path)
    with pytest.raises(UserError, match="nothing of transform's there; measure that step first"):
        tfx_steps.training_input(letters_folder, tmp_path)
