"""Names of folders that no terminal can show, no record can hold, or no system can have: one line each."""

import json
import os
from collections.abc import Callable
from pathlib import Path

import pytest

from pipeline.local.command_line import local_main
from pipeline.local.inspect import inspect_main
from pipeline.predict.command import predict_main
from tests.hostile.hostile_runs import Done, assert_refused, flat_folder

Call = Callable[..., Done]
Main = Callable[[list[str]], int]

# A line break, a terminal sequence and a byte that is no UTF-8, as Python hands them over and as they are shown.
WILD, SHOWN = "a\nb\x1b[31m\udcff", r"a\nb\x1b[31m\udcff"
TOO_LONG = "x" * 300

COMMANDS: dict[str, tuple[Main, list[str]]] = {
    "inspect_run.py": (inspect_main, ["{name}"]),
    "--rollback": (local_main, ["--rollback", "--output", "{name}"]),
    "--keep": (local_main, ["--keep", "1", "--output", "{name}"]),
    "predict.py, model": (predict_main, ["{name}", "{file}"]),
    "predict.py, input": (predict_main, ["{model}", "{name}"]),
    "predict.py, folder of the table": (predict_main, [".", ".", "--output", "{name}/x.csv"]),
    "predict.py, table": (predict_main, [".", ".", "--output", "{name}.csv"]),
}


@pytest.mark.parametrize("name", [WILD, TOO_LONG], ids=["wild", "too long"])
@pytest.mark.parametrize("command", COMMANDS)
def test_name_that_leads_nowhere_is_one_line(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], command: str, name: str
) -> None:
    main, words = COMMANDS[command]
    (tmp_path / "model").mkdir()
    (tmp_path / "model" / "saved_model.pb").touch()
    (tmp_path / "file").touch()
    places = {"name": tmp_path / name, "file": tmp_path / "file", "model": tmp_path / "model"}
    assert main([word.format_map(places) for word in words]) == 2
    out, err = capsys.readouterr()
    assert out == ""
    assert err.removesuffix("\n").isprintable()
    assert len(err.splitlines()) == 1


def test_data_folder_is_told_as_a_terminal_can_show_it(call: Call, tmp_path: Path) -> None:
    done = call(data=tmp_path / WILD)
    assert_refused(done)
    assert done.lines == [f"{tmp_path}/{SHOWN}: no such folder; give the folder that holds all_letters_info.csv"]
    assert f"in {tmp_path}/{SHOWN};" in done.out.splitlines()[0]


def test_data_folder_whose_name_no_record_can_hold_is_told(call: Call, tmp_path: Path) -> None:
    data = flat_folder(tmp_path / os.fsdecode(b"\xff"))
    done = call(data=data)
    assert_refused(done)
    assert done.lines == [rf"{tmp_path}/\udcff: a name that is no UTF-8; rename the folder or choose another"]
    # What JSON makes of it again.
    assert done.summary["data"]["folder"] == str(data)


def test_output_folder_whose_name_no_record_can_hold_is_told_and_not_made(
    flat: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    output = tmp_path / os.fsdecode(b"\xff")
    assert local_main(["--data", str(flat), "--output", str(output)]) == 2
    told = rf"{tmp_path}/\udcff: a name that is no UTF-8; rename the folder or choose another"
    assert capsys.readouterr() == ("", f"{told}\n")
    assert not output.exists()


@pytest.mark.parametrize("name", ["out[1]", "what?", "a*/out"])
def test_output_folder_that_beam_takes_for_a_pattern_is_told_and_not_made(
    name: str, flat: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert local_main(["--data", str(flat), "--output", str(tmp_path / name)]) == 2
    told = f"--output: {tmp_path / name}: with a *, ? or [ in it, Beam would take other files for it; choose another"
    assert capsys.readouterr() == ("", f"{told}\n")
    assert (tmp_path / name).parts[-1] not in os.listdir(tmp_path)


def test_current_folder_that_is_gone_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "gone").mkdir()
    monkeypatch.chdir(tmp_path / "gone")
    (tmp_path / "gone").rmdir()
    for main, words in (*COMMANDS.values(), (local_main, ["--data", "{name}", "--output", "{name}"])):
        assert main([word.format(name=".", file="x", model=".") for word in words]) == 2
        assert len(capsys.readouterr().err.splitlines()) == 1


@pytest.mark.parametrize("digits", [10, 5000])
def test_number_of_versions_that_nobody_has_is_told(digits: int, capsys: pytest.CaptureFixture[str]) -> None:
    number = "9" * digits
    with pytest.raises(SystemExit) as ended:
        local_main(["--keep", number])
    assert ended.value.code == 2
    assert capsys.readouterr().err == (
        f"local_runner.py: argument --keep: '{number}' is no whole number from 1; see --help\n"
    )


def test_summary_is_json_whatever_it_holds(tmp_path: Path) -> None:
    from core.files import write_whole

    write_whole(tmp_path / "summary.json", json.dumps({"folder": WILD}, ensure_ascii=False))
    assert json.loads((tmp_path / "summary.json").read_text(encoding="utf-8")) == {"folder": WILD}
