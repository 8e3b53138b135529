"""One layout of a chart, with a memory: a build with a warm cache need not work its spec out again.

Altair takes far longer over a spec than reading takes what the spec was rendered to. The same chart
of the same facts by the same code has the same spec. So beside the cache's files, whose names follow
from the spec, stand notes of those names; a note's own name follows from all that the spec does.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cached_property
from pathlib import Path
from typing import Any

from macros.cache import code, keep, name_for, name_of
from macros.catalog import Catalog
from macros.charts.kit.drawing import Drawing
from macros.charts.kit.render_svg import svg_file, vega_file
from macros.scenario import AXES, Scenario

NOTES = "notes"
"""The folder of the notes, in the cache."""


class Layout:
    """A chart at one width.

    Attributes:
        drawing: the chart.
        width: in pixels.
        asked: what `question` gives for the chart.
        cache: a folder for what has been rendered.
    """

    def __init__(self, drawing: Drawing, width: int, asked: str, cache: Path) -> None:
        self.drawing = drawing
        self.width = width
        self.asked = asked
        self.cache = cache

    @cached_property
    def spec(self) -> dict[str, Any]:
        """The Vega-Lite spec."""
        return self.drawing.spec(self.width)

    @property
    def svg(self) -> str:
        """The SVG; its ids count from 1 in every chart."""
        return self._recalled("svg", lambda: svg_file(self.spec, self.cache))

    @property
    def vega(self) -> str:
        """The Vega spec, as JSON, without the rows of the datasets that come alive."""
        live = self.drawing.data.keys()
        return self._recalled("json", lambda: vega_file(self.spec, live, self.cache))

    def _recalled(self, kind: str, make: Callable[[], Path]) -> str:
        note = self.cache / NOTES / f"{self.asked}-{self.width}.{kind}"
        if not note.exists() or not (file := self.cache / note.read_text("utf-8")).exists():
            file = make()
            keep(note, file.name)
        return file.read_text("utf-8")


def question(name: str, catalog: Catalog, base: Scenario | None, options: Mapping[str, Any]) -> str:
    """A short name for a chart that changes when anything changes that its spec follows from."""
    axes = [base.axis(axis) for axis in AXES] if base else []
    return name_for(code(), name_of(catalog), name, axes, sorted(options.items()))
