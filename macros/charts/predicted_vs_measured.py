"""Predicted against measured: the law alone, and the expected speed out of source."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from macros.catalog import Catalog
from macros.charts.kit.axes import atop, log_scale, ticked
from macros.charts.kit.baked_axes import log_domain, log_ticks
from macros.charts.kit.drawing import PHONE, Drawing, View, asked, fit_width
from macros.charts.kit.labels import label, texts
from macros.charts.kit.lazy_altair import alt
from macros.charts.kit.point_clouds import broken, dots
from macros.charts.kit.theme import INK, INK_2, MEMORY, MEMORY_SOFT
from macros.evidence.accuracy import errors_of_expected, errors_of_law, percentile
from macros.evidence.fit import Prediction
from macros.evidence.groups import evidence_of
from macros.evidence.statistics import statistic
from macros.scenario import Scenario
from macros.units.display import round_half_up, show

RING = "M-1,-1L1,-1L1,1L-1,1Z"
"""A hollow square, as the ceiling's mark is everywhere, in few bytes."""


def draw(catalog: Catalog, base: Scenario | None, options: Mapping[str, Any]) -> Drawing:
    """Every row of one user: what was measured, against its ceiling and what was expected."""
    asked(options)
    evidence = evidence_of(catalog)
    predictions = evidence.validation.single_user
    ratios = [p.ratio for p in predictions]
    within = percentile(ratios, 10), percentile(ratios, 90)
    too_fast = sum(p.entry.share < 1 for p in predictions)
    errors = [statistic(evidence, f"{kind}_median_error").text for kind in ("law", "expected")]
    return Drawing(
        at=lambda width: _chart(predictions, within, width),
        told=(
            f"Measured against predicted tokens per second of {len(predictions)} published rows "
            f"of one user. Taken as a prediction the ceiling is too fast for {too_fast} of them, by "
            f"{errors[0]} at the median; the expected speed, from a fit that has not seen the "
            f"row's source, is off by {errors[1]} at the median. Eight rows in ten lie between "
            f"{show(within[0], '1', 2)} and {show(within[1], '1', 2)} times what was expected."
        ),
        headings=("Measured speed", "Rows", "Ceiling, median error", "Expected, median error"),
        rows=_by_decade(predictions),
    )


def _by_decade(predictions: Sequence[Prediction]) -> list[dict[str, str]]:
    rows = []
    ends = (0.0, 10.0, 100.0, 1000.0)
    for low, high in zip(ends, (*ends[1:], float("inf")), strict=True):
        inside = [p for p in predictions if low <= p.entry.row.tokens_per_second < high]
        if not inside:
            continue
        name = f"{show(low, '1')} to {show(high, 'tok/s')}"
        if not low:
            name = f"under {show(high, 'tok/s')}"
        if high == float("inf"):
            name = f"over {show(low, 'tok/s')}"
        rows.append(
            {
                "name": name,
                "rows": str(len(inside)),
                "law": show(errors_of_law(inside).middle, "1", 3, "%"),
                "expected": show(errors_of_expected(inside).middle, "1", 3, "%"),
            }
        )
    return rows


def short(value: float) -> float:
    """Four digits are finer than a pixel here, and hundreds of them are to be written."""
    return float(round_half_up(Decimal(value), 4))


def _chart(predictions: Sequence[Prediction], within: tuple[float, float], width: int) -> View:
    phone = width < PHONE
    values = [
        {
            "measured": short(p.entry.row.tokens_per_second),
            "ceiling": short(p.entry.ceiling),
            "expected": short(p.expected),
        }
        for p in predictions
    ]
    xs = log_domain(row[kind] for row in values for kind in ("ceiling", "expected"))
    ys = log_domain(row["measured"] for row in values)
    rows = alt.Chart(alt.InlineData(values=values, name="rows"))
    points = [{"expected": row["expected"], "measured": row["measured"]} for row in values]
    seen = alt.Chart(alt.InlineData(values=broken(points), name="expected"))
    across: dict[str, Any] = {
        "scale": log_scale(xs),
        "axis": ticked(log_ticks(xs, 4 if phone else 9), title="predicted, tok/s for one user"),
    }
    up: dict[str, Any] = {
        "scale": log_scale(ys),
        "axis": ticked(log_ticks(ys, 5), **atop("measured, tok/s for one user")),
    }
    low, high = max(xs[0], ys[0]), min(xs[1], ys[1])
    line = alt.Chart(
        alt.InlineData(
            values=[
                {"x": x, "same": x, "low": x * within[0], "high": x * within[1]}
                for x in (low, high)
            ],
            name="line",
        )
    )
    x, y = alt.X("x:Q", **across), alt.Y("measured:Q", **up)
    return fit_width(
        alt.layer(
            line.mark_area(color=MEMORY_SOFT, opacity=1, clip=True).encode(
                x=x, y=alt.Y("low:Q", **up), y2=alt.Y2("high:Q")
            ),
            line.mark_line(color=INK_2, strokeWidth=1, clip=True).encode(x=x, y=alt.Y("same:Q")),
            rows.mark_point(
                shape=RING,
                size=14,
                filled=False,
                stroke=MEMORY,
                strokeWidth=1,
                strokeOpacity=0.8,
                opacity=1,
            ).encode(x=alt.X("ceiling:Q", **across), y=y),
            dots(seen, alt.X("expected:Q", **across), y, MEMORY, opacity=0.6),
            _names(predictions, xs, ys, phone, across, y),
        ).properties(height=330 if phone else 430),
        width,
    )


def _names(
    predictions: Sequence[Prediction],
    xs: tuple[float, float],
    ys: tuple[float, float],
    phone: bool,
    across: Mapping[str, Any],
    y: alt.Y,
) -> Any:
    """What the marks are, beside their clouds, and the row that stands furthest below its ceiling."""
    lowest = min(predictions, key=lambda p: p.entry.row.tokens_per_second / p.entry.ceiling)
    row = lowest.entry.row
    span = xs[1] / xs[0]
    rows = [
        label(
            "● expected: on the line,\nmore or less"
            if phone
            else "● expected: on the line, more or less",
            {
                "x": xs[0] * span**0.04,
                "measured": ys[0] * (ys[1] / ys[0]) ** (0.8 if phone else 0.72),
            },
            colour=MEMORY,
        ),
        label(
            "□ ceiling: the law alone,\ntoo fast",
            {"x": xs[0] * span**0.52, "measured": ys[0] * (ys[1] / ys[0]) ** 0.16},
            colour=MEMORY,
        ),
        label(
            f"{row.model}\n{row.gpus} × {row.gpu}",
            {"x": lowest.entry.ceiling, "measured": row.tokens_per_second},
            align="right",
            dx=6,
            dy=18,
            colour=INK,
        ),
    ]
    chart = alt.Chart(alt.InlineData(values=rows[: 2 if phone else 3], name="names"))
    return texts(chart, alt.X("x:Q", **across), y)
