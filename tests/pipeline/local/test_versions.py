"""Going back to the version before, and deleting old ones: what lies there after, and what later runs make of it."""

from pathlib import Path

import pytest
from ml_metadata.proto import metadata_store_pb2 as pb

from components.baseline import BLESSED_MODEL_ID_PROPERTY, BLESSED_PROPERTY, WITHDRAWN_PROPERTY
from components.pusher.component import DESTINATION_PROPERTY, DIGEST_PROPERTY, PUSHED_PROPERTY
from components.pusher.versions import model_digest, push, versions
from pipeline.local.command_line import local_main
from pipeline.local.output import Output, locked
from pipeline.outcome.record import missing_versions, open_store
from tests.pipeline.outcome.mlmd_record import Record


@pytest.fixture
def output(tmp_path: Path) -> Output:
    """An output folder with the versions 1, 2 and 3, and their cards."""
    output = Output(tmp_path.resolve() / "output")
    for number in "123":
        model = tmp_path / f"model-{number}"
        model.mkdir()
        (model / "saved_model.pb").write_text(number)
        push(model, output.serving)
        output.model_cards.mkdir(exist_ok=True)
        (output.model_cards / f"{number}.md").write_text(f"card {number}")
    return output


def _record(output: Output) -> None:
    """Writes the runs that blessed and pushed those versions."""
    record = Record(output.metadata)
    run, pusher = record.context("pipeline_run", "run"), record.context("node", "russian-letters.Pusher")
    for number in range(1, 4):
        (model_id,) = record.store.put_artifacts([record.artifact("Model", f"/m/{number}")])
        (model,) = record.store.get_artifacts_by_id([model_id])
        blessed = {BLESSED_PROPERTY: 1, BLESSED_MODEL_ID_PROPERTY: model_id}
        record.store.put_artifacts([record.artifact("ModelBlessing", f"/b/{number}", **blessed)])
        version = output.serving / str(number)
        properties = {PUSHED_PROPERTY: 1, DESTINATION_PROPERTY: str(version), DIGEST_PROPERTY: model_digest(version)}
        pushed = record.artifact("PushedModel", f"/p/{number}", **properties)
        record.execute(run, pusher, pb.Execution.COMPLETE, inputs={"model": model}, pushed_model=pushed)


def _withdrawn(output: Output) -> list[str]:
    blessings = open_store(output.metadata).get_artifacts_by_type("ModelBlessing")
    return sorted(each.uri for each in blessings if each.custom_properties[WITHDRAWN_PROPERTY].int_value)


def _content(output: Output, version: int) -> str:
    return (output.serving / str(version) / "saved_model.pb").read_text()


def test_version_before_is_pushed_under_the_next_number(output: Output, capsys: pytest.CaptureFixture[str]) -> None:
    assert local_main(["--output", str(output.folder), "--rollback"]) == 0
    assert versions(output.serving) == [1, 2, 3, 4]
    assert _content(output, 4) == "2"
    assert (output.model_cards / "4.md").read_text() == "card 2"
    told = f"{output.serving}/4: version 2 again, which the next model is compared with; withdrawn: version 3\n"
    assert capsys.readouterr().out == told


def test_going_back_twice_leads_two_back_and_then_no_further(
    output: Output, capsys: pytest.CaptureFixture[str]
) -> None:
    for _ in range(2):
        assert local_main(["--output", str(output.folder), "--rollback"]) == 0
    assert _content(output, 5) == "1"
    capsys.readouterr()
    assert local_main(["--output", str(output.folder), "--rollback"]) == 2
    told = f"{output.serving}: no version to go back to; there is versions 1, 2, 3, 4, 5\n"
    assert capsys.readouterr() == ("", told)


def test_withdrawn_models_are_no_baseline(output: Output) -> None:
    _record(output)
    local_main(["--output", str(output.folder), "--rollback"])
    assert _withdrawn(output) == ["/b/3"]
    local_main(["--output", str(output.folder), "--rollback"])
    assert _withdrawn(output) == ["/b/2", "/b/3"]


def test_all_but_the_latest_are_deleted_and_told(output: Output, capsys: pytest.CaptureFixture[str]) -> None:
    assert local_main(["--output", str(output.folder), "--keep", "2"]) == 0
    assert versions(output.serving) == [2, 3]
    assert sorted(path.name for path in output.model_cards.iterdir()) == ["2.md", "3.md"]
    assert capsys.readouterr().out == f"{output.serving}: deleted version 1; kept versions 2, 3\n"
    assert [path.name for path in output.serving.iterdir() if not path.name.isdigit()] == []


