"""How the ratio of two models' step times falls as their contexts grow."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from macros.catalog import Catalog
from macros.charts.kit.drawing import PHONE, Drawing, View, asked, fit_width, needed
from macros.charts.kit.lazy_altair import alt
from macros.charts.kit.picked import Picked, Row
from macros.charts.kit.theme import INK_2, MEMORY
from macros.errors import ScenarioError
from macros.figures.cells import Cell, Text, Value, Words, between
from macros.figures.figure import Figure
from macros.scenario import Scenario, describe

if TYPE_CHECKING:
    from altair.expr.core import Expression

K = 1024
"""Tokens in a K of context, as makers of models count them; the axis starts there."""

STYLES: Sequence[Mapping[str, Any]] = (
    {"dash": [1, 0], "align": "left", "dx": 6, "dy": -10},
    {"dash": [6, 4], "align": "right", "dx": -6, "dy": 12},
)
"""Of the upper and the lower curve: its dashes, and where its name stands off it."""


class Pair:
    """Two models at one precision, without context, for one user on one GPU."""

    def __init__(self, picked: Picked, small: str, large: str, precision: str) -> None:
        self.picked = picked
        self.id = precision
        self._alone: dict[str, Any] = {"precision": precision, "gpus": 1, "batch": 1}
        self._models = (large, small)
        of_small = describe(picked.catalog, {**self._alone, "model": small}, picked.base)
        self.name = _formats(of_small)

    def ratio(self, context: int) -> Figure:
        """The large model's step time over the small one's."""
        large, small = (
            self.picked.figure("step_time", model=model, context=context, **self._alone)
            for model in self._models
        )
        return self.picked.ratio(large, small)

    def curve(self) -> tuple[Callable[[], Expression], dict[str, Cell]]:
        """The law's ratio as an expression of `datum.context`, and the params that it needs."""
        (large, of_large), (small, of_small) = (
            self.picked.along(
                "step_time",
                "context",
                f"{side}_{re.sub(r'[^a-z0-9]', '_', self.id)}",
                model=model,
                **self._alone,
            )
            for side, model in zip(("large", "small"), self._models, strict=True)
        )
        return lambda: large() / small(), {**of_large, **of_small}


def _formats(scenario: Scenario) -> str:
    """What a curve is labelled with: the two formats, where they differ."""
    weights, cache = scenario.precision, scenario.kv
    return weights.name if weights == cache else f"{weights.name} weights, {cache.name} cache"


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
    picked = Picked(catalog, needed(base))
    pairs = [
        Pair(picked, wanted["small"], wanted["large"], precision)
        for precision in wanted["precisions"]
    ]
    models = [catalog.model(wanted[size]) for size in ("small", "large")]
    longest = min(model.max_context for model in models)
    contexts = [K << doubling for doubling in range(int(math.log2(longest / K)) + 1)]
    pairs.sort(key=lambda pair: pair.ratio(longest).value, reverse=True)
    curves = {pair.id: pair.curve() for pair in pairs}
    return Drawing(
        at=lambda width: _chart(pairs, curves, contexts, width),
        told=_told(pairs, models[0].name, models[1].name, contexts[-1]),
        headings=("Context", *(pair.name for pair in pairs)),
        rows=[
            {"context": _in_k(context), **{pair.name: pair.ratio(context) for pair in pairs}}
            for context in (0, *contexts)
        ],
        data={
            "start": [_place(pairs[0], 0)],
            **{f"named-{pair.id}": [_place(pair, _named(contexts))] for pair in pairs},
            **{f"last-{pair.id}": [_place(pair, contexts[-1])] for pair in pairs},
        },
        signals={name: cell for _, cells in curves.values() for name, cell in cells.items()},
    )


def _named(contexts: Sequence[int]) -> int:
    """The context at which a curve is named."""
    return contexts[len(contexts) * 3 // 4 - 1]


def _place(pair: Pair, context: int) -> Row:
    ratio = pair.ratio(context)
    return {"context": context, "ratio": Value(ratio), "text": Text(ratio)}


def _in_k(context: int) -> str:
    return f"{context // K}K tokens" if context else "none"


def _told(pairs: Sequence[Pair], small: str, large: str, longest: int) -> Words:
    falls = [
        Words(
            "from ",
            Text(pair.ratio(0)),
            " without context to ",
            Text(pair.ratio(longest)),
            f" at {_in_k(longest)} in {pair.name}",
        )
        for pair in pairs
    ]
    start = f"The step of {large} over that of {small}, as the law has it, goes "
    return Words(start, *between(" and ", falls), ".")


def _chart(
    pairs: Sequence[Pair],
    curves: Mapping[str, tuple[Callable[[], Expression], Any]],
    contexts: Sequence[int],
    width: int,
) -> View:
    phone = width < PHONE
    top = math.ceil(max(pair.ratio(0).value for pair in pairs)) + 1
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
        for layer in _curve(pair, curves[pair.id][0](), contexts, style, x, y)
    ]
    words = "without context" if phone else "without context, the ratio of their weights"
    flat = alt.Chart(alt.NamedData("start")).encode(y=y)
    layers += [
        flat.mark_rule(color=INK_2, strokeDash=[1, 4], strokeWidth=1.5, strokeCap="round"),
        flat.transform_calculate(words=f"datum.text + ' {words}'")
        .mark_text(align="right", dy=-16, color=INK_2)
        .encode(x=alt.value("width"), text=alt.Text("words:N")),
    ]
    return fit_width(alt.layer(*layers), width).properties(height=260)


def _curve(
    pair: Pair,
    ratio: Expression,
    contexts: Sequence[int],
    style: Mapping[str, Any],
    x: alt.X,
    y: alt.Y,
) -> list[alt.Chart]:
    """A curve, drawn through eight points a doubling, with its name along it and its last value."""
    curve = (
        alt.Chart(alt.sequence(0, 8 * (len(contexts) - 1) + 1, as_="eighth"))
        .transform_calculate(context=f"{contexts[0]} * pow(2, datum.eighth / 8)")
        .transform_calculate(ratio=ratio)
    )
    named, last = (
        alt.Chart(alt.NamedData(f"{part}-{pair.id}")).encode(x=x, y=y) for part in ("named", "last")
    )
    place = {key: style[key] for key in ("align", "dx", "dy")}
    return [
        curve.mark_line(color=MEMORY, strokeDash=style["dash"]).encode(x=x, y=y),
        named.mark_text(color=MEMORY, **place).encode(text=alt.value(pair.name)),
        last.mark_point(color=MEMORY, opacity=1),
        last.mark_text(align="left", dx=8, color=MEMORY, fontWeight="bold").encode(
            text=alt.Text("text:N")
        ),
    ]
