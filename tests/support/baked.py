"""The SVG of a chart, as the build would put it into a page."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from macros.charts.kit.render_svg import svg_of


def bake(spec: dict[str, Any], cache: Path) -> str:
    """The SVG of a Vega-Lite spec."""
    return svg_of(spec, cache)
