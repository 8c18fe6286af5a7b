"""What of a run TFX's cache key sees."""

import os

import pytest
from google.protobuf.message import Message
from tfx.dsl.compiler.compiler import Compiler
from tfx.dsl.compiler.placeholder_utils import ResolutionContext, resolve_placeholder_expression
from tfx.orchestration.portable.data_types import ExecutionInfo
from tfx.proto.orchestration.executable_spec_pb2 import BeamExecutableSpec
from tfx.proto.orchestration.pipeline_pb2 import IntermediateDeploymentConfig

from components.settings import BeamSettings
from pipeline.beam.engines import DIRECT_ARGS, local_args
from pipeline.local.execute import keep_out_of_cache_key
from pipeline.pipeline import create_pipeline
from pipeline.places import Places
from tests.tiny_run import tiny_config


def _executors(beam_args: tuple[str, ...]) -> dict[str, Message]:
    """Returns what the key sees of how the components run."""
    pipeline = create_pipeline(tiny_config(), Places("d", "r", "s", "t", "schema/schema.pbtxt"), enable_cache=True)
    keep_out_of_cache_key(pipeline, beam_args)
    config = IntermediateDeploymentConfig()
    Compiler().compile(pipeline).deployment_config.Unpack(config)
    return dict(config.executor_specs)


@pytest.fixture(autouse=True)
def environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "environ", dict(os.environ))


def test_beams_options_are_no_part_of_the_cache_key_and_reach_beam() -> None:
    flink = local_args(BeamSettings(engine="flink", options=("parallelism=2",)))
    direct = _executors(DIRECT_ARGS)
    assert _executors(flink) == direct
    spec = BeamExecutableSpec()
    direct["LetterExampleGen"].Unpack(spec)
    known = ResolutionContext(ExecutionInfo())
    words = [resolve_placeholder_expression(each, known) for each in spec.beam_pipeline_args_placeholders]
    assert tuple(dict.fromkeys(words)) == flink
