"""How the ratio of two models' step times falls as their contexts grow."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import altair as alt

from macros import law
from macros.catalog import Catalog
from macros.charts.drawing import PHONE, Drawing, View, asked, fit_width, needed
from macros.charts.theme import INK_2, MEMORY
from macros.display import show
from macros.scenario import Scenario, ScenarioError, describe

K = 1024
"""Tokens in a K of context, as makers of models count them; the axis starts there."""

STYLES: Sequence[Mapping[str, Any]] = (
    {"dash": [1, 0], "align": "left", "dx": 6, "dy": -10},
    {"dash": [6, 4], "align": "right", "dx": -6, "dy": 12},
)
"""Of the upper and the lower curve: its dashes, and where its name stands off it."""


@dataclass(frozen=True)
class Pair:
    """Two models at one precision, without context."""

    small: Scenario
    large: Scenario

    @property
    def name(self) -> str:
        """What the curve is labelled with: the two formats, where they differ."""
        weights, cache = self.small.precision, self.small.kv
        return weights.name if weights == cache else f"{weights.name} weights, {cache.name} cache"

    def ratio(self, context: law.Quantity) -> law.Quantity:
        """The large model's step time over the small one's, at a context or an expression of it."""
        times = (
            law.evaluate("step_time", {**scenario.inputs, "context": context})
            for scenario in (self.large, self.small)
        )
        return next(times) / next(times)


def draw(catalog: Catalog, base: Scenario | None, options: Mapping[str, Any]) -> Drawing:
    """Step time of a large model over that of a small one, for one user, against context.

    The curves are the law itself, read as an expression of the context, in powers of two up to
    the longest context that both models take.

    Options:
        small, large: ids of the models.
        precisions: ids of one or two formats of the weights; the cache keeps the page's format.
    """
    wanted = asked(options, small="llama-3.1-8b", large="llama-3.1-70b", precisions=["fp16", "fp8"])
    if not 1 <= len(wanted["precisions"]) <= len(STYLES):
        raise ScenarioError(f"precisions: one or two, not {len(wanted['precisions'])}")
    page = needed(base).on(gpus=1, batch=1, context=0)
    # A peak that no one published is infinite, which a number bears but an expression does not.
    page.value("peak_flops")
    pairs = [
        Pair(
            describe(catalog, {"model": wanted["small"], "precision": precision}, page),
            describe(catalog, {"model": wanted["large"], "precision": precision}, page),
        )
        for precision in wanted["precisions"]
    ]
    longest = min(pairs[0].small.model.max_context, pairs[0].large.model.max_context)
    contexts = [K << doubling for doubling in range(int(math.log2(longest / K)) + 1)]
    pairs.sort(key=lambda pair: float(pair.ratio(longest)), reverse=True)
    return Drawing(
        at=lambda width: _chart(pairs, contexts, width),
        finding=_finding(pairs, contexts[-1]),
        headings=("Context", *(pair.name for pair in pairs)),
        rows=[
            {"context": _in_k(context), **{pair.name: _times(pair, context) for pair in pairs}}
            for context in (0, *contexts)
        ],
    )


def _in_k(context: int) -> str:
    return f"{context // K}K tokens" if context else "none"


def _times(pair: Pair, context: int) -> str:
    return show(pair.ratio(context), "1", scale="×")


def _finding(pairs: Sequence[Pair], longest: int) -> str:
    falls = " and ".join(
        f"from {_times(pair, 0)} without context to {_times(pair, longest)} at {_in_k(longest)} "
        f"in {pair.name}"
        for pair in pairs
    )
    small, large = pairs[0].small.model.name, pairs[0].large.model.name
    return f"The step of {large} over that of {small}, as the law has it, goes {falls}."


def _chart(pairs: Sequence[Pair], contexts: Sequence[int], width: int) -> View:
    phone = width < PHONE
    top = math.ceil(max(pair.ratio(0) for pair in pairs)) + 1
    x = alt.X(
        "context:Q",
        scale=alt.Scale(type="log", base=2, domain=[contexts[0], contexts[-1]], nice=False),
        axis=alt.Axis(
            title="tokens of context (K = 1,024)",
            values=contexts,
            labelExpr=f"datum.value / {K} + 'K'",
            labelFlush=False,
            labelPadding=10,
            grid=False,
        ),
    )
    y = alt.Y(
        "ratio:Q",
        scale=alt.Scale(domain=[1, top], nice=False),
        axis=alt.Axis(
            title=None,
            values=list(range(1, top + 1, 2)),
            labelExpr="datum.value + '×'",
        ),
    )
    layers = [
        layer
        for pair, style in zip(pairs, STYLES, strict=False)
        for layer in _curve(pair, contexts, style, x, y)
    ]
    start = pairs[0].ratio(0)
    words = "without context" if phone else "without context, the ratio of their weights"
    flat = alt.Chart(
        alt.InlineData(
            values=[{"ratio": start, "text": f"{show(start, '1', scale='×')} {words}"}],
            name="start",
        )
    ).encode(y=y)
    layers += [
        flat.mark_rule(color=INK_2, strokeDash=[1, 4], strokeWidth=1.5, strokeCap="round"),
        flat.mark_text(align="right", dy=-16, color=INK_2).encode(
            x=alt.value("width"), text="text:N"
        ),
    ]
    return fit_width(alt.layer(*layers), width).properties(height=260)


def _curve(
    pair: Pair, contexts: Sequence[int], style: Mapping[str, Any], x: alt.X, y: alt.Y
) -> list[alt.Chart]:
    """A curve, drawn through eight points a doubling, with its name along it and its last value."""
    name = pair.small.precision.id
    curve = (
        alt.Chart(
            alt.sequence(0, 8 * (len(contexts) - 1) + 1, as_="eighth", name=f"contexts-{name}")
        )
        .transform_calculate(context=f"{contexts[0]} * pow(2, datum.eighth / 8)")
        .transform_calculate(ratio=pair.ratio(alt.datum.context))
    )
    named, last = (
        alt.Chart(
            alt.InlineData(values=[{"context": at, "ratio": pair.ratio(at)}], name=f"{at}-{name}")
        ).encode(x=x, y=y)
        for at in (contexts[len(contexts) * 3 // 4 - 1], contexts[-1])
    )
    place = {key: style[key] for key in ("align", "dx", "dy")}
    return [
        curve.mark_line(color=MEMORY, strokeDash=style["dash"]).encode(x=x, y=y),
        named.mark_text(color=MEMORY, **place).encode(text=alt.value(pair.name)),
        last.mark_point(color=MEMORY, opacity=1),
        last.mark_text(align="left", dx=8, color=MEMORY, fontWeight="bold").encode(
            text=alt.value(_times(pair, contexts[-1]))
        ),
    ]
