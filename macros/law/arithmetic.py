"""What an equation may use beside arithmetic: each helper takes numbers, and expressions likewise."""

from __future__ import annotations

import math
from typing import Any, TypeAlias

Quantity: TypeAlias = Any
"""A float, or an Altair parameter or expression: both carry the arithmetic operators."""


def _expression(name: str, *arguments: Quantity) -> Quantity:
    # Imported late: numbers are the common case, and the command line must not wait for Altair.
    from altair import expr

    return getattr(expr, name)(*arguments)


def _all_numbers(*values: Quantity) -> bool:
    return all(isinstance(value, int | float) for value in values)


def maximum(a: Quantity, b: Quantity) -> Quantity:
    """The larger of two quantities of one unit."""
    return max(a, b) if _all_numbers(a, b) else _expression("max", a, b)


def minimum(a: Quantity, b: Quantity) -> Quantity:
    """The smaller of two quantities of one unit."""
    return min(a, b) if _all_numbers(a, b) else _expression("min", a, b)


def ceil(a: Quantity) -> Quantity:
    """The smallest whole number that is not below `a`."""
    return float(math.ceil(a)) if _all_numbers(a) else _expression("ceil", a)


def floor(a: Quantity) -> Quantity:
    """The largest whole number that is not above `a`."""
    return float(math.floor(a)) if _all_numbers(a) else _expression("floor", a)
