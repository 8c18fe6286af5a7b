"""The Evaluator's verdict in words, from TFX's own Evaluator over answers that are known beforehand."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest
import tensorflow as tf
from tfx.types import standard_artifacts

from components.settings import EvaluationSettings
from components.test_result import read_test_result
from core.accuracy import Accuracy
from core.columns import slice_columns
from core.features import BACKGROUND, BACKGROUNDS, IMAGE, LABEL, LETTER
from tests.component_runs import EVALUATION, run_evaluator
from tests.model_fixtures import artifact

ALPHABET = ("а", "б", "ё", "й", "5")
SETTINGS = EvaluationSettings(min_accuracy=0.6, min_letter_accuracy=0.6, max_accuracy_drop=0.01)
PER_LETTER = 2
PHOTOS = PER_LETTER * len(ALPHABET)


class _Parrot(tf.Module):
    """Says the class that stands in the image's place, or else the one before; another knows only the first letter."""

    def __init__(self, only_first: bool):
        super().__init__()
        self.only_first = only_first

    @tf.function(input_signature=[tf.TensorSpec([None], tf.string, name="examples")])
    def answer(self, examples: tf.Tensor) -> dict[str, tf.Tensor]:
        parsed = tf.io.parse_example(examples, {IMAGE: tf.io.FixedLenFeature([], tf.string)})
        said = tf.strings.to_number(parsed[IMAGE], tf.int64)
        said = said * 0 if self.only_first else said
        before = tf.one_hot((said - 1) % len(ALPHABET), len(ALPHABET))
        return {"probabilities": 0.75 * tf.one_hot(said, len(ALPHABET)) + 0.25 * before}


@pytest.fixture(scope="module")
def parrots(tmp_path_factory: pytest.TempPathFactory) -> list[Any]:
    models = []
    for only_first in (False, True):
        folder = tmp_path_factory.mktemp("parrot")
        parrot = _Parrot(only_first)
        tf.saved_model.save(parrot, str(folder / "Format-Serving"), signatures={"serving_examples": parrot.answer})
        models.append(artifact(standard_artifacts.Model, folder))
    return models


def _example(class_id: int, said: int, paper: int) -> tf.train.Example:
    values = {
        IMAGE: tf.train.Feature(bytes_list=tf.train.BytesList(value=[str(said).encode()])),
        LETTER: tf.train.Feature(bytes_list=tf.train.BytesList(value=[ALPHABET[class_id].encode()])),
        LABEL: tf.train.Feature(int64_list=tf.train.Int64List(value=[class_id])),
        BACKGROUND: tf.train.Feature(int64_list=tf.train.Int64List(value=[paper])),
    }
    return tf.train.Example(features=tf.train.Features(feature=values))


def _examples(wrong: dict[str, int] | None = None, without: str = "") -> list[tf.train.Example]:
    """Two photos of each letter, on plain and on graph paper; `wrong` many of a letter are misread."""
    found = []
    for class_id, letter in enumerate(ALPHABET):
        for number in range(0 if letter in without else PER_LETTER):
            misread = number < (wrong or {}).get(letter, 0)
            found.append(_example(class_id, (class_id + misread) % len(ALPHABET), 2 + number))
    return found


def _evaluate(folder: Path, examples: list[Any], model: Any, baseline: Any = None) -> tuple[str, bool]:
    """Runs TFX's Evaluator as the pipeline does; returns the evaluation's folder and whether it blessed."""
    blessing = run_evaluator(folder, SETTINGS, examples, model, baseline, labels=ALPHABET)
    return str(folder / EVALUATION), blessing.get_int_custom_property("blessed") == 1


