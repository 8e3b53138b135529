"""What charts draw of the picks: figures, names and curves, with some axes pinned; rows of cells."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from macros import law
from macros.catalog import Catalog
from macros.charts.kit.law_on_rows import on_rows
from macros.charts.kit.lazy_altair import alt
from macros.figures.cells import Cell, Text, Value, Words, recipe_of, value_of
from macros.figures.figure import Figure
from macros.figures.html import Markup, escape, together
from macros.figures.make import law_figure, ratio_figure
from macros.figures.names import Name, name_of
from macros.figures.rules import RULES, turned
from macros.scenario import Scenario, describe
from macros.units.display import DEFAULT_DIGITS
from macros.widgets import live_hooks

if TYPE_CHECKING:
    from altair.expr.core import Expression

Row = Mapping[str, Any]


def _rules(pinned: Mapping[str, Any]) -> Mapping[str, str]:
    """The rules among what is written on axes."""
    return {axis: rule for axis, rule in pinned.items() if rule in RULES}


class Picked:
    """Figures of a page's scenario in which some axes are pinned and the others follow the picks."""

    def __init__(self, catalog: Catalog, base: Scenario) -> None:
        self.catalog = catalog
        self.base = base

    def figure(
        self, quantity: str, *, digits: int = DEFAULT_DIGITS, scale: str = "", **pinned: Any
    ) -> Figure:
        """A quantity with some axes pinned. Charts place speeds of weights that do not fit, too.

        `gpus="min"` pins the smallest number of GPUs that holds the weights, `batch="max"` the
        largest number of users that fit, or one where none does, whatever is picked.
        """
        made = law_figure(
            self.scenario(**pinned),
            quantity,
            digits=digits,
            scale=scale,
            hypothetical=True,
            pinned=pinned,
        )
        rules = {axis: r for axis, r in _rules(pinned).items() if axis in made.attributes}
        return made.ruled(**rules) if rules and made.live else made

    def scenario(self, **pinned: Any) -> Scenario:
        """The page's scenario with some axes pinned.

        `math` may be a format that a GPU has no peak for: the law then takes the FP16 peak.
        """
        rules = _rules(pinned)
        plain = {axis: v for axis, v in pinned.items() if axis not in rules and axis != "math"}
        scenario = describe(self.catalog, plain, self.base).on(
            math=pinned.get("math", self.base.math)
        )
        return turned(scenario, rules)

    def ratio(
        self, of: Figure, to: Figure, *, digits: int = DEFAULT_DIGITS, scale: str = "×"
    ) -> Figure:
        """How many times one figure is another, whether or not the weights fit."""
        made = ratio_figure(of, to, digits=digits, scale=scale)
        if not made.live:
            return made
        rules = {
            f"{name}-{key}": rule
            for name, side in (("of", of), ("to", to))
            for key, rule in side.live.items()
            if key.endswith("-rule")
        }
        return replace(made, live={**made.live, **rules, "hypothetical": ""})

    def along(
        self, quantity: str, free: str, prefix: str, **pinned: Any
    ) -> tuple[Callable[[], Expression], dict[str, Cell]]:
        """A quantity as an expression that a chart evaluates along one input, and what it needs.

        Args:
            quantity: of the law.
            free: the input that varies: a field of the chart's data.
            prefix: begins the names of the chart's params.
            pinned: axes that stay, whatever is picked.

        Returns:
            What gives the expression when the chart is worked out, with numbers where no pick moves
            an input and params of the chart elsewhere; and the cells of those params.
        """
        inputs = self.scenario(**pinned).inputs
        picks = [
            name
            for name in law.inputs_of(quantity)
            if name != free and not set(law.INPUTS[name].axes) <= pinned.keys()
        ]

        def expression() -> Expression:
            params = {name: alt.param(name=f"{prefix}_{name}") for name in picks}
            return on_rows(quantity, {**inputs, **params, free: getattr(alt.datum, free)})

        return expression, {
            f"{prefix}_{name}": Value(self.figure(name, **pinned)) for name in picks
        }

    def name(self, axis: str, **pinned: Any) -> str | Name:
        """The name of what stands on an axis, which follows the picks unless it is pinned."""
        if axis in pinned:
            return name_of(self.scenario(**pinned), axis)
        return Name(self.base, axis)


def markup(value: Any) -> Markup:
    """A cell in a data table, where figures and names follow the picks by themselves."""
    match value:
        case Words(parts=parts):
            return together(*map(markup, parts))
        case Text(figure=figure):
            return escape(figure)
        case Name(scenario=scenario, axis=axis):
            return live_hooks.name(scenario, axis)
    return escape(value_of(value))


def baked(rows: Sequence[Row]) -> list[dict[str, Any]]:
    """The rows in the page's scenario."""
    return [{name: value_of(value) for name, value in row.items()} for row in rows]


def recipes(rows: Sequence[Row]) -> list[dict[str, Any]]:
    """The rows for the live layer: cells as recipes, plain values as they are."""
    return [{name: recipe_of(value) for name, value in row.items()} for row in rows]
