"""Values and words that follow the reader's picks: the one language of charts and sentences.

A cell is a figure as a number or as text, or words around such cells, with conditions among them.
Baked it is what it is in the page's scenario; its recipe, in the words of the figure markup, lets
the live layer put in what it is in the reader's.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import ROUND_HALF_UP, Decimal
from string import Formatter
from typing import Any, Protocol, runtime_checkable

from macros.figures.figure import Figure
from macros.units.display import show


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
    """A figure as people read it.

    Attributes:
        figure: what is shown.
        bare: leave out the unit, where an axis names it.
        apart: another figure, of the same text by chance: then one more digit tells the two apart.
    """

    figure: Figure
    bare: bool = False
    apart: Figure | None = None

    def baked(self) -> str:
        """The text in the page's scenario."""
        figure = self.figure
        if self.bare:
            return show(figure.value, "1", figure.digits)
        alike = self.apart is not None and self.apart.text == figure.text
        return replace(figure, digits=figure.digits + 1).text if alike else figure.text

    def recipe(self) -> Any:
        """The figure's hooks, which hold digits and scale."""
        bare = {"bare": True} if self.bare else {}
        apart = {"apart": self.apart.hooks()} if self.apart else {}
        return {"text": self.figure.hooks(), **bare, **apart}


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
    """One thing where a figure is above a number or another figure, another where it is not."""

    figure: Figure
    above: float | Figure
    then: Any
    otherwise: Any = ""

    def baked(self) -> Any:
        """What holds in the page's scenario."""
        above = self.above.value if isinstance(self.above, Figure) else self.above
        return value_of(self.then if self.figure.value > above else self.otherwise)

    def recipe(self) -> Any:
        """The figure's hooks, what it is compared with, and both recipes."""
        above = self.above.hooks() if isinstance(self.above, Figure) else self.above
        branches = {"then": recipe_of(self.then), "else": recipe_of(self.otherwise)}
        return {"if": self.figure.hooks(), "above": above, **branches}


def sentence(text: str, **parts: Any) -> Words:
    """A text with a cell in the place of each of its `{slots}`."""
    pieces: list[str | Cell] = []
    for before, slot, _, _ in Formatter().parse(text):
        pieces.append(before)
        if slot is not None:
            pieces.append(parts[slot])
    return Words(*filter(lambda piece: piece != "", pieces))


def value_of(value: Any) -> Any:
    """A cell in the page's scenario; any other value as it is."""
    return value.baked() if isinstance(value, Cell) else value


def recipe_of(value: Any) -> Any:
    """A cell's recipe; any other value as it is."""
    return value.recipe() if isinstance(value, Cell) else value
