"""A person's error is one line that any terminal can show, whatever it quotes."""

from components.example_gen.bad_records import BadRecordsError
from components.example_gen.records import BadRecord
from core.errors import UserError, printable

_WILD, _SHOWN = "a\nb\x1b[31m\u202e\udcff", r"a\nb\x1b[31m\u202e\udcff"


def test_message_is_one_line_of_what_can_be_shown() -> None:
    assert str(UserError(f"{_WILD}: no such folder")) == f"{_SHOWN}: no such folder"
    assert f"{UserError('данные: ё')}" == "данные: ё"


def test_what_can_be_shown_stays_as_it_is() -> None:
    assert printable(printable(_WILD)) == printable(_WILD) == _SHOWN


def test_bad_records_are_a_line_each() -> None:
    error = BadRecordsError([BadRecord(2, _WILD, "is missing"), BadRecord(3, "b.png", "is missing")], "mend them")
    assert str(error).splitlines() == [
        f"all_letters_info.csv, line 2: {_SHOWN}: is missing",
        "all_letters_info.csv, line 3: b.png: is missing",
        "2 bad record(s): mend them",
    ]
