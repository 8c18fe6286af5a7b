"""The flags between a compiled step and the entrypoint that runs it; the first three are TFX's own."""

CLASS_FLAG = "--executor_class_path"
INVOCATION_FLAG = "--json_serialized_invocation_args"
INPUTS_FLAG = "--json_serialized_inputs_spec_args"
# TFX's executor takes the types of outputs from the launcher, which adds outputs of its own.
OUTPUTS_FLAG = "--json_serialized_outputs_spec_args"
STEP_FLAG = "--step"
# Steps and image talk in what the TFX that compiled serialises.
TFX_FLAG = "--tfx_version"
