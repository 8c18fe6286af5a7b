"""What a run came to, as its artifacts say it: each is read when it is first asked for, and once."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

# What reads an artifact is imported with it, below: it imports TFX, TFMA or TFDV, and a run may end before they are.
from components.data_check.verdict import CONTACT_SHEET_FILE, DUPLICATES_FILE, VERDICT_FILE
from core.labels import Labels
from schema.curated import CURATED_SCHEMA, read_labels

if TYPE_CHECKING:
    from ml_metadata.proto.metadata_store_pb2 import Artifact

    from components.inspector.inspection import Inspection
    from components.inspector.robustness import Robustness
    from components.test_result import TestResult

# Why a model that was blessed once is not any more.
WITHDRAWN = "the model was withdrawn by --rollback; train another one"


@dataclass(frozen=True)
class Node:
    """A component of the run's graph.

    Attributes:
        name: The component's.
        reads: The components whose outputs it reads.
        outputs: Folder of each output, by its name.
    """

    name: str
    reads: tuple[str, ...]
    outputs: Mapping[str, str]


@dataclass(frozen=True)
class Outcome:
    """What a run came to; whatever it did not come to is None or empty.

    Attributes:
        artifacts: MLMD's records of what the components gave, by the names of their outputs, such as `examples`.
        graph: The components in the order in which they ran.
        earlier_statistics: Statistics of the last run on other data.
        bad_records_file: Where the bad records stand that stopped ExampleGen, which then leaves no artifact.
    """

    artifacts: Mapping[str, Artifact] = field(default_factory=dict)
    graph: Sequence[Node] = ()
    earlier_statistics: Artifact | None = None
    bad_records_file: Path | None = None

    def folder(self, name: str) -> Path | None:
        """Returns the folder of an artifact."""
        artifact = self.artifacts.get(name)
        return Path(artifact.uri) if artifact else None

    def _json(self, name: str, file: str) -> Any:
        folder = self.folder(name)
        return json.loads((folder / file).read_text(encoding="utf-8")) if folder else None

    @cached_property
    def labels(self) -> Labels:
        """The labels of the schema that the run was held against."""
        folder = self.folder("schema")
        return read_labels(folder / CURATED_SCHEMA.name) if folder else ()

    @cached_property
    def verdict(self) -> Mapping[str, Any] | None:
        """The data check's (components/data_check/verdict.py)."""
        return self._json("verdict", VERDICT_FILE)

    @cached_property
    def contact_sheet(self) -> bytes | None:
        """A PNG, see `components.data_check.overview.contact_sheet`."""
        folder = self.folder("overview")
        return (folder / CONTACT_SHEET_FILE).read_bytes() if folder else None

    @cached_property
    def duplicates(self) -> Sequence[Mapping[str, Any]]:
        """Photos that are equal, see `components.data_check.overview.duplicates`."""
        return self._json("overview", DUPLICATES_FILE) or ()

    @cached_property
    def dropped(self) -> int | None:
        """Number of bad records that were dropped."""
        if examples := self.artifacts.get("examples"):
            from components.example_gen.executor import DROPPED_PROPERTY

            return int(examples.custom_properties[DROPPED_PROPERTY].int_value)
        return None

    @cached_property
    def bad_records(self) -> Sequence[Mapping[str, Any]]:
        """Records that were dropped or stopped the run: `line`, `file` and `reason` of each."""
        from components.example_gen.bad_records import BAD_RECORDS_FILE, read_bad_records

        examples = self.folder("examples")
        file = examples / BAD_RECORDS_FILE if examples else self.bad_records_file
        return read_bad_records(file) if file else ()

    @cached_property
    def drift(self) -> Mapping[str, float] | None:
        """By how much features moved since the last run on other data (report/drift.py); None where there was none."""
        now = self.artifacts.get("statistics")
        if now is None or self.earlier_statistics is None:
            return None
        from report.drift import read_drift

        return read_drift(Path(now.uri), Path(self.earlier_statistics.uri))

    @cached_property
    def training(self) -> Mapping[str, Any] | None:
        """Trainer's report (`components.trainer.state.training_report`)."""
        if folder := self.folder("model_run"):
            from components.trainer.state import REPORT_FILE

            return dict(json.loads((folder / REPORT_FILE).read_text(encoding="utf-8")))
        return None

    @cached_property
    def training_logs(self) -> str | None:
        """TensorBoard's folder."""
        folder = self.folder("model_run")
        return str(folder.parent) if folder else None

    @cached_property
    def history(self) -> Sequence[Mapping[str, Any]]:
        """A row per epoch (components/trainer/state.py)."""
        if folder := self.folder("model_run"):
            from components.trainer.state import HISTORY_FILE, read_history

            return read_history(folder / HISTORY_FILE)
        return ()

    @cached_property
    def augmented(self) -> bytes | None:
        """A PNG of photos as the network saw them."""
        if folder := self.folder("model_run"):
            from components.trainer.pictures import AUGMENTED_FILE

            return (folder / AUGMENTED_FILE).read_bytes() if (folder / AUGMENTED_FILE).exists() else None
        return None

    @cached_property
    def test(self) -> TestResult | None:
        """What the Evaluator found of the new model, and of the last blessed one on the same photos."""
        if folder := self.folder("evaluation"):
            from components.test_result import read_test_result

            return read_test_result(str(folder))
        return None

    @cached_property
    def blessed(self) -> bool | None:
        """Whether the Evaluator blessed the model, and nobody withdrew it."""
        if blessing := self.artifacts.get("blessing"):
            from components.baseline import BLESSED_PROPERTY

            return bool(blessing.custom_properties[BLESSED_PROPERTY].int_value) and not self._withdrawn
        return None

    @property
    def reasons(self) -> list[str]:
        """Why the model is not blessed, in words."""
        return [*(self.test.reasons if self.test else ()), *([WITHDRAWN] if self._withdrawn else ())]

    @cached_property
    def _withdrawn(self) -> bool:
        if model := self.artifacts.get("model"):
            from components.baseline import WITHDRAWN_PROPERTY

            return bool(model.custom_properties[WITHDRAWN_PROPERTY].int_value)
        return False

    @cached_property
    def inspection(self) -> Inspection | None:
        """What the Inspector found."""
        if folder := self.folder("inspection"):
            from components.inspector.inspection import read_inspection

            return read_inspection(folder)
        return None

    @cached_property
    def robustness(self) -> Sequence[Robustness]:
        """How the model reads test photos as people take them."""
        if folder := self.folder("inspection"):
            from components.inspector.robustness import read_robustness

            return read_robustness(folder)
        return ()

    @cached_property
    def pushed_model(self) -> str | None:
        """The pushed version's folder, or its URI."""
        if artifact := self.artifacts.get("pushed_model"):
            from components.pusher.component import DESTINATION_PROPERTY, PUSHED_PROPERTY

            if artifact.custom_properties[PUSHED_PROPERTY].int_value:
                return str(artifact.custom_properties[DESTINATION_PROPERTY].string_value)
        return None
