"""What a run came to, from its artifacts: None for what it did not come to, and each artifact read once."""

import json
from pathlib import Path

from ml_metadata.proto import metadata_store_pb2 as pb

from components.baseline import WITHDRAWN_PROPERTY
from components.data_check.verdict import VERDICT_FILE
from components.example_gen.bad_records import write_bad_records
from components.example_gen.records import BadRecord
from report.outcome import WITHDRAWN, Outcome
from schema.curated import CURATED_SCHEMA, read_labels


def _artifact(uri: Path | str = "", **numbers: int) -> pb.Artifact:
    artifact = pb.Artifact(uri=str(uri))
    for name, number in numbers.items():
        artifact.custom_properties[name].int_value = number
    return artifact


def test_run_that_came_to_nothing_has_nothing() -> None:
    outcome = Outcome()
    parts = [
        outcome.verdict,
        outcome.contact_sheet,
        outcome.dropped,
        outcome.drift,
        outcome.training,
        outcome.augmented,
    ]
    parts += [outcome.training_logs, outcome.test, outcome.blessed, outcome.inspection, outcome.pushed_model]
    assert parts == [None] * 11
    assert not any((outcome.labels, outcome.duplicates, outcome.bad_records, outcome.history, outcome.reasons))


def test_artifact_is_read_once(tmp_path: Path) -> None:
    (tmp_path / VERDICT_FILE).write_text(json.dumps({"passed": True}))
    outcome = Outcome({"verdict": _artifact(tmp_path)})
    assert outcome.verdict == {"passed": True}
    (tmp_path / VERDICT_FILE).unlink()
    assert outcome.verdict == {"passed": True}


def test_labels_are_those_of_the_run_s_own_schema(tmp_path: Path) -> None:
    text = CURATED_SCHEMA.read_text(encoding="utf-8")
    (tmp_path / CURATED_SCHEMA.name).write_text(text.replace('value: "а"', 'value: "дз"'), encoding="utf-8")
    assert Outcome({"schema": _artifact(tmp_path)}).labels == ("дз", *read_labels()[1:])


def test_blessed_model_that_was_withdrawn_is_not_blessed_any_more() -> None:
    blessing = _artifact(blessed=1)
    assert Outcome({"blessing": blessing, "model": _artifact()}).blessed is True
    withdrawn = Outcome({"blessing": blessing, "model": _artifact(**{WITHDRAWN_PROPERTY: 1})})
    assert (withdrawn.blessed, withdrawn.reasons) == (False, [WITHDRAWN])
    assert Outcome({"blessing": _artifact(blessed=0)}).blessed is False


def test_pushed_model_is_where_it_was_pushed_if_it_was() -> None:
    pushed = _artifact(pushed=1)
    pushed.custom_properties["pushed_destination"].string_value = "/out/serving_model/1"
    assert Outcome({"pushed_model": pushed}).pushed_model == "/out/serving_model/1"
    assert Outcome({"pushed_model": _artifact(pushed=0)}).pushed_model is None


def test_bad_records_that_stopped_example_gen_stand_beside_the_run(tmp_path: Path) -> None:
    write_bad_records(tmp_path / "bad.csv", [BadRecord(2, "a.png", "the file is empty")])
    (record,) = Outcome(bad_records_file=tmp_path / "bad.csv").bad_records
    assert record == {"line": "2", "file": "a.png", "reason": "the file is empty"}
    assert Outcome({"examples": _artifact(tmp_path)}, bad_records_file=tmp_path / "bad.csv").bad_records == []
