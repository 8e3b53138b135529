"""Prediction against measurement: errors, where they are large, and what levers really moved.

Errors are of tokens per second and user: |predicted / measured - 1|.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from statistics import median

from macros.evidence.fit import Fit, Prediction, cross_validate, fit
from macros.evidence.intervals import BAND_EDGES
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
    covered: float | None


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
    """The fit, and every row predicted by a fit that has not seen its source."""
    rows = tuple(rows)
    predictions = cross_validate(rows)
    return Validation(fit(rows, predictions), predictions)


def errors_of_law(predictions: Iterable[Prediction]) -> Errors:
    """The errors of the ceiling taken as a prediction."""
    entries = [prediction.entry for prediction in predictions]
    return _errors([(entry, entry.ceiling) for entry in entries], None)


def errors_of_expected(predictions: Iterable[Prediction]) -> Errors:
    """The errors of the expected speed, out of source, and what its intervals cover."""
    predictions = tuple(predictions)
    covered = sum(prediction.covered for prediction in predictions) / len(predictions)
    return _errors([(p.entry, p.expected) for p in predictions], covered)


def _errors(pairs: Sequence[tuple[Measured, float]], covered: float | None) -> Errors:
    ratios = [entry.row.tokens_per_second / predicted for entry, predicted in pairs]
    errors = sorted(abs(1 / ratio - 1) for ratio in ratios)
    sources = len({entry.source for entry, _ in pairs})
    p90 = errors[math.ceil(0.9 * len(errors)) - 1]
    return Errors(len(errors), sources, median(errors), p90, median(ratios), covered)


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


# --- Levers: what published pairs realised ---


@dataclass(frozen=True)
class Pair:
    """Two rows of one source, engine and machine that differ in one lever."""

    before: Measured
    after: Measured

    @property
    def law_factor(self) -> float:
        """How many times faster the bytes alone would make it."""
        return self.before.step_time / self.after.step_time

    @property
    def speed_factor(self) -> float:
        """How many times faster it was."""
        return self.after.row.tokens_per_second / self.before.row.tokens_per_second


def _pairs(
    before: Iterable[Measured],
    after: Iterable[Measured],
    setting: Callable[[Measured], Hashable],
) -> tuple[Pair, ...]:
    partners: defaultdict[Hashable, list[Measured]] = defaultdict(list)
    for entry in after:
        partners[setting(entry)].append(entry)
    return tuple(Pair(one, two) for one in before for two in partners[setting(one)])


def _machine(entry: Measured) -> tuple[Hashable, ...]:
    row = entry.row
    return (
        entry.source,
        row.engine,
        row.version,
        row.gpu,
        row.gpus,
        row.layout,
        row.concurrency,
        row.context,
    )


def four_bit_pairs(rows: Iterable[Measured]) -> tuple[Pair, ...]:
    """16-bit weights and about 4-bit ones: same model, engine and machine.

    A format counts as about 4-bit by the bytes that a token reads: 3.5 to 5.5 sixteenths of the
    16-bit row's, heads and scales included.
    """
    rows = tuple(rows)
    wide = [entry for entry in rows if entry.row.precision_id in ("fp16", "bf16")]

    def setting(entry: Measured) -> Hashable:
        return *_machine(entry), entry.row.model

    pairs = _pairs(wide, rows, setting)
    return tuple(
        pair for pair in pairs if 3.5 <= 16 * _reads(pair.after) / _reads(pair.before) < 5.5
    )


def _reads(entry: Measured) -> float:
    return entry.row.reads or math.nan


def model_pairs(rows: Iterable[Measured], large: str, small: str) -> tuple[Pair, ...]:
    """A large and a small model of the catalog: same format, engine and machine."""
    rows = tuple(rows)

    def setting(entry: Measured) -> Hashable:
        return *_machine(entry), entry.row.precision

    return _pairs(
        [entry for entry in rows if entry.row.model_id == large],
        [entry for entry in rows if entry.row.model_id == small],
        setting,
    )


def least_realised(pairs: Iterable[Pair], share: float = 0.5) -> tuple[Pair, ...]:
    """The pairs that became less than `share` as many times faster as their bytes allow.

    Either the format had no fast kernel there and then, or fixed costs had taken over.
    """
    found = [pair for pair in pairs if pair.speed_factor < share * pair.law_factor]
    return tuple(sorted(found, key=lambda pair: pair.speed_factor / pair.law_factor))
