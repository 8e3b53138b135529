"""What arithmetic alone would allow, against what bandwidth allows, model by model."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import altair as alt

from macros.catalog import Catalog
from macros.charts.drawing import PHONE, Drawing
from macros.charts.theme import COMPUTE, GRID, INK, MEMORY
from macros.display import show
from macros.scenario import Scenario

READINGS = {"decode_tps": "bandwidth allows", "naive_tps": "arithmetic alone would allow"}


def draw(catalog: Catalog, base: Scenario | None, options: Mapping[str, Any]) -> Drawing:
    """Tokens/s of one GPU's bandwidth and of its peak, on a log scale, for each of some models.

    Options:
        models: ids of models.
    """
    assert base is not None
    scenarios = [base.on(model=catalog.model(model)) for model in options["models"]]
    points = [
        {
            "model": scenario.model.name,
            "reading": READINGS[quantity],
            "tps": scenario.value(quantity),
            "text": show(scenario.value(quantity), "tok/s", digits=4),
        }
        for scenario in scenarios
        for quantity in READINGS
    ]
    gap = show(scenarios[0].value("naive_tps") / scenarios[0].value("decode_tps"), "1")
    return Drawing(
        at=lambda width: _chart(points, width),
        finding=(
            f"On {base.gpu.name}, arithmetic alone would allow {gap} times the tokens per second "
            "that bandwidth allows, and the factor is the same for every model: "
            + "; ".join(f"{p['model']}, {p['reading']} {p['text']}" for p in points)
            + "."
        ),
        headings=("Model", *READINGS.values()),
        rows=[
            {
                "model": scenario.model.name,
                **{q: show(scenario.value(q), "tok/s", digits=4) for q in READINGS},
            }
            for scenario in scenarios
        ],
    )


def _chart(points: list[dict[str, Any]], width: int) -> alt.LayerChart:
    phone = width < PHONE
    room_for_names, room_for_texts = (0 if phone else 120), 84
    colour = alt.Color(
        "reading:N",
        scale=alt.Scale(domain=list(READINGS.values()), range=[MEMORY, COMPUTE]),
        legend=None,
    )
    x = alt.X(
        "tps:Q",
        scale=alt.Scale(type="log", domain=[1, 100_000], nice=False),
        axis=alt.Axis(title="tokens per second, one user", values=[1, 10, 100, 1e3, 1e4, 1e5],
                      format=",", gridColor=GRID),
    )
    y = alt.Y("model:N", sort=None, axis=None if phone else alt.Axis(title=None, labelColor=INK))
    chart = alt.Chart(alt.InlineData(values=points, name="points"))
    span = chart.mark_rule(strokeWidth=2, strokeDash=[2, 3]).encode(
        x=alt.X("min(tps):Q"), x2="max(tps):Q", y=y
    )
    dots = chart.mark_point(size=120, opacity=1).encode(
        x=x,
        y=y,
        color=colour,
        shape=alt.Shape(
            "reading:N",
            scale=alt.Scale(domain=list(READINGS.values()), range=["circle", "diamond"]),
            legend=None,
        ),
    )
    texts = chart.mark_text(dy=-16).encode(x=x, y=y, text="text:N", color=colour)
    return (span + dots + texts).properties(
        width=width - room_for_names - room_for_texts // 2, height=alt.Step(64)
    )
