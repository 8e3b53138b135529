"""Measured over expected against the share of the step that reads nothing, with the interval."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from macros.catalog import Catalog
from macros.charts.kit.axes import atop, log_scale, ticked
from macros.charts.kit.baked_axes import log_domain
from macros.charts.kit.drawing import PHONE, Drawing, View, asked, fit_width
from macros.charts.kit.lazy_altair import alt
from macros.charts.kit.point_clouds import broken, dots
from macros.charts.kit.theme import INK_2, MEASURED, MEMORY_SOFT
from macros.charts.predicted_vs_measured import short
from macros.evidence.accuracy import SHARE_SPANS
from macros.evidence.fit import Prediction
from macros.evidence.groups import evidence_of
from macros.evidence.intervals import POINTS, Curve
from macros.evidence.statistics import statistic
from macros.scenario import Scenario
from macros.units.display import show


def draw(catalog: Catalog, base: Scenario | None, options: Mapping[str, Any]) -> Drawing:
    """How far each row of one user stands from what was expected of it, out of source."""
    asked(options)
    evidence = evidence_of(catalog)
    predictions = evidence.validation.single_user
    curve = evidence.validation.fit.named.one_user
    ends = {
        name: [_times(side[place]) for side in (curve.low, curve.high)]
        for name, place in (("none", 0), ("half", POINTS // 2), ("all", POINTS - 1))
    }
    groups = [name for name in SHARE_SPANS if name in evidence.predictions]
    return Drawing(
        at=lambda width: _chart(predictions, curve, width),
        told=(
            f"Measured over expected speed of {len(predictions)} published rows of one user, "
            "against the share of the expected step in which nothing is read. The interval runs from "
            + "; from ".join(
                f"{low} to {high} where {name} is fixed" for name, (low, high) in ends.items()
            )
            + "."
        ),
        headings=("Step", "Rows", "Sources", "Interval from", "to"),
        rows=[
            {
                "name": name,
                **{
                    column: statistic(evidence, column, name).text
                    for column in ("rows", "sources", "interval_low", "interval_high")
                },
            }
            for name in groups
        ],
    )


def _times(ratio: float) -> str:
    return show(ratio, "1", 2, "×")


def _chart(predictions: Sequence[Prediction], curve: Curve, width: int) -> View:
    phone = width < PHONE
    values = [{"share": short(p.fixed_share), "ratio": short(p.ratio)} for p in predictions]
    ys = log_domain(row["ratio"] for row in values)
    across: dict[str, Any] = {
        "scale": alt.Scale(domain=[0, 1]),
        "axis": ticked(
            [0, 0.5, 1] if phone else [0, 0.2, 0.4, 0.6, 0.8, 1],
            "1",
            "%",
            title="share of the expected step in which nothing is read",
        ),
    }
    up: dict[str, Any] = {
        "scale": log_scale(ys),
        "axis": ticked(
            [tick for tick in (0.1, 0.2, 0.5, 1, 2) if ys[0] <= tick <= ys[1]],
            "1",
            "×",
            **atop("measured ÷ expected"),
        ),
    }
    shade = [
        {"share": place / (POINTS - 1), "low": short(low), "high": short(high)}
        for place, (low, high) in enumerate(zip(curve.low, curve.high, strict=True))
    ]
    rows = alt.Chart(alt.InlineData(values=broken(values), name="rows"))
    x, y = alt.X("share:Q", **across), alt.Y("ratio:Q", **up)
    return fit_width(
        alt.layer(
            alt.Chart(alt.InlineData(values=shade, name="shade"))
            .mark_area(color=MEMORY_SOFT, opacity=1, clip=True)
            .encode(x=x, y=alt.Y("low:Q", **up), y2=alt.Y2("high:Q")),
            alt.Chart(alt.InlineData(values=[{"ratio": 1}], name="one"))
            .mark_rule(color=INK_2)
            .encode(y=y),
            dots(rows, x, y, MEASURED, opacity=0.5),
        ).properties(height=300 if phone else 340),
        width,
    )
