"""Which letters are taken for which."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import plotly.graph_objects as go

from core.features import TEST_SPLIT
from core.labels import Labels
from report.chart import HEAT_SCALE, Chart, Table
from report.pictures import picture_uri

if TYPE_CHECKING:
    from components.inspector.inspection import Inspection

_PAIRS = 10
_PHOTOS = 6


def confusion_chart(confusion: np.ndarray, labels: Labels) -> Chart:
    """Returns the confusion matrix as a plot that can be zoomed into.

    Args:
        confusion: int64 [labels, labels], photos by true and predicted class id.
        labels: Their texts.
    """
    shares = confusion / np.maximum(confusion.sum(axis=1, keepdims=True), 1)
    figure = go.Figure(
        go.Heatmap(
            x=list(labels),
            y=list(labels),
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
    return Chart("confusion", "Confusion matrix", says, figure, _errors(confusion, labels), height=760, width=760)


def _errors(confusion: np.ndarray, labels: Labels) -> Table:
    found = [
        (int(confusion[true, read]), labels[true], labels[read])
        for true, read in zip(*np.nonzero(confusion), strict=True)
        if true != read
    ]
    rows = [(true, read, str(count)) for count, true, read in sorted(found, key=lambda row: (-row[0], row[1:]))]
    return Table(("written", "read as", "photos"), rows)


def confused_pairs(inspection: Inspection, labels: Labels) -> list[dict[str, Any]]:
    """Returns the most confused pairs of the test split, the most frequent first.

    Returns:
        For each the letter that was written (`true`), the one that it was `read` as, how often (`count`), of how many
        `photos` of the first, and sources of some `pictures` of it.
    """
    test = np.flatnonzero(inspection.splits == TEST_SPLIT)
    true, read = inspection.class_ids[test], inspection.read[test]
    wrong = true != read
    pairs, counts = np.unique(np.stack([true[wrong], read[wrong]]), axis=1, return_counts=True)
    order = np.argsort(-counts, kind="stable")[:_PAIRS]
    found = []
    for (written, taken_for), count in zip(pairs.T[order], counts[order], strict=True):
        rows = test[(true == written) & (read == taken_for)][:_PHOTOS]
        found.append(
            {
                "true": labels[written],
                "read": labels[taken_for],
                "count": int(count),
                "photos": int((true == written).sum()),
                "pictures": [picture_uri(inspection.pixels_of(row)) for row in rows],
            }
        )
    return found
