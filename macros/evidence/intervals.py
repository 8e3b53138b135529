"""Intervals of the expected speed: by the law's step time, from sources that a fit has not seen.

A fast step is mostly fixed cost, which engines differ in; a slow one is mostly reading, which they
do alike. So what was measured over what was expected spreads with the step time, and each band of
step times has its own interval.
"""

from __future__ import annotations

import math
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from macros.evidence.rows import Measured

Expected = tuple[Measured, float]
"""A row, and the tokens per second and user that were expected of it."""

BAND_EDGES = (1e-3, 3e-3, 1e-2, 3e-2)
"""Step times that part the bands, in seconds: half decades, over the range that rows cover."""

SHARE_WITHIN = 0.8
"""Share of measurements that an interval is made to hold: from the 10th percentile to the 90th."""


@dataclass(frozen=True)
class Band:
    """What became of predictions with a step time from `start` up to `end`, in seconds.

    Attributes:
        low, high: measured over expected speed, at the 10th and 90th percentile.
        rows, sources: how many stand behind them.
    """

    start: float
    end: float
    low: float
    high: float
    rows: int
    sources: int

    @property
    def name(self) -> str:
        """The band in words: `3 to 10 ms`."""
        start, end = (f"{edge * 1000:g}" for edge in (self.start, self.end))
        if self.end == math.inf:
            return f"over {start} ms"
        return f"{start} to {end} ms" if self.start else f"under {end} ms"

    @property
    def anchor(self) -> str:
        """The band's id on the page that shows all of them: `band-3-to-10-ms`."""
        return f"band-{self.name.replace(' ', '-')}"

    @property
    def factors(self) -> dict[str, float]:
        """The band as inputs of the expected speed."""
        return {"low_factor": self.low, "high_factor": self.high}


def band_of(bands: Sequence[Band], step_time: float) -> Band:
    """The band that a step time in seconds falls in; the outer ones have no outer end."""
    return bands[bisect_right([band.start for band in bands[1:]], step_time)]


def bands_of(unseen: Sequence[Expected]) -> tuple[Band, ...]:
    """The interval of each band, from rows and the speeds expected of them.

    A band with too few rows for its percentiles is one with the next slower band; the slowest, with
    the band before.
    """
    edges = (0.0, *BAND_EDGES, math.inf)
    groups: list[tuple[float, list[Expected]]] = []
    for start, end in pairwise(edges):
        inside = [pair for pair in unseen if start <= pair[0].step_time < end]
        if groups and not _enough(groups[-1][1]):
            groups[-1][1].extend(inside)
        else:
            groups.append((start, inside))
    if len(groups) > 1 and not _enough(groups[-1][1]):
        _, inside = groups.pop()
        groups[-1][1].extend(inside)
    ends = [start for start, _ in groups[1:]] + [math.inf]
    return tuple(
        _band(start, end, inside) for (start, inside), end in zip(groups, ends, strict=True)
    )


def _rank(rows: int) -> int:
    """The conformal rank from either end: the new row is one more that could lie anywhere."""
    return math.floor((rows + 1) * (1 - SHARE_WITHIN) / 2 + 1e-9)


def _enough(pairs: Sequence[object]) -> bool:
    return _rank(len(pairs)) >= 1


def _band(start: float, end: float, pairs: Sequence[Expected]) -> Band:
    ratios = sorted(entry.row.tokens_per_second / expected for entry, expected in pairs)
    rank = max(_rank(len(ratios)), 1)
    sources = len({entry.source for entry, _ in pairs})
    return Band(start, end, ratios[rank - 1], ratios[-rank], len(ratios), sources)
