"""Prediction against measurement: how far off, and where it is large.

Errors are of tokens per second and user: |predicted / measured - 1|.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from statistics import median

from macros.evidence.fit import Fit, Prediction, cross_validate, fit
from macros.evidence.intervals import BAND_EDGES, Expected, bands_of
from macros.evidence.rows import DEVICE_CLASSES, Measured


@dataclass(frozen=True)
class Errors:
    """How far predictions stand from measurements.

    Attributes:
        rows, sources: how many were predicted.
        middle: the median of |predicted / measured - 1|.
        p90: nine in ten are at most so far off.
        ratio: the median of measured / predicted; below 1 where predictions are too fast.
        covered: the share of measurements inside their interval; None for a bare ceiling.
    """

    rows: int
    sources: int
    middle: float
    p90: float
    ratio: float
    covered: float | None = None


@dataclass(frozen=True)
class Validation:
    """All rows predicted out of source, beside the fit that the site uses."""

    fit: Fit
    predictions: tuple[Prediction, ...]

    @property
    def single_user(self) -> tuple[Prediction, ...]:
        """Predictions of one user alone: those that are judged."""
        return tuple(p for p in self.predictions if p.entry.row.concurrency == 1)

    @property
    def batched(self) -> tuple[Prediction, ...]:
        """Predictions of several users decoded together."""
        return tuple(p for p in self.predictions if p.entry.row.concurrency > 1)

    def grouped(self, grouping: str) -> dict[str, tuple[Prediction, ...]]:
        """Single-user predictions by the groups of one of `GROUPINGS`, largest group first."""
        groups: defaultdict[str, list[Prediction]] = defaultdict(list)
        for prediction in self.single_user:
            groups[GROUPINGS[grouping](self.fit, prediction.entry)].append(prediction)
        by_size = sorted(groups.items(), key=lambda item: (-len(item[1]), item[0]))
        return {name: tuple(members) for name, members in by_size}


def validate(rows: Iterable[Measured]) -> Validation:
    """The fit, and every row predicted by a fit that has not seen its source.

    The intervals of the fit are those of all the rows of one user that were predicted so.

    Raises:
        TooFewSources: fewer than two sources measured one user alone.
    """
    rows = tuple(rows)
    predictions = cross_validate(rows)
    bands = bands_of([(p.entry, p.expected) for p in predictions if p.entry.row.concurrency == 1])
    return Validation(fit(rows, bands), predictions)


def errors_of_law(predictions: Iterable[Prediction]) -> Errors:
    """The errors of the ceiling taken as a prediction."""
    return errors_of((p.entry, p.entry.ceiling) for p in predictions)


def errors_of_expected(predictions: Iterable[Prediction]) -> Errors:
    """The errors of the expected speed, out of source, and what its intervals cover."""
    predictions = tuple(predictions)
    covered = sum(prediction.covered for prediction in predictions) / len(predictions)
    return replace(errors_of((p.entry, p.expected) for p in predictions), covered=covered)


def errors_of(pairs: Iterable[Expected]) -> Errors:
    """The errors of any speeds: rows, each with tokens per second and user predicted of it."""
    pairs = tuple(pairs)
    ratios = [entry.row.tokens_per_second / predicted for entry, predicted in pairs]
    errors = [abs(1 / ratio - 1) for ratio in ratios]
    sources = len({entry.source for entry, _ in pairs})
    return Errors(len(pairs), sources, median(errors), percentile(errors, 90), median(ratios))


def percentile(values: Iterable[float], percent: int) -> float:
    """The smallest of some values that so many percent of them do not exceed: the nearest rank.

    It tells of these values alone, as "nine in ten are at most so far off" does. What to expect of
    a value not among them is another question, which `intervals` answers by conformal ranks.
    """
    ordered = sorted(values)
    return ordered[-(-percent * len(ordered) // 100) - 1]


GROUPINGS: Mapping[str, Callable[[Fit, Measured], str]] = {
    "engine": lambda _, entry: entry.row.engine,
    "device class": lambda _, entry: DEVICE_CLASSES.get(entry.device, "other"),
    "tensor-parallel width": lambda _, entry: str(entry.row.gpus_reading),
    "ideal time per token": lambda fit, entry: fit.band(entry.step_time).name,
    "source": lambda _, entry: entry.row.title,
}
"""The ways to split the rows: name of the split, and the group of a row."""


LIMITS: Mapping[str, Callable[[Measured], bool]] = {
    "many GPUs on one stream": lambda e: e.row.gpus_reading >= 4 and e.row.concurrency == 1,
    "a step under a millisecond": lambda e: e.step_time < BAND_EDGES[0],
    "a mixture of experts over many GPUs": lambda e: e.mixture and e.row.gpus_reading > 1,
    "a mixture of experts under batch": lambda e: e.mixture and e.row.concurrency > 1,
    "a long context": lambda e: e.row.context >= 8192,
}
"""Where a prediction is least sure, and which rows show it."""
