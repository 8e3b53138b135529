"""The fit by hand: what a median keeps, how priors hold groups, and what a source's rows weigh."""

from __future__ import annotations

import math

import numpy as np
import pytest

from macros.evidence.newton import DECIMALS, Objective, fit, fits, minimum
from macros.evidence.pooled import Point, Prior, Term, value

WIDE = Prior(0.0, 10.0)


def test_a_term_is_its_amount_times_the_product_of_its_constants() -> None:
    # 80 layers at 50 µs, of an engine that takes 1.2 times as long as the pool: 4.8 ms.
    term = Term(80, ("layer", "layer vllm"))
    constants = {"layer": math.log(50e-6), "layer vllm": math.log(1.2)}
    assert value(term, constants) == pytest.approx(0.0048)
    # A deviation that no row has is a factor of 1: 4 ms.
    assert value(term, {"layer": math.log(50e-6)}) == pytest.approx(0.0040)


def test_a_fit_finds_the_constants_that_rows_were_made_of() -> None:
    # 10 ms at 1.25 and 32 layers at 100 µs are 15.7 ms; 2 ms and 80 layers are 10.5 ms.
    rows = [
        Point((Term(0.010, ("reading",)), Term(32, ("layer",))), 0.0157, 1.0),
        Point((Term(0.002, ("reading",)), Term(80, ("layer",))), 0.0105, 1.0),
    ]
    priors = {"reading": Prior(0.0, 1.0), "layer": Prior(math.log(60e-6), 3.0)}
    found = fit(rows, priors)
    assert math.exp(found["reading"]) == pytest.approx(1.25, rel=0.01)
    assert math.exp(found["layer"]) == pytest.approx(1e-4, rel=0.01)


def test_one_row_in_three_gone_wild_moves_a_median_little() -> None:
    # Of times 2, 2 and 200 the median is 2; their mean in logarithms would be 9.3.
    rows = [Point((Term(1.0, ("a",)),), time, 1.0) for time in (2.0, 2.0, 200.0)]
    found = fit(rows, {"a": WIDE})
    assert math.exp(found["a"]) == pytest.approx(2.0, rel=0.03)


def test_the_heavier_side_has_the_median() -> None:
    # Four rows of weight 1/2 (a source of four) against three of weight 1: 2 against 3.
    one = [Point((Term(1.0, ("a",)),), 1.0, 0.5)] * 4
    others = [Point((Term(1.0, ("a",)),), 3.0, 1.0)] * 3
    found = fit([*one, *others], {"a": WIDE})
    assert math.exp(found["a"]) == pytest.approx(3.0, rel=0.03)


def shrunk(rows: int) -> float:
    """The deviation of a group that took twice as long, from a pool that took 1, by its rows."""
    pool = [Point((Term(1.0, ("pool",)),), 1.0, 1.0)] * 100
    group = [Point((Term(1.0, ("pool", "group")),), 2.0, 1.0)] * rows
    found = fit([*pool, *group], {"pool": WIDE, "group": Prior(0.0, 0.4)})
    return math.exp(found["group"])


def test_a_group_of_few_rows_stays_at_its_pool_and_one_of_many_leaves_it() -> None:
    # A row pulls with its weight over the noise, 1 / 0.12 = 8.3, whatever it is off; the prior
    # pulls back with ln(d) / 0.4^2. They meet at ln(d) = 0.16 x 8.3 x weight: for weight 0.2 at
    # ln(d) = 0.27, a factor of 1.31 of the two that the row asks for.
    light = [Point((Term(1.0, ("group",)),), 2.0, 0.2)]
    found = fit(light, {"group": Prior(0.0, 0.4)})
    assert found["group"] == pytest.approx(0.16 * 0.2 / 0.12, rel=0.01)
    assert shrunk(20) == pytest.approx(2.0, rel=0.02)


def test_a_constant_without_rows_stays_where_its_prior_has_it() -> None:
    rows = [Point((Term(1.0, ("a",)),), 2.0, 1.0)]
    found = fit(rows, {"a": WIDE, "b": Prior(math.log(3.0), 1.0)})
    assert math.exp(found["b"]) == pytest.approx(3.0)


# Two groups in two pools, with a row that is off by a factor of ten.
MIXED = [
    Point((Term(0.010, ("reading",)), Term(32, ("layer",))), 0.0157, 1.0),
    Point((Term(0.002, ("reading",)), Term(80, ("layer",))), 0.0105, 0.5),
    Point((Term(0.004, ("reading",)), Term(80, ("layer", "slow"))), 0.0250, 1.0),
    Point((Term(0.008, ("reading",)), Term(40, ("layer", "slow"))), 0.1900, 0.7),
    Point((Term(0.008, ("reading",)), Term(40, ("layer",))), 0.0140, 0.7),
]
PRIORS = {
    "reading": Prior(0.1, 0.3),
    "layer": Prior(math.log(60e-6), 1.0),
    "slow": Prior(0.0, 0.4),
}


def test_a_fit_of_some_points_is_that_of_these_alone() -> None:
    choices = [[n != left_out for n in range(len(MIXED))] for left_out in range(len(MIXED))]
    whole, *found = fits(MIXED, PRIORS, choices)
    assert whole == fit(MIXED, PRIORS)
    for each, seen in zip(found, choices, strict=True):
        assert each == fit([p for p, there in zip(MIXED, seen, strict=True) if there], PRIORS)


def test_a_fit_does_not_depend_on_the_order_of_its_points() -> None:
    assert fit(MIXED[::-1], PRIORS) == fit(MIXED, PRIORS)


@pytest.mark.parametrize("off", [-3.0, -0.5, 0.5, 3.0])
def test_a_search_ends_at_the_same_place_wherever_it_starts(off: float) -> None:
    objective = Objective(MIXED, PRIORS)
    found = minimum(objective, objective.weights, objective.means + off)
    assert np.round(found, DECIMALS).tolist() == list(fit(MIXED, PRIORS).values())


def test_at_the_end_no_way_leads_down() -> None:
    objective = Objective(MIXED, PRIORS)
    found = np.array(list(fit(MIXED, PRIORS).values()))
    least = objective(found, objective.weights)
    for constant in range(len(PRIORS)):
        for off in (-1e-4, 1e-4):
            aside = found + off * (np.arange(len(PRIORS)) == constant)
            assert objective(aside, objective.weights) > least
