"""Prediction against measurement: how far off, and where it is large.

Errors are of tokens per second and user: |predicted / measured - 1|.
"""

from __future__ import annotations

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from statistics import median

from macros.evidence.cross_validation import cross_validate, without_each
from macros.evidence.fit import Fit, Prediction
from macros.evidence.peers import Judged, classes_of_row, peers_of
from macros.evidence.pooled import Constants
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
    """All rows predicted out of source, beside the fit that the site uses.

    Attributes:
        fit: to all rows.
        predictions: each row as its source tells of it, its engine included.
        blind: the same rows in the same order, as if nobody had said which engine it was.
        constants: what they were predicted with, by the source that these have not seen.
    """

    fit: Fit
    predictions: tuple[Prediction, ...]
    blind: tuple[Prediction, ...]
    constants: Mapping[str, Constants]

    @property
    def single_user(self) -> tuple[Prediction, ...]:
        """Predictions of one user alone."""
        return tuple(p for p in self.predictions if p.entry.alone)

    @property
    def batched(self) -> tuple[Prediction, ...]:
        """Predictions of several users decoded together."""
        return tuple(p for p in self.predictions if not p.entry.alone)

    def grouped(self, grouping: str) -> dict[str, tuple[Prediction, ...]]:
        """Single-user predictions by the groups of one of `GROUPINGS`, largest group first."""
        groups: defaultdict[str, list[Prediction]] = defaultdict(list)
        for prediction in self.single_user:
            groups[GROUPINGS[grouping](prediction)].append(prediction)
        by_size = sorted(groups.items(), key=lambda item: (-len(item[1]), item[0]))
        return {name: tuple(members) for name, members in by_size}


def validate(rows: Iterable[Measured]) -> Validation:
    """The fit, and every row predicted by a fit that has not seen its source.

    Raises:
        TooFewSources: fewer than two sources.
    """
    rows = tuple(rows)
    constants = without_each(rows)
    predictions, named = cross_validate(rows, constants)
    unnamed, blind = cross_validate(rows, constants, blind=True)
    judged = (
        Judged(classes_of_row(seen.entry), seen.entry.source, error_of(seen), error_of(unseen))
        for seen, unseen in zip(predictions, unnamed, strict=True)
    )
    sources = len({entry.source for entry in rows})
    fit = Fit(constants[""], named, blind, peers_of(judged), len(rows), sources)
    return Validation(fit, predictions, unnamed, constants)


def error_of(prediction: Prediction) -> float:
    """How far a prediction was off: |expected / measured - 1|."""
    return abs(1 / prediction.ratio - 1)


def errors_of_law(predictions: Iterable[Prediction]) -> Errors:
    """The errors of the ceiling taken as a prediction."""
    return errors_of((p.entry, p.entry.ceiling) for p in predictions)


def errors_of_expected(predictions: Iterable[Prediction]) -> Errors:
    """The errors of the expected speed, out of source, and what its intervals cover."""
    predictions = tuple(predictions)
    covered = sum(prediction.covered for prediction in predictions) / len(predictions)
    return replace(errors_of((p.entry, p.expected) for p in predictions), covered=covered)


def errors_of(pairs: Iterable[tuple[Measured, float]]) -> Errors:
    """The errors of any speeds: rows, each with tokens per second and user predicted of it."""
    pairs = tuple(pairs)
    ratios = [entry.row.tokens_per_second / predicted for entry, predicted in pairs]
    errors = [abs(1 / ratio - 1) for ratio in ratios]
    sources = len({entry.source for entry, _ in pairs})
    return Errors(len(pairs), sources, median(errors), percentile(errors, 90), median(ratios))


def median_by_source(errors: Iterable[tuple[str, float]]) -> float:
    """The median over sources of each source's median error: every source counts as one."""
    of_source: defaultdict[str, list[float]] = defaultdict(list)
    for source, error in errors:
        of_source[source].append(error)
    return median(median(each) for each in of_source.values())


def percentile(values: Iterable[float], percent: int) -> float:
    """The smallest of some values that so many percent of them do not exceed: the nearest rank.

    It tells of these values alone, as "nine in ten are at most so far off" does.
    """
    ordered = sorted(values)
    return ordered[-(-percent * len(ordered) // 100) - 1]


STEP_EDGES = (1e-3, 3e-3, 1e-2, 3e-2)
"""Step times that part rows, in seconds: half decades, over the range that rows cover."""

SHARE_EDGES = (0.15, 0.35, 0.6)
"""Shares of an expected step without reading that part rows."""


def _spans(edges: Sequence[float], scale: float, unit: str) -> tuple[str, ...]:
    """The spans between some edges, in words: `3 to 10 ms`."""
    texts = [f"{edge * scale:g}" for edge in edges]
    between = (f"{low} to {high} {unit}" for low, high in pairwise(texts))
    return (f"under {texts[0]} {unit}", *between, f"over {texts[-1]} {unit}")


STEP_SPANS = _spans(STEP_EDGES, 1000, "ms")
SHARE_SPANS = _spans(SHARE_EDGES, 100, "% fixed")


def _step_span(prediction: Prediction) -> str:
    return STEP_SPANS[bisect_right(STEP_EDGES, prediction.entry.step_time)]


def _share_span(prediction: Prediction) -> str:
    return SHARE_SPANS[bisect_right(SHARE_EDGES, prediction.fixed_share)]


GROUPINGS: Mapping[str, Callable[[Prediction], str]] = {
    "engine": lambda p: p.entry.row.engine,
    "device class": lambda p: DEVICE_CLASSES.get(p.entry.device, "other"),
    "tensor-parallel width": lambda p: str(p.entry.row.gpus_reading),
    "ideal time per token": _step_span,
    "share of fixed costs": _share_span,
    "source": lambda p: p.entry.row.title,
}
"""The ways to split the rows: name of the split, and the group of a prediction."""


def _on_one(entry: Measured) -> bool:
    return entry.row.gpus_reading == 1


LONG_CONTEXT = 7000
"""Tokens from which a context counts as long: 8K less what benchmarks cut off."""

REGIMES: Mapping[str, Callable[[Measured], bool]] = {
    "one GPU, one user": lambda e: _on_one(e) and e.alone,
    "several GPUs, one user": lambda e: not _on_one(e) and e.alone,
    "a mixture of experts, one user": lambda e: e.mixture and e.alone,
    "a long context": lambda e: e.row.context >= LONG_CONTEXT,
    "one GPU, several users": lambda e: _on_one(e) and not e.alone,
    "several GPUs, several users": lambda e: not _on_one(e) and not e.alone,
    "a dense model, several users": lambda e: not e.mixture and not e.alone,
    "a mixture of experts, several users": lambda e: e.mixture and not e.alone,
}
"""What the expected speed is judged by, one regime at a time."""

LIMITS: Mapping[str, Callable[[Measured], bool]] = {
    "many GPUs on one stream": lambda e: e.row.gpus_reading >= 4 and e.alone,
    "a step under a millisecond": lambda e: e.step_time < STEP_EDGES[0] and e.alone,
    "a mixture of experts over many GPUs": lambda e: e.mixture and not _on_one(e) and e.alone,
}
"""Where a prediction is least sure, and which rows show it."""
