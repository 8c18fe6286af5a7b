"""TensorFlow Serving's REST API: what its requests mean, and what its answers look like.

After https://www.tensorflow.org/tfx/serving/api_rest; what is refused, is refused with `{"error": ...}`.
"""

import base64
import binascii
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from starlette.exceptions import HTTPException

from components.example_gen.images import image_size
from core.features import IMAGE, SERVING_SIGNATURE
from pipeline.predict.photos import fault_of
from server.batches import Answer
from server.limits import Limits
from server.models import Version

MODEL_NAME = "letters"
_B64 = "b64"


@dataclass(frozen=True)
class Asked:
    """A request to predict.

    Attributes:
        signature: Its name.
        photos: Encoded, at least one.
        by_row: Whether the answer has an element for each photo, and not a list for each output.
    """

    signature: str
    photos: list[bytes]
    by_row: bool


def asked_in(body: bytes, limits: Limits) -> Asked:
    """Returns what a request to predict asks for.

    Raises:
        HTTPException: If it is none, or asks for too much.
    """
    content = json_object(body)
    signature = content.get("signature_name") or SERVING_SIGNATURE
    if not isinstance(signature, str):
        raise HTTPException(400, "signature_name is no text")
    if ("instances" in content) == ("inputs" in content):
        raise HTTPException(400, "give either `instances` or `inputs`")
    by_row = "instances" in content
    given = content["instances"] if by_row else _named(content["inputs"])
    if not isinstance(given, list) or not given:
        raise HTTPException(400, f"give a list of photos, each as {{{_B64!r}: ...}}")
    if len(given) > limits.photos:
        raise HTTPException(413, f"{len(given)} photos; a request may have {limits.photos}")
    photos = [photo_in(_named(value) if by_row else value, f"photo {place}: ") for place, value in enumerate(given)]
    check_photos(photos, limits)
    return Asked(signature, photos, by_row)


def json_object(body: bytes) -> dict[str, Any]:
    """Returns the JSON object that a body is.

    Raises:
        HTTPException: If it is none.
    """
    try:
        content = json.loads(body)
    # Of brackets in brackets in brackets, too.
    except (ValueError, RecursionError) as error:
        raise HTTPException(400, f"not JSON: {error}") from None
    if not isinstance(content, dict):
        raise HTTPException(400, "the request is no JSON object")
    return content


def photo_in(value: Any, where: str = "") -> bytes:
    """Returns the photo that a JSON value stands for: `{"b64": ...}`, or a text, which TensorFlow Serving takes too.

    Raises:
        HTTPException: If it is none.
    """
    try:
        if isinstance(value, dict) and value.keys() == {_B64} and isinstance(value[_B64], str):
            return base64.b64decode(value[_B64], validate=True)
        if isinstance(value, str):
            return value.encode()
    except (binascii.Error, ValueError) as error:
        raise HTTPException(400, f"{where}not base64: {error}") from None
    raise HTTPException(400, f"{where}not {{{_B64!r}: ...}}")


def check_photos(photos: list[bytes], limits: Limits) -> None:
    """Checks by the headers that photos may be decoded.

    Raises:
        HTTPException: If one is no image, or they are too large.
    """
    pixels = 0
    for place, photo in enumerate(photos):
        if fault := fault_of(photo):
            raise HTTPException(400, f"photo {place}: {fault}")
        width, height = image_size(photo)
        pixels += width * height
    if pixels > limits.pixels:
        raise HTTPException(413, f"{pixels} pixels; a request may have {limits.pixels}: send fewer photos, or smaller")


def _named(value: Any) -> Any:
    """Returns the only input there is, where it is named."""
    return value[IMAGE] if isinstance(value, dict) and value.keys() == {IMAGE} else value


def answered(answer: Answer, by_row: bool) -> dict[str, Any]:
    """Returns an answer as TensorFlow Serving gives it; where there is one output only, it has no name."""
    columns = {name: [_shown(value) for value in values.tolist()] for name, values in sorted(answer.items())}
    if len(columns) == 1:
        return {"predictions" if by_row else "outputs": next(iter(columns.values()))}
    if not by_row:
        return {"outputs": columns}
    return {"predictions": [dict(zip(columns, row, strict=True)) for row in zip(*columns.values(), strict=True)]}


def _shown(value: Any) -> Any:
    return value.decode() if isinstance(value, bytes) else value


def status_of(states: Mapping[int, str]) -> dict[str, Any]:
    """Returns the state of versions, by the reason why one is not served."""

    def state(number: int, reason: str) -> dict[str, Any]:
        told = {"error_code": "UNKNOWN" if reason else "OK", "error_message": reason}
        return {"version": str(number), "state": "END" if reason else "AVAILABLE", "status": told}

    return {"model_version_status": [state(number, reason) for number, reason in states.items()]}


def metadata_of(version: Version) -> dict[str, Any]:
    """Returns what a version takes and gives."""
    spec = {"name": MODEL_NAME, "signature_name": "", "version": str(version.number)}
    return {"model_spec": spec, "metadata": {"signature_def": {"signature_def": version.described}}}
