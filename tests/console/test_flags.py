"""Numbers and paths on the command line."""

import argparse
from pathlib import Path

import pytest

from console.flags import local_folder, local_path, whole_number


@pytest.mark.parametrize(
    ("text", "least", "value"), [("1", 1, 1), ("007", 1, 7), ("9" * 9, 1, 999_999_999), ("0", 0, 0)]
)
def test_whole_number_is_read(text: str, least: int, value: int) -> None:
    assert whole_number(text, least) == value


@pytest.mark.parametrize("text", ["", "0", "-1", "+1", "1.0", " 1", "1_0", "٣", "²", "1000000000", "9" * 5000])
def test_what_is_no_whole_number_is_refused(text: str) -> None:
    with pytest.raises(argparse.ArgumentTypeError, match=r"is no whole number from 1$"):
        whole_number(text)


def test_number_below_the_least_is_refused() -> None:
    with pytest.raises(argparse.ArgumentTypeError, match=r"^'2' is no whole number from 3$"):
        whole_number("2", least=3)


def test_tilde_that_no_shell_has_replaced_is_the_home_folder(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", "/home/me")
    for read in (local_path, lambda text: local_folder(text, "")):
        assert [read(text) for text in ("~", "~/out", "./~", "a/~", "~nobody-of-that-name/x")] == [
            Path("/home/me"), Path("/home/me/out"), Path("~"), Path("a/~"), Path("~nobody-of-that-name/x")
        ]  # fmt: skip
