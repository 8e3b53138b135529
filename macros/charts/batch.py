"""All users' tokens per second against their number, up to where memory or arithmetic ends it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import altair as alt

from macros import law
from macros.catalog import Catalog
from macros.charts.axes import atop, log_scale, ticked
from macros.charts.drawing import PHONE, Drawing, View, asked, fit_width, needed
from macros.charts.labels import label, texts
from macros.charts.scales import log_ticks
from macros.charts.theme import COMPUTE, INK_2, MEMORY
from macros.display import show
from macros.scenario import AXES, Scenario, ScenarioError, describe

Row = dict[str, Any]


def draw(catalog: Catalog, base: Scenario | None, options: Mapping[str, Any]) -> Drawing:
    """Ceiling of all users together against users, both logarithmic, a curve for each context.

    Options:
        contexts: tokens in each user's context; a curve ends where the memory is full.
        any axis of a scenario, such as precision, gpus or model, to differ from the page's.
    """
    axes = [axis for axis in AXES if axis not in ("batch", "context")]
    base = needed(base)
    chosen = asked(options, contexts=[base.context], **{axis: base.axis(axis) for axis in axes})
    changes = {axis: chosen[axis] for axis in options if axis in axes}
    alone = describe(catalog, {**changes, "batch": 1, "context": 0}, base)
    if not alone.fits:
        raise ScenarioError(
            f"the weights of {alone.model.name} in {alone.precision.name} need "
            f"{alone.value('min_gpus'):.0f} of {alone.gpu.name}; write gpus="
        )
    curves = [describe(catalog, {"context": context}, alone) for context in chosen["contexts"]]
    ends = [_end(curve) for curve in curves]
    return Drawing(
        at=lambda width: _chart(alone, curves, width),
        told=(
            f"{alone.model.name} in {alone.precision.name} on {_gpus(alone)}, all users together: "
            f"{_speed(alone)} for one user; "
            + "; ".join(_in_words(curve, end) for curve, end in zip(curves, ends, strict=True))
            + f". Arithmetic would end it at {show(alone.value('naive_tps'), 'tok/s')}."
        ),
        headings=(
            "Context of each user",
            "Users that fit",
            "Ceiling, all together",
            "Ceiling, each",
        ),
        rows=[
            {
                "context": show(curve.context, "tokens", digits=6),
                "users": str(end.batch if end else 0),
                "together": _speed(end) if end else "none fits",
                "each": show(end.value("decode_tps"), "tok/s") if end else "none fits",
            }
            for curve, end in zip(curves, ends, strict=True)
        ],
    )


def _end(curve: Scenario) -> Scenario | None:
    """The curve's last point, where one more user's cache would not fit."""
    users = int(curve.value("max_batch"))
    return curve.on(batch=users) if users else None


def _gpus(scenario: Scenario) -> str:
    return (f"{scenario.gpus} × " if scenario.gpus > 1 else "one ") + scenario.gpu.name


def _speed(scenario: Scenario) -> str:
    return show(scenario.value("aggregate_tps"), "tok/s")


def _users(count: int) -> str:
    return f"{count:,} user" + ("s" if count > 1 else "")


def _in_words(curve: Scenario, end: Scenario | None) -> str:
    context = show(curve.context, "tokens", digits=6)
    if end is None:
        return f"with {context} each not one user fits"
    slowed = end.value("compute_time") > end.value("memory_time")
    bound = ", where arithmetic sets the pace" if slowed else ""
    return f"with {context} each, memory is full at {_users(end.batch)} and {_speed(end)}{bound}"


def _chart(alone: Scenario, curves: Sequence[Scenario], width: int) -> View:
    phone = width < PHONE
    ends = [(curve, end) for curve in curves if (end := _end(curve))]
    compute, first = alone.value("naive_tps"), alone.value("decode_tps")
    # The sum cannot grow beyond this many users, even without any cache.
    free = compute / first
    # Right of the last stop, room for its text.
    last = max((end.batch for _, end in ends), default=1)
    right = max(free * 2, last ** (1.6 if phone else 1.35))
    xs, ys = (1.0, right), (first / 2, compute * 2)
    across: dict[str, Any] = {
        "scale": log_scale(xs),
        "axis": ticked(log_ticks(xs, 5), title="users decoded together", grid=False),
    }
    up: dict[str, Any] = {
        "scale": log_scale(ys),
        "axis": ticked(log_ticks(ys, 5), **atop("tok/s, all users together")),
    }
    x, y = alt.X("batch:Q", **across), alt.Y("tps:Q", **up)

    def curve(name: str, known: Mapping[str, Any], last: float) -> alt.Chart:
        """The law along the batch, evaluated by the chart."""
        tps = law.evaluate("aggregate_tps", {**known, "batch": alt.datum.batch})
        steps = [{"batch": last ** (step / 40)} for step in range(41)]
        return alt.Chart(alt.InlineData(values=steps, name=name)).transform_calculate(tps=tps)

    # The free lunch: as if no further user slowed the others.
    lunch = curve("free-lunch", {"decode_tps": first}, free)
    name = alt.Chart(
        alt.InlineData(
            values=[
                label(
                    "free lunch" if phone else "if no user slowed another",
                    {"batch": free**0.8},
                    align="right",
                    dx=-10,
                    dy=-4,
                    colour=INK_2,
                )
            ],
            name="free-lunch-name",
        )
    ).transform_calculate(tps=law.aggregate_tps(alt.datum.batch, first))
    edges = alt.Chart(alt.InlineData(values=_edges(alone, curves, ys[0], phone), name="edges"))
    stops = [
        label(
            f"{_users(end.batch)}: {'full' if phone else 'memory full'}\n"
            f"{show(end.context, 'tokens', digits=6)}{'' if phone else ' each'}",
            {"batch": end.batch, "tps": end.value("aggregate_tps")},
            dx=10,
            dy=10,
            colour=MEMORY,
        )
        for _, end in ends
    ]
    stop = alt.Chart(alt.InlineData(values=stops, name="stops"))
    return fit_width(
        alt.layer(
            lunch.mark_line(color=INK_2, strokeWidth=1.5, strokeDash=[2, 4]).encode(x=x, y=y),
            edges.transform_filter(alt.datum.ceiling)
            .mark_rule(color=COMPUTE, strokeWidth=2.5)
            .encode(y=y),
            texts(edges, alt.value("width"), y),
            texts(name, x, y),
            *(
                curve(f"context-{end.context}", context.inputs, end.batch)
                .mark_line(strokeWidth=3)
                .encode(x=x, y=y)
                for context, end in ends
            ),
            stop.mark_point(
                shape="stroke", angle=90, size=260, stroke=MEMORY, strokeWidth=3, opacity=1
            ).encode(x=x, y=y),
            texts(stop, x, y),
        ).properties(height=290),
        width,
    )


def _edges(alone: Scenario, curves: Sequence[Scenario], bottom: float, phone: bool) -> list[Row]:
    """What is written at the right edge: the compute ceiling, and contexts without a curve."""
    compute = alone.value("naive_tps")
    allows = "arithmetic: " if phone else "arithmetic allows "
    rows = [
        {
            **label(
                allows + show(compute, "tok/s"),
                {"tps": compute},
                align="right",
                dx=-2,
                dy=-15,
                colour=COMPUTE,
            ),
            "ceiling": True,
        }
    ]
    without = [curve for curve in curves if _end(curve) is None]
    for line, curve in enumerate(without):
        text = f"{show(curve.context, 'tokens', digits=6)} each: not one user fits"
        rows.append(
            label(text, {"tps": bottom}, align="right", dx=-2, dy=-12 - 18 * line, colour=INK_2)
        )
    return rows
