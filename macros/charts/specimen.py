"""The chart theme on data that is not ours, so that marks and scales can be judged by themselves."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import altair as alt

from macros.catalog import Catalog
from macros.charts.drawing import PHONE, Drawing, asked
from macros.charts.theme import COMPUTE, MEASURED, MEMORY
from macros.scenario import Scenario

HEIGHT = 200
AXIS = 80
"""Pixels beside a panel for its axis and the gap to the next."""


def draw(catalog: Catalog, base: Scenario | None, options: Mapping[str, Any]) -> Drawing:
    """Points on a log scale, a line of means and bars of counts, from the cars of `vega_datasets`.

    No options.
    """
    asked(options)
    # Imported late: it brings pandas, which no other page needs.
    from vega_datasets import data

    cars = data.cars()
    cars["Year"] = cars["Year"].dt.year
    used = cars[["Horsepower", "Miles_per_Gallon", "Year", "Origin"]].dropna()
    counts = used["Origin"].value_counts()
    return Drawing(
        at=lambda width: _chart(used, width),
        told=(
            f"{len(used)} cars of the seventies: power against consumption, consumption by year, "
            "and cars by origin."
        ),
        headings=("Origin", "Cars"),
        rows=[{"origin": origin, "cars": str(count)} for origin, count in counts.items()],
    )


def _chart(cars: Any, width: int) -> alt.ConcatChart:
    rows = alt.InlineData(values=cars.to_dict("records"), name="cars")
    columns = 1 if width < PHONE else 3
    panel = alt.Chart(rows).properties(width=width // columns - AXIS, height=HEIGHT)
    points = panel.mark_point(color=MEASURED, size=25).encode(
        x=alt.X("Horsepower:Q", scale=alt.Scale(type="log", nice=False), axis=_few("horsepower")),
        y=alt.Y("Miles_per_Gallon:Q", axis=_few("miles per gallon")),
    )
    line = panel.mark_line(color=MEMORY).encode(
        x=alt.X("Year:Q", scale=alt.Scale(zero=False), axis=_few("year", format="d")),
        y=alt.Y("mean(Miles_per_Gallon):Q", axis=_few("mean miles per gallon")),
    )
    bars = panel.mark_bar(color=COMPUTE).encode(
        x=alt.X("Origin:N", axis=alt.Axis(title=None, labelAngle=0)),
        y=alt.Y("count():Q", axis=_few("cars")),
    )
    return alt.concat(points, line, bars, columns=columns)


def _few(title: str, **options: Any) -> alt.Axis:
    return alt.Axis(title=title, tickCount=4, **options)
