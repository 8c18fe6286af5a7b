"""Requests and answers as TensorFlow Serving's REST API has them."""

import json
import re
from typing import Any

import numpy as np
import pytest
from starlette.exceptions import HTTPException

from server.limits import Limits
from server.rest import Asked, answered, asked_in, status_of
from tests.server.servers import b64, photo

ONE, TWO = photo(1), photo(2)


def ask(content: object, limits: Limits | None = None) -> Asked:
    return asked_in(json.dumps(content).encode(), limits or Limits())


@pytest.mark.parametrize(
    ("content", "by_row"),
    [
        ({"instances": [b64(ONE), b64(TWO)]}, True),
        ({"instances": [{"image": b64(ONE)}, {"image": b64(TWO)}]}, True),
        ({"inputs": [b64(ONE), b64(TWO)]}, False),
        ({"inputs": {"image": [b64(ONE), b64(TWO)]}}, False),
    ],
)
def test_photos_are_taken_in_rows_and_in_columns(content: dict[str, Any], by_row: bool) -> None:
    assert ask(content) == Asked("serving_default", [ONE, TWO], by_row)
    assert ask({**content, "signature_name": "transform_features"}).signature == "transform_features"


@pytest.mark.parametrize(
    ("content", "told"),
    [
        ([], "no JSON object"),
        ({}, "either"),
        ({"instances": [b64(ONE)], "inputs": [b64(ONE)]}, "either"),
        ({"instances": []}, "a list of photos"),
        ({"instances": b64(ONE)}, "a list of photos"),
        ({"inputs": {"other": [b64(ONE)]}}, "a list of photos"),
        ({"instances": [b64(ONE), 7]}, "photo 1"),
        ({"instances": [{"b64": "a b"}]}, "photo 0: not base64"),
        ({"instances": [{"b64": None}]}, "photo 0"),
        ({"instances": ["\ud800"]}, "photo 0: not base64"),
        ({"instances": [b64(ONE), b64(b"text")]}, "photo 1: not a PNG or JPEG image"),
        ({"instances": [b64(ONE)], "signature_name": ["x"]}, "signature_name"),
    ],
)
def test_what_is_no_request_is_told(content: object, told: str) -> None:
    with pytest.raises(HTTPException, match=re.escape(told)) as raised:
        ask(content)
    assert raised.value.status_code == 400


@pytest.mark.parametrize("body", [b"", b"{", b"\xff", b"[" * 100_000, b"9" * 10_000])
def test_what_is_no_json_is_told(body: bytes) -> None:
    with pytest.raises(HTTPException) as raised:
        asked_in(body, Limits())
    assert raised.value.status_code == 400


@pytest.mark.parametrize(
    ("limits", "told"), [(Limits(photos=1), "a request may have 1"), (Limits(pixels=3199), "may have 3199: send fewer")]
)
def test_too_much_in_one_request_is_told_with_the_bound(limits: Limits, told: str) -> None:
    with pytest.raises(HTTPException, match=told) as raised:
        ask({"instances": [b64(ONE), b64(TWO)]}, limits)
    assert raised.value.status_code == 413


def test_answer_has_names_only_where_there_are_several_outputs() -> None:
    several = {"letter": np.array(["а".encode(), b""], object), "label": np.array([1, 0])}
    rows = [{"label": 1, "letter": "а"}, {"label": 0, "letter": ""}]
    assert answered(several, by_row=True) == {"predictions": rows}
    assert answered(several, by_row=False) == {"outputs": {"label": [1, 0], "letter": ["а", ""]}}
    one = {"pixels": np.zeros((2, 1))}
    assert answered(one, by_row=True) == {"predictions": [[0.0], [0.0]]}
    assert answered(one, by_row=False) == {"outputs": [[0.0], [0.0]]}


def test_status_tells_why_a_version_is_not_served() -> None:
    broken, served = status_of({2: "cut", 1: ""})["model_version_status"]
    assert broken == {
        "version": "2", "state": "END", "status": {"error_code": "UNKNOWN", "error_message": "cut"},
    }  # fmt: skip
    assert served == {"version": "1", "state": "AVAILABLE", "status": {"error_code": "OK", "error_message": ""}}
