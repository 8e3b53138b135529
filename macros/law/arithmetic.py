"""What an equation may use beside arithmetic: each helper takes numbers, and expressions likewise."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, TypeAlias, TypeVar

if TYPE_CHECKING:
    from altair import expr
    from altair.expr.core import OperatorMixin

Operand: TypeAlias = "float | OperatorMixin"
"""A number, or an Altair parameter or expression: both carry the arithmetic operators."""

Quantity = TypeVar("Quantity", float, "Operand")
"""What an equation takes and gives: numbers give a number, and an expression among them another."""


def _in_the_browser() -> type[expr]:
    # Imported late: numbers are the common case, and the command line must not wait for Altair.
    from altair import expr

    return expr


def maximum(a: Quantity, b: Quantity) -> Quantity:
    """The larger of two quantities of one unit."""
    match a, b:
        case int() | float(), int() | float():
            return max(a, b)
    return _in_the_browser().max(a, b)


def minimum(a: Quantity, b: Quantity) -> Quantity:
    """The smaller of two quantities of one unit."""
    match a, b:
        case int() | float(), int() | float():
            return min(a, b)
    return _in_the_browser().min(a, b)


def ceil(a: Quantity) -> Quantity:
    """The smallest whole number that is not below `a`."""
    if isinstance(a, int | float):
        return float(math.ceil(a))
    return _in_the_browser().ceil(a)


def floor(a: Quantity) -> Quantity:
    """The largest whole number that is not above `a`."""
    if isinstance(a, int | float):
        return float(math.floor(a))
    return _in_the_browser().floor(a)
