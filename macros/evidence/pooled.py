"""A fit of times that are sums of terms, each term a number times the product of a few constants.

Constants of groups (an engine, a kind of memory) are pooled: a term's constant is the pool's times
the deviations of the groups that a row belongs to, and a deviation is held near 1 by a prior. A
group with few rows stays at the pool, one with many leaves it, and nobody sets a threshold.

All constants are kept as their natural logarithms, so that none can turn negative.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

NOISE = 0.12
"""The scale of |ln(expected / measured)| inside one setup, which priors are weighed against."""

EDGE = 0.02
"""Below this |ln(expected / measured)| a row no longer counts as an outlier: rounds the corner."""

_CORNER = EDGE * EDGE
FARTHEST = 0.7
"""No step moves a constant by more than a factor of two."""


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


def fit(
    points: Sequence[Point],
    priors: Mapping[str, Prior],
    start: Constants | None = None,
    most: int = 30,
    tolerance: float = 2e-3,
) -> dict[str, float]:
    """The constants that bring the sums nearest to the measured times, in ratios.

    They minimise the sum of weight x |ln(sum / time)| / NOISE, plus half the squared distance of
    each constant from its prior, in standard deviations: Gauss and Newton's steps with iteratively
    reweighted least squares. A sum's derivative by a constant is the share of it that the
    constant's terms take.

    Args:
        points: what was measured.
        priors: of every constant that a term names; one that none names stays at its mean.
        start: where to begin; without it, the priors' means.
        most: stop after this many steps.
        tolerance: stop when no constant moves by more than this.
    """
    names, held = list(priors), list(priors.values())
    place = {name: index for index, name in enumerate(names)}
    rows = [
        (
            [(term.amount, [place[name] for name in term.constants]) for term in point.terms],
            math.log(point.time),
            point.weight / NOISE,
        )
        for point in points
    ]
    known = start or {}
    at = [known.get(name, prior.mean) for name, prior in zip(names, held, strict=True)]
    for _ in range(most):
        matrix, gradient = _equations(rows, at)
        for i, prior in enumerate(held):
            precision = prior.deviation**-2
            matrix[i][i] += precision
            gradient[i] += precision * (at[i] - prior.mean)
        step = [max(-FARTHEST, min(FARTHEST, x)) for x in _solved(matrix, gradient)]
        at = [x - moved for x, moved in zip(at, step, strict=True)]
        if max(map(abs, step), default=0.0) < tolerance:
            break
    return dict(zip(names, at, strict=True))


def _equations(
    rows: Iterable[tuple[list[tuple[float, list[int]]], float, float]], at: Sequence[float]
) -> tuple[list[list[float]], list[float]]:
    """The upper half of the normal matrix, and the gradient, of the rows at some constants."""
    size = len(at)
    matrix = [[0.0] * size for _ in range(size)]
    gradient = [0.0] * size
    factors = [math.exp(x) for x in at]
    for terms, log_time, weight in rows:
        whole = 0.0
        parts: dict[int, float] = {}
        for amount, places in terms:
            part = amount
            for i in places:
                part *= factors[i]
            whole += part
            for i in places:
                parts[i] = parts.get(i, 0.0) + part
        off = math.log(whole) - log_time
        pull = weight / math.sqrt(off * off + _CORNER)
        shares = sorted((i, part / whole) for i, part in parts.items())
        for first, (i, share) in enumerate(shares):
            pulled = pull * share
            gradient[i] += pulled * off
            line = matrix[i]
            for j, other in shares[first:]:
                line[j] += pulled * other
    return matrix, gradient


def _solved(upper: list[list[float]], right: list[float]) -> list[float]:
    """The solution of a positive definite system, of which the upper half is given: no pivots."""
    size = len(right)
    for i in range(size):
        line = upper[i]
        for j in range(i + 1, size):
            factor = line[j] / line[i]
            if factor:
                below = upper[j]
                for k in range(j, size):
                    below[k] -= factor * line[k]
                right[j] -= factor * right[i]
    found = [0.0] * size
    for i in range(size - 1, -1, -1):
        known = math.fsum(upper[i][k] * found[k] for k in range(i + 1, size))
        found[i] = (right[i] - known) / upper[i][i]
    return found
