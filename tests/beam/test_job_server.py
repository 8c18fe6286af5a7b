"""The whole pipeline at a job server, its stages on workers outside the runner: the same results, and clear endings.

The server is Beam's own of Python, which needs no Java; with Flink behind it none of this was run (docs/scale.md).
"""

import operator
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import apache_beam as beam
import numpy as np
import pytest
import tensorflow as tf
import tensorflow_data_validation as tfdv
import tensorflow_model_analysis as tfma
import tensorflow_transform as tft
from beam_processes import Servers, beam_servers, children

from components.errors import UserError
from components.settings import BeamSettings
from pipeline.beam import local_args
from pipeline.beam_loss import loss_told
from pipeline.config import with_overrides
from pipeline.recipes import sample
from pipeline.run import Request, run
from sample.writer import write_sample

pytestmark = [pytest.mark.long, pytest.mark.timeout(2400)]

_ROOT = Path(__file__).resolve().parent.parent.parent
_SPLITS = ("Split-train", "Split-eval", "Split-test")
# As in tests/end_to_end/tiny_run.py.
_PER_LETTER = 30
_TINY = (
    "data.train_share=2",
    "data.eval_share=1",
    "data.test_share=1",
    "model.stem_width=4",
    "model.stage_widths=4,8",
    "train.epochs=2",
    "evaluation.min_accuracy=0",
    "evaluation.min_letter_accuracy=0",
    "evaluation.max_accuracy_drop=1",
)


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_sample(tmp_path_factory.mktemp("beam") / "data", per_letter=_PER_LETTER)


@pytest.fixture
def servers(tmp_path: Path) -> Iterator[Servers]:
    with beam_servers(tmp_path) as started:
        yield started


@pytest.fixture(scope="module")
def outputs(data: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """Outputs of the pipeline in this process, and on workers outside it."""
    folder = tmp_path_factory.mktemp("outputs")
    assert _run(data, folder / "direct") == 0
    with beam_servers(folder) as servers:
        assert _run(data, folder / "outside", "beam.engine=flink", f"beam.options={','.join(servers.options)}") == 0
        assert "Starting worker" in (folder / "worker_pool.log").read_text()
    return folder / "direct", folder / "outside"


def _run(data: Path, output: Path, *overrides: str) -> int:
    return run(Request(with_overrides(sample(), [*_TINY, *overrides]), data, output))


def _artifact(output: Path, component: str, key: str) -> Path:
    (artifact,) = (output / "artifacts" / component / key).iterdir()
    return artifact


def _records(output: Path, split: str) -> list[bytes]:
    files = sorted(map(str, (_artifact(output, "LetterExampleGen", "examples") / split).glob("*.gz")))
    return sorted(record.numpy() for record in tf.data.TFRecordDataset(files, "GZIP"))


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
    direct, outside = (
        tfdv.load_stats_binary(str(_artifact(output, "StatisticsGen", "statistics") / split / "FeatureStats.pb"))
        for output in outputs
    )
    assert direct.datasets[0].num_examples > 100
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


def test_lost_job_server_is_one_line_and_a_run_afterwards_completes(
    data: Path, tmp_path: Path, servers: Servers
) -> None:
    output = tmp_path / "output"
    sets = [word for override in _TINY for word in ("--set", override)]
    options = [word for option in servers.options for word in ("--beam-option", option)]
    command = [sys.executable, "local_runner.py", "--data", str(data), "--output", str(output), *sets]
    with (tmp_path / "err").open("w") as err:
        running = subprocess.Popen(
            [*command, "--recipe", "sample", "--beam", "flink", *options],
            cwd=_ROOT,
            stdout=subprocess.DEVNULL,
            stderr=err,
        )
        while not children(servers.worker_pool) and running.poll() is None:
            time.sleep(0.1)
        servers.job_server.send_signal(signal.SIGKILL)
        status = running.wait(300)
    told = (tmp_path / "err").read_text()
    assert (status, told.count("Traceback")) == (2, 0)
    assert told.count("--beam flink: the job server was lost in the middle of a job (UNAVAILABLE); look at") == 1
    assert not (output / "serving_model").exists()
    assert _run(data, output) == 0
    assert (output / "serving_model" / "1" / "saved_model.pb").exists()


def test_job_that_fails_on_a_worker_is_one_line(servers: Servers) -> None:
    args = local_args(BeamSettings(engine="flink", options=servers.options))
    with pytest.raises(UserError) as told, loss_told("flink"), beam.Pipeline(argv=list(args)) as pipeline:
        pipeline | beam.Create(["no number"]) | beam.Map(operator.index)
    assert str(told.value).startswith("--beam flink: the engine gave up a job (FAILED: ")
    assert str(told.value).endswith("); look at its log, then run again: what is done is kept")
    assert "\n" not in str(told.value)
