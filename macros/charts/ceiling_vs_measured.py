"""One machine, several models: what the law allows, and what was measured."""

from __future__ import annotations

from collections.abc import Mapping
from html import escape
from typing import Any, Literal

from macros.catalog import Catalog, Measurement
from macros.charts.kit.baked_axes import log_domain, log_ticks
from macros.charts.kit.drawing import PHONE, Drawing, View, asked, first_row, fit_width, names_above
from macros.charts.kit.lazy_altair import alt
from macros.charts.kit.theme import INK, MEASURED, MEMORY
from macros.errors import ScenarioError
from macros.scenario import Scenario, axes_of_row, describe
from macros.units.display import show

ROW, PHONE_ROW = 62, 78
"""Height of a row in pixels; on a phone its name has a line of its own."""


def draw(catalog: Catalog, base: Scenario | None, options: Mapping[str, Any]) -> Drawing:
    """Ceiling and measured tokens/s per user, on a log scale, for measurements of one machine.

    Options:
        rows: ids of measurements on the same GPUs by the same engine, the top one first.
    """
    wanted = asked(options, rows=["gf-017", "gf-020", "gf-023", "gf-024"])
    measurements = [catalog.measurement(row) for row in wanted["rows"]]
    if len({(row.gpu_id, row.gpus, row.engine) for row in measurements}) > 1:
        raise ScenarioError("rows: they must be measured on the same GPUs by the same engine")
    scenarios = [describe(catalog, axes_of_row(row)) for row in measurements]
    pairs = [_pair(*both) for both in zip(scenarios, measurements, strict=True)]
    machine = f"{scenarios[0].gpus} × {scenarios[0].gpu.name}"
    return Drawing(
        at=lambda width: _chart(pairs, machine, width),
        told=_finding(pairs, machine, measurements[0]),
        headings=("Model", "Ceiling", "Measured", "Share of the ceiling", "Source"),
        rows=[
            {
                "name": pair["name"],
                "ceiling": f"{pair['ceiling']} tok/s",
                "measured": f"{pair['measured']} tok/s",
                "share": pair["share"],
                "source": _link(row),
            }
            for pair, row in zip(pairs, measurements, strict=True)
        ],
    )


def _pair(scenario: Scenario, row: Measurement) -> dict[str, Any]:
    ceiling, measured = scenario.value("decode_tps"), row.tokens_per_second
    return {
        "name": f"{scenario.model.name}, {row.precision}",
        "decode_tps": ceiling,
        "measured_tps": measured,
        "ceiling": show(ceiling, "1"),
        "measured": show(measured, "1"),
        "share": show(measured / ceiling, "1", digits=2, scale="%"),
    }


def _finding(pairs: list[dict[str, Any]], machine: str, row: Measurement) -> str:
    speeds = "; ".join(
        f"{pair['name']}, {pair['measured']} of {pair['ceiling']} ({pair['share']})"
        for pair in pairs
    )
    return (
        f"Tokens per second for one user on {machine}, measured with {row.engine} ({row.date}) and "
        f"as the law's ceiling: {speeds}."
    )


def _link(row: Measurement) -> str:
    return f'<a href="{escape(row.citation.source.url)}">{escape(row.title)}</a>'


def _chart(pairs: list[dict[str, Any]], machine: str, width: int) -> View:
    phone = width < PHONE
    domain = log_domain(pair[kind] for pair in pairs for kind in ("decode_tps", "measured_tps"))
    rows = alt.Chart(alt.InlineData(values=pairs, name="pairs"))
    y = alt.Y("name:N", sort=None, axis=None if phone else alt.Axis(title=None, labelColor=INK))
    x = alt.X(
        "measured_tps:Q",
        scale=alt.Scale(type="log", domain=domain, nice=False),
        axis=alt.Axis(
            title=f"tokens per second for one user on {machine}",
            values=log_ticks(domain, 5 if phone else 9),
            format=",",
        ),
    )
    gap = rows.mark_rule(strokeDash=[1, 4], strokeWidth=2, strokeCap="round", x2Offset=-8).encode(
        x=x, x2=alt.X2("decode_tps:Q"), y=y
    )
    share = (
        rows.transform_calculate(middle="sqrt(datum.decode_tps * datum.measured_tps)")
        .mark_text(dy=-13)
        .encode(x=alt.X("middle:Q"), y=y, text=alt.Text("share:N"))
    )
    ceiling = rows.mark_point(
        shape="square", filled=False, size=120, strokeWidth=2, color=MEMORY, opacity=1
    )
    measured = rows.mark_point(shape="circle", size=120, color=MEASURED, opacity=1)
    layers = [
        gap,
        share,
        ceiling.encode(x=alt.X("decode_tps:Q"), y=y),
        measured.encode(x=alt.X("measured_tps:Q"), y=y),
        *_texts(rows, y, "decode_tps", "ceiling", MEMORY, "left"),
        *_texts(rows, y, "measured_tps", "measured", MEASURED, "right"),
    ]
    if phone:
        layers.append(names_above(rows, y, dy=-34))
    return fit_width(alt.layer(*layers), width).properties(
        height=alt.Step(PHONE_ROW if phone else ROW)
    )


def _texts(
    rows: alt.Chart,
    y: alt.Y,
    quantity: str,
    kind: str,
    colour: str,
    align: Literal["left", "right"],
) -> list[alt.Chart]:
    """A number outside of its mark in every row, and in the first row its kind above it."""
    away = 12 if align == "left" else -12
    return [
        rows.mark_text(align=align, dx=away, color=colour, fontWeight="bold").encode(
            x=alt.X(f"{quantity}:Q"), y=y, text=alt.Text(f"{kind}:N")
        ),
        first_row(rows)
        .mark_text(align=align, dx=away, dy=-16, color=colour)
        .encode(x=alt.X(f"{quantity}:Q"), y=y, text=alt.value(kind)),
    ]
