"""Scales that several charts share: how far an axis reaches, and where it is ticked."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence

ROUND = (1, 2, 5)
"""The leading digits of a round number on a log axis."""


def log_domain(values: Iterable[float]) -> tuple[float, float]:
    """The nearest round numbers (1, 2, 5 times a power of ten) strictly around some values."""
    values = list(values)
    low = max(tick for tick in _rounds(min(values)) if tick < min(values))
    high = min(tick for tick in _rounds(max(values)) if tick > max(values))
    return low, high


def log_ticks(domain: tuple[float, float], most: int) -> Sequence[float]:
    """At most so many round numbers to label on a log axis: 1-2-5 steps, or decades, or fewer."""
    low, high = domain
    powers = range(math.floor(math.log10(low)), math.ceil(math.log10(high)) + 1)
    fine, decades = (
        [
            tick
            for power in powers
            for digit in digits
            if low <= (tick := _round(digit, power)) <= high
        ]
        for digits in (ROUND, ROUND[:1])
    )
    ticks, stride = fine, 0
    while len(ticks) > most:
        stride += 1
        ticks = decades[::stride]
    return ticks


def _rounds(value: float) -> Sequence[float]:
    power = math.floor(math.log10(value))
    return [_round(digit, p) for p in (power - 1, power, power + 1) for digit in ROUND]


def _round(digit: int, power: int) -> float:
    # Through text, because 5 * 10.0**-1 and the like carry float dust into labels.
    return float(f"{digit}e{power}")
