"""All users' tokens per second against their number, up to where memory or arithmetic ends it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from macros.catalog import Catalog
from macros.charts.kit.axes import atop, ticked
from macros.charts.kit.drawing import PHONE, Drawing, View, asked, fit_width, needed
from macros.charts.kit.labels import label, style, texts
from macros.charts.kit.law_on_rows import on_rows
from macros.charts.kit.lazy_altair import alt
from macros.charts.kit.live_axes import Reach, most_of, with_params
from macros.charts.kit.picked import Picked, Row
from macros.charts.kit.theme import COMPUTE, INK_2, MEMORY
from macros.errors import ScenarioError
from macros.figures.cells import Count, If, Text, Value, Words, between
from macros.figures.figure import Figure
from macros.scenario import AXES, Scenario
from macros.units.display import show

if TYPE_CHECKING:
    from altair.expr.core import Expression

FREE = "arithmetic / first"
"""Users beyond whom the sum cannot grow, even without any cache: an expression of params."""


class Curve:
    """The users of one context: their law along the batch, and where the memory is full."""

    def __init__(self, picked: Picked, context: int, pinned: Mapping[str, Any]) -> None:
        self.context = context
        self.tokens = show(context, "tokens", digits=6)
        at = {**pinned, "context": context}
        full = {**at, "batch": "max"}
        self.users = picked.figure("max_batch", digits=6, **at)
        self.together = picked.figure("aggregate_tps", **full)
        self.each = picked.figure("decode_tps", **full)
        compute, memory = (picked.figure(q, **full) for q in ("compute_time", "memory_time"))
        self.slowed = picked.ratio(compute, memory)
        self.law, self.params = picked.along("aggregate_tps", "batch", f"at_{context}", **at)

    def if_any(self, value: Any, otherwise: Any = None) -> If:
        """A cell for a memory that has room for somebody."""
        return If(self.users, 0.5, value, otherwise)

    def count(self) -> Words:
        """How many users fit, in words."""
        return Words(Count(self.users), If(self.users, 1, " users", " user"))

    def told(self) -> If:
        """The curve in words."""
        pace = If(self.slowed, 1, ", where arithmetic sets the pace")
        full = (self.count(), " and ", Text(self.together), pace)
        return self.if_any(
            Words(f"with {self.tokens} each, memory is full at ", *full),
            f"with {self.tokens} each not one user fits",
        )

    def row(self) -> Row:
        """The curve's last point."""
        return {
            "users": self.count(),
            "context": self.tokens,
            "batch": self.if_any(Value(self.users)),
            "tps": self.if_any(Value(self.together)),
        }


def draw(catalog: Catalog, base: Scenario | None, options: Mapping[str, Any]) -> Drawing:
    """Ceiling of all users together against users, both logarithmic, a curve for each context.

    Options:
        contexts: tokens in each user's context; a curve ends where the memory is full.
        any axis of a scenario, such as precision, gpus or model, to differ from the page's.
    """
    axes = [axis for axis in AXES if axis not in ("batch", "context")]
    base = needed(base)
    chosen = asked(options, contexts=[base.context], **{axis: base.axis(axis) for axis in axes})
    pinned = {axis: chosen[axis] for axis in options if axis in axes}
    picked = Picked(catalog, base)
    alone = picked.scenario(**pinned)
    if not alone.fits:
        raise ScenarioError(
            f"the weights of {alone.model.name} in {alone.precision.name} need "
            f"{alone.value('min_gpus'):.0f} of {alone.gpu.name}; write gpus="
        )
    start: dict[str, Any] = {**pinned, "batch": 1, "context": 0}
    first, arithmetic = (picked.figure(q, **start) for q in ("decode_tps", "naive_tps"))
    curves = [Curve(picked, context, pinned) for context in chosen["contexts"]]
    gpus = picked.figure("gpus", **pinned)
    return Drawing(
        at=lambda width: _chart(curves, width),
        told=Words(
            picked.name("model", **pinned),
            " in ",
            picked.name("precision", **pinned),
            " on ",
            If(gpus, 1, Words(Count(gpus), " × "), "one "),
            picked.name("gpu", **pinned),
            ", all users together: ",
            Text(first),
            " for one user; ",
            *between("; ", [curve.told() for curve in curves]),
            ". Arithmetic would end it at ",
            Text(arithmetic),
            ".",
        ),
        headings=(
            "Context of each user",
            "Users that fit",
            "Ceiling, all together",
            "Ceiling, each",
        ),
        rows=[_table_row(curve) for curve in curves],
        data={"edges": _edges(arithmetic, curves), "stops": [curve.row() for curve in curves]},
        signals={
            "first": Value(first),
            "arithmetic": Value(arithmetic),
            **{name: cell for curve in curves for name, cell in curve.params.items()},
            **{f"end_{curve.context}": Value(curve.users) for curve in curves},
        },
    )


