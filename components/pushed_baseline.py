"""The baseline for runners without TFX's record of runs: the latest pushed version, which was blessed."""

from pathlib import Path

from tfx.dsl.component.experimental.annotations import InputArtifact, OutputArtifact, Parameter
from tfx.dsl.component.experimental.decorators import component
from tfx.types.standard_artifacts import Model
from tfx.utils import path_utils

from components.pusher.serving import fetch_latest_other

# Custom property of an output that there is nothing behind; whoever would read it gets no such input.
ABSENT_PROPERTY = "absent"


@component
def PushedBaseline(  # noqa: N802 (components are named as classes)
    current_model: InputArtifact[Model],
    model: OutputArtifact[Model],
    serving: Parameter[str],
    code_digest: Parameter[str],
) -> None:
    """Copies the latest pushed version that is not the current model.

    Args:
        current_model: What will be compared with the baseline; in an unchanged run it is pushed already.
        model: Where the copy is written; says `ABSENT_PROPERTY` where there is no other version.
        serving: The folder of pushed versions: a path, or a URI of a bucket.
        code_digest: Digest of the code; a part of the cache key.
    """
    del code_digest
    current, target = (path_utils.serving_model_path(each.uri) for each in (current_model, model))
    if not fetch_latest_other(serving, Path(current), Path(target)):
        model.set_int_custom_property(ABSENT_PROPERTY, 1)
