"""The coefficients of the expected speed, found in published measurements at every build.

The fit lowers the mean of |ln(expected / measured)|: a median fit, in ratios, so that a row off by
a factor of ten pulls no harder than its neighbour does, and a slow machine counts like a fast one.
Rows of one source share machine, engine and habits, so n of them say more than one row and less
than n independent ones: each row weighs 1/sqrt(n), and a source sqrt(n).

How far to trust it is read from sources that the fit has not seen. Each source in turn is left out
whole and predicted from the others; the ratios measured / expected of those predictions give the
interval of each band of step times, at the ranks of conformal prediction (Vovk et al., 2005).
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from statistics import median

from macros.cache import remembered
from macros.errors import TooFewSources
from macros.evidence.intervals import Band, Expected, band_of, bands_of
from macros.evidence.rows import Measured, single_user
from macros.evidence.simplex import Point, minimize
from macros.law.expected import (
    expected_high_tps,
    expected_low_tps,
    expected_step_time,
    expected_tps,
)

Costs = Callable[[Measured], tuple[float, ...]]
"""What each coefficient of a form multiplies in a row's time.

First the time that the achieved share divides, in seconds; then how often each fixed cost is paid.
"""


@dataclass(frozen=True)
class Prediction:
    """A row predicted by a fit that has not seen its source, in tokens per second and user."""

    entry: Measured
    expected: float
    low: float
    high: float

    @property
    def ratio(self) -> float:
        """Measured over expected speed."""
        return self.entry.row.tokens_per_second / self.expected

    @property
    def covered(self) -> bool:
        """Whether the interval holds the measurement."""
        return self.low <= self.entry.row.tokens_per_second <= self.high


@dataclass(frozen=True)
class Fit:
    """The expected speed's coefficients, its bands, and what they were read from."""

    coefficients: Mapping[str, float]
    bands: tuple[Band, ...]
    rows: int
    sources: int

    def band(self, step_time: float) -> Band:
        """The band that a step time of the law, in seconds, falls in."""
        return band_of(self.bands, step_time)

    def inputs(self, step_time: float) -> dict[str, float]:
        """All that the expected speed needs beside a scenario's own inputs."""
        return {**self.coefficients, **self.band(step_time).factors}


def fit(rows: Iterable[Measured], bands: tuple[Band, ...]) -> Fit:
    """The expected speed as the single-user rows have it, with intervals from rows not seen."""
    rows = single_user(rows)
    return Fit(coefficients_of(rows), bands, len(rows), len({entry.source for entry in rows}))


def expected_costs(entry: Measured) -> tuple[float, float]:
    """What the coefficients of `expected_step_time` multiply: the law's step, and the layers."""
    return entry.step_time, entry.layers


def coefficients_of(rows: Sequence[Measured]) -> dict[str, float]:
    """The share and the layer time that bring expected nearest to measured."""
    share, layer_time = nearest_coefficients(rows, expected_costs, _start(rows))
    return {"achieved_share": share, "layer_time": layer_time}


def nearest_coefficients(
    rows: Sequence[Measured],
    costs: Costs,
    start: Point,
    spread: float = 0.2,
    tolerance: float = 1e-4,
) -> Point:
    """The coefficients of a form that bring predicted nearest to measured, in ratios.

    The form is a time: the first cost over the achieved share, which is at most 1, plus the fixed
    costs, of which none is negative.

    Args:
        rows: what was measured; each weighs as the fit weighs the rows of its source.
        costs: the form; up to two fixed costs.
        start: where to begin, one coefficient for each cost; none is zero.
        spread: how far the first steps reach, relative to `start`.
        tolerance: how closely to find the coefficients, relatively.
    """
    size = Counter(entry.source for entry in rows)
    points = [
        (*_three(costs(entry)), math.log(entry.time), size[entry.source] ** -0.5) for entry in rows
    ]

    def distance(point: Point) -> float:
        if not 0 < point[0] <= 1 or any(x < 0 for x in point[1:]):
            return math.inf
        share, once, more = _three(point)
        return math.fsum(
            [
                weight * abs(math.log(read / share + once * a + more * b) - time)
                for read, a, b, time, weight in points
            ]
        )

    return minimize(distance, start, spread=spread, tolerance=tolerance)


def _three(numbers: Sequence[float]) -> tuple[float, float, float]:
    """Up to three numbers, filled up with zeros: most of a cold fit's time is the sum over them."""
    first, second, third = (*numbers, 0.0, 0.0)[:3]
    return first, second, third


def _start(rows: Sequence[Measured]) -> Point:
    """Where the fit begins: the share of good rows, and what a middling row then has left over."""
    shares = sorted(entry.step_time / entry.time for entry in rows)
    share = shares[len(shares) * 9 // 10]
    left_over = median((e.time - e.step_time / share) / e.layers for e in rows)
    return min(share, 0.99), max(left_over, 1e-6)


def cross_validate(rows: Iterable[Measured]) -> tuple[Prediction, ...]:
    """Every row predicted from the single-user rows of the other sources: speed and interval.

    Raises:
        TooFewSources: fewer than two of them, so that no error out of source can be known.
    """
    rows = tuple(rows)
    unseen = _unseen(single_user(rows), rows)
    fitted = [pair for pair in unseen if pair[0].row.concurrency == 1]
    bands = {
        source: bands_of([pair for pair in fitted if pair[0].source != source])
        for source in {entry.source for entry in rows}
    }
    predictions = []
    for entry, expected in unseen:
        band = band_of(bands[entry.source], entry.step_time)
        low = float(expected_low_tps(expected, band.low))
        high = float(expected_high_tps(expected, band.high, entry.ceiling))
        predictions.append(Prediction(entry, expected, low, high))
    return tuple(predictions)


def _unseen(fitted: Sequence[Measured], predicted: Sequence[Measured]) -> list[Expected]:
    """Every row to predict, with the speed that a fit without its source expects of it."""
    known = {entry.source for entry in fitted}
    if len(known) < 2:
        only = f"only {known.pop()!r} has any" if known else "none has any"
        raise TooFewSources(
            "the expected speed is fitted to usable rows of one user from two sources or more, and "
            f"{only}; give rows in catalog/measurements their reads and layers, or left_out rows back"
        )
    sources = list(dict.fromkeys(entry.source for entry in predicted))
    coefficients = remembered(
        "fits",
        (fitted, sources),
        lambda: {
            source: coefficients_of([entry for entry in fitted if entry.source != source])
            for source in sources
        },
    )
    return [(entry, speed_of(entry, coefficients[entry.source])) for entry in predicted]


def speed_of(entry: Measured, coefficients: Mapping[str, float]) -> float:
    """Tokens per second and user that coefficients expect of a row."""
    time = expected_step_time(step_time=entry.step_time, layers=entry.layers, **coefficients)
    return float(expected_tps(time))
