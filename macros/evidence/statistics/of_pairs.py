"""Statistics of pairs of rows: of those that differ in one lever, and of those inside a setup."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable, Mapping
from statistics import median

from macros.evidence.accuracy import percentile
from macros.evidence.calibration import Rescaled, setup_of
from macros.evidence.fit import speed_of
from macros.evidence.groups import Evidence, Pairs
from macros.evidence.levers import Pair
from macros.evidence.rows import Measured
from macros.evidence.statistics.definition import (
    DEVICES,
    ORDERED_PAIRS,
    PAIRS,
    SETUPS,
    SOURCES,
    Statistic,
)


def _expected_factor(evidence: Evidence, group: Pairs) -> float:
    known = evidence.validation.fit.constants
    return median(speed_of(pair.after, known) / speed_of(pair.before, known) for pair in group)


def _reads_factor(pair: Pair) -> float:
    return (pair.before.row.reads or 0) / (pair.after.row.reads or 1)


def both(group: Pairs) -> Iterable[Measured]:
    """The rows of pairs, some in several."""
    return (entry for pair in group for entry in (pair.before, pair.after))


def _uncalibrated(pair: Rescaled) -> float:
    return abs(pair.before / pair.entry.row.tokens_per_second - 1)


def _calibrated(pair: Rescaled) -> float:
    return abs(pair.after / pair.entry.row.tokens_per_second - 1)


def _by_setup(group: Iterable[Rescaled], error: Callable[[Rescaled], float]) -> float:
    """The median over setups of each setup's median error."""
    of_setup: defaultdict[Hashable, list[float]] = defaultdict(list)
    for pair in group:
        of_setup[setup_of(pair.entry)].append(error(pair))
    return median(map(median, of_setup.values()))


OF_PAIRS: Mapping[str, Statistic] = {
    # That differ in one lever.
    "pairs": Statistic(
        "pairs", "pairs of rows that differ in one thing", lambda _, g: len(g), noun=PAIRS
    ),
    "pair_sources": Statistic(
        "pairs",
        "sources of the pairs",
        lambda _, g: len({entry.source for entry in both(g)}),
        noun=SOURCES,
    ),
    "pair_devices": Statistic(
        "pairs",
        "kinds of device of the pairs",
        lambda _, g: len({p.before.row.gpu for p in g}),
        noun=DEVICES,
    ),
    "bytes_factor": Statistic(
        "pairs",
        "median ratio of the weight bytes read per token",
        lambda _, g: median(map(_reads_factor, g)),
        scale="×",
    ),
    "law_factor": Statistic(
        "pairs",
        "median ratio of the ceilings",
        lambda _, g: median(pair.law_factor for pair in g),
        scale="×",
    ),
    "expected_factor": Statistic(
        "pairs", "median ratio of the expected speeds", _expected_factor, scale="×"
    ),
    "speed_factor": Statistic(
        "pairs",
        "median ratio of the measured speeds",
        lambda _, g: median(pair.speed_factor for pair in g),
        scale="×",
    ),
    "lowest_speed_factor": Statistic(
        "pairs",
        "smallest ratio of the measured speeds",
        lambda _, g: min(pair.speed_factor for pair in g),
        scale="×",
    ),
    "highest_speed_factor": Statistic(
        "pairs",
        "largest ratio of the measured speeds",
        lambda _, g: max(pair.speed_factor for pair in g),
        scale="×",
    ),
    "p90_speed_factor": Statistic(
        "pairs",
        "nine in ten ratios of the measured speeds are at most this",
        lambda _, g: percentile((pair.speed_factor for pair in g), 90),
        scale="×",
    ),
    "midway_error": Statistic(
        "pairs",
        "median of √(faster ÷ slower) − 1: how far off a forecast is that stands between both",
        lambda _, g: median(math.sqrt(pair.speed_factor) - 1 for pair in g),
        scale="%",
    ),
    # Inside a setup.
    "setup_pairs": Statistic(
        "calibrations",
        "ordered pairs of rows inside a setup",
        lambda _, g: len(g),
        noun=ORDERED_PAIRS,
    ),
    "setups": Statistic(
        "calibrations",
        "setups with two rows or more",
        lambda _, g: len({setup_of(pair.entry) for pair in g}),
        noun=SETUPS,
    ),
    "uncalibrated_error": Statistic(
        "calibrations",
        "median of |expected ÷ measured − 1|, each source left out of its own fit",
        lambda _, g: median(map(_uncalibrated, g)),
        scale="%",
    ),
    "calibrated_error": Statistic(
        "calibrations",
        "the same, the fixed time rescaled by another row of the setup",
        lambda _, g: median(map(_calibrated, g)),
        scale="%",
    ),
    "calibrated_error_by_setup": Statistic(
        "calibrations",
        "median over setups of each setup's median error, the fixed time rescaled",
        lambda _, g: _by_setup(g, _calibrated),
        scale="%",
    ),
    "uncalibrated_error_by_setup": Statistic(
        "calibrations",
        "median over setups of each setup's median error, each source left out of its own fit",
        lambda _, g: _by_setup(g, _uncalibrated),
        scale="%",
    ),
}
"""By the name that a page gives."""
