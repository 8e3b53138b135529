"""A fit of times that are sums of terms, each term a number times the product of a few constants.

Constants of groups (an engine, a kind of memory) are pooled: a term's constant is the pool's times
the deviations of the groups that a row belongs to, and a deviation is held near 1 by a prior. A
group with few rows stays at the pool, one with many leaves it, and nobody sets a threshold.

All constants are kept as their natural logarithms, so that none can turn negative.
"""

from __future__ import annotations

import math
from collections import defaultdict
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
        most: stop after this many steps.
        tolerance: stop when no constant moves by more than this.
    """
    names, held = list(priors), list(priors.values())
    alike = _alike(points, {name: index for index, name in enumerate(names)})
    at = [prior.mean for prior in held]
    for _ in range(most):
        matrix, gradient = _equations(alike, at)
        for i, prior in enumerate(held):
            precision = prior.deviation**-2
            matrix[i][i] += precision
            gradient[i] += precision * (at[i] - prior.mean)
        step = [max(-FARTHEST, min(FARTHEST, x)) for x in _solved(matrix, gradient)]
        at = [x - moved for x, moved in zip(at, step, strict=True)]
        if max(map(abs, step), default=0.0) < tolerance:
            break
    return dict(zip(names, at, strict=True))


class _Row(NamedTuple):
    amounts: tuple[float, ...]
    log_time: float
    weight: float


_Alike = Mapping[tuple[tuple[int, ...], ...], Sequence[_Row]]
"""Rows by the places of their terms' constants: most have these in common with many others."""


def _alike(points: Iterable[Point], place: Mapping[str, int]) -> _Alike:
    found: defaultdict[tuple[tuple[int, ...], ...], list[_Row]] = defaultdict(list)
    for point in points:
        places = tuple(tuple(place[name] for name in term.constants) for term in point.terms)
        amounts = tuple(term.amount for term in point.terms)
        found[places].append(_Row(amounts, math.log(point.time), point.weight / NOISE))
    return found


def _equations(alike: _Alike, at: Sequence[float]) -> tuple[list[list[float]], list[float]]:
    """The upper half of the normal matrix, and the gradient, of all rows at some constants."""
    size = len(at)
    matrix = [[0.0] * size for _ in range(size)]
    gradient = [0.0] * size
    for places, rows in alike.items():
        by_term, slopes = _by_term([math.exp(math.fsum(at[i] for i in p)) for p in places], rows)
        for here, pulled, slope in zip(places, by_term, slopes, strict=True):
            for i in here:
                gradient[i] += slope
                line = matrix[i]
                for there, pull in zip(places, pulled, strict=True):
                    for j in there:
                        if j >= i:
                            line[j] += pull
    return matrix, gradient


def _by_term(
    factors: Sequence[float], rows: Iterable[_Row]
) -> tuple[list[list[float]], list[float]]:
    """The same by the terms of rows that have their constants in common."""
    count = range(len(factors))
    matrix = [[0.0] * len(factors) for _ in count]
    gradient = [0.0] * len(factors)
    for amounts, log_time, weight in rows:
        parts = [amount * factor for amount, factor in zip(amounts, factors, strict=True)]
        whole = math.fsum(parts)
        off = math.log(whole) - log_time
        pull = weight / math.sqrt(off * off + _CORNER) / whole
        for i in count:
            pulled = pull * parts[i]
            gradient[i] += pulled * off
            pulled /= whole
            line = matrix[i]
            for j in count:
                line[j] += pulled * parts[j]
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
