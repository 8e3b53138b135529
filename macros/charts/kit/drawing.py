"""What a chart module hands over, and how it reads what a page asks of it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeAlias

from macros.charts.kit.lazy_altair import alt
from macros.charts.kit.picked import Row, baked, recipes
from macros.errors import ScenarioError, did_you_mean
from macros.figures.cells import Words, recipe_of, value_of
from macros.scenario import Scenario

View: TypeAlias = "alt.Chart | alt.LayerChart | alt.FacetChart | alt.ConcatChart"

PHONE = 480
"""Widths below this are read on a phone."""


@dataclass(frozen=True)
class Drawing:
    """One chart, not yet rendered.

    Attributes:
        at: the Altair chart for a width in pixels, which the rendered SVG does not exceed; below
            `PHONE` it is read on a phone. It names the datasets and params that follow here.
        told: what the chart shows, in a sentence with its figures, for those who cannot see it.
        headings: of the data table, the row's name first.
        rows: the data as text and figures, in the order of the headings.
        data: rows of cells and plain values, by the name of the dataset.
        signals: cells and plain values, by the name of the param.
    """

    at: Callable[[int], View]
    told: str | Words
    headings: Sequence[str]
    rows: Sequence[Mapping[str, Any]]
    data: Mapping[str, Sequence[Row]] = field(default_factory=dict)
    signals: Mapping[str, Any] = field(default_factory=dict)

    @property
    def finding(self) -> str:
        """What the chart shows in the page's scenario."""
        return str(value_of(self.told))

    def spec(self, width: int) -> dict[str, Any]:
        """The Vega-Lite spec for a width, with the page scenario's data in it."""
        # Validating the spec against the schema takes longer than all the rest, and Altair's own
        # types have checked it already.
        spec: dict[str, Any] = self.at(width).to_dict(validate=False)
        datasets = {name: baked(rows) for name, rows in self.data.items()}
        params = [{"name": name, "value": value_of(cell)} for name, cell in self.signals.items()]
        return {
            **spec,
            "datasets": {**spec.get("datasets", {}), **datasets},
            "params": [*params, *spec.get("params", [])],
        }

    def recipe(self) -> dict[str, Any]:
        """What the live layer computes, in the words of the figure markup; empty if nothing."""
        if not self.data and not self.signals:
            return {}
        return {
            "data": {name: recipes(rows) for name, rows in self.data.items()},
            "signals": {name: recipe_of(cell) for name, cell in self.signals.items()},
            "finding": recipe_of(self.told),
        }


def asked(options: Mapping[str, Any], **defaults: Any) -> dict[str, Any]:
    """A chart's options: what the page asks for, over the chart's defaults.

    Raises:
        ScenarioError: the chart has no such option; the message names the nearest.
    """
    for name in options:
        if name not in defaults:
            hint = did_you_mean(name, defaults) if defaults else "it has none"
            raise ScenarioError(f"{name!r} is not an option of this chart; {hint}")
    return {**defaults, **options}


def needed(base: Scenario | None) -> Scenario:
    """The page's scenario, for a chart that cannot do without.

    Raises:
        ScenarioError: the page's front matter has none.
    """
    if base is None:
        raise ScenarioError("this chart draws the page's scenario; write `scenario:` on the page")
    return base


def fit_width(chart: View, width: int) -> View:
    """A chart that is as wide as its axes and marks together may be, in pixels."""
    return chart.properties(
        width=width, autosize=alt.AutoSizeParams(type="fit-x", contains="padding"), padding=2
    )


def first_row(rows: alt.Chart) -> alt.Chart:
    """The first of a chart's rows: the one whose marks are labelled with what they mean."""
    first: alt.Chart = rows.transform_window(row="row_number()").transform_filter("datum.row === 1")
    return first


def names_above(rows: alt.Chart, y: alt.Y, dy: float) -> alt.Chart:
    """The rows' names at the left edge, `dy` pixels off their middle: the axis of a phone."""
    names: alt.Chart = rows.mark_text(align="left", dy=dy).encode(
        x=alt.value(0), y=y, text=y.shorthand
    )
    return names
