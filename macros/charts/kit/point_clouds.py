"""Hundreds of dots in few bytes: lines that are broken after each point, and drawn with round ends.

A point of its own takes a renderer sixty bytes or more, a broken line of points fifteen.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from macros.charts.kit.lazy_altair import alt

LINES = 9
"""Dots of one line do not show where they overlap; those of different lines do."""


def broken(points: Sequence[Mapping[str, float]]) -> list[dict[str, Any]]:
    """The points, each followed by a gap, dealt out over a few lines."""
    rows: list[dict[str, Any]] = []
    for number, point in enumerate(points):
        place = {"line": number % LINES, "nth": 2 * number}
        gap = dict.fromkeys(point, None)
        rows += [{**point, **place}, {**gap, **place, "nth": 2 * number + 1}]
    return rows


def dots(rows: alt.Chart, x: alt.X, y: alt.Y, colour: str, opacity: float, size: float = 4) -> Any:
    """The layer that draws rows made by `broken`."""
    return rows.mark_line(
        stroke=colour,
        strokeWidth=size,
        strokeCap="round",
        strokeOpacity=opacity,
        opacity=1,
        invalid="break-paths-filter-domains",
    ).encode(x=x, y=y, order=alt.Order("nth:Q"), detail=alt.Detail("line:N"))
