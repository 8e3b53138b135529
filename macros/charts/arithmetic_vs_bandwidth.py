"""What arithmetic alone would allow, against what bandwidth allows, model by model."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Literal

from macros.catalog import Catalog
from macros.charts.kit.axes import saying
from macros.charts.kit.drawing import (
    PHONE,
    Drawing,
    View,
    asked,
    first_row,
    fit_width,
    names_above,
    needed,
)
from macros.charts.kit.lazy_altair import alt
from macros.charts.kit.live_axes import Reach, with_params
from macros.charts.kit.picked import Picked, Row
from macros.charts.kit.theme import COMPUTE, INK, MEMORY
from macros.figures.cells import Cell, Text, Value, Words, between
from macros.scenario import Scenario

ROW, PHONE_ROW = 84, 100
"""Height of a model's row in pixels; on a phone its name has a line of its own."""


def draw(catalog: Catalog, base: Scenario | None, options: Mapping[str, Any]) -> Drawing:
    """Tokens/s of one GPU's bandwidth and of its matrix peak alone, on a log scale.

    For one user without context on one GPU of the page, whether or not it holds the weights.

    Options:
        models: ids of models, the top one first.
    """
    wanted = asked(options, models=["llama-3-8b", "llama-3-70b", "llama-3.1-405b"])
    picked = Picked(catalog, needed(base).on(gpus=1, batch=1, context=0))
    spans = [_Span(picked, model) for model in wanted["models"]]
    return Drawing(
        at=_chart,
        told=_told(spans, picked.name("gpu")),
        headings=("Model", "Bandwidth allows", "Arithmetic alone would allow", "Factor",
                  "GPUs that hold it"),
        rows=[
            {
                "model": span.model,
                "bandwidth": span.bandwidth,
                "arithmetic": span.arithmetic,
                "factor": span.factor,
                "min_gpus": span.holders,
            }
            for span in spans
        ],
        data={"spans": [span.row() for span in spans]},
        signals={"gpu": picked.name("gpu")},
    )  # fmt: skip


class _Span:
    """What one model's row says: for one user without context, on one GPU."""

    def __init__(self, picked: Picked, model: str) -> None:
        alone: dict[str, Any] = {"model": model, "gpus": 1, "batch": 1, "context": 0}
        self.model = picked.catalog.model(model).name
        self.bandwidth = picked.figure("decode_tps", **alone)
        self.arithmetic = picked.figure("naive_tps", **alone)
        self.factor = picked.ratio(self.arithmetic, self.bandwidth)
        self.holders = picked.figure("min_gpus", **alone)

    def row(self) -> Row:
        """The row of the chart's data; its numbers are bare, since the axis names their unit."""
        return {
            "model": self.model,
            "decode_tps": Value(self.bandwidth),
            "naive_tps": Value(self.arithmetic),
            "bandwidth": Text(self.bandwidth, bare=True),
            "arithmetic": Text(self.arithmetic, bare=True),
            "factor": Text(self.factor),
        }


def _told(spans: Sequence[_Span], gpu: str | Cell) -> Words:
    gaps = [
        Words(
            f"{span.model}, ", Text(span.arithmetic, bare=True), " against ",
            Text(span.bandwidth, bare=True), ", ", Text(span.factor),
        )
        for span in spans
    ]  # fmt: skip
    return Words(
        "Tokens per second that the arithmetic of one ", gpu, " alone would allow, against what its "
        "bandwidth allows, were the weights in its memory: ", *between("; ", gaps), ".",
    )  # fmt: skip


def _chart(width: int) -> View:
    phone = width < PHONE
    reach = Reach.around("speed", "spans", "decode_tps", "naive_tps")
    rows = alt.Chart(alt.NamedData("spans"))
    y = alt.Y("model:N", sort=None, axis=None if phone else alt.Axis(title=None, labelColor=INK))
    x = alt.X(
        "decode_tps:Q",
        scale=reach.scale(),
        axis=saying(
            alt.Axis(values=reach.ticks(4 if phone else 9), format=","),
            "'tokens per second for one user on one ' + gpu",
        ),
    )
    # Of some GPUs no peak is published.
    known = rows.transform_filter("isFinite(datum.naive_tps)")
    span = known.mark_rule(strokeWidth=2, strokeDash=[1, 4], strokeCap="round").encode(
        x=x, x2=alt.X2("naive_tps:Q"), y=y
    )
    factor = (
        known.transform_calculate(middle="sqrt(datum.decode_tps * datum.naive_tps)")
        .mark_text(dy=-14, fontWeight="bold")
        .encode(x=alt.X("middle:Q"), y=y, text=alt.Text("factor:N"))
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
    return fit_width(with_params(alt.layer(*layers), reach), width).properties(
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
        rows.mark_text(dy=20, color=colour).encode(x=x, y=y, text=alt.Text(f"{text}:N")),
        first_row(rows)
        .mark_text(dy=-14, dx=outwards, align=align, color=colour)
        .encode(x=x, y=y, text=alt.value(name)),
    ]
