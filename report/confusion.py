"""Which letters are taken for which."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import plotly.graph_objects as go

from core.features import TEST_SPLIT
from core.labels import ALPHABET
from report.chart import HEAT_SCALE, Chart, Table, chart
from report.pictures import picture_uri

if TYPE_CHECKING:
    from components.inspector.inspection import Inspection

_PAIRS = 10
_PHOTOS = 6


@dataclass(frozen=True)
class Pair:
    """Two letters that were confused.

    Attributes:
        true: The letter that was written.
        read: The letter that it was taken for.
        count: How often, of `photos` test photos of it.
        photos: Test photos of the written letter.
        pictures: Sources of some of them.
    """

    true: str
    read: str
    count: int
    photos: int
    pictures: list[str]


def confusion_chart(confusion: np.ndarray) -> Chart:
    """Returns the confusion matrix as a plot that can be zoomed into.

    Args:
        confusion: int64 [33, 33], photos by true and predicted class id.
    """
    letters = list(ALPHABET)
    shares = confusion / np.maximum(confusion.sum(axis=1, keepdims=True), 1)
    figure = go.Figure(
        go.Heatmap(
            x=letters,
            y=letters,
            # The square root shows single errors beside a full diagonal.
            z=np.sqrt(shares).round(4).tolist(),
            text=[[str(count) if count else "" for count in row] for row in confusion],
            texttemplate="%{text}",
            customdata=confusion.tolist(),
            colorscale=HEAT_SCALE,
            showscale=False,
            hovertemplate="%{y} read as %{x}: %{customdata}<extra></extra>",
        )
    )
    figure.update_yaxes(autorange="reversed", title_text="written")
    figure.update_xaxes(title_text="read as", side="top")
    errors = int(confusion.sum() - np.trace(confusion))
    says = f"{errors} of {int(confusion.sum())} test photos were misread. Drag to zoom, double-click to go back."
    return chart("confusion", "Confusion matrix", says, figure, _errors(confusion), height=760, width=760)


def _errors(confusion: np.ndarray) -> Table:
    found = [
        (int(confusion[true, read]), ALPHABET[true], ALPHABET[read])
        for true, read in zip(*np.nonzero(confusion), strict=True)
        if true != read
    ]
    rows = [(true, read, str(count)) for count, true, read in sorted(found, key=lambda row: (-row[0], row[1:]))]
    return Table(("written", "read as", "photos"), rows)


def confused_pairs(inspection: Inspection) -> list[Pair]:
    """Returns the most confused pairs of the test split, the most frequent first."""
    test = np.flatnonzero(inspection.splits == TEST_SPLIT)
    true, read = inspection.class_ids[test], inspection.probabilities[test].argmax(axis=1)
    wrong = true != read
    pairs, counts = np.unique(np.stack([true[wrong], read[wrong]]), axis=1, return_counts=True)
    order = np.argsort(-counts, kind="stable")[:_PAIRS]
    found = []
    for (written, taken_for), count in zip(pairs.T[order], counts[order], strict=True):
        rows = test[(true == written) & (read == taken_for)][:_PHOTOS]
        found.append(
            Pair(
                true=ALPHABET[written],
                read=ALPHABET[taken_for],
                count=int(count),
                photos=int((true == written).sum()),
                pictures=[picture_uri(inspection.pixels_of(row)) for row in rows],
            )
        )
    return found
