"""The baseline of an evaluation: the latest blessed model other than the one that is evaluated."""

import ml_metadata as mlmd
from tfx import types
from tfx.dsl.components.common import resolver

MODEL = "model"
MODEL_BLESSING = "model_blessing"
CURRENT_MODEL = "current_model"

# Custom properties that the Evaluator gives a ModelBlessing.
BLESSED_PROPERTY = "blessed"
BLESSED_MODEL_ID_PROPERTY = "current_model_id"
# Ours, on the blessing of a model that a rollback went back behind.
WITHDRAWN_PROPERTY = "withdrawn"

Artifacts = dict[str, list[types.Artifact]]


class LatestOtherBlessedModelStrategy(resolver.ResolverStrategy):
    """Resolves the latest blessed model that is not the current one.

    TFX's LatestBlessedModelStrategy would resolve, in an unchanged second run, the very model of the first one:
    the Evaluator would see a new input, run again, and compare the model with itself.
    """

    def resolve_artifacts(self, store: mlmd.MetadataStore, input_dict: Artifacts) -> Artifacts:
        """Returns the baseline and its blessing, or empty lists, under the keys that they came in."""
        del store
        current = {model.id for model in input_dict[CURRENT_MODEL]}
        blessings = {
            blessing.get_int_custom_property(BLESSED_MODEL_ID_PROPERTY): blessing
            for blessing in input_dict[MODEL_BLESSING]
            if blessing.get_int_custom_property(BLESSED_PROPERTY) == 1
            and not blessing.get_int_custom_property(WITHDRAWN_PROPERTY)
        }
        others = [m for m in input_dict[MODEL] if m.id in blessings and m.id not in current]
        latest = max(others, key=lambda model: model.id, default=None)
        return {
            MODEL: [latest] if latest else [],
            MODEL_BLESSING: [blessings[latest.id]] if latest else [],
            CURRENT_MODEL: input_dict[CURRENT_MODEL],
        }
