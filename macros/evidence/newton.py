"""The constants that bring sums of terms nearest to measured times, by Newton's method.

It works on all rows at once, so it needs numpy; what only reads a fit does without this module.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import chain

import numpy as np
from numpy.typing import NDArray

from macros.evidence.pooled import Point, Prior

Array = NDArray[np.float64]

NOISE = 0.12
"""The scale of |ln(expected / measured)| inside one setup, which priors are weighed against."""

EDGE = 0.02
"""Below this |ln(expected / measured)| a row no longer counts as an outlier: rounds the corner."""

SETTLED = 1e-9
"""A step that moves no constant's logarithm by more is the last: the next would be of its square."""

DECIMALS = 9
"""To which logarithms are given.

The last bits of a sum differ with the order in which a processor adds, and so with the machine and
with numpy's version; nothing that the site prints shall.
"""

FARTHEST = 0.7
"""No step moves a constant by more than a factor of two."""

MOST_STEPS = 200
"""Several times as many as any fit of the catalog takes."""

ROUNDING = 1e-12
"""An objective that grew by no more, as a share, only rounded otherwise."""


def fit(points: Sequence[Point], priors: Mapping[str, Prior]) -> dict[str, float]:
    """The constants that bring the sums nearest to the measured times, in ratios.

    They minimise the sum of weight x |ln(sum / time)| / NOISE, plus half the squared distance of
    each constant from its prior, in standard deviations.

    Args:
        points: what was measured.
        priors: of every constant that a term names; one that none names stays at its mean.
    """
    return next(fits(points, priors, ()))


def fits(
    points: Sequence[Point], priors: Mapping[str, Prior], choices: Iterable[Sequence[bool]]
) -> Iterator[dict[str, float]]:
    """`fit` to all points, then to some of them, once for each choice.

    The search among all starts at the priors, and the others where that one ended. This is near,
    and nothing of it is in what they find: the objective has one minimum, which is found as closely
    as it is given.

    Args:
        points: what was measured.
        priors: of every constant that a term names.
        choices: of each, whether each point is in it.
    """
    objective = Objective(points, priors)
    whole = minimum(objective, objective.weights, objective.means)
    chosen = (np.where(each, objective.weights, 0.0) for each in choices)
    for found in chain([whole], (minimum(objective, weights, whole) for weights in chosen)):
        yield dict(zip(priors, np.round(found, DECIMALS).tolist(), strict=True))


class Objective:
    """What a fit minimises, as a function of all constants' logarithms and all rows' weights.

    Terms that name the same constants are of one kind. Arrays of terms are of (terms, rows): a row
    of fewer terms than the longest has terms of nothing at its end.
    """

    def __init__(self, points: Sequence[Point], priors: Mapping[str, Prior]) -> None:
        self.means = np.array([prior.mean for prior in priors.values()])
        self.precisions = np.array([prior.deviation**-2 for prior in priors.values()])
        self.weights = np.array([point.weight / NOISE for point in points])

        kinds = {
            named: kind
            for kind, named in enumerate(
                dict.fromkeys(term.constants for point in points for term in point.terms)
            )
        }
        self.uses = np.array([[float(named.count(name)) for name in priors] for named in kinds])
        shape = (max((len(point.terms) for point in points), default=0), len(points))
        self.shares_of_time, self.kinds = np.zeros(shape), np.zeros(shape, dtype=np.intp)
        for row, point in enumerate(points):
            for place, term in enumerate(point.terms):
                self.shares_of_time[place, row] = term.amount / point.time
                self.kinds[place, row] = kinds[term.constants]
        self.pairs = self.kinds[:, None] * len(kinds) + self.kinds

    def _terms(self, at: Array) -> Array:
        """What each term comes to, over the time of its row."""
        terms: Array = self.shares_of_time * np.exp(self.uses @ at)[self.kinds]
        return terms

    def __call__(self, at: Array, weights: Array) -> float:
        """The objective."""
        off = np.log(self._terms(at).sum(axis=0))
        apart = self.precisions @ (at - self.means) ** 2
        return float(weights @ np.sqrt(off**2 + EDGE**2) + apart / 2)

    def step(self, at: Array, weights: Array) -> Array:
        """What Newton's method takes away from the constants next.

        The derivative of a sum's logarithm by a constant is the share of it that the constant's
        terms take. Where the objective does not curve upward in every direction, its second
        derivatives give way to those of the squares that iteratively reweighted least squares
        would put in its place, in Gauss and Newton's form: these do everywhere.
        """
        terms = self._terms(at)
        whole = terms.sum(axis=0)
        shares, off = terms / whole, np.log(whole)
        root = np.sqrt(off**2 + EDGE**2)
        slopes = weights * off / root
        by_kind = self._counted(self.kinds, slopes * shares)
        gradient = by_kind @ self.uses + self.precisions * (at - self.means)

        def curving(bends: Array) -> Array:
            """The second derivatives, where each row's bends so along its own shares."""
            pairs = self._counted(self.pairs, (bends * shares)[:, None] * shares)
            matrix: Array = self.uses.T @ pairs.reshape(by_kind.size, -1) @ self.uses
            return matrix + np.diag(self.precisions)

        bent = self.uses.T @ (by_kind[:, None] * self.uses)
        matrix = curving(weights * EDGE**2 / root**3 - slopes) + bent
        try:
            np.linalg.cholesky(matrix)
        except np.linalg.LinAlgError:
            matrix = curving(weights / root)
        return np.linalg.solve(matrix, gradient)

    def _counted(self, kinds: NDArray[np.intp], values: Array) -> Array:
        """The sums of values by kind, or by pair of kinds."""
        count = len(self.uses) ** (kinds.ndim - 1)
        found: Array = np.asarray(np.bincount(kinds.ravel(), values.ravel(), count), np.float64)
        return found


def minimum(objective: Objective, weights: Array, at: Array) -> Array:
    """Where the objective is least: Newton's steps from some constants, cut until they help.

    Args:
        objective: to minimise.
        weights: of the rows.
        at: where to start.
    """
    now = objective(at, weights)
    for _ in range(MOST_STEPS):
        step = objective.step(at, weights)
        step = step / max(1.0, np.abs(step).max(initial=0.0) / FARTHEST)
        while (then := objective(at - step, weights)) > now * (1 + ROUNDING):
            step = step / 2
        at, now = at - step, then
        if np.abs(step).max(initial=0.0) < SETTLED:
            break
    return at
