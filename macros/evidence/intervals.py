"""Intervals of the expected speed: by the share of a step in which nothing is read.

A step that is mostly reading all engines do alike; in what reads nothing they differ by whole
factors. So what was measured over what was expected spreads with that share. `macros.evidence.unseen`
reads the interval at each share from the rows; between the shares it moves smoothly and jumps
nowhere. One user and several are kept apart.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from macros.law.compiled import Array

POINTS = 21
"""Shares from 0 to 1 at which an interval is worked out; between them it is drawn straight."""

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


def factors_at(curve: Curve, share: float) -> Factors:
    """The interval at a share of the step in which nothing is read."""
    at = min(max(share, 0.0), 1.0) * (POINTS - 1)
    first = min(int(at), POINTS - 2)
    low, high = (
        ends[first] + (ends[first + 1] - ends[first]) * (at - first)
        for ends in (curve.low, curve.high)
    )
    return low, high


def factors_over(curves: Curves, users: Array, shares: Array) -> tuple[Array, Array]:
    """`factors_at` for arrays that are broadcast together, bit for bit."""
    import numpy as np  # late: who asks for one scenario waits for no arrays

    at = np.minimum(np.maximum(shares, 0.0), 1.0) * (POINTS - 1)
    first = np.minimum(at.astype(np.intp), POINTS - 2)
    beyond = at - first
    place = first + np.where(users > 1, POINTS, 0)
    low, high = (
        ends[place] + np.append(np.diff(ends), 0.0)[place] * beyond
        for ends in (
            np.array([*curves.one_user.low, *curves.several_users.low]),
            np.array([*curves.one_user.high, *curves.several_users.high]),
        )
    )
    return low, high
