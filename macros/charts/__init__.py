"""Charts by name: each module draws one from scenarios, this one puts it into its figure."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from html import escape
from pathlib import Path
from typing import Any

from macros import tables
from macros.catalog import Catalog, did_you_mean
from macros.charts import (
    batch,
    context,
    experts,
    knobs,
    levers,
    naive,
    roofline,
    same_machine,
    specimen,
    step,
    steps,
)
from macros.charts.baking import bake, with_own_ids
from macros.charts.drawing import Drawing
from macros.scenario import Scenario, ScenarioError

Draw = Callable[[Catalog, Scenario | None, Mapping[str, Any]], Drawing]

CHARTS: Mapping[str, Draw] = {
    "steps": steps.draw,
    "naive": naive.draw,
    "same_machine": same_machine.draw,
    "step": step.draw,
    "context": context.draw,
    "roofline": roofline.draw,
    "knobs": knobs.draw,
    "levers": levers.draw,
    "batch": batch.draw,
    "experts": experts.draw,
    "specimen": specimen.draw,
}
"""Every chart that a page can name."""

WIDTHS: Mapping[str, int] = {"wide": 680, "narrow": 350}
"""A page holds each chart for a desk and for a phone, and shows one; its text is never scaled."""


@dataclass(frozen=True)
class Drawn:
    """A baked chart, ready for a page."""

    name: str
    svgs: Mapping[str, str]
    drawing: Drawing

    def markup(self, title: str, caption: str, controls: str = "", nth: int = 1) -> str:
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
        charts = "".join(
            f'<div class="chart chart-{size}">{with_own_ids(svg, f"{anchor}-{size}")}</div>'
            for size, svg in self.svgs.items()
        )
        data = tables.plain(title, self.drawing.headings, self.drawing.rows)
        return (
            f'<figure class="widget" id="{anchor}"><p class="widget-title">{title}</p>{controls}'
            f'<div role="img" aria-label="{escape(self.drawing.finding)}" data-chart="{self.name}" '
            f"data-search-exclude>{charts}</div>"
            f"<figcaption>{caption}</figcaption>"
            f'<details class="data"><summary>Data behind this chart</summary>{data}</details>'
            "</figure>"
        )


def draw(
    name: str, catalog: Catalog, base: Scenario | None, options: Mapping[str, Any], cache: Path
) -> Drawn:
    """A chart of the page's scenario.

    Raises:
        ScenarioError: no chart has the name, or an option names something unknown.
    """
    if name not in CHARTS:
        raise ScenarioError(f"{name!r} is not a chart; {did_you_mean(name, CHARTS)}")
    drawing = CHARTS[name](catalog, base, options)
    svgs = {size: bake(drawing.at(width), cache) for size, width in WIDTHS.items()}
    return Drawn(name, svgs, drawing)
