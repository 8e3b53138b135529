"""Measured over expected against the law's time per token, with the interval of each band."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from macros.catalog import Catalog
from macros.charts.kit.axes import atop, log_scale, ticked
from macros.charts.kit.baked_axes import log_domain
from macros.charts.kit.drawing import PHONE, Drawing, View, asked, fit_width
from macros.charts.kit.labels import label, texts
from macros.charts.kit.lazy_altair import alt
from macros.charts.kit.point_clouds import broken, dots
from macros.charts.kit.theme import INK_2, MEASURED, MEMORY, MEMORY_SOFT
from macros.charts.predicted_vs_measured import short
from macros.evidence.fit import Prediction
from macros.evidence.groups import evidence_of
from macros.evidence.intervals import BAND_EDGES, Band
from macros.scenario import Scenario
from macros.units.display import show


def draw(catalog: Catalog, base: Scenario | None, options: Mapping[str, Any]) -> Drawing:
    """How far each row of one user stands from what was expected of it, out of source."""
    asked(options)
    validation = evidence_of(catalog).validation
    bands = validation.fit.bands
    return Drawing(
        at=lambda width: _chart(validation.single_user, bands, width),
        told=(
            "Measured over expected speed against the law's time per token. Eight in ten rows lie "
            + "; ".join(
                f"between {_times(band.low)} and {_times(band.high)} where a step takes {band.name}"
                for band in bands
            )
            + "."
        ),
        headings=("Step by the law", "Rows", "Sources", "Interval from", "to"),
        rows=[
            {
                "name": band.name,
                "rows": str(band.rows),
                "sources": str(band.sources),
                "low": _times(band.low),
                "high": _times(band.high),
            }
            for band in bands
        ],
    )


def _times(ratio: float) -> str:
    return show(ratio, "1", 2, "×")


def _chart(predictions: Sequence[Prediction], bands: Sequence[Band], width: int) -> View:
    phone = width < PHONE
    values = [{"time": short(p.entry.step_time), "ratio": short(p.ratio)} for p in predictions]
    xs = log_domain(row["time"] for row in values)
    low, high = log_domain(row["ratio"] for row in values)
    ys = (low, high * (1.8 if phone else 1.5))  # above the highest interval, room for texts
    ticks = [edge for edge in (xs[0], *BAND_EDGES, xs[1]) if xs[0] <= edge <= xs[1]]
    across: dict[str, Any] = {
        "scale": log_scale(xs),
        "axis": ticked(ticks[1:-1] if phone else ticks, "s", title="time per token by the law"),
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
    boxes = [
        {
            "start": max(band.start, xs[0]),
            "end": min(band.end, xs[1]),
            "low": short(band.low),
            "high": short(band.high),
        }
        for band in bands
    ]
    spans = alt.Chart(alt.InlineData(values=boxes, name="bands"))
    rows = alt.Chart(alt.InlineData(values=broken(values), name="rows"))
    x, y = alt.X("time:Q", **across), alt.Y("ratio:Q", **up)
    between = "\n" if phone else " to "
    ends = [
        label(
            f"{show(band.low, '1', 2)}{between}{_times(band.high)}",
            {"time": (box["start"] * box["end"]) ** 0.5, "ratio": ys[1]},
            align="center",
            dy=10,
            colour=MEMORY,
        )
        for band, box in zip(bands, boxes, strict=True)
    ]
    return fit_width(
        alt.layer(
            spans.mark_rect(color=MEMORY_SOFT, opacity=1).encode(
                x=alt.X("start:Q", **across),
                x2=alt.X2("end:Q"),
                y=alt.Y("low:Q", **up),
                y2=alt.Y2("high:Q"),
            ),
            alt.Chart(alt.InlineData(values=[{"ratio": 1}], name="one"))
            .mark_rule(color=INK_2)
            .encode(y=y),
            dots(rows, x, y, MEASURED, opacity=0.5),
            texts(alt.Chart(alt.InlineData(values=ends, name="ends")), x, y),
        ).properties(height=300 if phone else 340),
        width,
    )
