"""Whatever is typed: a request, help with status 0, or one line with status 2; never another error."""

import contextlib
import io
from argparse import Namespace
from collections.abc import Callable, Sequence
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from components.settings import Settings
from core.errors import UserError
from pipeline.config import field_names
from pipeline.kubeflow import command_line as kubeflow
from pipeline.kubeflow.commands import cron_fields, run_values
from pipeline.kubeflow.package import Package
from pipeline.kubeflow.pods import parse_secret, parse_volume, resources_of
from pipeline.local import inspect
from pipeline.predict import command as predict
from pipeline.recipes import RECIPES
from tests.pipeline.local.asked import Asked, asked

quick = settings(deadline=None, database=None, derandomize=True, max_examples=100)

# What a shell can hand over: anything but NUL; bytes that are no UTF-8 come as lone surrogates.
anything = st.text(
    st.characters(exclude_characters="\0", exclude_categories=[]) | st.sampled_from("\udcff\u202e\x1b'%-=")
)
numbers = st.sampled_from(["0", "-1", "1", "1e400", "nan", "inf", "9" * 50, "0x1", "1_0", " 7 ", "٣", "1.5", "true"])
values = anything | numbers | st.sampled_from([*RECIPES, "skip", "error", "muon", "", ",", "4,8", ",,,"])
local_flags = st.sampled_from(
    ["--data", "--output", "--recipe", "--set", "--no-cache", "--verbose", "--help", "-h", "--", "-", "--dat", "--set="]
)
kubeflow_words = st.sampled_from(
    ["compile", "submit", "schedule", "status", "cancel", "--host", "--image", "--cron", "--wait", "--pause",
     "--", "--param", "--pvc", "--secret", "--cpu", "--memory", "--data", "--namespace", "--output", "-h", "--set",
     "--recipe"]
)  # fmt: skip
other_words = st.sampled_from(["--list", "--compare", "--run", "--open", "--help", "--", "-1", "--rollback", "--keep"])
assignments = st.builds("{}={}".format, st.sampled_from(field_names()) | anything, values)


def outcome(parse: Callable[[Sequence[str]], Any], arguments: Sequence[str]) -> Any:
    """Returns what was parsed, or None where it was answered with help, or with one line and status 2."""
    out, err = io.StringIO(), io.StringIO()
    try:
        with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
            return parse(arguments)
    except UserError as error:
        _assert_one_line(str(error), arguments)
    except SystemExit as ended:
        assert ended.code in (0, 2)
        if ended.code == 2:
            assert out.getvalue() == ""
            _assert_one_line(err.getvalue().removesuffix("\n"), arguments)
    return None


def _assert_one_line(text: str, arguments: Sequence[str]) -> None:
    assert text.strip()
    # No more lines than were typed.
    assert text.count("\n") <= sum(word.count("\n") for word in arguments)


@quick
@given(st.lists(local_flags | values | assignments, max_size=6))
@example(["--set", "train.epochs=" + "9" * 5000])
@example(["--set", "data.on_bad_record=\udcff"])
@example(["--set", "model.stage_widths=" + "1," * 5000])
@example(["--set", "=", "--set", ".=", "--set", "recipe=x"])
@example(["--recipe", "a\nb"])
@example(["a\nb"])
def test_local_runner_takes_any_words(words: list[str]) -> None:
    request = outcome(asked, words)
    assert request is None or isinstance(request, Asked)


@quick
@given(st.lists(assignments, min_size=1, max_size=3))
def test_any_assignment_is_a_setting_or_one_line(given_: list[str]) -> None:
    request = outcome(asked, [word for each in given_ for word in ("--set", each)])
    if request is not None:
        assert all(isinstance(getattr(request.config, name.split(".")[0]), Settings) for name in field_names())
        assert request.config.sha256()


@quick
@given(st.lists(kubeflow_words | values | assignments, max_size=8))
@example(["submit", "--host", "x", "--pause", "9" * 5000])
@example(["submit", "a\nb", "c\nd"])
def test_kubeflow_runner_takes_any_words(words: list[str]) -> None:
    flags = outcome(kubeflow._parser().parse_args, words)
    assert flags is None or callable(flags.command)


@pytest.mark.parametrize("parser", [inspect._parser, predict._parser], ids=["inspect_run.py", "predict.py"])
@quick
@given(words=st.lists(other_words | values, max_size=6))
@example(words=["output", "--run", "9" * 5000])
@example(words=["output", "--compare", "1\n", "x\n"])
def test_looking_commands_take_any_words(parser: Callable[[], Any], words: list[str]) -> None:
    flags = outcome(parser().parse_args, words)
    assert flags is None or isinstance(flags, Namespace)


parameters = {"epochs": {"parameterType": "NUMBER_INTEGER"}, "rate": {"parameterType": "NUMBER_DOUBLE"}}
PACKAGE = Package({"root": {"inputDefinitions": {"parameters": parameters}}}, None)


def _values(assignment: str) -> Any:
    return run_values(PACKAGE, [assignment])


@pytest.mark.parametrize(
    "parse",
    [
        parse_volume,
        parse_secret,
        cron_fields,
        _values,
        lambda text: resources_of(["Trainer"], [text], []),
        lambda text: resources_of(["Trainer"], [], [text]),
    ],
    ids=["--pvc", "--secret", "--cron", "--param", "--cpu", "--memory"],
)
@quick
@given(
    text=values
    | st.builds("{}={}".format, st.sampled_from(["Trainer", "epochs", "rate"]), values)
    | st.builds("{}:{}".format, values, values)
    | st.from_regex(r"[0-9*/,-]+( [0-9*/,A-Z-]+){4}")
)
@example(text="Trainer=" + "9" * 5000)
@example(text="epochs=" + "9" * 5000)
@example(text="Trainer=1e400Gi")
def test_values_of_kubeflow_flags_are_taken_or_told(parse: Callable[[str], Any], text: str) -> None:
    outcome(lambda words: parse(words[0]), [text])
