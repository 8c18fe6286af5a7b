"""What a request or an answer of Kubeflow's API may hold, by the models of the client itself."""

import json
import re
from collections.abc import Iterator, Mapping
from email import message_from_bytes
from typing import Any

import kfp_server_api
import yaml
from google.protobuf import json_format
from kfp.pipeline_spec import pipeline_spec_pb2

Json = dict[str, Any]

_PLAIN: Mapping[str, type] = {"str": str, "int": int, "bool": bool, "datetime": str}
# Protobuf's JSON takes an int64 as a number too, a field by its camel-case name, and an enum's value by its number.
_INT64 = {"max_concurrency", "long_value"}
_PARAMETERS: Mapping[str, tuple[type, ...]] = {
    "STRING": (str,),
    "NUMBER_INTEGER": (int,),
    "NUMBER_DOUBLE": (float, int),
}


def mismatches(value: Any, kind: str, where: str = "body") -> Iterator[str]:
    """Yields where a value is not of a type, which is named as the models name it."""
    if within := re.fullmatch(r"list\[(.*)\]|dict\(str, (.*)\)", kind):
        items = dict(enumerate(value)) if isinstance(value, list) else value
        if not isinstance(items, dict) or isinstance(value, dict) == kind.startswith("list"):
            yield f"{where}: {value!r} is no {kind}"
            return
        for key, each in items.items():
            yield from mismatches(each, within.group(1) or within.group(2), f"{where}.{key}")
    elif kind in _PLAIN:
        if type(value) is not _PLAIN[kind]:
            yield f"{where}: {value!r} is no {kind}"
    elif kind != "object":
        yield from _model_mismatches(value, getattr(kfp_server_api.models, kind), where)


def _model_mismatches(value: Any, model: Any, where: str) -> Iterator[str]:
    if hasattr(model, "allowable_values"):
        if value not in model.allowable_values and value not in range(len(model.allowable_values)):
            yield f"{where}: {value!r} is none of {model.allowable_values}"
        return
    if not isinstance(value, dict):
        yield f"{where}: {value!r} is no {model.__name__}"
        return
    attributes = {key: attribute for attribute, key in model.attribute_map.items()}
    for key, each in value.items():
        attribute = attributes.get(key) or attributes.get(re.sub("[A-Z]", lambda upper: f"_{upper[0].lower()}", key))
        if attribute is None:
            yield f"{where}.{key}: no key of {model.__name__}"
        elif not (attribute in _INT64 and type(each) is int):
            yield from mismatches(each, model.openapi_types[attribute], f"{where}.{key}")


def parsed(body: bytes) -> Any:
    """Returns JSON; NaN and infinities, which Python writes and reads, are none."""

    def refuse(constant: str) -> None:
        raise ValueError(f"{constant} is no JSON")

    return json.loads(body, parse_constant=refuse)


def uploaded_spec(content_type: str, body: bytes) -> Json:
    """Returns the pipeline specification of an uploaded file, parsed as strictly as the server does."""
    form = message_from_bytes(b"Content-Type: " + content_type.encode() + b"\r\n\r\n" + body)
    parts = {part.get_param("name", header="content-disposition"): part for part in form.get_payload()}
    if set(parts) != {"uploadfile"} or not parts["uploadfile"].get_filename("").endswith(".yaml"):
        raise ValueError(f"one YAML file is wanted as uploadfile, not {sorted(parts)}")
    pipeline, *platforms = yaml.safe_load_all(parts["uploadfile"].get_payload(decode=True))
    json_format.ParseDict(pipeline, pipeline_spec_pb2.PipelineSpec())
    for platform in platforms:
        json_format.ParseDict(platform, pipeline_spec_pb2.PlatformSpec())
    return pipeline


def parameter_mismatches(parameters: Json, spec: Json) -> Iterator[str]:
    """Yields the parameters of a run that its pipeline does not have, or not with that type."""
    known = spec["root"].get("inputDefinitions", {}).get("parameters", {})
    for name, value in parameters.items():
        if name not in known:
            yield f"parameter {name}: the pipeline has none of that name"
        elif type(value) not in _PARAMETERS[known[name]["parameterType"]]:
            yield f"parameter {name}: {value!r} is no {known[name]['parameterType']}"
