"""The law as an expression that a chart evaluates itself, on each row of its data."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from macros import law

if TYPE_CHECKING:  # a build with a warm cache never waits for Altair
    from altair.expr.core import Expression


def on_rows(quantity: str, known: Mapping[str, law.Operand]) -> Expression:
    """A quantity of the law from numbers, params and fields of the chart's data.

    Raises:
        TypeError: nothing of it varies: numbers alone give a number, which no chart evaluates.
    """
    from altair.expr.core import Expression

    made = law.evaluate(quantity, dict(known))
    if not isinstance(made, Expression):
        raise TypeError(f"{quantity} does not vary over the rows")
    return made
