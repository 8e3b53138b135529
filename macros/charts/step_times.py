"""How long one decode step takes, model by model, and how little of it is arithmetic."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from macros.catalog import Catalog
from macros.charts.kit.drawing import Drawing, View, asked, fit_width, needed
from macros.charts.kit.lazy_altair import alt
from macros.charts.kit.picked import Picked, Row
from macros.charts.kit.theme import COMPUTE, MEMORY
from macros.figures.cells import If, Text, Value, Words, between
from macros.scenario import Scenario

BAR, LINE = 40, 20
"""Heights in pixels: of a bar, and of a line of text above or below it."""

ROOM = 92
"""Pixels kept free right of the longest bar for its label."""


def draw(catalog: Catalog, base: Scenario | None, options: Mapping[str, Any]) -> Drawing:
    """Time to read and time to compute one step on one GPU of the page, on one linear scale.

    Options:
        models: ids of models, the top one first.
    """
    wanted = asked(options, models=["llama-3-8b", "llama-3-70b"])
    picked = Picked(catalog, needed(base).on(gpus=1))
    bars = [_Bar(picked, model) for model in wanted["models"]]
    return Drawing(
        at=_chart,
        told=Words(
            "One decode step in ",
            picked.name("precision"),
            " on ",
            picked.name("gpu"),
            ": ",
            *between("; ", [bar.told() for bar in bars]),
            ".",
            *(bar.note() for bar in bars),
        ),
        headings=("Model", "Bytes read", "Time to read", "Time to compute", "GPUs that hold it"),
        rows=[
            {
                "model": bar.model,
                "bytes": bar.bytes,
                "reading": bar.reading,
                "arithmetic": bar.arithmetic,
                "min_gpus": bar.holders,
            }
            for bar in bars
        ],
        data={"bars": [bar.row() for bar in bars]},
    )


class _Bar:
    """What the bar of one model shows: its step on one GPU."""

    def __init__(self, picked: Picked, model: str) -> None:
        alone: dict[str, Any] = {"model": model, "gpus": 1}
        self.model = picked.catalog.model(model).name
        self.bytes = picked.figure("step_bytes", **alone)
        # One unit for both, so that they can be compared at a glance.
        self.reading = picked.figure("memory_time", scale="ms", **alone)
        self.arithmetic = picked.figure("compute_time", scale="ms", **alone)
        self.holders = picked.figure("min_gpus", **alone)

    def row(self) -> Row:
        """The row of the chart's data."""
        return {
            "model": self.model,
            "memory_time": Value(self.reading),
            "compute_time": Value(self.arithmetic),
            "bytes": Text(self.bytes),
            "reading": Text(self.reading),
            # Reckoned without a peak where none is published.
            "note": If(
                self.arithmetic,
                0,
                Words(Text(self.arithmetic), " of arithmetic"),
                "no peak is published",
            ),
        }

    def told(self) -> Words:
        """The bar in words."""
        reads = Words(" reads ", Text(self.bytes), " in ", Text(self.reading))
        return Words(self.model, reads, " and computes for ", Text(self.arithmetic))

    def note(self) -> If:
        """What must be said of weights that one GPU does not hold."""
        holders = Words(f" The weights of {self.model} take ", Text(self.holders))
        return If(
            self.holders, 1, Words(holders, " GPUs to hold: these are times at one's bandwidth.")
        )


def _chart(width: int) -> View:
    rows = alt.Chart(alt.NamedData("bars"))
    y = alt.Y("model:N", sort=None, axis=None)
    x = alt.X(
        "memory_time:Q",
        axis=None,
        stack=None,
        scale=alt.Scale(zero=True, nice=False, range=[0, alt.ExprRef(f"width - {ROOM}")]),
    )
    start = alt.datum(0)
    line = rows.mark_text(align="left", dy=-(BAR + LINE) / 2)
    names = line.transform_calculate(text="datum.model + ': ' + datum.bytes + ' to read'")
    reading = rows.mark_bar(height=BAR, color=MEMORY)
    arithmetic = rows.mark_bar(height=BAR, color=COMPUTE, cornerRadius=0)
    # The sliver's least width, and a leader from it down to its label.
    leader = rows.mark_tick(
        color=COMPUTE,
        opacity=1,
        orient="vertical",
        thickness=1,
        size=BAR + LINE,
        xOffset=0.5,
        yOffset=LINE / 2,
    )
    times = rows.mark_text(align="left", dx=8, color=MEMORY, fontSize=20, fontWeight="bold")
    notes = rows.mark_text(align="left", dx=6, dy=(BAR + LINE) / 2 + 2, color=COMPUTE)
    return fit_width(
        alt.layer(
            reading.encode(x=x, y=y),
            arithmetic.encode(x=alt.X("compute_time:Q", stack=None), y=y),
            leader.encode(x=start, y=y),
            times.encode(x=alt.X("memory_time:Q"), y=y, text=alt.Text("reading:N")),
            names.encode(x=start, y=y, text=alt.Text("text:N")),
            notes.encode(x=start, y=y, text=alt.Text("note:N")),
        ),
        width,
    ).properties(height=alt.Step(BAR + 3 * LINE + 4))
