"""What the roofline draws with: roofs as lines, names beside them, heights left to the law."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import altair as alt

from macros import law
from macros.charts.labels import label
from macros.charts.theme import COMPUTE, INK_2, MEMORY
from macros.display import show
from macros.scenario import Scenario

Row = dict[str, Any]
Edges = tuple[float, float]

NAMED_AT = 26.0
"""FLOP per byte at which the slopes are named."""


def place(scenario: Scenario, intensity: float) -> Row:
    """A place under a roof; how high it lies there is for the chart to compute."""
    quantities = {name: scenario.value(name) for name in ("peak_flops", "bandwidth")}
    return {**quantities, "intensity": intensity}


def layer(name: str, rows: list[Row]) -> alt.Chart:
    """Rows of places, each with its height `flops` computed by the chart."""
    data = alt.InlineData(values=rows, name=name)
    return alt.Chart(data).transform_calculate(flops=height(alt.datum.intensity))


def height(intensity: law.Quantity) -> law.Quantity:
    """The law's own roof over an intensity, for the chart to evaluate on each row."""
    return law.attainable_flops(alt.datum.peak_flops, intensity, alt.datum.bandwidth)


def lines(name: str, scenario: Scenario, colours: tuple[str, str], edges: Edges) -> list[Row]:
    """The slope and the flat part of a roof, from some intensity on."""
    ridge = scenario.value("ridge_point")
    return [
        {**place(scenario, intensity), "line": f"{name} {part}", "colour": colour}
        for part, colour, ends in (
            ("slope", colours[0], (edges[0], ridge)),
            ("flat", colours[1], (ridge, edges[1])),
        )
        for intensity in ends
    ]


def slope_labels(roofs: Sequence[Scenario], phone: bool) -> list[Row]:
    """Names along the slopes: the page's GPU under its own, the others over theirs."""
    rows = []
    highest = max(roof.value("bandwidth") for roof in roofs)
    for roof in roofs:
        page = roof is roofs[0]
        # Between two slopes a name has less room than over the highest.
        over = -8 if roof.value("bandwidth") < highest else -11
        ridge = "" if page else f", ridge at {show(roof.value('ridge_point'), '1')}"
        more = f", {show(roof.value('bandwidth'), 'bytes/s')}{ridge}"
        rows.append(
            label(
                roof.gpu.name + ("" if phone else more),
                place(roof, NAMED_AT),
                align="center",
                dy=12 if page else over,
                colour=MEMORY if page else INK_2,
            )
        )
    return rows


def flat_labels(
    roofs: Sequence[Scenario], narrow: Scenario | None, right: float, phone: bool
) -> list[Row]:
    """The math of the page's two flat lines, and whose the highest is."""
    highest = max(roofs, key=lambda roof: roof.value("peak_flops"))
    rows = [label("FP16 math", place(roofs[0], right), align="right", dx=-2, dy=12, colour=COMPUTE)]
    if narrow:
        more = "" if phone else f", ridge at {show(narrow.value('ridge_point'), '1')}"
        rows.append(
            label(
                f"FP8 math{more}", place(narrow, right), align="right", dx=-2, dy=12, colour=COMPUTE
            )
        )
    if highest.value("peak_flops") > roofs[0].value("peak_flops"):
        text = f"{highest.gpu.name}, FP16 math"
        rows.append(label(text, place(highest, right), align="right", dx=-2, dy=-10, colour=INK_2))
    return rows
