"""The values of a chart that follow the reader's picks.

A row of a chart holds plain values, and cells: figures of the law, as numbers or as text. Baking a
row puts in what they are in the page's scenario; its recipe, in the words of the figure markup,
lets the live layer put in what they are in the reader's.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import ROUND_HALF_UP, Decimal
from typing import TYPE_CHECKING, Any, Protocol, runtime_checkable

from macros import law
from macros.catalog import Catalog
from macros.charts.kit.law_on_rows import on_rows
from macros.charts.kit.lazy_altair import alt
from macros.figures.figure import Figure
from macros.figures.html import Markup, escape, together
from macros.figures.make import law_figure, ratio_figure
from macros.scenario import Scenario, describe
from macros.units.display import DEFAULT_DIGITS, show
from macros.widgets import live_hooks
from macros.widgets.live_hooks import NAMES

if TYPE_CHECKING:
    from altair.expr.core import Expression

Row = Mapping[str, Any]


@runtime_checkable
class Cell(Protocol):
    """A value in the page's scenario, with the recipe by which the live layer finds the reader's."""

    def baked(self) -> Any:
        """The value in the page's scenario."""

    def recipe(self) -> Any:
        """How the live layer finds it: JSON."""


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


@dataclass(frozen=True)
class Value:
    """A figure's number in SI units."""

    figure: Figure

    def baked(self) -> float:
        """The number in the page's scenario."""
        return self.figure.value

    def recipe(self) -> Any:
        """The figure's hooks."""
        return {"value": self.figure.hooks()}


@dataclass(frozen=True)
class Text:
    """A figure as people read it; `bare` without its unit, where an axis names that."""

    figure: Figure
    bare: bool = False

    def baked(self) -> str:
        """The text in the page's scenario."""
        figure = self.figure
        return show(figure.value, "1", figure.digits) if self.bare else figure.text

    def recipe(self) -> Any:
        """The figure's hooks, which hold digits and scale."""
        return {"text": self.figure.hooks(), **({"bare": True} if self.bare else {})}


@dataclass(frozen=True)
class Count:
    """A figure rounded to a whole number, as text; `plus` is added to it."""

    figure: Figure
    plus: int = 0

    def baked(self) -> str:
        """The text in the page's scenario."""
        whole = Decimal(self.figure.value).to_integral_value(ROUND_HALF_UP)
        return show(int(whole) + self.plus, "1", digits=15)

    def recipe(self) -> Any:
        """The figure's hooks, and what is added."""
        return {"count": self.figure.hooks(), "plus": self.plus}


@dataclass(frozen=True)
class Name:
    """The name of what is picked on one axis of the scenario, such as the GPU's."""

    scenario: Scenario
    axis: str

    def baked(self) -> str:
        """The name in the page's scenario."""
        return NAMES[self.axis](self.scenario)

    def recipe(self) -> Any:
        """The axis."""
        return {"name": self.axis}


class Words:
    """Text and cells in a row, read as one text."""

    def __init__(self, *parts: str | Cell) -> None:
        self.parts = parts

    def baked(self) -> str:
        """The text in the page's scenario."""
        return "".join(str(value_of(part)) for part in self.parts)

    def recipe(self) -> Any:
        """The parts' recipes."""
        return {"words": [recipe_of(part) for part in self.parts]}


@dataclass(frozen=True)
class Names:
    """Text by key, for an axis whose labels follow the picks."""

    by_key: Mapping[str, Any]

    def baked(self) -> dict[str, Any]:
        """The texts in the page's scenario."""
        return {key: value_of(name) for key, name in self.by_key.items()}

    def recipe(self) -> Any:
        """The texts' recipes."""
        return {"names": {key: recipe_of(name) for key, name in self.by_key.items()}}


def between(separator: str, parts: Sequence[str | Cell]) -> list[str | Cell]:
    """Parts of a text with a separator between them."""
    return [part for cell in parts for part in (separator, cell)][1:]


@dataclass(frozen=True)
class If:
    """One thing where a figure is above a number, another where it is not."""

    figure: Figure
    above: float
    then: Any
    otherwise: Any = ""

    def baked(self) -> Any:
        """What holds in the page's scenario."""
        return value_of(self.then if self.figure.value > self.above else self.otherwise)

    def recipe(self) -> Any:
        """The figure's hooks, the number, and both recipes."""
        branches = {"then": recipe_of(self.then), "else": recipe_of(self.otherwise)}
        return {"if": self.figure.hooks(), "above": self.above, **branches}


RULES: Mapping[str, str] = {"gpus": "min", "batch": "max"}
"""What may decide an axis instead of a pick."""


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
        rules = {
            axis: r
            for axis, r in RULES.items()
            if pinned.get(axis) == r and axis in made.attributes
        }
        return made.ruled(**rules) if rules and made.live else made

    def scenario(self, **pinned: Any) -> Scenario:
        """The page's scenario with some axes pinned.

        `math` may be a format that a GPU has no peak for: the law then takes the FP16 peak.
        """
        plain = {axis: v for axis, v in pinned.items() if v != RULES.get(axis) and axis != "math"}
        scenario = describe(self.catalog, plain, self.base).on(
            math=pinned.get("math", self.base.math)
        )
        if pinned.get("gpus") == RULES["gpus"]:
            scenario = scenario.on(gpus=int(scenario.value("min_gpus")))
        if pinned.get("batch") == RULES["batch"]:
            scenario = scenario.on(batch=max(1, int(scenario.value("max_batch"))))
        return scenario

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
            return NAMES[axis](self.scenario(**pinned))
        return Name(self.base, axis)


def value_of(value: Any) -> Any:
    """A cell in the page's scenario; any other value as it is."""
    return value.baked() if isinstance(value, Cell) else value


def recipe_of(value: Any) -> Any:
    """A cell's recipe; any other value as it is."""
    return value.recipe() if isinstance(value, Cell) else value


def baked(rows: Sequence[Row]) -> list[dict[str, Any]]:
    """The rows in the page's scenario."""
    return [{name: value_of(value) for name, value in row.items()} for row in rows]


def recipes(rows: Sequence[Row]) -> list[dict[str, Any]]:
    """The rows for the live layer: cells as recipes, plain values as they are."""
    return [{name: recipe_of(value) for name, value in row.items()} for row in rows]
