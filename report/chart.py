"""A plot of the report: drawn by plotly in the page, with the same numbers as a table for those who cannot see it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import plotly.graph_objects as go

# Readable on white and on black, and apart for the colour-blind.
BLUE, ORANGE, GREY = "#2b83c6", "#e07b1a", "#8a8f98"
# Even in lightness, so that it prints, and made for the colour-blind (J. Nuñez et al., PLOS ONE 13, 2018).
HEAT_SCALE = "Cividis"

# Of tables that grow with the data.
_MOST_ROWS = 200
_MARGIN = {"l": 60, "r": 20, "t": 30, "b": 50}


@dataclass(frozen=True)
class Table:
    """A table of texts."""

    headers: Sequence[str]
    rows: Sequence[Sequence[str]]

    def shortened(self) -> Table:
        """Returns the table with a page's share of its rows, and a last one that counts the others."""
        more = len(self.rows) - _MOST_ROWS
        if more <= 0:
            return self
        last = (f"and {more} more", *[""] * (len(self.headers) - 1))
        return Table(self.headers, [*self.rows[:_MOST_ROWS], last])


@dataclass(frozen=True)
class Chart:
    """A plot.

    Attributes:
        key: Its id in the page.
        title: Its heading.
        says: What one sees in it, in a sentence.
        figure: plotly's.
        table: The same numbers.
        height: Pixels.
        width: Least pixels; below, it scrolls.
    """

    key: str
    title: str
    says: str
    figure: go.Figure
    table: Table
    height: int = 360
    width: int = 0

    def json(self) -> str:
        """Returns the figure in the report's style; colours of text and lines are the page's, set when it is shown."""
        style = {"template": {}, "height": self.height, "margin": _MARGIN, "legend": {"orientation": "h", "y": 1.12}}
        # `</script>` in a text of the data must not end the page's script.
        return str(self.figure.update_layout(style).to_json()).replace("<", "\\u003c")
