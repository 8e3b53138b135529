"""Times that are sums of terms, each term a number times the product of a few constants.

Constants of groups (an engine, a kind of memory) are pooled: a term's constant is the pool's times
the deviations of the groups that a row belongs to, and a deviation is held near 1 by a prior. A
group with few rows stays at the pool, one with many leaves it, and nobody sets a threshold.

All constants are kept as their natural logarithms, so that none can turn negative. They are found
in `macros.evidence.newton`.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import NamedTuple


class Term(NamedTuple):
    """Part of a row's time: a number, times the constants that are named."""

    amount: float
    constants: tuple[str, ...]


class Prior(NamedTuple):
    """What is held of a constant before any row: its logarithm's mean and standard deviation."""

    mean: float
    deviation: float


@dataclass(frozen=True)
class Point:
    """A measured time as a sum of terms, and how much it weighs."""

    terms: tuple[Term, ...]
    time: float
    weight: float


Constants = Mapping[str, float]
"""Natural logarithms by name; a name that is missing is a factor of 1."""


def value(term: Term, constants: Constants) -> float:
    """What a term comes to."""
    return term.amount * math.exp(math.fsum(constants.get(name, 0.0) for name in term.constants))
