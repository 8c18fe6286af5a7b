"""TFX's cache key says what was read and written with, and not where."""

import json
from pathlib import Path

import pytest
from tfx.orchestration import metadata
from tfx.orchestration.portable import cache_utils
from tfx.proto.orchestration import pipeline_pb2
from tfx.types import standard_artifacts

from pipeline.local.cache_key import without_places


def blessing_in(output: str, changed: int = 1) -> standard_artifacts.ModelBlessing:
    blessing = standard_artifacts.ModelBlessing()
    blessing.uri = f"{output}/artifacts/Evaluator/blessing/4"
    blessing.id = 4
    blessing.set_string_custom_property("current_model", f"{output}/artifacts/Trainer/model/3")
    blessing.mlmd_artifact.last_update_time_since_epoch = changed
    return blessing


def key(store: Path, output: str, data: str, *, blessing: standard_artifacts.ModelBlessing, **parameters: str) -> str:
    connection = metadata.sqlite_metadata_connection_config(str(store))
    with metadata.Metadata(connection) as handle, without_places(Path(output), Path(data)):
        context = cache_utils.get_cache_context(
            metadata_handle=handle,
            pipeline_node=pipeline_pb2.PipelineNode(),
            pipeline_info=pipeline_pb2.PipelineInfo(id="letters"),
            input_artifacts={"blessing": [blessing]},
            output_artifacts={},
            parameters=parameters,
        )
    return str(context.name)


PLACES = [
    ("/a/out", "/a/data"),
    ("/b/other", "/c"),
    ("/в/new folder", '/в/new folder/a "b"'),
    ("/data/out", "/data"),
]  # fmt: skip


@pytest.mark.parametrize(("output", "data"), PLACES[1:])
def test_key_is_the_same_wherever_output_and_data_lie(tmp_path: Path, output: str, data: str) -> None:
    def at(output: str, data: str, changed: int) -> str:
        config = json.dumps({"state_root": f"{output}/resume", "epochs": 2})
        return key(
            tmp_path / "m", output, data, blessing=blessing_in(output, changed), input_base=data, custom_config=config
        )

    assert at(output, data, changed=2) == at(*PLACES[0], changed=1)


def test_key_changes_with_whatever_is_no_place(tmp_path: Path) -> None:
    place = ("/a/out", "/a/data")
    plain = key(tmp_path / "m", *place, blessing=blessing_in("/a/out"), fingerprint="1")
    other_blessing = blessing_in("/a/out")
    other_blessing.id = 5
    withdrawn = blessing_in("/a/out")
    withdrawn.set_int_custom_property("withdrawn", 1)
    assert key(tmp_path / "m", *place, blessing=blessing_in("/a/out"), fingerprint="2") != plain
    assert key(tmp_path / "m", *place, blessing=other_blessing, fingerprint="1") != plain
    assert key(tmp_path / "m", *place, blessing=withdrawn, fingerprint="1") != plain
