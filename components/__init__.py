"""The components of the pipeline: TFX's own, configured, and the few that TFX does not have."""