def test_folders_with_zeros_in_their_names_are_gone_back_to_and_deleted_too(
    output: Output, capsys: pytest.CaptureFixture[str]
) -> None:
    _record(output)
    (output.serving / "2").rename(output.serving / "002")
    assert missing_versions(open_store(output.metadata), output.serving) == []
    assert local_main(["--output", str(output.folder), "--rollback"]) == 0
    assert _content(output, 4) == "2"
    assert (output.model_cards / "4.md").read_text() == "card 2"
    assert local_main(["--output", str(output.folder), "--keep", "2"]) == 0
    assert sorted(path.name for path in output.serving.iterdir()) == ["3", "4"]
    assert capsys.readouterr().out.endswith("deleted versions 1, 2; kept versions 3, 4\n")


def test_changed_folder_with_zeros_in_its_name_is_told_by_it(
    output: Output, capsys: pytest.CaptureFixture[str]
) -> None:
    _record(output)
    (output.serving / "2").rename(output.serving / "002")
    (output.serving / "002" / "saved_model.pb").write_text("edited")
    assert local_main(["--output", str(output.folder), "--rollback"]) == 2
    assert capsys.readouterr().err.startswith(f"{output.serving}/002: its files are not those that were pushed")


def test_nothing_is_deleted_where_two_folders_are_one_version(
    output: Output, capsys: pytest.CaptureFixture[str]
) -> None:
    (output.serving / "002").mkdir()
    assert local_main(["--output", str(output.folder), "--keep", "1"]) == 2
    told = f"{output.serving}: 002 is a version that is there twice; move one of the two away\n"
    assert capsys.readouterr().err == told
    assert sorted(path.name for path in output.serving.iterdir()) == ["002", "1", "2", "3"]


def test_keeping_more_than_there_are_deletes_nothing(output: Output, capsys: pytest.CaptureFixture[str]) -> None:
    assert local_main(["--output", str(output.folder), "--keep", "7"]) == 0
    assert versions(output.serving) == [1, 2, 3]
    assert "deleted no version" in capsys.readouterr().out


def test_pusher_misses_what_somebody_deleted_but_not_what_was_to_be_deleted(output: Output) -> None:
    _record(output)
    local_main(["--output", str(output.folder), "--keep", "2"])
    assert missing_versions(open_store(output.metadata), output.serving) == []
    (output.serving / "3" / "saved_model.pb").unlink()
    (output.serving / "3").rmdir()
    assert missing_versions(open_store(output.metadata), output.serving) == [3]


def test_changed_version_is_missed_and_is_not_gone_back_to(output: Output, capsys: pytest.CaptureFixture[str]) -> None:
    _record(output)
    (output.serving / "2" / "saved_model.pb").write_text("edited")
    assert missing_versions(open_store(output.metadata), output.serving) == [2]
    assert local_main(["--output", str(output.folder), "--rollback"]) == 2
    told = f"{output.serving}/2: its files are not those that were pushed; delete the folder to go back further\n"
    assert capsys.readouterr() == ("", told)
    assert versions(output.serving) == [1, 2, 3]
    assert _withdrawn(output) == []


@pytest.mark.parametrize("action", [["--rollback"], ["--keep", "1"]])
def test_nothing_is_done_while_a_run_works_there(
    output: Output, action: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    with locked(output):
        assert local_main(["--output", str(output.folder), *action]) == 2
    assert "another run is working there" in capsys.readouterr().err
    assert versions(output.serving) == [1, 2, 3]


@pytest.mark.parametrize(
    ("flags", "message"),
    [
        (["--rollback", "--data", "x"], "--rollback: runs nothing, and goes with --output only"),
        (["--keep", "3", "--set", "train.epochs=1"], "--keep: runs nothing, and goes with --output only"),
        (["--rollback", "--output", "nowhere"], "nowhere: no such folder; give the --output of earlier runs"),
    ],
)
def test_wrong_use_is_told(flags: list[str], message: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert local_main(flags) == 2
    assert capsys.readouterr().err == message + "\n"


@pytest.mark.parametrize("number", ["0", "-1", "two", "٣"])
def test_number_to_keep_is_at_least_one(number: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        local_main(["--keep", number])
    assert ended.value.code == 2
    assert "is no whole number from 1" in capsys.readouterr().err
