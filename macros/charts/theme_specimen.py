"""The chart theme on data that is not ours, so that marks and scales can be judged by themselves."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping
from importlib.metadata import distribution
from pathlib import Path
from typing import Any

from macros.catalog import Catalog
from macros.charts.kit.drawing import PHONE, Drawing, asked
from macros.charts.kit.lazy_altair import alt
from macros.charts.kit.theme import COMPUTE, MEASURED, MEMORY
from macros.scenario import Scenario

HEIGHT = 200
AXIS = 80
"""Pixels beside a panel for its axis and the gap to the next."""


def draw(catalog: Catalog, base: Scenario | None, options: Mapping[str, Any]) -> Drawing:
    """Points on a log scale, a line of means and bars of counts, from the cars of `vega_datasets`.

    No options.
    """
    asked(options)
    used = _cars()
    counts = Counter(car["Origin"] for car in used)
    return Drawing(
        at=lambda width: _chart(used, width),
        told=(
            f"{len(used)} cars of the seventies: power against consumption, consumption by year, "
            "and cars by origin."
        ),
        headings=("Origin", "Cars"),
        rows=[{"origin": origin, "cars": str(count)} for origin, count in counts.most_common()],
    )


def _cars() -> list[dict[str, Any]]:
    # Read without importing the package, which would bring pandas for this one table.
    file = distribution("vega-datasets").locate_file("vega_datasets/_data/cars.json")
    cars = json.loads(Path(str(file)).read_text("utf-8"))
    return [
        {
            "Horsepower": float(car["Horsepower"]),
            "Miles_per_Gallon": float(car["Miles_per_Gallon"]),
            "Year": int(car["Year"][:4]),
            "Origin": car["Origin"],
        }
        for car in cars
        if car["Horsepower"] is not None and car["Miles_per_Gallon"] is not None
    ]


def _chart(cars: list[dict[str, Any]], width: int) -> alt.ConcatChart:
    rows = alt.InlineData(values=cars, name="cars")
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
