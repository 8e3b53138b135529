"""Charts by name: each module draws one from scenarios, this one puts it into its figure."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from macros.cache import name_of
from macros.catalog import Catalog
from macros.charts import (
    arithmetic_vs_bandwidth,
    ceiling_vs_measured,
    context_ratio,
    intervals,
    levers,
    measured_batches,
    moe_reads,
    predicted_vs_measured,
    roofline,
    speed_grid,
    step_as_cells,
    step_times,
    theme_specimen,
    throughput,
)
from macros.charts.kit.cached_layout import Layout, question
from macros.charts.kit.drawing import Drawing
from macros.charts.kit.picked import markup
from macros.charts.kit.render_svg import with_own_ids
from macros.errors import ScenarioError, did_you_mean
from macros.figures import tables
from macros.figures.cells import Cell, value_of
from macros.figures.figure import Figure
from macros.figures.html import Content, Markup, tag
from macros.scenario import Scenario

Draw = Callable[[Catalog, Scenario | None, Mapping[str, Any]], Drawing]

CHARTS: Mapping[str, Draw] = {
    "steps": step_times.draw,
    "naive": arithmetic_vs_bandwidth.draw,
    "same_machine": ceiling_vs_measured.draw,
    "step": step_as_cells.draw,
    "context": context_ratio.draw,
    "roofline": roofline.draw,
    "knobs": speed_grid.draw,
    "levers": levers.draw,
    "batch": throughput.draw,
    "experts": moe_reads.draw,
    "validation": predicted_vs_measured.draw,
    "validation_bands": intervals.draw,
    "batch_sweeps": measured_batches.draw,
    "specimen": theme_specimen.draw,
}
"""Every chart that a page can name."""

WIDTHS: Mapping[str, int] = {"wide": 680, "narrow": 350}
"""A page holds each chart for a desk and for a phone, and shows one; its text is never scaled."""


FOLDER = "assets/charts"
"""Where the site holds the specs of live charts."""


@dataclass(frozen=True)
class Drawn:
    """A baked chart, ready for a page.

    Attributes:
        name: what pages call it.
        svgs: by size.
        drawing: what was baked.
        specs: what the live layer fetches, by its path in the site; nothing for a pinned chart.
    """

    name: str
    svgs: Mapping[str, str]
    drawing: Drawing
    specs: Mapping[str, str] = field(default_factory=dict)

    def markup(
        self, title: Content, caption: Content, controls: Content = "", nth: int = 1
    ) -> Markup:
        """The figure: title, chart, caption, and the data behind it as a table.

        Args:
            title: the takeaway, which stands over the chart.
            caption: what stands under it.
            controls: what a reader may pick, or nothing.
            nth: counts the charts of this name on the page, so that ids stay unique.
        """
        anchor = f"chart-{self.name}" + (f"-{nth}" if nth > 1 else "")
        # One image with two layouts, of which the style sheet shows one: the finding is told
        # once, whichever of them is seen.
        charts = (
            # The renderer writes an SVG by construction, too.
            tag("div", Markup(with_own_ids(svg, f"{anchor}-{size}")), class_=f"chart chart-{size}")
            for size, svg in self.svgs.items()
        )
        rows = [_cells(row, bool(self.specs)) for row in self.drawing.rows]
        data = tables.plain(str(title), self.drawing.headings, rows)
        return tag(
            "figure",
            tag("figcaption", title, class_="widget-title"),
            controls,
            tag(
                "div",
                *charts,
                role="img",
                aria_label=self.drawing.finding,
                **self._hooks(),
                data_search_exclude=True,
            ),
            tag("div", caption, class_="caption"),
            tag("details", tag("summary", "Data behind this chart"), data, class_="data"),
            class_="widget",
            id=anchor,
        )

    def _hooks(self) -> Mapping[str, str]:
        """What the live layer must know: which chart this is, and where its specs are."""
        if not self.specs:
            return {}
        spec = next(iter(self.specs)).removeprefix(f"{FOLDER}/").rpartition("-")[0]
        return {"data-chart": self.name, "data-spec": spec}


def _cells(row: Mapping[str, Any], live: bool) -> Mapping[str, Any]:
    """A row of a data table, whose figures follow the picks if the chart does."""
    if live:
        return {n: markup(v) if isinstance(v, Cell) else v for n, v in row.items()}
    fixed = {n: replace(v, live={}) if isinstance(v, Figure) else v for n, v in row.items()}
    return {n: value_of(v) for n, v in fixed.items()}


def draw(
    name: str,
    catalog: Catalog,
    base: Scenario | None,
    options: Mapping[str, Any],
    cache: Path,
    live: bool = True,
) -> Drawn:
    """A chart of the page's scenario.

    Args:
        name: of `CHARTS`.
        catalog: what can be drawn.
        base: the page's scenario, if it has one.
        options: of the chart.
        cache: a folder for what has been rendered.
        live: whether it follows the reader's picks, if it has anything that can.

    Raises:
        ScenarioError: no chart has the name, or an option names something unknown.
    """
    if name not in CHARTS:
        raise ScenarioError(f"{name!r} is not a chart; {did_you_mean(name, CHARTS)}")
    drawing = CHARTS[name](catalog, base, options)
    asked, facts = question(name, base, options), name_of(catalog)
    layouts = {size: Layout(drawing, width, asked, facts, cache) for size, width in WIDTHS.items()}
    svgs = {size: layout.svg for size, layout in layouts.items()}
    return Drawn(name, svgs, drawing, _specs(drawing, layouts) if live else {})


def _specs(drawing: Drawing, layouts: Mapping[str, Layout]) -> Mapping[str, str]:
    recipe = drawing.recipe()
    if not recipe:
        return {}
    texts = {
        size: json.dumps(
            {"spec": json.loads(layout.vega), **recipe},
            ensure_ascii=False,
            separators=(",", ":"),
        )
        for size, layout in layouts.items()
    }
    name = hashlib.sha256("".join(texts.values()).encode()).hexdigest()[:16]
    return {f"{FOLDER}/{name}-{size}.json": text for size, text in texts.items()}
