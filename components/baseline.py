"""The baseline that a new model is compared with, from TFX's record of runs or from what was pushed."""

from pathlib import Path

import ml_metadata as mlmd
from tfx import types
from tfx.dsl.component.experimental.annotations import InputArtifact, OutputArtifact, Parameter
from tfx.dsl.component.experimental.decorators import component
from tfx.dsl.components.common import resolver
from tfx.types.standard_artifacts import Model
from tfx.utils import path_utils

from components.pusher.serving import fetch_latest_other

MODEL = "model"
MODEL_BLESSING = "model_blessing"
CURRENT_MODEL = "current_model"

# Custom properties that the Evaluator gives a ModelBlessing.
BLESSED_PROPERTY = "blessed"
BLESSED_MODEL_ID_PROPERTY = "current_model_id"
# Ours, on a model that a rollback went back behind, and on its blessings.
WITHDRAWN_PROPERTY = "withdrawn"
# Ours, of an output that there is nothing behind; whoever would read it gets no such input.
ABSENT_PROPERTY = "absent"

Artifacts = dict[str, list[types.Artifact]]


class LatestOtherBlessedModelStrategy(resolver.ResolverStrategy):
    """Resolves the latest blessed model that is not the current one.

    TFX's LatestBlessedModelStrategy would resolve, in an unchanged second run, the very model of the first one:
    the Evaluator would see a new input, run again, and compare the model with itself.
    """

    def resolve_artifacts(self, store: mlmd.MetadataStore, input_dict: Artifacts) -> Artifacts:
        """Returns the baseline and its blessing, or empty lists, under the keys that they came in."""
        del store
        blessings = {
            _model_id(blessing): blessing
            for blessing in input_dict[MODEL_BLESSING]
            if blessing.get_int_custom_property(BLESSED_PROPERTY) == 1
        }
        withdrawn = {_model_id(each) for each in input_dict[MODEL_BLESSING] if is_withdrawn(each)}
        current = {model.id for model in input_dict[CURRENT_MODEL]}
        others = [m for m in input_dict[MODEL] if m.id in blessings.keys() - withdrawn - current]
        latest = max(others, key=lambda model: model.id, default=None)
        return {
            MODEL: [latest] if latest else [],
            MODEL_BLESSING: [blessings[latest.id]] if latest else [],
            CURRENT_MODEL: input_dict[CURRENT_MODEL],
        }


def is_withdrawn(artifact: types.Artifact) -> bool:
    """Returns whether a rollback went back behind a model, given the model or a blessing of it."""
    return bool(artifact.get_int_custom_property(WITHDRAWN_PROPERTY))


def _model_id(blessing: types.Artifact) -> int:
    return int(blessing.get_int_custom_property(BLESSED_MODEL_ID_PROPERTY))


@component
def PushedBaseline(  # noqa: N802 (components are named as classes)
    current_model: InputArtifact[Model],
    model: OutputArtifact[Model],
    serving: Parameter[str],
    code_digest: Parameter[str],
) -> None:
    """Copies the latest pushed version that is not the current model, for runners without TFX's record of runs.

    What was pushed was blessed.

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
