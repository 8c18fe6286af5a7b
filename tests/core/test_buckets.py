"""Buckets that cannot be read are told in one line; see tests/components/pusher/test_serving.py for one that can."""

from pathlib import Path

import pytest

from core.buckets import fetch_folder, opened
from core.errors import UserError


def test_store_that_does_not_answer_is_told_in_one_line_without_the_query(tmp_path: Path) -> None:
    with pytest.raises(UserError) as told:
        fetch_folder("s3://user:hunter2@letters/data?endpoint_override=127.0.0.1:1&scheme=http", tmp_path)
    assert str(told.value).startswith("s3://letters/data: ")
    assert "hunter2" not in str(told.value)
    assert "\n" not in str(told.value)


def test_uri_of_no_store_is_told() -> None:
    with pytest.raises(UserError, match=r"^ftp://x/y: "), opened("ftp://x/y"):
        pass
