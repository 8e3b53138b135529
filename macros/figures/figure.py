"""A figure: a computed value with the text that people read and the account of how it came about."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from macros.catalog import Citation
from macros.errors import ScenarioError
from macros.figures.html import Markup, tag
from macros.units.display import DEFAULT_DIGITS, show

RELATIVE_TOLERANCE = 1e-9

NO_BREAK = "\u00a0"
"""Keeps a count and the first word of its noun on one line."""


@dataclass(frozen=True)
class Condition:
    """A comparison of figures: whether it holds, and what was compared, in figures."""

    holds: bool
    account: str

    def __bool__(self) -> bool:
        return self.holds


def _unlisted(figure: Figure) -> Markup:
    return figure.markup()


@dataclass(frozen=True, eq=False)
class Figure:
    """A value in SI units, how it is shown, and where it comes from.

    Printed into a page it becomes the markup of the figure contract; compared with another figure
    or a number it becomes a `Condition` that a claim can rest on.

    Attributes:
        value: the full-precision number in the unit of `unit`.
        reference: the quantity in writing, such as `decode_tps(llama-3-8b,h100-sxm,fp16,1,1,0)`.
        attributes: the `data-` attributes of the contract that name its axes.
        formula: the equation in words and with its numbers; empty for a fact.
        sources: what the inputs rest on.
        live: the `data-` attributes by which the figure follows the reader's picks; empty for a
            figure that is pinned to its scenario.
        words: stand in the place of the number, where there is none to show.
        noun: what a count is of, for one and for many; behind the number.
        cite: enters the figure into a page's ledger and gives its markup.
    """

    quantity: str
    value: float
    unit: str
    reference: str
    attributes: Mapping[str, str]
    formula: str
    sources: tuple[tuple[str, Citation], ...] = ()
    digits: int = DEFAULT_DIGITS
    scale: str = ""
    live: Mapping[str, str] = field(default_factory=dict)
    words: str = ""
    noun: tuple[str, str] = ("", "")
    contested: bool = False
    cite: Callable[[Figure], Markup] = field(default=_unlisted, repr=False)

    @property
    def text(self) -> str:
        """The figure as people read it."""
        if self.words:
            return self.words
        one, many = self.noun
        noun = one if self.value == 1 else many
        shown = show(self.value, self.unit, self.digits, self.scale)
        return f"{shown}{NO_BREAK}{noun}" if noun else shown

    @property
    def title(self) -> str:
        """How the figure was computed, in one line."""
        sources = sources_in_words(citation for _, citation in self.sources)
        account = self.formula or sources or "set by the page"
        return f"{account} (contested)" if self.contested else account

    def markup(self) -> Markup:
        """The `<data>` element of the figure contract."""
        attributes = {
            "class": "figure",
            "value": repr(self.value),
            **{f"data-{name}": value for name, value in self.hooks().items()},
            "title": self.title,
        }
        # A bar would end the cell of a Markdown table that the figure stands in.
        return tag("data", self.text, **attributes).replace("|", Markup("&#124;"))

    def hooks(self) -> dict[str, str]:
        """The `data-` attributes: what the figure is, and how it follows the reader's picks."""
        plain = {"quantity": self.quantity, "unit": self.unit, **self.attributes, **self.live}
        if not self.live:
            return plain
        digits = {} if self.digits == DEFAULT_DIGITS else {"digits": str(self.digits)}
        return {**plain, **digits, **({"scale": self.scale} if self.scale else {})}

    def ruled(self, **rules: str) -> Figure:
        """The same figure with rules that decide an axis when it follows the picks.

        `min` is the smallest count of GPUs that holds the weights; `×2` and `÷2` go from where the
        reader stands.
        """
        return replace(self, live={**self.live, **{f"{axis}-rule": r for axis, r in rules.items()}})

    def __html__(self) -> Markup:
        return self.cite(self)

    def __str__(self) -> str:
        # What templates print.
        return str(self.__html__())

    def _compare(self, other: Any, sign: str, test: Callable[[float, float], bool]) -> Condition:
        number = other.value if isinstance(other, Figure) else other
        if isinstance(number, bool) or not isinstance(number, int | float):
            raise ScenarioError(f"{self.quantity} cannot be compared with {other!r}")
        right = f"{other.reference} = {other.text}" if isinstance(other, Figure) else f"{other:g}"
        return Condition(test(self.value, number), f"{self.reference} = {self.text} {sign} {right}")

    def __gt__(self, other: Any) -> Condition:
        return self._compare(other, ">", lambda a, b: a > b)

    def __lt__(self, other: Any) -> Condition:
        return self._compare(other, "<", lambda a, b: a < b)

    def __ge__(self, other: Any) -> Condition:
        return self._compare(other, "≥", lambda a, b: a >= b)

    def __le__(self, other: Any) -> Condition:
        return self._compare(other, "≤", lambda a, b: a <= b)

    def __eq__(self, other: object) -> Condition:  # type: ignore[override]
        return self._compare(
            other, "=", lambda a, b: math.isclose(a, b, rel_tol=RELATIVE_TOLERANCE)
        )

    __hash__ = object.__hash__


def sources_in_words(citations: Iterable[Citation]) -> str:
    """The places that a fact was read from, in one line."""
    return "; ".join(f"{citation.source.what}, {citation.where}" for citation in citations)
