"""The roofline: FLOP/s that GPUs can reach over arithmetic intensity, and where decode stands."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import altair as alt

from macros import law
from macros.catalog import Catalog
from macros.charts.axes import atop, log_scale, ticked
from macros.charts.drawing import PHONE, Drawing, View, asked, fit_width, needed
from macros.charts.labels import label, texts
from macros.charts.roofs import Edges, Row, flat_labels, height, layer, lines, place, slope_labels
from macros.charts.scales import log_domain, log_ticks
from macros.charts.theme import COMPUTE, INK_2, MEMORY, PAPER
from macros.display import show
from macros.scenario import Scenario, describe

DESK_EDGES: Edges = (0.5, 5000.0)
PHONE_EDGES: Edges = (0.9, 2600.0)
"""FLOP per byte on the left and on the right."""


def draw(catalog: Catalog, base: Scenario | None, options: Mapping[str, Any]) -> Drawing:
    """Roofs of single GPUs, and decode of the page's model on the roof of the page's GPU.

    Options:
        gpus: ids of GPUs, whose roofs are drawn with FP16 math; the page's stands out.
        batches: users decoded together in FP16, a point for each beside the one for one user.
        weights: ids of narrower number formats, a point for each: weights only, FP16 math.
    """
    chosen = asked(options, gpus=(), batches=(), weights=())
    alone = describe(
        catalog, {"precision": "fp16", "math": "fp16", "gpus": 1, "batch": 1}, needed(base)
    )
    others = [describe(catalog, {"gpu": gpu}, alone) for gpu in chosen["gpus"]]
    roofs = [alone, *(other for other in others if other.gpu.id != alone.gpu.id)]
    points = [
        alone,
        *(describe(catalog, {"precision": p}, alone) for p in chosen["weights"]),
        *(describe(catalog, {"batch": batch}, alone) for batch in chosen["batches"]),
    ]
    # The second flat line: the same bandwidth under the peak of narrower math.
    narrow = alone.on(math="fp8") if "fp8" in alone.gpu.peak_flops else None
    gap = show(alone.value("ridge_point") / alone.value("arithmetic_intensity"), "1", scale="×")
    return Drawing(
        at=lambda width: _chart(roofs, narrow, points, gap, width),
        told=(
            f"Decode of {alone.model.name} in FP16 for one user does "
            f"{_text(alone, 'arithmetic_intensity')}; the ridge of {alone.gpu.name}, from where "
            f"arithmetic sets the speed, stands at {_text(alone, 'ridge_point')} with FP16 math, "
            f"{gap} further up. " + _ridges(roofs[1:], narrow)
        ),
        headings=("Point", "Arithmetic intensity", "Attainable FLOP/s on one GPU"),
        rows=[
            *(
                _table_row(f"{_name(point)}, on {point.gpu.name}", point, "arithmetic_intensity")
                for point in points
            ),
            *(
                _table_row(
                    f"Ridge of {roof.gpu.name}, {roof.math.upper()} math", roof, "ridge_point"
                )
                for roof in [*roofs, *filter(None, [narrow])]
            ),
        ],
    )


def _text(scenario: Scenario, quantity: str) -> str:
    return show(scenario.value(quantity), law.MEANINGS[quantity].unit)


def _name(point: Scenario, short: bool = False) -> str:
    if point.precision.id != point.math:
        return f"{point.precision.name} weights" + ("" if short else f", {point.math.upper()} math")
    users = f"{point.batch} user{'s' if point.batch > 1 else ''}"
    return users if short and point.batch > 1 else f"{point.precision.name}, {users}"


def _ridges(others: Sequence[Scenario], narrow: Scenario | None) -> str:
    texts = [f"{other.gpu.name} has its ridge at {_text(other, 'ridge_point')}" for other in others]
    if narrow:
        texts.append(f"with FP8 math {narrow.gpu.name} has its at {_text(narrow, 'ridge_point')}")
    return "; ".join(texts) + "."


def _table_row(name: str, scenario: Scenario, intensity: str) -> Row:
    reached = law.attainable_flops(
        scenario.value("peak_flops"), scenario.value(intensity), scenario.value("bandwidth")
    )
    return {
        "name": name,
        "intensity": _text(scenario, intensity),
        "flops": show(reached, "FLOP/s"),
    }


def _chart(
    roofs: Sequence[Scenario],
    narrow: Scenario | None,
    points: Sequence[Scenario],
    gap: str,
    width: int,
) -> View:
    phone = width < PHONE
    edges = PHONE_EDGES if phone else DESK_EDGES
    page = roofs[0]
    ridge, decode = page.value("ridge_point"), points[0].value("arithmetic_intensity")
    peaks = [scenario.value("peak_flops") for scenario in [*roofs, *filter(None, [narrow])]]
    domain = (log_domain([edges[0] * page.value("bandwidth")])[0], max(peaks) * 1.2)
    across: dict[str, Any] = {
        "scale": log_scale(edges),
        "axis": ticked([1, 10, 100, 1000], title="FLOP per byte read"),
    }
    up: dict[str, Any] = {
        "scale": log_scale(domain),
        "axis": ticked(log_ticks(domain, 4), "FLOP/s", "TFLOP/s", **atop("attainable TFLOP/s")),
    }
    x, y = alt.X("intensity:Q", **across), alt.Y("flops:Q", **up)
    colour = alt.Color("colour:N", scale=None)
    others = [row for roof in roofs[1:] for row in lines(roof.gpu.id, roof, (INK_2, INK_2), edges)]
    strong = lines(page.gpu.id, page, (MEMORY, COMPUTE), edges)
    dashed = lines("narrow", narrow, (MEMORY, COMPUTE), (ridge, edges[1])) if narrow else []
    # From decode to the ridge on one level, and up to it.
    way = layer(
        "way",
        [
            {
                **label(
                    gap if phone else f"{gap} to the ridge",
                    place(page, ridge),
                    align="right",
                    dx=-12,
                    dy=12,
                ),
                "decode": decode,
            }
        ],
    ).transform_calculate(low=height(alt.datum.decode))
    unit = "1" if phone else "FLOP/byte"
    corners = [place(roof, roof.value("ridge_point")) for roof in [*roofs, *filter(None, [narrow])]]
    corner = [label(f"ridge: {show(ridge, unit)}", place(page, ridge), dx=8, dy=36)]
    level = alt.Y("low:Q", **up)
    marks = [
        label(
            _name(point, phone),
            place(point, point.value("arithmetic_intensity")),
            dx=5 if phone else 9,
            dy=13,
            colour=MEMORY,
        )
        for point in points
    ]
    # Parallel to the slopes, whatever shape the plot comes out.
    angle = f"-atan2(height * log({edges[1] / edges[0]}), width * log({domain[1] / domain[0]})) * 180 / PI"
    return fit_width(
        alt.layer(
            way.mark_rule(strokeDash=[2, 3]).encode(x=x, x2="decode:Q", y=level),
            way.mark_rule(strokeDash=[2, 3]).encode(x=x, y=y, y2="low:Q"),
            *(
                layer(name, rows)
                .mark_line(strokeWidth=stroke, strokeDash=dash)
                .encode(x=x, y=y, color=colour, detail="line:N")
                for name, rows, stroke, dash in (
                    ("others", others, 1.25, [1, 0]),
                    ("narrow", dashed, 2, [6, 4]),
                    ("page", strong, 3, [1, 0]),
                )
            ),
            layer("points", marks).mark_point(size=80, color=MEMORY, opacity=1).encode(x=x, y=y),
            texts(layer("point-names", marks), x, y),
            texts(layer("slopes", slope_labels(roofs, phone)), x, y, angle),
            texts(layer("flats", flat_labels(roofs, narrow, edges[1], phone)), x, y),
            way.mark_point(shape="triangle-right", size=60, color=INK_2, xOffset=-4).encode(
                x=x, y=level
            ),
            layer("ridges", corners)
            .mark_point(size=36, fill=PAPER, stroke=INK_2, strokeWidth=1.5, opacity=1)
            .encode(x=x, y=y),
            texts(way, x, level),
            texts(layer("ridge-name", corner), x, y),
        ).properties(height=360),
        width,
    )
