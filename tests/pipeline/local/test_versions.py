"""Going back to the version before, and deleting old ones: what lies there after, and what later runs make of it."""

from pathlib import Path

import pytest
from ml_metadata.proto import metadata_store_pb2 as pb

from components.baseline import BLESSED_MODEL_ID_PROPERTY, BLESSED_PROPERTY, WITHDRAWN_PROPERTY
from components.pusher.component import DESTINATION_PROPERTY, DIGEST_PROPERTY, PUSHED_PROPERTY
from components.pusher.versions import add_version, model_digest, versions
from core.files import remove_folder
from pipeline.local.command_line import local_main
from pipeline.local.output import Output, locked
from pipeline.local.version_records import VersionRecords
from pipeline.outcome.record import open_store
from report.model_card import model_card
from tests.pipeline.outcome.mlmd_record import Record
from tests.report.known_run import outcome_of, result_of, summary


@pytest.fixture
def output(tmp_path: Path) -> Output:
    """An output folder with the versions 1, 2 and 3, their cards, and the runs that pushed them."""
    output = Output(tmp_path.resolve() / "output")
    for number in "123":
        model = tmp_path / f"model-{number}"
        model.mkdir()
        (model / "saved_model.pb").write_text(number)
        add_version(model, output.serving)
        output.model_cards.mkdir(exist_ok=True)
        (output.model_cards / f"{number}.md").write_text(f"# Letters, version {number}\n")
    _record(output)
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
    store = open_store(output.metadata)
    marked = [*store.get_artifacts_by_type("Model"), *store.get_artifacts_by_type("ModelBlessing")]
    return sorted(each.uri for each in marked if each.custom_properties[WITHDRAWN_PROPERTY].int_value)


def _cached(output: Output) -> list[str]:
    """Returns the pushes that TFX would answer from its cache, once a run has begun."""
    VersionRecords(output).keep_served_in_cache()
    pushes = open_store(output.metadata).get_artifacts_by_type("PushedModel")
    return [each.uri for each in pushes if each.state == pb.Artifact.LIVE]


def _content(output: Output, version: int) -> str:
    return (output.serving / str(version) / "saved_model.pb").read_text()


def test_version_before_is_pushed_under_the_next_number(output: Output, capsys: pytest.CaptureFixture[str]) -> None:
    assert local_main(["--output", str(output.folder), "--rollback"]) == 0
    assert versions(output.serving) == [1, 2, 3, 4]
    assert _content(output, 4) == "2"
    assert (output.model_cards / "4.md").read_text().startswith("# Letters, version 4\n\nVersion 2 again,")
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


def test_models_that_were_gone_back_behind_are_withdrawn_for_good(output: Output) -> None:
    local_main(["--output", str(output.folder), "--rollback"])
    assert _withdrawn(output) == ["/b/3", "/m/3"]
    local_main(["--output", str(output.folder), "--rollback"])
    assert _withdrawn(output) == ["/b/2", "/b/3", "/m/2", "/m/3"]


def test_version_whose_model_was_pushed_twice_is_gone_back_from_to_the_one_between(output: Output) -> None:
    add_version(output.serving / "1", output.serving)
    local_main(["--output", str(output.folder), "--rollback"])
    assert _content(output, 5) == "3"


def test_without_the_record_nobody_goes_back(output: Output, capsys: pytest.CaptureFixture[str]) -> None:
    output.metadata.unlink()
    assert local_main(["--output", str(output.folder), "--rollback"]) == 2
    told = f"{output.metadata}: no such file; without TFX's record no version can be withdrawn\n"
    assert capsys.readouterr().err == told
    assert versions(output.serving) == [1, 2, 3]


@pytest.mark.parametrize("folder", ["output", "it's a \\ `tick`"])
def test_card_of_a_version_that_was_gone_back_to_names_that_version(folder: str, output: Output) -> None:
    output = Output(output.folder.rename(output.folder.with_name(folder)))
    for artifact in (store := open_store(output.metadata)).get_artifacts_by_type("PushedModel"):
        name = Path(artifact.custom_properties[DESTINATION_PROPERTY].string_value).name
        artifact.custom_properties[DESTINATION_PROPERTY].string_value = str(output.serving / name)
        store.put_artifacts([artifact])
    cards, run = {}, summary(True)
    for version in (2, 4):
        again = run | {"pushed_model": str(output.serving / str(version))}
        cards[version] = model_card(again, outcome_of(test=result_of({})))
    (output.model_cards / "2.md").write_text(cards[2])
    assert local_main(["--output", str(output.folder), "--rollback"]) == 0
    title, _, rest = cards[4].partition("\n")
    wanted = f"{title}\n\nVersion 2 again, which was gone back to.\n{rest}"
    assert (output.model_cards / "4.md").read_text() == wanted


def test_all_but_the_latest_are_deleted_and_told(output: Output, capsys: pytest.CaptureFixture[str]) -> None:
    assert local_main(["--output", str(output.folder), "--keep", "2"]) == 0
    assert versions(output.serving) == [2, 3]
    assert sorted(path.name for path in output.model_cards.iterdir()) == ["2.md", "3.md"]
    assert capsys.readouterr().out == f"{output.serving}: deleted version 1; kept versions 2, 3\n"
    assert [path.name for path in output.serving.iterdir() if not path.name.isdigit()] == []


def test_keeping_more_than_there_are_deletes_nothing(output: Output, capsys: pytest.CaptureFixture[str]) -> None:
    assert local_main(["--output", str(output.folder), "--keep", "7"]) == 0
    assert versions(output.serving) == [1, 2, 3]
    assert "deleted no version" in capsys.readouterr().out


def test_only_the_latest_push_is_answered_from_the_cache(output: Output) -> None:
    assert _cached(output) == ["/p/3"]
    assert _cached(output) == ["/p/3"]


def test_latest_version_that_was_edited_is_not_answered_from_the_cache(output: Output) -> None:
    (output.serving / "3" / "saved_model.pb").write_text("edited")
    assert _cached(output) == []


def test_push_is_answered_from_the_cache_again_where_its_version_is_the_latest_again(output: Output) -> None:
    remove_folder(output.serving / "3")
    assert _cached(output) == ["/p/2"]
    add_version(output.serving / "1", output.serving)
    assert _cached(output) == []


def test_push_to_another_folder_and_model_that_was_not_pushed_are_left_alone(output: Output) -> None:
    record = Record(output.metadata)
    for uri, pushed, folder in (("/p/a", 1, "/elsewhere"), ("/p/b", 0, str(output.serving))):
        properties = {PUSHED_PROPERTY: pushed, DESTINATION_PROPERTY: f"{folder}/2"}
        record.store.put_artifacts([record.artifact("PushedModel", uri, **properties)])
    assert _cached(output) == ["/p/3", "/p/a", "/p/b"]


def test_changed_version_is_not_gone_back_to(output: Output, capsys: pytest.CaptureFixture[str]) -> None:
    (output.serving / "2" / "saved_model.pb").write_text("edited")
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
