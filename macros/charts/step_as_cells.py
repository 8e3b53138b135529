"""One decode step cut into the time that its arithmetic takes: one cell of very many."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

from macros.catalog import Catalog
from macros.charts.kit.drawing import PHONE, Drawing, View, asked, needed
from macros.charts.kit.lazy_altair import alt
from macros.charts.kit.picked import Picked
from macros.charts.kit.theme import COMPUTE, MEMORY
from macros.errors import ScenarioError
from macros.figures.cells import Count, If, Text, Value, Words
from macros.scenario import Scenario

CELL, PHONE_CELL = 18, 15
"""About how many pixels a cell is wide and high, with its gap."""

MOST = 4000
"""Cells are not drawn beyond this many."""

LINE = 24
"""Height in pixels of the line of text above the cells, and of the one below."""


def draw(catalog: Catalog, base: Scenario | None, options: Mapping[str, Any]) -> Drawing:
    """The step of the page's scenario as cells, each as long as the arithmetic takes.

    Raises:
        ScenarioError: an unknown option, or a step in which reading does not outlast arithmetic.
    """
    asked(options)
    picked = Picked(catalog, needed(base))
    reading = picked.figure("memory_time", scale="ms")
    arithmetic = picked.figure("compute_time", scale="ms")
    cells = picked.ratio(reading, arithmetic)
    if cells.value < 1.5:
        raise ScenarioError("this chart is for a step in which reading outlasts arithmetic")
    return Drawing(
        at=lambda width: _chart(cells.value, width),
        told=Words(
            "If the arithmetic of one decode step of ",
            picked.name("model"),
            " in ",
            picked.name("precision"),
            " on ",
            picked.name("gpu"),
            " is one cell of ",
            Text(arithmetic),
            ", the step of ",
            Text(picked.figure("step_time", scale="ms")),
            If(
                cells,
                1,
                Words(
                    " has ",
                    Count(cells),
                    " cells: memory is read throughout, and in ",
                    Count(cells, plus=-1),
                    " of them the matrix units wait.",
                ),
                " has no second one: reading takes no longer.",
            ),
        ),
        headings=("Part of the step", "Time", "Times the arithmetic"),
        rows=[
            {"part": "arithmetic", "time": arithmetic, "cells": "1×"},
            {"part": "reading", "time": reading, "cells": cells},
        ],
        data={
            "words": [
                {
                    # Of some GPUs no peak is published: the arithmetic then takes no time.
                    "one": If(
                        arithmetic,
                        0,
                        Words("1 cell: ", Text(arithmetic), " of arithmetic"),
                        "no peak is published",
                    ),
                    "all": If(
                        cells,
                        1.5,
                        Words(
                            If(arithmetic, 0, Words("all ", Count(cells), " cells: ")),
                            Text(reading),
                            " of reading",
                        ),
                        Words("reading: ", Text(reading)),
                    ),
                }
            ]
        },
        signals={"cells": Value(cells)},
    )


def columns_for(cells: int, width: int, cell: int) -> int:
    """Columns of about a cell's width that leave the fewest places of the last row empty."""
    usual = width // cell
    near = range(max(1, usual - usual // 8), usual + usual // 8 + 1)
    return min(near, key=lambda columns: (-cells % columns, abs(columns - usual)))


def _chart(cells: float, width: int) -> View:
    """The box is as high as the page's own cells need; other counts fill it with other cells."""
    count = math.floor(cells + 0.5)
    height = _height(count, width)
    columns = alt.param(name="columns", expr=f"ceil(sqrt(round(cells) * {width / height}))")
    rows = alt.param(name="rows", expr="ceil(max(round(cells), 1) / columns)")
    across, down = f"{width} / columns", f"{height} / rows"
    left, top = f"datum.cell % columns * {across}", f"floor(datum.cell / columns) * {down}"
    grid = (
        alt.Chart(alt.sequence(0, MOST, as_="cell"))
        .transform_filter("datum.cell < max(round(cells), 1)")
        .transform_calculate(
            x=left,
            x2=f"{left} + max({across} - 2, 1)",
            y=top,
            y2=f"{top} + max({down} - 2, 1)",
        )
        .mark_rect()
        .encode(
            x=alt.X("x:Q", scale=alt.Scale(domain=[0, width], nice=False), axis=None),
            x2=alt.X2("x2:Q"),
            y=alt.Y("y:Q", scale=alt.Scale(domain=[height, 0], nice=False), axis=None),
            y2=alt.Y2("y2:Q"),
            color=alt.condition("datum.cell === 0", alt.value(COMPUTE), alt.value(MEMORY)),
        )
    )
    words = alt.Chart(alt.NamedData("words"))
    of_one = words.mark_text(align="left", dy=-LINE / 2 - 3, color=COMPUTE, fontWeight="bold")
    of_all = words.mark_text(align="right", dy=LINE / 2, color=MEMORY, fontWeight="bold")
    return (
        alt.layer(
            grid,
            of_one.encode(x=alt.value(0), y=alt.value(0), text=alt.Text("one:N")),
            of_all.encode(x=alt.value(width - 2), y=alt.value(height), text=alt.Text("all:N")),
        )
        .add_params(columns, rows)
        .properties(
            width=width, height=height, padding={"top": 4, "bottom": 2, "left": 0, "right": 0}
        )
    )


def _height(cells: int, width: int) -> float:
    columns = columns_for(cells, width, PHONE_CELL if width < PHONE else CELL)
    return math.ceil(cells / columns) * width / columns
