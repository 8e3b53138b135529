"""The values of a chart's rows that follow the reader's picks.

A row of a chart holds plain values, and cells: figures of the law, as numbers or as text. Baking a
row puts in what they are in the page's scenario; its recipe, in the words of the figure markup,
lets the live layer put in what they are in the reader's.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from macros.catalog import Catalog
from macros.display import DEFAULT_DIGITS
from macros.figures import Figure, law_figure
from macros.live import NAMES
from macros.scenario import Scenario, describe


@dataclass(frozen=True)
class Value:
    """A figure's number in SI units."""

    figure: Figure

    def baked(self) -> float:
        """The number in the page's scenario."""
        return self.figure.value

    def recipe(self) -> dict[str, Any]:
        """How the live layer finds it."""
        return {"as": "value", "figure": self.figure.hooks()}


@dataclass(frozen=True)
class Text:
    """A figure as people read it, with words of our own around it."""

    figure: Figure
    before: str = ""
    after: str = ""

    def baked(self) -> str:
        """The text in the page's scenario."""
        return f"{self.before}{self.figure.text}{self.after}"

    def recipe(self) -> dict[str, Any]:
        """How the live layer finds it."""
        hooks = self.figure.hooks()
        return {"as": "text", "figure": hooks, "before": self.before, "after": self.after}


@dataclass(frozen=True)
class Name:
    """The name of what stands on one axis of the scenario, such as the GPU's."""

    scenario: Scenario
    axis: str

    def baked(self) -> str:
        """The name in the page's scenario."""
        return NAMES[self.axis](self.scenario)

    def recipe(self) -> dict[str, Any]:
        """How the live layer finds it."""
        return {"as": "name", "axis": self.axis}


Cell = Value | Text | Name
Row = Mapping[str, Any]


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

    def name(self, axis: str) -> Name:
        """The name of what is picked on an axis."""
        return Name(self.base, axis)


def baked(rows: Sequence[Row]) -> list[dict[str, Any]]:
    """The rows in the page's scenario."""
    return [
        {name: v.baked() if isinstance(v, Value | Text | Name) else v for name, v in row.items()}
        for row in rows
    ]


def recipes(rows: Sequence[Row]) -> list[dict[str, Any]]:
    """The rows for the live layer: cells as recipes, plain values as they are."""
    return [
        {name: v.recipe() if isinstance(v, Value | Text | Name) else v for name, v in row.items()}
        for row in rows
    ]
