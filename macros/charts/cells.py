"""The values of a chart that follow the reader's picks.

A row of a chart holds plain values, and cells: figures of the law, as numbers or as text. Baking a
row puts in what they are in the page's scenario; its recipe, in the words of the figure markup,
lets the live layer put in what they are in the reader's.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import ROUND_HALF_UP, Decimal
from typing import Any, Protocol, runtime_checkable

from macros import law
from macros.catalog import Catalog
from macros.display import DEFAULT_DIGITS, show
from macros.figures import Figure, law_figure, ratio_figure
from macros.live import NAMES
from macros.scenario import INPUT_AXES, Scenario, describe

Row = Mapping[str, Any]


@runtime_checkable
class Cell(Protocol):
    """A value in the page's scenario, with the recipe by which the live layer finds the reader's."""

    def baked(self) -> Any:
        """The value in the page's scenario."""

    def recipe(self) -> Any:
        """How the live layer finds it: JSON."""


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
        return "".join(str(_baked(part)) for part in self.parts)

    def recipe(self) -> Any:
        """The parts' recipes."""
        return {"words": [_recipe(part) for part in self.parts]}


def between(separator: str, parts: Sequence[Cell]) -> list[str | Cell]:
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
        return _baked(self.then if self.figure.value > self.above else self.otherwise)

    def recipe(self) -> Any:
        """The figure's hooks, the number, and both recipes."""
        branches = {"then": _recipe(self.then), "else": _recipe(self.otherwise)}
        return {"if": self.figure.hooks(), "above": self.above, **branches}


class Picked:
    """Figures of a page's scenario in which some axes are pinned and the others follow the picks."""

    def __init__(self, catalog: Catalog, base: Scenario) -> None:
        self.catalog = catalog
        self.base = base

    def figure(
        self, quantity: str, *, digits: int = DEFAULT_DIGITS, scale: str = "", **pinned: Any
    ) -> Figure:
        """A quantity with some axes pinned. Charts place speeds of weights that do not fit, too.

        `gpus="min"` pins the smallest number of GPUs that holds the weights, whatever is picked.
        """
        least = pinned.get("gpus") == "min"
        fixed = {**pinned, **({"gpus": 1} if least else {})}
        scenario = describe(self.catalog, fixed, self.base)
        if least:
            scenario = scenario.on(gpus=int(scenario.value("min_gpus")))
        made = law_figure(
            scenario, quantity, digits=digits, scale=scale, hypothetical=True, pinned=fixed
        )
        return made.ruled(gpus="min") if least else made

    def ratio(
        self, of: Figure, to: Figure, *, digits: int = DEFAULT_DIGITS, scale: str = "×"
    ) -> Figure:
        """How many times one figure is another, whether or not the weights fit."""
        made = ratio_figure(of, to, digits=digits, scale=scale)
        return replace(made, live={**made.live, "hypothetical": ""}) if made.live else made

    def inputs(
        self, quantity: str, prefix: str, free: str, **pinned: Any
    ) -> tuple[dict[str, Any], dict[str, Cell]]:
        """What a quantity rests on, for an expression that a chart evaluates along one input.

        Args:
            quantity: of the law.
            prefix: begins the names of the chart's params.
            free: the input that the expression varies.
            pinned: axes that stay, whatever is picked.

        Returns:
            The inputs by name, numbers where no pick moves them and params of the chart elsewhere;
            and the cells of those params.
        """
        from altair import param

        scenario = describe(self.catalog, pinned, self.base)
        known: dict[str, Any] = {}
        cells: dict[str, Cell] = {}
        for name in law.inputs_of(quantity):
            if name == free:
                continue
            known[name] = scenario.inputs[name]
            if not set(INPUT_AXES[name]) <= pinned.keys():
                cells[f"{prefix}_{name}"] = Value(self.figure(name, **pinned))
                known[name] = param(name=f"{prefix}_{name}")
        return known, cells

    def name(self, axis: str) -> Name:
        """The name of what is picked on an axis."""
        return Name(self.base, axis)


def _baked(value: Any) -> Any:
    return value.baked() if isinstance(value, Cell) else value


def _recipe(value: Any) -> Any:
    return value.recipe() if isinstance(value, Cell) else value


def baked(rows: Sequence[Row]) -> list[dict[str, Any]]:
    """The rows in the page's scenario."""
    return [{name: _baked(value) for name, value in row.items()} for row in rows]


def recipes(rows: Sequence[Row]) -> list[dict[str, Any]]:
    """The rows for the live layer: cells as recipes, plain values as they are."""
    return [{name: _recipe(value) for name, value in row.items()} for row in rows]
