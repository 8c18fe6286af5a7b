"""The third section: the training."""

from __future__ import annotations

import itertools
import shlex
from collections.abc import Mapping, Sequence
from typing import Any

import plotly.graph_objects as go
from plotly.subplots import make_subplots

from report.chart import BLUE, GREY, ORANGE, Chart, Table
from report.outcome import Outcome
from report.wording import percent

_ROWS = ("accuracy", "loss", "learning rate")


def training_section(outcome: Outcome) -> dict[str, Any]:
    """Returns the third section: curves by epoch, and what opens TensorBoard."""
    report, logs = outcome.training, outcome.training_logs
    return {
        "curves": _curves(outcome.history, report["best_epoch"]) if outcome.history and report else None,
        "command": f"tensorboard --logdir {shlex.quote(logs)}" if logs else None,
    }


def rate_steps(history: Sequence[Mapping[str, Any]]) -> list[int]:
    """Returns the epochs, from 1, that begin with a learning rate cut at once by a third or more.

    A schedule that changes the rate with every step has none: its curve says it all.
    """
    pairs = list(itertools.pairwise(history))
    cut = [
        index + 2
        for index, (before, now) in enumerate(pairs)
        if now["learning_rate"] <= before["learning_rate"] * 2 / 3
    ]
    held = any(now["learning_rate"] == before["learning_rate"] for before, now in pairs)
    return cut if held else []


def _curves(history: Sequence[Mapping[str, Any]], best: int) -> Chart:
    says = (
        f"The best of {len(history)} epochs is number {best}: its loss on eval is the lowest. "
        "Train is lower where its photos are augmented and eval's are not."
    )
    figure = _curves_figure(history)
    figure.add_vline(best, line_dash="dash", line_color=GREY, annotation_text="best")
    for epoch in rate_steps(history):
        figure.add_vline(epoch, line_dash="dot", line_color=GREY, row=3, col=1)
    return Chart("curves", "By epoch", says, figure, _curves_table(history), height=560)


def _curves_figure(history: Sequence[Mapping[str, Any]]) -> go.Figure:
    epochs = [row["epoch"] + 1 for row in history]
    figure = make_subplots(rows=3, cols=1, shared_xaxes=True, vertical_spacing=0.06)
    for place, metric in enumerate(("accuracy", "loss"), start=1):
        for name, key, colour in (("train", metric, BLUE), ("eval", f"val_{metric}", ORANGE)):
            values = [row[key] for row in history]
            line = go.Scatter(x=epochs, y=values, name=name, line_color=colour, showlegend=place == 1)
            figure.add_trace(line, row=place, col=1)
    rates = [row["learning_rate"] for row in history]
    figure.add_trace(go.Scatter(x=epochs, y=rates, showlegend=False, line_color=GREY), row=3, col=1)
    for place, title in enumerate(_ROWS, start=1):
        figure.update_yaxes(title_text=title, row=place, col=1)
    figure.update_xaxes(title_text="epoch", row=3, col=1)
    return figure


def _curves_table(history: Sequence[Mapping[str, Any]]) -> Table:
    rows = [
        (
            f"{row['epoch'] + 1:.0f}",
            percent(row["accuracy"]),
            percent(row["val_accuracy"]),
            f"{row['loss']:.4f}",
            f"{row['val_loss']:.4f}",
            f"{row['learning_rate']:.2g}",
        )
        for row in history
    ]
    return Table(("epoch", "accuracy, train", "accuracy, eval", "loss, train", "loss, eval", "learning rate"), rows)
