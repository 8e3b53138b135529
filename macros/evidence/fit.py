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
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from statistics import median

from macros import law
from macros.cache import remembered
from macros.evidence.intervals import Band, Expected, band_of, bands_of
from macros.evidence.rows import Measured, single_user
from macros.evidence.simplex import Point, minimize
from macros.law.expected import (
    expected_high_tps,
    expected_low_tps,
    expected_step_time,
    expected_tps,
)


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
class Expectation:
    """What to expect of a scenario, in tokens per second and user, and from which band."""

    tps: float
    low: float
    high: float
    ceiling: float
    band: Band


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

    def expect(self, inputs: Mapping[str, float]) -> Expectation:
        """The expected speed of a scenario from its inputs of the law."""
        known = dict(inputs)
        step_time = float(law.evaluate("step_time", known))
        ceiling = float(law.evaluate("decode_tps", known))
        time = expected_step_time(step_time=step_time, layers=inputs["layers"], **self.coefficients)
        tps, band = float(expected_tps(time)), self.band(step_time)
        low = float(expected_low_tps(tps, band.low))
        high = float(expected_high_tps(tps, band.high, ceiling))
        return Expectation(tps, low, high, ceiling, band)


def fit(rows: Iterable[Measured], predictions: Iterable[Prediction] = ()) -> Fit:
    """The expected speed as the single-user rows have it.

    Args:
        rows: the usable measurements.
        predictions: what `cross_validate` makes of them, where it is at hand.

    Raises:
        ValueError: fewer than two sources, so that no error out of source can be known.
    """
    rows = single_user(rows)
    predictions = tuple(predictions) or cross_validate(rows)
    bands = bands_of([(p.entry, p.expected) for p in predictions if p.entry.row.concurrency == 1])
    return Fit(coefficients_of(rows), bands, len(rows), len({entry.source for entry in rows}))


def coefficients_of(rows: Sequence[Measured]) -> dict[str, float]:
    """The share and the layer time that bring expected nearest to measured, in ratios."""
    size = Counter(entry.source for entry in rows)
    points = [
        (entry.step_time, entry.layers, math.log(entry.time), size[entry.source] ** -0.5)
        for entry in rows
    ]

    def distance(point: Point) -> float:
        share, layer_time = point
        if not (0 < share <= 1 and layer_time >= 0):
            return math.inf
        return math.fsum(
            weight * abs(math.log(expected_step_time(step_time, share, layers, layer_time)) - time)
            for step_time, layers, time, weight in points
        )

    share, layer_time = minimize(distance, _start(rows))
    return {"achieved_share": share, "layer_time": layer_time}


def _start(rows: Sequence[Measured]) -> Point:
    """Where the fit begins: the share of good rows, and what a middling row then has left over."""
    shares = sorted(entry.step_time / entry.time for entry in rows)
    share = shares[len(shares) * 9 // 10]
    left_over = median((e.time - e.step_time / share) / e.layers for e in rows)
    return min(share, 0.99), max(left_over, 1e-6)


def cross_validate(rows: Iterable[Measured]) -> tuple[Prediction, ...]:
    """Every row predicted from the single-user rows of the other sources: speed and interval."""
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
    if len({entry.source for entry in fitted}) < 2:
        raise ValueError("the expected speed needs usable measurements from two sources or more")
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
