"""The look of every chart: colours by meaning, one font, few lines."""

from __future__ import annotations

from typing import Any

INK = "var(--de-ink)"
INK_2 = "var(--de-ink-2)"
GRID = "var(--de-grid)"
PAPER = "var(--de-paper)"
MEMORY = "var(--de-memory)"
MEMORY_SOFT = "var(--de-memory-soft)"
COMPUTE = "var(--de-compute)"
COMPUTE_SOFT = "var(--de-compute-soft)"
MEASURED = "var(--de-measured)"
WARN = "var(--de-warn)"
"""Colours are the page's own custom properties, so that a chart follows its light or dark scheme."""

FONT = "Liberation Sans, Arial, Helvetica, sans-serif"
"""The first is bundled with the renderer; the others have the same widths in a reader's browser."""

FONT_SIZE = 13


def config() -> dict[str, Any]:
    """The Vega-Lite config that every chart is drawn with."""
    text = {"font": FONT, "fontSize": FONT_SIZE}
    return {
        "background": None,
        # The figure around a chart tells what it shows.
        "aria": False,
        "font": FONT,
        "view": {"stroke": None},
        "axis": {
            "labelFont": FONT,
            "labelFontSize": FONT_SIZE,
            "labelColor": INK_2,
            "titleFont": FONT,
            "titleFontSize": FONT_SIZE,
            "titleFontWeight": "normal",
            "titleColor": INK_2,
            "titlePadding": 8,
            "gridColor": GRID,
            "domain": False,
            "ticks": False,
            "labelPadding": 6,
        },
        "text": {**text, "color": INK},
        "bar": {"color": MEMORY, "cornerRadiusEnd": 2},
        "line": {"color": MEMORY, "strokeWidth": 2.5},
        "point": {"color": MEASURED, "filled": True, "size": 70},
        "rule": {"color": INK_2},
    }
