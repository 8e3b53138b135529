"""Intervals read from what became of predictions.

At each share of a step in which nothing is read, the interval runs between two quantiles of all
rows that a fit had not seen; the nearer a row's own share, the more it weighs.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from macros.evidence.intervals import POINTS, Curve
from macros.evidence.newton import DECIMALS

Array = NDArray[np.float64]

WIDTH = 0.15
"""How far, as a share, rows count: the standard deviation of a normal kernel."""

FAR = 1e-4
"""What every row weighs at the least, so that no share is without rows."""

ENDS = (0.075, 0.925)
"""The quantiles that an interval runs between.

They are set a little wider than the eight rows in ten that it is to hold: rows of one source miss
together, so that of a source not seen fewer fall inside than of all rows at once.
"""


class Unseen(NamedTuple):
    """What became of predictions: arrays with a place for each row.

    Attributes:
        shares: of the predicted step, in which nothing is read.
        ratios: measured over expected speed.
        weights: of the rows.
    """

    shares: Array
    ratios: Array
    weights: Array

    def of(self, rows: NDArray[np.bool_ | np.intp]) -> Unseen:
        """The same of some rows alone, or in another order."""
        return Unseen(*(each[rows] for each in self))


def curve_of(unseen: Unseen) -> Curve:
    """The interval at every share, from what became of predictions."""
    shares, ratios, weights = unseen.of(np.argsort(unseen.ratios))
    at = np.linspace(0, 1, POINTS)[:, None]
    near = np.exp(-0.5 * ((shares - at) / WIDTH) ** 2) + FAR
    ends = np.exp([quantiles(np.log(ratios), row, ENDS) for row in weights * near])
    # Rounded as the constants are, and for the same reason.
    low, high = np.round(ends, DECIMALS).T.tolist()
    return Curve(tuple(low), tuple(high))


def quantiles(values: Array, weights: Array, shares: Sequence[float]) -> Array:
    """The values that shares of the weight lie below.

    A value stands at the middle of its weight; between two values a quantile moves straight, and
    beyond the outer ones it stays.

    Args:
        values: in order.
        weights: of the values.
        shares: of the whole weight.
    """
    upto = np.cumsum(weights)
    return np.interp(shares, (upto - weights / 2) / upto[-1], values)
