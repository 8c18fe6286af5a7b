"""Names of folders stand for the versions that TensorFlow Serving takes them for."""

import pytest

from components.pusher.numbers import by_number, is_version, next_number
from core.errors import UserError

_LARGEST = 2**63 - 1


@pytest.mark.parametrize("name", ["0", "7", "007", "1" * 18, str(_LARGEST), "0" * 40 + "1"])
def test_numbers_are_versions_also_with_zeros_before_them(name: str) -> None:
    assert is_version(name)


@pytest.mark.parametrize("name", ["", "-1", "+1", "1e3", "1.0", "1_0", "٣", "old", str(_LARGEST + 1), "9" * 250])
def test_no_other_name_is_a_version(name: str) -> None:
    assert not is_version(name)


def test_versions_are_in_order_of_their_numbers() -> None:
    assert by_number(["10", "9", "007", "x"]) == [(7, "007"), (9, "9"), (10, "10")]


def test_of_two_names_of_a_version_that_counts_which_a_server_takes() -> None:
    assert by_number(["7", "007", "07"]) == by_number(["07", "7", "007"]) == [(7, "7")]


@pytest.mark.parametrize(("names", "number"), [([], 1), (["x"], 1), (["007"], 8), (["2", "10"], 11)])
def test_next_number_is_above_all(names: list[str], number: int) -> None:
    assert next_number("serving", names) == number


def test_number_that_no_server_takes_is_never_given() -> None:
    with pytest.raises(UserError) as told:
        next_number("serving", [str(_LARGEST)])
    assert str(told.value) == f"serving: no server takes a version above {_LARGEST}; give that one a smaller number"
