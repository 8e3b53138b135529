"""Axes that several charts share: log scales whose labels are written by the one formatter."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

from macros.charts.kit.lazy_altair import alt
from macros.charts.kit.theme import GRID, INK
from macros.units.display import digits_of, scales_of, show


def log_scale(domain: tuple[float, float], base: int = 10) -> alt.Scale:
    """A log scale that spans exactly its domain."""
    return alt.Scale(type="log", base=base, domain=list(domain), nice=False)


def ticked(
    ticks: Sequence[float] | alt.ExprRef, unit: str = "1", scale: str = "", **axis: Any
) -> alt.Axis:
    """An axis labelled at some ticks only.

    Args:
        ticks: in the SI unit `unit`; an expression of them needs a scale, or a unit without one.
        unit: an SI unit of `units.table.UNITS`; each label carries it, as `display.show` writes it.
        scale: the symbol of a scale; labels are then bare numbers on it, and a title says which.
        axis: further properties of the axis.
    """
    if isinstance(ticks, alt.ExprRef):
        factor = scales_of(unit)[scale] if scale else 1
        return _axis(ticks, f"format(datum.value / {factor:f}, ',')", axis)
    texts = {
        # As JavaScript writes a number, for the expression looks its text up by it.
        f"{tick:.0f}" if tick == int(tick) else repr(tick): (
            digits_of(tick, 3, scales_of(unit)[scale]) if scale else show(tick, unit)
        )
        for tick in ticks
    }
    return _axis(list(ticks), f"({json.dumps(texts)})[datum.value]", axis)


def _axis(values: Any, label: str, axis: Mapping[str, Any]) -> alt.Axis:
    return alt.Axis(
        values=values,
        labelExpr=label,
        **{
            "title": None,
            "gridColor": GRID,
            "labelOverlap": False,
            "labelFlush": False,
            **axis,
        },
    )


def atop(title: str) -> dict[str, Any]:
    """Properties of a y axis whose title is read above it, without turning one's head."""
    return {
        "title": title,
        "titleAngle": 0,
        "titleAlign": "left",
        "titleAnchor": "end",
        "titleBaseline": "bottom",
        "titleX": 0,
        "titleY": -8,
    }


def saying(axis: alt.Axis, title: str) -> alt.Axis:
    """An axis whose title is an expression: Vega-Lite takes one, though its schema does not say so."""
    axis["title"] = {"expr": title}
    return axis


def grouped(room: int, names: str) -> alt.Axis:
    """A y axis of rows under headings, at keys whose names a param holds.

    A key without `|` is a heading.

    Args:
        names: the param, of `cells.Names`; keys that it lacks stay blank.
        room: pixels left of the plot for the names; 0 writes them into the plot, from its left
            edge, where rows of their own are kept for them.
    """
    return alt.Axis(
        title=None,
        labelExpr=f"{names}[datum.value] || ''",
        labelFontWeight=alt.ExprRef("indexof(datum.value, '|') < 0 ? 'bold' : 'normal'"),
        labelAlign="left",
        labelPadding=room,
        labelLimit=room,
        labelColor=INK,
        labelOverlap=False,
        minExtent=room,
        maxExtent=room,
    )
