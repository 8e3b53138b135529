"""Rules that decide an axis of a scenario in the place of a pick.

Each is written once, in the arithmetic of the law: the build calls it with numbers, and the browser
gets it written out as JavaScript, as it gets the equations.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from inspect import signature

from macros.law.arithmetic import Quantity, floor, maximum, minimum
from macros.scenario import AXES, Scenario


def fewest(min_gpus: Quantity) -> Quantity:
    """As few GPUs as hold the weights."""
    return min_gpus


def fullest(max_batch: Quantity) -> Quantity:
    """As many users as fit, or one where none does."""
    return maximum(max_batch, 1)


def doubled(here: Quantity, limit: Quantity) -> Quantity:
    """Twice where the reader stands, as far as the axis goes."""
    return minimum(here * 2, limit)


def halved(here: Quantity) -> Quantity:
    """Half of where the reader stands, rounded down."""
    return floor(here / 2)


RULES: Mapping[str, Callable[..., Quantity]] = {
    "min": fewest,
    "max": fullest,
    "×2": doubled,
    "÷2": halved,
}
"""Rules by the name that a figure's hooks have for them.

Their parameters are quantities of the law, `here` (the axis as it stands) and `limit` (as far as it
goes: no context grows beyond what the model takes).
"""


def turned(scenario: Scenario, rules: Mapping[str, str]) -> Scenario:
    """A scenario with axes decided by rules, by axis; each rule finds the axes before its own turned."""
    for axis in AXES:
        if axis in rules:
            scenario = scenario.on(**{axis: _decided(scenario, axis, rules[axis])})
    return scenario


def _decided(scenario: Scenario, axis: str, rule: str) -> int:
    own = {
        "here": getattr(scenario, axis),
        "limit": scenario.model.max_context if axis == "context" else math.inf,
    }
    known = {
        name: own[name] if name in own else scenario.value(name)
        for name in signature(RULES[rule]).parameters
    }
    return int(RULES[rule](**known))
