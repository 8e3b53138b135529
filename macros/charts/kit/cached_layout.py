"""One layout of a chart, with a memory: a build with a warm cache need not work its spec out again.

Altair takes far longer over a spec than reading takes what the spec was rendered to. The same chart
of the same facts by the same code has the same spec. So what a spec was rendered to is kept twice:
under the spec, which most changes of code leave as it was, and under all that the spec follows from.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cached_property
from pathlib import Path
from typing import Any

from macros.cache import code, kept_text, name_for
from macros.charts.kit.drawing import Drawing
from macros.charts.kit.render_svg import svg_of, vega_of
from macros.scenario import AXES, Scenario

ASKED = "asked"
"""The folder, in the cache, of what is kept under all that a spec follows from."""


class Layout:
    """A chart at one width.

    Attributes:
        drawing: the chart.
        width: in pixels.
        asked: what `question` gives for the chart.
        facts: the name of the catalog that it is drawn from.
        cache: a folder for what has been rendered.
    """

    def __init__(self, drawing: Drawing, width: int, asked: str, facts: str, cache: Path) -> None:
        self.drawing = drawing
        self.width = width
        self.asked = asked
        self.facts = facts
        self.cache = cache

    @cached_property
    def spec(self) -> dict[str, Any]:
        """The Vega-Lite spec."""
        return self.drawing.spec(self.width)

    @property
    def svg(self) -> str:
        """The SVG; its ids count from 1 in every chart."""
        return self._kept("svg", lambda: svg_of(self.spec, self.cache))

    @property
    def vega(self) -> str:
        """The Vega spec, as JSON, without the rows of the datasets that come alive."""
        live = self.drawing.data.keys()
        return self._kept("json", lambda: vega_of(self.spec, live, self.cache))

    def _kept(self, kind: str, make: Callable[[], str]) -> str:
        # Facts and code are in the key only: what they make anew takes the old one's place.
        name = f"{self.asked}-{self.width}.{kind}"
        key = name_for(code(), self.facts, name)
        return kept_text(self.cache / ASKED / f"{name}.kept", key, make)


def question(name: str, base: Scenario | None, options: Mapping[str, Any]) -> str:
    """A short name for what is asked of a chart: which, of what scenario, with what options."""
    axes = [base.axis(axis) for axis in AXES] if base else []
    return name_for(name, axes, sorted(options.items()))
