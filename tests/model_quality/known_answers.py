"""SavedModels whose answers are known beforehand, and TFX's Evaluator over them, as the pipeline runs it."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import tensorflow as tf
from tfx.types import standard_artifacts

from components.inspector.robustness import Robustness
from components.settings import EvaluationSettings
from components.test_result import TestResult, read_test_result
from core.features import BACKGROUND, IMAGE, LABEL, LETTER
from tests.component_runs import EVALUATION, run_evaluator
from tests.model_fixtures import artifact

ALPHABET = ("а", "б", "ё", "й", "щ")
PER_LETTER = 20


class Oracle(tf.Module):
    """Knows every letter but, of some, a few photos; it names the letter before instead, or answers NaN to all."""

    def __init__(self, misread: dict[str, int], not_a_number: bool = False):
        super().__init__()
        self.misread = tf.constant([misread.get(letter, 0) for letter in ALPHABET], tf.int64)
        self.factor = float("nan") if not_a_number else 1.0

    @tf.function(input_signature=[tf.TensorSpec([None], tf.string, name="examples")])
    def answer(self, examples: tf.Tensor) -> dict[str, tf.Tensor]:
        parsed = tf.io.parse_example(examples, {IMAGE: tf.io.FixedLenFeature([], tf.string)})
        # In place of a photo: its class id and its number among the letter's.
        known = tf.strings.to_number(tf.strings.split(parsed[IMAGE], ",").to_tensor(), tf.int64)
        class_ids, numbers = known[:, 0], known[:, 1]
        wrong = tf.cast(numbers < tf.gather(self.misread, class_ids), tf.int64)
        return {"probabilities": self.factor * tf.one_hot((class_ids - wrong) % len(ALPHABET), len(ALPHABET))}


def save_oracle(folder: Path, misread: dict[str, int] | None = None, not_a_number: bool = False) -> Any:
    """Returns the Model artifact of an oracle."""
    oracle = Oracle(misread or {}, not_a_number)
    tf.saved_model.save(oracle, str(folder / "Format-Serving"), signatures={"serving_examples": oracle.answer})
    return artifact(standard_artifacts.Model, folder)


def evaluate(
    folder: Path,
    settings: EvaluationSettings,
    model: Any,
    baseline: Any = None,
    *,
    robustness: Sequence[Robustness] = (),
) -> tuple[Any, TestResult, TestResult | None]:
    """Returns the blessing, and what was found of the candidate and of the baseline."""
    examples = [_example(class_id, number) for class_id in range(len(ALPHABET)) for number in range(PER_LETTER)]
    blessing = run_evaluator(folder, settings, examples, model, baseline, labels=ALPHABET, robustness=robustness)
    result = read_test_result(str(folder / EVALUATION))
    return blessing, result, result.baseline


def _example(class_id: int, number: int) -> tf.train.Example:
    texts = {IMAGE: f"{class_id},{number}", LETTER: ALPHABET[class_id]}
    values = {
        key: tf.train.Feature(bytes_list=tf.train.BytesList(value=[text.encode()])) for key, text in texts.items()
    } | {
        key: tf.train.Feature(int64_list=tf.train.Int64List(value=[value]))
        for key, value in ((LABEL, class_id), (BACKGROUND, number % 4))
    }
    return tf.train.Example(features=tf.train.Features(feature=values))
