"""Where a run reads and writes."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Places:
    """Where a run reads and writes: paths or URIs.

    Attributes:
        data: The data folder.
        pipeline_root: TFX's artifacts.
        serving: The folder of pushed versions.
        training_state: What resuming an interrupted training needs.
        schema: The curated schema; its name must change with its content where TFX caches.
    """

    data: str
    pipeline_root: str
    serving: str
    training_state: str
    schema: str
