"""The picture that a link to the site is shown with, drawn from the home page's own chart."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from macros.cache import kept, name_for, tools
from macros.catalog import Catalog
from macros.charts import draw
from macros.charts.kit.theme import FONT
from macros.figures.html import Markup, tag
from macros.figures.make import law_figure, ratio_figure
from macros.law import formulas
from macros.scenario import Scenario

WIDTH, HEIGHT, MARGIN = 1200, 630, 64
SMALL, LARGE = "llama-3-8b", "llama-3-70b"

COLOURS: Mapping[str, str] = {
    "--de-paper": "#faf7f1",
    "--de-ink": "#211f1b",
    "--de-ink-2": "#5e584e",
    "--de-rule": "#d8d1c3",
    "--de-memory": "#0a5a9c",
    "--de-compute": "#ad4407",
}
"""The light colours of the style sheet, since a picture has no scheme to follow."""


@dataclass(frozen=True)
class Card:
    """A PNG of 1200 by 630 pixels, and what it says in words."""

    png: bytes
    alt: str


def card(catalog: Catalog, scenario: Scenario, site: str, cache: Path) -> Card:
    """The card of a site: how long two models take for a step, on the scenario's GPU and format.

    Args:
        catalog: what can be drawn.
        scenario: whose GPU and format the two models run on.
        site: its name.
        cache: a folder for what has been rendered.
    """
    alone = scenario.on(gpus=1, batch=1, context=0)
    small, large = (alone.on(model=catalog.model(id)) for id in (SMALL, LARGE))
    slower = ratio_figure(law_figure(large, "memory_time"), law_figure(small, "memory_time"))
    headline = (
        f"{large.model.name} takes {slower.text} as long",
        f"per token as {small.model.name}.",
    )
    setting = f"Reading every weight once, on one {alone.gpu.name} in {alone.precision.name}"
    drawn = draw("steps", catalog, alone, {"models": [SMALL, LARGE]}, cache, live=False)
    svg = _svg(site, headline, setting, drawn.svgs["wide"])
    return Card(_png(svg, cache), f"{' '.join(headline)} {drawn.drawing.finding}")


def _svg(site: str, headline: tuple[str, ...], setting: str, chart: str) -> str:
    law = f"{formulas.words_of('plain_step_time')} = {formulas.in_words('plain_step_time')}"
    inside = WIDTH - 2 * MARGIN
    placed = f'x="{MARGIN}" y="246" width="{inside}" height="330" preserveAspectRatio="xMinYMin"'
    lines = (
        _text(76, 26, "--de-ink-2", site),
        *(_text(134 + 56 * n, 50, "--de-ink", line, "bold") for n, line in enumerate(headline)),
        _text(232, 24, "--de-ink-2", setting),
        _text(HEIGHT - 34, 24, "--de-ink", law),
    )
    chart = re.sub(r'<svg width="[^"]*" height="[^"]*"', f"<svg {placed}", chart, count=1)
    svg = tag(
        "svg",
        tag("rect", width=WIDTH, height=HEIGHT, fill="var(--de-paper)"),
        *lines,
        Markup(chart),
        xmlns="http://www.w3.org/2000/svg",
        width=WIDTH,
        height=HEIGHT,
        viewBox=f"0 0 {WIDTH} {HEIGHT}",
        font_family=FONT,
    )
    return re.sub(r"var\((--[\w-]+)\)", lambda found: COLOURS[found[1]], svg)


def _text(y: int, size: int, colour: str, words: str, weight: str = "normal") -> Markup:
    return tag(
        "text",
        words,
        x=MARGIN,
        y=y,
        font_size=size,
        font_weight=weight,
        fill=f"var({colour})",
    )


def _png(svg: str, cache: Path) -> bytes:
    """The picture, from the cache when it was rendered before."""

    def render() -> bytes:
        import vl_convert  # late: with a warm cache nothing needs the renderer

        png: bytes = vl_convert.svg_to_png(svg, scale=1, ppi=72)
        return png

    key = name_for(tools(), svg)
    return kept(cache / f"{key}.png.kept", key, render)
