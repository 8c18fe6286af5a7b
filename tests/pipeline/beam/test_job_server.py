"""The whole pipeline at a job server, its stages on workers outside the runner: the same results as on `direct`.

The server is Beam's own of Python, in Flink's place; with Flink none of this was run (docs/scale.md).
"""

from pathlib import Path

import numpy as np
import pytest
import tensorflow as tf
import tensorflow_data_validation as tfdv
import tensorflow_model_analysis as tfma
import tensorflow_transform as tft
from tensorflow_metadata.proto.v0 import statistics_pb2

from tests.pipeline.beam.beam_processes import beam_servers
from tests.pipeline.beam.engine_runs import run_pipeline

pytestmark = [pytest.mark.long, pytest.mark.timeout(2400)]

_SPLITS = ("Split-train", "Split-eval", "Split-test")


@pytest.fixture(scope="module")
def direct_output(tiny_data: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What the pipeline made in this process."""
    output = tmp_path_factory.mktemp("direct") / "output"
    assert run_pipeline(tiny_data, output) == 0
    return output


@pytest.fixture(scope="module")
def outputs(tiny_data: Path, direct_output: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """What the pipeline made in this process, and on workers outside it."""
    folder = tmp_path_factory.mktemp("outside")
    with beam_servers(folder) as servers:
        assert run_pipeline(tiny_data, folder / "output", servers) == 0
        assert (folder / "worker_pool.log").read_text().count("Starting worker") >= 4
    return direct_output, folder / "output"


def _artifact(output: Path, component: str, key: str) -> Path:
    (artifact,) = (output / "artifacts" / component / key).iterdir()
    return artifact


def _records(output: Path, split: str) -> list[bytes]:
    files = sorted(map(str, (_artifact(output, "LetterExampleGen", "examples") / split).glob("*.gz")))
    return sorted(record.numpy() for record in tf.data.TFRecordDataset(files, "GZIP"))


def _statistics(output: Path, split: str) -> statistics_pb2.DatasetFeatureStatistics:
    path = _artifact(output, "StatisticsGen", "statistics") / split / "FeatureStats.pb"
    (statistics,) = tfdv.load_stats_binary(str(path)).datasets
    # In which order features come is that of what was merged first, and means nothing.
    statistics.features.sort(key=lambda feature: list(feature.path.step))
    return statistics


def _transformed(output: Path, records: list[bytes]) -> dict[str, np.ndarray]:
    graph = tft.TFTransformOutput(str(_artifact(output, "Transform", "transform_graph")))
    raw = tf.io.parse_example(records, graph.raw_feature_spec())
    return {key: value.numpy() for key, value in graph.transform_raw_features(raw).items()}


def _metrics(output: Path) -> dict[str, object]:
    result = tfma.load_eval_result(str(_artifact(output, "Evaluator", "evaluation")))
    return {str(slice_key): metrics for slice_key, metrics in result.slicing_metrics}


@pytest.mark.parametrize("split", _SPLITS)
def test_same_records_are_in_the_same_splits(outputs: tuple[Path, Path], split: str) -> None:
    direct, outside = (_records(output, split) for output in outputs)
    assert len(direct) > 100
    assert outside == direct


@pytest.mark.parametrize("split", _SPLITS)
def test_statistics_are_the_same(outputs: tuple[Path, Path], split: str) -> None:
    direct, outside = (_statistics(output, split) for output in outputs)
    assert direct.num_examples > 100
    assert outside == direct


def test_transformed_values_are_the_same(outputs: tuple[Path, Path]) -> None:
    records = _records(outputs[0], "Split-test")
    direct, outside = (_transformed(output, records) for output in outputs)
    assert direct.keys() == outside.keys()
    for key, values in direct.items():
        np.testing.assert_array_equal(outside[key], values)


def test_metrics_of_every_letter_are_the_same(outputs: tuple[Path, Path]) -> None:
    direct, outside = map(_metrics, outputs)
    # Over all, for each letter, each paper, and both.
    assert len(direct) > 33
    assert outside == direct
