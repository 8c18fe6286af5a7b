"""The Pusher component: TFX's own, with an executor that pushes whole versions and numbers them from 1."""

from pathlib import Path
from typing import Any

from tfx import types
from tfx.components.pusher import executor
from tfx.components.pusher.component import Pusher
from tfx.dsl.components.base import executor_spec
from tfx.proto import pusher_pb2
from tfx.types import artifact_utils, standard_component_specs
from tfx.utils import proto_utils

from components.baseline import is_withdrawn
from components.pusher.serving import push_to
from components.pusher.versions import model_digest

# Custom properties of the PushedModel artifact; TFX's Pusher uses the same names but exports none of them.
PUSHED_PROPERTY = "pushed"
DESTINATION_PROPERTY = "pushed_destination"
VERSION_PROPERTY = "pushed_version"
# Ours: the digest of the version's files, to see later whether they are still the same.
DIGEST_PROPERTY = "pushed_digest"


class Executor(executor.Executor):
    """Pushes a blessed model as the next version; TFX's own copies file by file into the final folder."""

    def Do(  # noqa: N802 (TFX's name)
        self,
        input_dict: dict[str, list[types.Artifact]],
        output_dict: dict[str, list[types.Artifact]],
        exec_properties: dict[str, Any],
    ) -> None:
        """Pushes the model where it is blessed and not withdrawn, and records where it is; see the base class."""
        pushed_model = artifact_utils.get_single_instance(output_dict[standard_component_specs.PUSHED_MODEL_KEY])
        current = artifact_utils.get_single_instance(input_dict[standard_component_specs.MODEL_KEY])
        # A person who went back from a model would find it served again.
        if is_withdrawn(current) or not self.CheckBlessing(input_dict):
            pushed_model.set_int_custom_property(PUSHED_PROPERTY, 0)
            return
        destination = pusher_pb2.PushDestination()
        proto_utils.json_to_proto(exec_properties[standard_component_specs.PUSH_DESTINATION_KEY], destination)
        model = Path(self.GetModelPath(input_dict))
        digest = model_digest(model)
        version = push_to(model, digest, destination.filesystem.base_directory)
        pushed_model.set_int_custom_property(PUSHED_PROPERTY, 1)
        pushed_model.set_string_custom_property(DESTINATION_PROPERTY, version)
        pushed_model.set_string_custom_property(VERSION_PROPERTY, version.rpartition("/")[2])
        pushed_model.set_string_custom_property(DIGEST_PROPERTY, digest)


def letter_pusher(
    model: types.BaseChannel,
    model_blessing: types.BaseChannel,
    serving: str,
    code_digest: str,
) -> Pusher:
    """Returns the Pusher.

    Args:
        model: Trainer's output.
        model_blessing: Evaluator's output.
        serving: The folder of versions: a path, or a URI of a bucket.
        code_digest: Digest of the code; a part of the cache key.
    """
    return Pusher(
        model=model,
        model_blessing=model_blessing,
        push_destination=pusher_pb2.PushDestination(
            filesystem=pusher_pb2.PushDestination.Filesystem(base_directory=serving)
        ),
        custom_config={"code_digest": code_digest},
        custom_executor_spec=executor_spec.ExecutorClassSpec(Executor),
    )
