"""Intervals by hand: weighted quantiles, kernels, and that they move without a jump."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from macros.evidence.intervals import POINTS, Curve, Curves, factors_at, factors_over
from macros.evidence.unseen import Unseen, curve_of, quantiles


def test_a_value_stands_at_the_middle_of_its_weight() -> None:
    # Weights 1, 2 and 1 of 4: the middles lie at 1/8, 4/8 and 7/8.
    values, weights = np.array([10.0, 20.0, 40.0]), np.array([1.0, 2.0, 1.0])
    # Half way from 1/8 to 4/8, half way from 10 to 20.
    assert quantiles(values, weights, [0.3125, 0.5]) == pytest.approx([15, 20])
    # Beyond the outer middles the outer values hold.
    assert quantiles(values, weights, [0.05, 0.95]).tolist() == [10, 40]


def curve(*rows: tuple[float, float, float]) -> Curve:
    """The intervals of rows: of each its share, its ratio and its weight."""
    return curve_of(Unseen(*np.array(rows).T))


def test_between_two_shares_an_interval_is_drawn_straight() -> None:
    # At 0.20 from 0.5 to 1.5, at 0.25 from 0.6 to 1.3: at 0.21, a fifth of the way, 0.52 and 1.46.
    low, high = [0.5] * POINTS, [1.5] * POINTS
    low[5], high[5] = 0.6, 1.3
    known = Curve(tuple(low), tuple(high))
    assert factors_at(known, 0.20) == pytest.approx((0.5, 1.5))
    assert factors_at(known, 0.25) == pytest.approx((0.6, 1.3))
    assert factors_at(known, 0.21) == pytest.approx((0.52, 1.46))
    assert factors_at(known, -1.0) == (0.5, 1.5)
    assert factors_at(known, 2.0) == (0.5, 1.5)


def test_over_arrays_an_interval_is_to_the_last_bit_that_of_each_share() -> None:
    draw = np.random.default_rng(3).uniform
    one, several = (Curve(tuple(draw(0, 1, POINTS)), tuple(draw(1, 2, POINTS))) for _ in range(2))
    curves = Curves(one, several)
    users = np.array([1.0, 2.0, 64.0])[:, None]
    shares = np.array([-1.0, 0.0, 0.05, 1 / 3, 0.95, 0.999, 1.0, 2.0, *draw(0, 1, 500)])
    low, high = factors_over(curves, users, np.broadcast_to(shares, (3, shares.size)))
    for place, count in enumerate((1, 2, 64)):
        found = [factors_at(curves.of(count), share) for share in shares.tolist()]
        assert list(zip(low[place].tolist(), high[place].tolist(), strict=True)) == found


def test_rows_near_a_share_decide_its_interval() -> None:
    # Steps of pure reading met what was expected; steps of fixed cost came out at half or double.
    reading = [(0.0, 1.0, 1.0)] * 20
    fixed = [(1.0, 0.5, 1.0)] * 10 + [(1.0, 2.0, 1.0)] * 10
    found = curve(*reading, *fixed)
    assert factors_at(found, 0.0) == pytest.approx((1.0, 1.0), rel=1e-6)
    assert factors_at(found, 1.0) == pytest.approx((0.5, 2.0), rel=1e-6)


def test_equal_ratios_leave_no_interval() -> None:
    found = curve(*((share / 10, 0.9, 1.0) for share in range(11)))
    assert [*found.low, *found.high] == [0.9] * 2 * POINTS


@given(
    st.lists(
        st.tuples(st.floats(0, 1), st.floats(0.1, 10), st.floats(0.01, 1)), min_size=1, max_size=30
    ),
    st.floats(0, 1),
)
def test_an_interval_moves_by_no_more_than_its_share_does(
    rows: list[tuple[float, float, float]], share: float
) -> None:
    found = curve(*rows)
    ratios = [ratio for _, ratio, _ in rows]
    here, near = factors_at(found, share), factors_at(found, min(share + 1e-6, 1.0))
    for one, other in zip(here, near, strict=True):
        # A grid step is 0.05 wide, and within it an end moves from one ratio to another at most.
        # Ends are given to nine decimals.
        assert abs(one - other) <= 1e-6 / 0.05 * (max(ratios) - min(ratios)) + 2e-9
        assert min(ratios) - 1e-9 <= one <= max(ratios) + 1e-9
    assert here[0] <= here[1] + 1e-12
    assert math.isfinite(here[1])
