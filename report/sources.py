"""What a report is made of: a run's summary, and what its artifacts say, read into memory."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from components.inspector.inspection import Inspection
    from components.test_result import TestResult


@dataclass(frozen=True)
class Drift:
    """How far a feature moved since the last run on other data.

    Attributes:
        feature: Its name.
        value: The largest change of a value's share, 0 to 1.
    """

    feature: str
    value: float


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
class Sources:
    """All that a report can show; what the run did not come to is None or empty.

    Attributes:
        summary: As in `summary.json`.
        verdict: The data check's (components/data_check/verdict.py).
        contact_sheet: A PNG, see `components.data_check.overview.contact_sheet`.
        duplicates: See `components.data_check.overview.duplicates`.
        bad_records: Records that were dropped or stopped the run: `line`, `file` and `reason` of each.
        drift: Since the last run on other data; None where there was none.
        history: A row per epoch (components/trainer/history.py).
        augmented: A PNG of photos as the network saw them.
        test: What the Evaluator found of the new model.
        baseline: What it found of the last blessed one, on the same photos.
        inspection: What the Inspector found.
        graph: The components in the order in which they ran.
    """

    summary: Mapping[str, Any]
    verdict: Mapping[str, Any] | None = None
    contact_sheet: bytes | None = None
    duplicates: Sequence[Mapping[str, Any]] = ()
    bad_records: Sequence[Mapping[str, Any]] = ()
    drift: Sequence[Drift] | None = None
    history: Sequence[Mapping[str, Any]] = ()
    augmented: bytes | None = None
    test: TestResult | None = None
    baseline: TestResult | None = None
    inspection: Inspection | None = None
    graph: Sequence[Node] = field(default=())
