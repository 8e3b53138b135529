"""How long one decode step takes, model by model, and how little of it is arithmetic."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import altair as alt

from macros.catalog import Catalog
from macros.charts.drawing import Drawing, View, asked, fit_width, needed
from macros.charts.theme import COMPUTE, MEMORY
from macros.display import show
from macros.scenario import Scenario, describe

BAR, LINE = 40, 20
"""Heights in pixels: of a bar, and of a line of text above or below it."""

ROOM = 92
"""Pixels kept free right of the longest bar for its label."""


def draw(catalog: Catalog, base: Scenario | None, options: Mapping[str, Any]) -> Drawing:
    """Time to read and time to compute one step on one GPU of the page, on one linear scale.

    Options:
        models: ids of models, the top one first.
    """
    wanted = asked(options, models=["llama-3-8b", "llama-3-70b"])
    base = needed(base).on(gpus=1)
    scenarios = [describe(catalog, {"model": model}, base) for model in wanted["models"]]
    bars = [_bar(scenario) for scenario in scenarios]
    return Drawing(
        at=lambda width: _chart(bars, width),
        finding=_finding(scenarios, bars),
        headings=("Model", "Bytes read", "Time to read", "Time to compute", "GPUs that hold it"),
        rows=[
            {
                "model": bar["model"],
                "bytes": bar["bytes"],
                "reading": bar["reading"],
                "arithmetic": bar["arithmetic"],
                "min_gpus": show(scenario.value("min_gpus"), "1"),
            }
            for scenario, bar in zip(scenarios, bars, strict=True)
        ],
    )


def _bar(scenario: Scenario) -> dict[str, Any]:
    return {
        "model": scenario.model.name,
        "memory_time": scenario.value("memory_time"),
        "compute_time": scenario.value("compute_time"),
        "bytes": show(scenario.value("step_bytes"), "bytes"),
        # One unit for both, so that they can be compared at a glance.
        "reading": show(scenario.value("memory_time"), "s", scale="ms"),
        "arithmetic": show(scenario.value("compute_time"), "s", scale="ms"),
    }


def _finding(scenarios: list[Scenario], bars: list[dict[str, Any]]) -> str:
    steps = "; ".join(
        f"{bar['model']} reads {bar['bytes']} in {bar['reading']} and computes for "
        f"{bar['arithmetic']}"
        for bar in bars
    )
    too_large = [
        f"the weights of {s.model.name} take {show(s.value('min_gpus'), '1')} GPUs to hold"
        for s in scenarios
        if not s.fits
    ]
    note = f" These are times at one GPU's bandwidth; {', '.join(too_large)}." * bool(too_large)
    gpu, precision = scenarios[0].gpu.name, scenarios[0].precision.name
    return f"One decode step in {precision} on {gpu}: {steps}.{note}"


def _chart(bars: list[dict[str, Any]], width: int) -> View:
    rows = alt.Chart(alt.InlineData(values=bars, name="bars"))
    y = alt.Y("model:N", sort=None, axis=None)
    x = alt.X(
        "memory_time:Q",
        axis=None,
        stack=None,
        scale=alt.Scale(zero=True, nice=False, range=[0, alt.ExprRef(f"width - {ROOM}")]),
    )
    start = alt.datum(0)
    line = rows.mark_text(align="left", dy=-(BAR + LINE) / 2)
    names = line.transform_calculate(text="datum.model + ': ' + datum.bytes + ' to read'")
    reading = rows.mark_bar(height=BAR, color=MEMORY)
    arithmetic = rows.mark_bar(height=BAR, color=COMPUTE, cornerRadius=0)
    # The sliver's least width, and a leader from it down to its label.
    leader = rows.mark_tick(
        color=COMPUTE,
        opacity=1,
        orient="vertical",
        thickness=1,
        size=BAR + LINE,
        xOffset=0.5,
        yOffset=LINE / 2,
    )
    times = rows.mark_text(align="left", dx=8, color=MEMORY, fontSize=20, fontWeight="bold")
    notes = rows.transform_calculate(text="datum.arithmetic + ' of arithmetic'").mark_text(
        align="left", dx=6, dy=(BAR + LINE) / 2 + 2, color=COMPUTE
    )
    return fit_width(
        alt.layer(
            reading.encode(x=x, y=y),
            arithmetic.encode(x=alt.X("compute_time:Q", stack=None), y=y),
            leader.encode(x=start, y=y),
            times.encode(x="memory_time:Q", y=y, text="reading:N"),
            names.encode(x=start, y=y, text="text:N"),
            notes.encode(x=start, y=y, text="text:N"),
        ),
        width,
    ).properties(height=alt.Step(BAR + 3 * LINE + 4))