def test_good_model_is_blessed_and_measured_by_letter_and_paper(
    parrots: list[Any], tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    # Half right is below a letter's bound, so the only misread photo is one of a letter with four.
    examples = [*_examples({"ё": 1}), *(_example(2, 2, 2) for _ in range(2))]
    evaluation, blessed = _evaluate(tmp_path, examples, parrots[0])
    result = read_test_result(evaluation)
    assert blessed
    assert result.reasons == []
    assert result.overall == Accuracy(pytest.approx((PHOTOS + 1) / (PHOTOS + 2)), PHOTOS + 2)
    assert list(result.per_letter) == list(ALPHABET)
    others = dict(result.per_letter)
    assert others.pop("ё") == Accuracy(pytest.approx(0.75), 4)
    assert set(others.values()) == {Accuracy(1.0, PER_LETTER)}
    paper, writer, source = slice_columns()
    papers, both = result.per_value(paper), result.per_letter_and_value(paper)
    assert list(papers) == [BACKGROUNDS[2], BACKGROUNDS[3]]
    assert papers[BACKGROUNDS[2]] == Accuracy(pytest.approx(6 / 7), 7)
    assert papers[BACKGROUNDS[3]] == Accuracy(1.0, 5)
    assert both["ё", BACKGROUNDS[2]] == Accuracy(pytest.approx(2 / 3), 3)
    assert len(both) == 2 * len(ALPHABET)
    assert result.per_value(writer) == result.per_value(source) == {}
    expected = np.diag(np.full(len(ALPHABET), PER_LETTER))
    expected[2, 2:4] = (3, 1)
    np.testing.assert_array_equal(result.confusion, expected)
    assert result.top_2 == Accuracy(1.0, PHOTOS + 2)
    assert result.baseline is None
    assert [each.rule.is_change for each in result.judged].count(True) == 0
    assert all(each.met for each in result.judged)
    assert "Fail to find" not in "".join(capfd.readouterr())


def test_bad_letters_and_a_missing_one_block_and_are_named(parrots: list[Any], tmp_path: Path) -> None:
    examples = _examples({"5": 1, "ё": 2}, without="й")
    evaluation, blessed = _evaluate(tmp_path, examples, parrots[0])
    result = read_test_result(evaluation)
    assert not blessed
    assert result.overall.value == pytest.approx(5 / 8)
    assert result.reasons == [
        "accuracy of 2 letter(s) is below 0.6: ё 0.000, 5 0.500",
        "no test photo of й",
    ]
    assert "й" not in result.per_letter
    missed = {each.what: each.value for each in result.judged if not each.met}
    assert missed == {"accuracy of ё": 0.0, "accuracy of й": None, "accuracy of 5": 0.5}


def test_missing_letter_alone_blocks(parrots: list[Any], tmp_path: Path) -> None:
    evaluation, blessed = _evaluate(tmp_path, _examples(without="й5"), parrots[0])
    assert not blessed
    assert read_test_result(evaluation).reasons == ["no test photo of й 5"]


def test_candidate_s_figures_are_read_beside_a_baseline(parrots: list[Any], tmp_path: Path) -> None:
    evaluation, blessed = _evaluate(tmp_path / "better", _examples(), parrots[0], parrots[1])
    assert blessed
    better = read_test_result(evaluation)
    assert better.overall == Accuracy(1.0, PHOTOS)
    assert better.confusion.diagonal().tolist() == [PER_LETTER] * len(ALPHABET)
    baseline = better.baseline
    assert baseline is not None
    assert baseline.overall == Accuracy(pytest.approx(1 / 5), PHOTOS)
    assert [letter for letter, accuracy in baseline.per_letter.items() if accuracy.value] == [ALPHABET[0]]
    assert baseline.top_2 == Accuracy(pytest.approx(2 / 5), PHOTOS)
    assert baseline.confusion[:, 0].tolist() == [PER_LETTER] * len(ALPHABET)
    evaluation, blessed = _evaluate(tmp_path / "worse", _examples(), parrots[1], parrots[0])
    result = read_test_result(evaluation)
    assert not blessed
    assert result.overall == Accuracy(pytest.approx(1 / 5), PHOTOS)
    overall, drop, letters = result.reasons
    assert overall == "accuracy is 0.2000, below 0.6"
    assert drop == "accuracy is 0.8000 lower than the baseline's, over 0.01"
    assert letters == "accuracy of 4 letter(s) is below 0.6: б 0.000, ё 0.000, й 0.000, 5 0.000"


@pytest.mark.parametrize(
    ("right", "photos", "low", "high"),
    # Wilson's closed formula with z = 1.959964, worked out apart from SciPy.
    [
        (1395, 1419, 0.9749566, 0.9886083),
        (8, 10, 0.4901625, 0.9433178),
        (0, 10, 0.0, 0.2775328),
        (10, 10, 0.7224672, 1),
    ],
)
def test_wilson_interval(right: int, photos: int, low: float, high: float) -> None:
    assert Accuracy(right / photos, photos).interval_95() == pytest.approx((low, high), abs=1e-6)
