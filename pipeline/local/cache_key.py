"""TFX's cache key, without the places in it: what was moved or copied, and is otherwise as it was, runs not again."""

import copy
import json
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from tfx import types
from tfx.orchestration.portable import cache_utils


@contextmanager
def without_places(*folders: Path) -> Iterator[None]:
    """Has TFX's keys, meanwhile, say nothing of where some folders are.

    TFX has no hook for its key, which holds the paths of what a component reads and writes, the paths of its input
    artifacts, and when their records were last changed. What they hold stands in the key beside these: the fingerprint
    of the data, the digest in the schema's name, the identities of the artifacts.
    """
    # The longest first: one folder may lie in another.
    places = sorted({form for folder in folders for form in _forms(str(folder))}, key=len, reverse=True)
    original = cache_utils.get_cache_context

    def placeless(
        *,
        input_artifacts: Mapping[str, Sequence[types.Artifact]],
        parameters: Mapping[str, Any],
        **others: Any,
    ) -> Any:
        bare = {name: [_bare(each, places) for each in artifacts] for name, artifacts in input_artifacts.items()}
        texts = {name: _without(str(value), places) for name, value in parameters.items()}
        return original(input_artifacts=bare, parameters=texts, **others)

    cache_utils.get_cache_context = placeless
    try:
        yield
    finally:
        cache_utils.get_cache_context = original


def _forms(path: str) -> Iterator[str]:
    """Yields a path as it stands in text, in JSON, and in JSON in JSON."""
    for _ in range(3):
        yield path
        path = json.dumps(path)[1:-1]


def _bare(artifact: types.Artifact, places: Sequence[str]) -> types.Artifact:
    bare = copy.deepcopy(artifact)
    record = bare.mlmd_artifact
    record.uri = ""
    record.ClearField("last_update_time_since_epoch")
    for value in record.custom_properties.values():
        if value.HasField("string_value"):
            value.string_value = _without(value.string_value, places)
    return bare


def _without(text: str, places: Sequence[str]) -> str:
    for place in places:
        text = text.replace(place, "")
    return text
