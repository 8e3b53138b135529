"""One decode step cut into the time that its arithmetic takes: one cell of very many."""

from __future__ import annotations

import math
from collections.abc import Mapping
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

import altair as alt

from macros.catalog import Catalog
from macros.charts.drawing import PHONE, Drawing, View, asked, needed
from macros.charts.theme import COMPUTE, MEMORY
from macros.display import show
from macros.scenario import Scenario, ScenarioError

CELL, PHONE_CELL = 18, 15
"""About how many pixels a cell is wide and high, with its gap."""

LINE = 24
"""Height in pixels of the line of text above the cells, and of the one below."""


def draw(catalog: Catalog, base: Scenario | None, options: Mapping[str, Any]) -> Drawing:
    """The step of the page's scenario as cells, each as long as the arithmetic takes.

    Raises:
        ScenarioError: an unknown option, or a step in which reading does not outlast arithmetic.
    """
    asked(options)
    scenario = needed(base)
    memory_time, compute_time = scenario.value("memory_time"), scenario.value("compute_time")
    cells = int(Decimal(memory_time / compute_time).to_integral_value(ROUND_HALF_UP))
    if cells < 2:
        raise ScenarioError("this chart is for a step in which reading outlasts arithmetic")
    arithmetic = show(compute_time, "s", scale="ms")
    reading = show(memory_time, "s", scale="ms")
    counted, rest = show(cells, "1", digits=9), show(cells - 1, "1", digits=9)
    return Drawing(
        at=lambda width: _chart(cells, arithmetic, reading, width),
        finding=(
            f"If the arithmetic of one decode step of {scenario.model.name} in "
            f"{scenario.precision.name} on {scenario.gpu.name} is one cell of {arithmetic}, the step "
            f"of {reading} has {counted} cells: memory is read throughout, and in {rest} of them "
            "the matrix units wait."
        ),
        headings=("Part of the step", "Time", "Cells"),
        rows=[
            {"part": "arithmetic", "time": arithmetic, "cells": "1"},
            {"part": "reading", "time": reading, "cells": counted},
        ],
    )


def columns_for(cells: int, width: int, cell: int) -> int:
    """Columns of about a cell's width that leave the fewest places of the last row empty."""
    usual = width // cell
    near = range(max(1, usual - usual // 8), usual + usual // 8 + 1)
    return min(near, key=lambda columns: (-cells % columns, abs(columns - usual)))


def _chart(cells: int, arithmetic: str, reading: str, width: int) -> View:
    columns = columns_for(cells, width, PHONE_CELL if width < PHONE else CELL)
    pitch = width / columns
    size = pitch - 2
    height = math.ceil(cells / columns) * pitch
    left, top = f"datum.cell % {columns} * {pitch}", f"floor(datum.cell / {columns}) * {pitch}"
    grid = (
        alt.Chart(alt.sequence(0, cells, as_="cell", name="cells"))
        .transform_calculate(x=left, x2=f"{left} + {size}", y=top, y2=f"{top} + {size}")
        .mark_rect()
        .encode(
            x=alt.X("x:Q", scale=alt.Scale(domain=[0, width], nice=False), axis=None),
            x2="x2:Q",
            y=alt.Y("y:Q", scale=alt.Scale(domain=[height, 0], nice=False), axis=None),
            y2="y2:Q",
            color=alt.condition("datum.cell === 0", alt.value(COMPUTE), alt.value(MEMORY)),
        )
    )
    words = alt.Chart(alt.InlineData(values=[{}], name="words"))
    of_one = words.mark_text(align="left", dy=-LINE / 2 - 3, color=COMPUTE, fontWeight="bold")
    of_all = words.mark_text(align="right", dy=LINE / 2, color=MEMORY, fontWeight="bold")
    return alt.layer(
        grid,
        of_one.encode(
            x=alt.value(0), y=alt.value(0), text=alt.value(f"1 cell: {arithmetic} of arithmetic")
        ),
        of_all.encode(
            x=alt.value(width - 2),
            y=alt.value(height),
            text=alt.value(f"all {cells:,} cells: {reading} of reading"),
        ),
    ).properties(width=width, height=height, padding={"top": 4, "bottom": 2, "left": 0, "right": 0})
