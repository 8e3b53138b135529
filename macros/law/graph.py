"""The law as a graph: quantities by name, each an input or an equation of others."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from typing import TypeVar

from macros.law.arithmetic import Quantity

Equation = TypeVar("Equation", bound=Callable[..., Quantity])


@dataclass(frozen=True)
class Meaning:
    """What a quantity is: its SI unit and its name in words."""

    unit: str
    words: str


INPUTS: dict[str, Meaning] = {}
EQUATIONS: dict[str, Callable[..., Quantity]] = {}
MEANINGS: dict[str, Meaning] = {}
"""Of inputs and equations alike."""


def add_inputs(inputs: Mapping[str, Meaning]) -> None:
    """Enter quantities that are read or chosen, not computed."""
    INPUTS.update(inputs)
    MEANINGS.update(inputs)


def equation(unit: str, words: str) -> Callable[[Equation], Equation]:
    """Enter a function into the law under its own name, with the unit and the words of its value.

    Raises:
        ValueError: a second equation wants a name that is taken.
    """

    def enter(function: Equation) -> Equation:
        name = function.__name__
        if name in MEANINGS:
            raise ValueError(f"the law already holds {name!r}")
        EQUATIONS[name] = function
        MEANINGS[name] = Meaning(unit, words)
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