def _table_row(curve: Curve) -> Mapping[str, str | Figure]:
    some = curve.users.value >= 1
    return {
        "context": curve.tokens,
        "users": curve.users,
        "together": curve.together if some else "none fits",
        "each": curve.each if some else "none fits",
    }


def _edges(arithmetic: Figure, curves: Sequence[Curve]) -> list[dict[str, Any]]:
    """What is written at the right edge: the compute ceiling, and contexts without a curve."""
    return [
        {"ceiling": True, "what": Text(arithmetic), "level": Value(arithmetic)},
        *(
            {"ceiling": False, "what": curve.if_any(None, curve.tokens), "level": None}
            for curve in curves
        ),
    ]


def _chart(curves: Sequence[Curve], width: int) -> View:
    phone = width < PHONE
    # Right of the last stop, room for its text.
    last = f"pow(max({most_of('stops', 'batch')}, 1), {1.6 if phone else 1.35})"
    along = Reach("users", "1", f"max({FREE} * 2, {last})")
    up = Reach("speed", "first / 2", "arithmetic * 2")
    x = alt.X(
        "batch:Q",
        scale=along.scale(),
        axis=ticked(along.ticks(5), title="users decoded together", grid=False),
    )
    y = alt.Y(
        "tps:Q", scale=up.scale(), axis=ticked(up.ticks(5), **atop("tok/s, all users together"))
    )
    # The free lunch: as if no further user slowed the others.
    alone = alt.param(name="first")
    lunch = on_rows("aggregate_tps", {"batch": alt.datum.batch, "decode_tps": alone})
    name = label(
        "free lunch" if phone else "if no user slowed another",
        {},
        align="right",
        dx=-10,
        dy=-4,
        colour=INK_2,
    )
    named = alt.Chart(alt.InlineData(values=[name], name="free-lunch-name")).transform_calculate(
        batch=f"pow({FREE}, 0.8)"
    )
    stops = (
        alt.Chart(alt.NamedData("stops"))
        .transform_filter("isValid(datum.batch)")
        .transform_calculate(
            text="datum.users + ': full\\n' + datum.context"
            if phone
            else "datum.users + ': memory full\\n' + datum.context + ' each'",
            **style(align="left", dx=10, dy=10, colour=MEMORY),
        )
    )
    ceiling, without = _at_the_edge(phone)
    return fit_width(
        with_params(
            alt.layer(
                _along(FREE, lunch)
                .mark_line(color=INK_2, strokeWidth=1.5, strokeDash=[2, 4])
                .encode(x=x, y=y),
                ceiling.mark_rule(color=COMPUTE, strokeWidth=2.5).encode(y=y),
                texts(ceiling, alt.value("width"), y),
                texts(without, alt.value("width"), y),
                texts(named.transform_calculate(tps=lunch), x, y),
                *(
                    _along(f"end_{curve.context}", curve.law())
                    .mark_line(strokeWidth=3)
                    .encode(x=x, y=y)
                    for curve in curves
                ),
                stops.mark_point(
                    shape="stroke", angle=90, size=260, stroke=MEMORY, strokeWidth=3, opacity=1
                ).encode(x=x, y=y),
                texts(stops, x, y),
            ).properties(height=290),
            along,
            up,
        ),
        width,
    )


def _along(last: str, tps: Expression) -> alt.Chart:
    """The law along the batch up to some users, evaluated by the chart."""
    steps: alt.Chart = (
        alt.Chart(alt.sequence(0, 41, as_="step"))
        .transform_calculate(batch=f"pow({last}, datum.step / 40)")
        .transform_filter(f"{last} >= 1")
        .transform_calculate(tps=tps)
    )
    return steps


def _at_the_edge(phone: bool) -> tuple[alt.Chart, alt.Chart]:
    """What arithmetic allows, and below it the contexts for which there is no room."""
    edges = alt.Chart(alt.NamedData("edges"))
    allows = "arithmetic: " if phone else "arithmetic allows "
    ceiling = edges.transform_filter("datum.ceiling").transform_calculate(
        tps="datum.level",
        text=f"'{allows}' + datum.what",
        **style(align="right", dx=-2, dy=-15, colour=COMPUTE),
    )
    without = (
        edges.transform_filter("!datum.ceiling && isValid(datum.what)")
        .transform_window(line="row_number()")
        .transform_calculate(
            tps="speed_low",
            text="datum.what + ' each: not one user fits'",
            **style(align="right", dx=-2, dy="6 - 18 * datum.line", colour=INK_2),
        )
    )
    return ceiling, without
