"""Beam's options are checked as Beam reads them, in one line."""

import pytest

from core.errors import UserError
from pipeline.beam.options import read_options


def test_options_are_read() -> None:
    options = read_options(["--direct_num_workers=2", "--save_main_session"], names_known=True)
    found = options.get_all_options(drop_default=True)
    assert (found["direct_num_workers"], found["save_main_session"]) == (2, True)


@pytest.mark.parametrize(
    ("word", "problem"),
    [
        ("--direct_num_workers=abc", "argument --direct_num_workers: invalid int value: 'abc'"),
        ("--direct_num_workers=-1", "direct_num_workers: 0 for all cores, or how many"),
        ("--save_main_session=true", "argument --save_main_session: ignored explicit argument 'true'"),
        ("--no_such=1", "no option is called no_such"),
    ],
)
def test_wrong_option_is_one_line(word: str, problem: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(UserError) as told:
        read_options([word], names_known=True)
    assert str(told.value) == f"Beam: {problem}"
    assert capsys.readouterr().err == ""


def test_name_that_only_a_server_may_know_is_passed_on() -> None:
    read_options(["--no_such=1"], names_known=False)
