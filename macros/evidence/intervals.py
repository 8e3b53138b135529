"""Intervals of the expected speed: by the share of a step in which nothing is read.

A step that is mostly reading all engines do alike; in what reads nothing they differ by whole
factors. So what was measured over what was expected spreads with that share. At each share the
interval is read from all rows that a fit had not seen, the nearer the more they weigh: so it moves
smoothly with a scenario and jumps nowhere. One user and several are kept apart.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import NamedTuple

POINTS = 21
"""Shares from 0 to 1 at which an interval is worked out; between them it is drawn straight."""

WIDTH = 0.15
"""How far, as a share, rows count: the standard deviation of a normal kernel."""

FAR = 1e-4
"""What every row weighs at the least, so that no share is without rows."""

ENDS = (0.075, 0.925)
"""The quantiles that an interval runs between.

They are set a little wider than the eight rows in ten that it is to hold: rows of one source miss
together, so that of a source not seen fewer fall inside than of all rows at once.
"""

Factors = tuple[float, float]
"""Measured over expected speed, at the low end and at the high one."""


@dataclass(frozen=True)
class Curve:
    """The low and the high factors at each of `POINTS` shares."""

    low: tuple[float, ...]
    high: tuple[float, ...]


@dataclass(frozen=True)
class Curves:
    """The intervals of one user, and of several."""

    one_user: Curve
    several_users: Curve

    def of(self, users: float) -> Curve:
        """The intervals of so many users."""
        return self.several_users if users > 1 else self.one_user


class Unseen(NamedTuple):
    """What became of a prediction.

    Attributes:
        share: of the predicted step, in which nothing is read.
        ratio: measured over expected speed.
        weight: of the row.
    """

    share: float
    ratio: float
    weight: float


def curve_of(unseen: Iterable[Unseen]) -> Curve:
    """The interval at every share, from what became of predictions."""
    rows = sorted((math.log(ratio), share, weight) for share, ratio, weight in unseen)
    made = []
    for point in range(POINTS):
        at = point / (POINTS - 1)
        weighed = [(log, weight * (_kernel(share - at) + FAR)) for log, share, weight in rows]
        made.append([math.exp(quantile(weighed, end)) for end in ENDS])
    low, high = zip(*made, strict=True)
    return Curve(low, high)


def _kernel(distance: float) -> float:
    return math.exp(-0.5 * (distance / WIDTH) ** 2)


def quantile(weighed: Sequence[tuple[float, float]], share: float) -> float:
    """The value that a share of the weight lies below, of values in order with their weights.

    A value stands at the middle of its weight; between two values the quantile moves straight.
    """
    whole = math.fsum(weight for _, weight in weighed)
    below, before = 0.0, None
    for value, weight in weighed:
        middle = (below + weight / 2) / whole
        if middle >= share:
            if before is None:
                return value
            last, at = before
            return last + (value - last) * (share - at) / (middle - at)
        before, below = (value, middle), below + weight
    return weighed[-1][0]


def factors_at(curve: Curve, share: float) -> Factors:
    """The interval at a share of the step in which nothing is read."""
    at = min(max(share, 0.0), 1.0) * (POINTS - 1)
    first = min(int(at), POINTS - 2)
    low, high = (
        ends[first] + (ends[first + 1] - ends[first]) * (at - first)
        for ends in (curve.low, curve.high)
    )
    return low, high
