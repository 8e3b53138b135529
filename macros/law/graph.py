"""The law as a graph, and its one table: what is known of each quantity, entered where it stands.

A quantity is an input or an equation of others. Everything that the rest of the project says of one
(its unit, its names, its colour, which of the three kinds of answer it is) is said here once, by
the line that enters it.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from typing import Any, Literal, Protocol, TypeAlias, TypeVar

from macros.law.arithmetic import Quantity

Side: TypeAlias = Literal["", "memory", "compute"]
Kind: TypeAlias = Literal["", "ceiling", "expected"]

SPELT = {"flops": "FLOP", "gpus": "GPUs", "kv": "KV"}
"""Words of an identifier that are written otherwise in text."""


@dataclass(frozen=True)
class Meaning:
    """What a quantity is.

    Attributes:
        unit: the SI unit; "1" for a plain count or a share.
        words: what it is, for a table.
        short: its name in a formula.
        side: the side of the roofline that it belongs to; "" is neither.
        kind: which answer about a scenario it is, where it is one; such a speed no scenario has
            whose weights do not fit.
        axes: the axes of a scenario that an input is read from; empty for an equation.
    """

    unit: str
    words: str
    short: str
    side: Side
    kind: Kind
    axes: tuple[str, ...]


class Equation(Protocol):
    """A function of the law, called by the names of its quantities."""

    def __call__(self, *values: Quantity, **named: Quantity) -> Quantity:
        """Its value; a number if all that it is computed from are numbers."""


Function = TypeVar("Function", bound=Callable[..., Any])

INPUTS: dict[str, Meaning] = {}
EQUATIONS: dict[str, Equation] = {}
MEANINGS: dict[str, Meaning] = {}
"""Of inputs and equations alike."""


def _side_of(unit: str) -> Side:
    if unit.startswith("bytes"):
        return "memory"
    return "compute" if unit in {"FLOP", "FLOP/s"} else ""


def _enter(
    name: str, unit: str, words: str, short: str, side: Side, kind: Kind, axes: tuple[str, ...]
) -> Meaning:
    if name in MEANINGS:
        raise ValueError(f"the law already holds {name!r}")
    spelt = " ".join(SPELT.get(word, word) for word in name.split("_"))
    meaning = Meaning(unit, words, short or spelt, side or _side_of(unit), kind, axes)
    MEANINGS[name] = meaning
    return meaning


def add_input(
    name: str, unit: str, words: str, *, axes: tuple[str, ...] = (), short: str = ""
) -> str:
    """Enter a quantity that is read or chosen, not computed.

    Args:
        name: as equations call it.
        unit: the SI unit.
        words: what it is, for a table.
        axes: the axes of a scenario that it is read from.
        short: its name in a formula, where that is not the identifier's words.

    Returns:
        The name.

    Raises:
        ValueError: the name is taken.
    """
    INPUTS[name] = _enter(name, unit, words, short, "", "", axes)
    return name


def equation(
    unit: str, words: str, *, short: str = "", side: Side = "", kind: Kind = ""
) -> Callable[[Function], Function]:
    """Enter a function into the law under its own name, with what its value is.

    Args:
        unit: the SI unit.
        words: what it is, for a table.
        short: its name in a formula, where that is not the identifier's words.
        side: the side of the roofline, where the unit does not say it.
        kind: which answer about a scenario it is, if it is one.

    Raises:
        ValueError: a second equation wants a name that is taken.
    """

    def enter(function: Function) -> Function:
        name = function.__name__
        _enter(name, unit, words, short, side, kind, ())
        EQUATIONS[name] = function
        return function

    return enter


@cache
def parameters_of(name: str) -> tuple[str, ...]:
    """The quantities that an equation is computed from.

    Raises:
        KeyError: the law has no such equation.
    """
    return tuple(inspect.signature(EQUATIONS[name]).parameters)


@cache
def inputs_of(name: str) -> tuple[str, ...]:
    """The inputs that a quantity rests on, through every equation under it, in the law's order.

    Raises:
        KeyError: the law has no such quantity.
    """
    if name in INPUTS:
        return (name,)
    needed = {source for parameter in parameters_of(name) for source in inputs_of(parameter)}
    return tuple(source for source in INPUTS if source in needed)


def evaluate(name: str, known: dict[str, Quantity]) -> Quantity:
    """A quantity from known ones, numbers or expressions; what is found on the way joins `known`.

    Raises:
        KeyError: the law has no such quantity, or an input that it needs is not known.
    """
    if name not in known:
        arguments = {parameter: evaluate(parameter, known) for parameter in parameters_of(name)}
        known[name] = EQUATIONS[name](**arguments)
    return known[name]
