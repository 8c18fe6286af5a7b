"""The Evaluator component: TFX's own, which here also judges photos as people take them, folders and writers."""

import json
from pathlib import Path
from typing import Any, ClassVar

from tfx import types
from tfx.components.evaluator import constants, executor
from tfx.dsl.components.base import base_beam_component, executor_spec
from tfx.types import artifact_utils
from tfx.types.component_spec import ChannelParameter, ExecutionParameter
from tfx.types.standard_artifacts import ModelBlessing, ModelEvaluation
from tfx.types.standard_component_specs import (
    BASELINE_MODEL_KEY,
    BLESSING_KEY,
    EVAL_CONFIG_KEY,
    EVALUATION_KEY,
    EXAMPLE_SPLITS_KEY,
    EXAMPLES_KEY,
    MODEL_KEY,
    EvaluatorSpec,
)

from components.baseline import BLESSED_PROPERTY
from components.blessing import blessing_rules, eval_config, judge_changes, judge_people
from components.inspector.component import ModelInspection
from components.inspector.robustness import read_robustness
from components.settings import EvaluationSettings
from components.test_result import read_test_result, write_judged
from core.columns import column_named
from core.features import SOURCE, TEST_SPLIT, WRITER
from core.labels import Labels

INSPECTION_KEY = "inspection"
_SETTINGS_KEY = "settings"
_CODE_DIGEST_KEY = "code_digest"


class Executor(executor.Executor):
    """Judges as TFX's own does, and takes the blessing back where a rule on changes or on people is missed."""

    def Do(  # noqa: N802 (TFX's name)
        self,
        input_dict: dict[str, list[types.Artifact]],
        output_dict: dict[str, list[types.Artifact]],
        exec_properties: dict[str, Any],
    ) -> None:
        """Evaluates and blesses; see the base class."""
        super().Do(input_dict, output_dict, exec_properties)
        measured = read_robustness(Path(artifact_utils.get_single_uri(input_dict[INSPECTION_KEY])))
        settings = EvaluationSettings.model_validate_json(exec_properties[_SETTINGS_KEY])
        evaluation = artifact_utils.get_single_uri(output_dict[EVALUATION_KEY])
        result = read_test_result(evaluation)
        sources, writers = (result.per_value(column_named(name)) for name in (SOURCE, WRITER))
        judged = [*judge_changes(measured, settings), *judge_people(sources, writers, settings)]
        write_judged(judged, Path(evaluation))
        blessing = artifact_utils.get_single_instance(output_dict[BLESSING_KEY])
        if all(each.met for each in judged) or not blessing.get_int_custom_property(BLESSED_PROPERTY):
            return
        blessing.set_int_custom_property(BLESSED_PROPERTY, constants.NOT_BLESSED_VALUE)
        folder = Path(blessing.uri)
        (folder / constants.BLESSED_FILE_NAME).rename(folder / constants.NOT_BLESSED_FILE_NAME)


class _Spec(EvaluatorSpec):
    PARAMETERS: ClassVar = {
        **EvaluatorSpec.PARAMETERS,
        _SETTINGS_KEY: ExecutionParameter(type=str),
        _CODE_DIGEST_KEY: ExecutionParameter(type=str),
    }
    INPUTS: ClassVar = {**EvaluatorSpec.INPUTS, INSPECTION_KEY: ChannelParameter(type=ModelInspection)}


class LetterEvaluator(base_beam_component.BaseBeamComponent):
    """Judges a model on the test split, which neither training nor the choice of the best epoch has seen."""

    SPEC_CLASS = _Spec
    EXECUTOR_SPEC = executor_spec.BeamExecutorSpec(Executor)

    def __init__(
        self,
        *,
        examples: types.BaseChannel,
        model: types.BaseChannel,
        baseline_model: types.BaseChannel,
        inspection: types.BaseChannel,
        settings: EvaluationSettings,
        labels: Labels,
        code_digest: str,
    ):
        """Makes the component.

        Args:
            examples: ExampleGen's output.
            model: Trainer's output.
            baseline_model: What it is compared with; may hold none.
            inspection: Inspector's output.
            settings: The bounds.
            labels: In the order of their class ids.
            code_digest: Digest of the code; a part of the cache key.
        """
        spec = _Spec(
            **{
                EXAMPLES_KEY: examples,
                MODEL_KEY: model,
                BASELINE_MODEL_KEY: baseline_model,
                INSPECTION_KEY: inspection,
                EVAL_CONFIG_KEY: eval_config(blessing_rules(settings, labels)),
                EXAMPLE_SPLITS_KEY: json.dumps([TEST_SPLIT]),
                _SETTINGS_KEY: settings.model_dump_json(),
                _CODE_DIGEST_KEY: code_digest,
                EVALUATION_KEY: types.Channel(type=ModelEvaluation),
                BLESSING_KEY: types.Channel(type=ModelBlessing),
            }
        )
        super().__init__(spec=spec)
