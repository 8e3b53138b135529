"""What arithmetic alone would allow, against what bandwidth allows, model by model."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal

import altair as alt

from macros.catalog import Catalog
from macros.charts.drawing import (
    PHONE,
    Drawing,
    View,
    asked,
    first_row,
    fit_width,
    names_above,
    needed,
)
from macros.charts.scales import log_domain, log_ticks
from macros.charts.theme import COMPUTE, INK, MEMORY
from macros.display import show
from macros.scenario import Scenario, describe

ROW, PHONE_ROW = 84, 100
"""Height of a model's row in pixels; on a phone its name has a line of its own."""


def draw(catalog: Catalog, base: Scenario | None, options: Mapping[str, Any]) -> Drawing:
    """Tokens/s of one GPU's bandwidth and of its matrix peak alone, on a log scale.

    For one user without context on one GPU of the page, whether or not it holds the weights.

    Options:
        models: ids of models, the top one first.
    """
    wanted = asked(options, models=["llama-3-8b", "llama-3-70b", "llama-3.1-405b"])
    base = needed(base).on(gpus=1, batch=1, context=0)
    scenarios = [describe(catalog, {"model": model}, base) for model in wanted["models"]]
    spans = [_span(scenario) for scenario in scenarios]
    return Drawing(
        at=lambda width: _chart(spans, base.gpu.name, width),
        finding=_finding(spans, base.gpu.name),
        headings=("Model", "Bandwidth allows", "Arithmetic alone would allow", "Factor",
                  "GPUs that hold it"),
        rows=[
            {
                "model": span["model"],
                "bandwidth": f"{span['bandwidth']} tok/s",
                "arithmetic": f"{span['arithmetic']} tok/s",
                "factor": span["factor"],
                "min_gpus": show(scenario.value("min_gpus"), "1"),
            }
            for scenario, span in zip(scenarios, spans, strict=True)
        ],
    )  # fmt: skip


def _span(scenario: Scenario) -> dict[str, Any]:
    bandwidth, arithmetic = scenario.value("decode_tps"), scenario.value("naive_tps")
    return {
        "model": scenario.model.name,
        "decode_tps": bandwidth,
        "naive_tps": arithmetic,
        # Bare numbers: the axis names their unit.
        "bandwidth": show(bandwidth, "1"),
        "arithmetic": show(arithmetic, "1"),
        "factor": show(arithmetic / bandwidth, "1", scale="×"),
    }


def _finding(spans: list[dict[str, Any]], gpu: str) -> str:
    gaps = "; ".join(
        f"{span['model']}, {span['arithmetic']} against {span['bandwidth']}, {span['factor']}"
        for span in spans
    )
    return (
        f"Tokens per second that the arithmetic of one {gpu} alone would allow, against what its "
        f"bandwidth allows, were the weights in its memory: {gaps}."
    )


def _chart(spans: list[dict[str, Any]], gpu: str, width: int) -> View:
    phone = width < PHONE
    domain = log_domain(
        span[quantity] for span in spans for quantity in ("decode_tps", "naive_tps")
    )
    rows = alt.Chart(alt.InlineData(values=spans, name="spans"))
    y = alt.Y("model:N", sort=None, axis=None if phone else alt.Axis(title=None, labelColor=INK))
    x = alt.X(
        "decode_tps:Q",
        scale=alt.Scale(type="log", domain=domain, nice=False),
        axis=alt.Axis(
            title=f"tokens per second for one user on one {gpu}",
            values=log_ticks(domain, 4 if phone else 9),
            format=",",
        ),
    )
    span = rows.mark_rule(strokeWidth=2, strokeDash=[1, 4], strokeCap="round").encode(
        x=x, x2="naive_tps:Q", y=y
    )
    factor = (
        rows.transform_calculate(middle="sqrt(datum.decode_tps * datum.naive_tps)")
        .mark_text(dy=-14, fontWeight="bold")
        .encode(x="middle:Q", y=y, text="factor:N")
    )
    name_of_peak = "arithmetic" if phone else "arithmetic alone"
    layers = [
        span,
        factor,
        *_end(rows, y, "decode_tps", "bandwidth", "circle", MEMORY, "left", "bandwidth"),
        *_end(rows, y, "naive_tps", "arithmetic", "diamond", COMPUTE, "right", name_of_peak),
    ]
    if phone:
        layers.append(names_above(rows, y, dy=-36))
    return fit_width(alt.layer(*layers), width).properties(
        height=alt.Step(PHONE_ROW if phone else ROW)
    )


def _end(
    rows: alt.Chart,
    y: alt.Y,
    quantity: str,
    text: str,
    shape: str,
    colour: str,
    align: Literal["left", "right"],
    name: str,
) -> list[alt.Chart]:
    """One end of every span: its mark, its number below, and on the first row its name above."""
    x = f"{quantity}:Q"
    outwards = -7 if align == "left" else 7
    return [
        rows.mark_point(shape=shape, size=130, color=colour, opacity=1).encode(x=x, y=y),
        rows.mark_text(dy=20, color=colour).encode(x=x, y=y, text=f"{text}:N"),
        first_row(rows)
        .mark_text(dy=-14, dx=outwards, align=align, color=colour)
        .encode(x=x, y=y, text=alt.value(name)),
    ]
