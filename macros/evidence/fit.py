"""The constants of the expected speed, found in published measurements at every build.

The fit lowers the mean of |ln(expected / measured)|: a median fit, in ratios, so that a row off by
a factor of ten pulls no harder than its neighbour does, and a slow machine counts like a fast one.
Rows of one source share machine, engine and habits, so n of them say more than one row and less
than n independent ones: each row weighs 1/sqrt(n), and a source sqrt(n). Engines quicken, so a
row's weight halves with every three years of its age.

How far to trust it is read from sources that the fit has not seen: each in turn is left out whole
and predicted from the others.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from macros import law
from macros.cache import remembered
from macros.catalog import Gpu
from macros.errors import TooFewSources
from macros.evidence import form, pooled
from macros.evidence.form import expectation
from macros.evidence.intervals import Curves, Unseen, curve_of, factors_at
from macros.evidence.peers import Peers, classes_of, nearest
from macros.evidence.pooled import Constants, Point, Term
from macros.evidence.rows import Measured, class_of, link_of

HALF_LIFE = 3.0
"""Years in which a row's weight halves."""

CLOSE_ENOUGH = 5e-3
"""How closely, in logarithms, a constant is found where a source is left out: half a percent."""

Terms: TypeAlias = Callable[[Measured], Sequence[Term]]

HELP = 0.2
"""What a row of one user weighs in the intervals of several: these have few rows of long reading."""


@dataclass(frozen=True)
class Prediction:
    """A row predicted by a fit that has not seen its source, in tokens per second and user.

    Attributes:
        entry: the row.
        expected, low, high: its speed, and the interval of it.
        fixed_share: the share of the expected time in which nothing is read.
    """

    entry: Measured
    expected: float
    low: float
    high: float
    fixed_share: float

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
    """The expected speed's constants, its intervals, and what they were read from.

    Attributes:
        constants: natural logarithms, by the names of `form.terms`.
        named, blind: the intervals where the engine is known, and where it is not.
        peers: the classes of rows that there are enough of, by name.
        rows, sources: how many were fitted.
    """

    constants: Constants
    named: Curves
    blind: Curves
    peers: Mapping[str, Peers]
    rows: int
    sources: int

    def coefficients(self, gpu: Gpu, engine: str = "") -> dict[str, float]:
        """The coefficients of `macros.law.expected` on a GPU, for an engine of today."""
        device = class_of(gpu)
        return form.coefficients(self.constants, device, link_of(device, gpu.name), engine)

    def peers_of(self, gpu: Gpu, gpus: int, batch: int) -> Peers:
        """The rows that stand behind the expected speed of a setup."""
        return nearest(self.peers, classes_of(gpu.id, class_of(gpu), gpus, batch))

    def inputs(self, known: Mapping[str, float], gpu: Gpu, engine: str = "") -> dict[str, float]:
        """All that the expected speed needs beside a scenario's own inputs.

        Args:
            known: these inputs.
            gpu: that the scenario runs on.
            engine: its id; "" where it is not known.
        """
        coefficients = self.coefficients(gpu, engine)
        share = float(law.evaluate("fixed_share", {**known, **coefficients}))
        gpus, batch = int(known["gpus"]), int(known["batch"])
        low, high = factors_at((self.named if engine else self.blind).of(batch), share)
        peers = self.peers_of(gpu, gpus, batch)
        return {
            **coefficients,
            "low_factor": low,
            "high_factor": high,
            "peer_rows": peers.rows,
            "peer_sources": peers.sources,
            "peer_error": peers.error if engine else peers.blind_error,
        }


def weights_of(rows: Sequence[Measured]) -> list[float]:
    """What each row weighs: by the size of its source, and by its age beside the newest."""
    size = Counter(entry.source for entry in rows)
    newest = max((entry.year for entry in rows), default=0.0)
    return [
        float(size[entry.source] ** -0.5 * 0.5 ** ((newest - entry.year) / HALF_LIFE))
        for entry in rows
    ]


def points_of(rows: Sequence[Measured], terms: Terms = form.terms) -> list[Point]:
    """Rows as a form of the expected speed sees them."""
    return [
        Point(tuple(terms(entry)), entry.time, weight)
        for entry, weight in zip(rows, weights_of(rows), strict=True)
    ]


def constants_of(rows: Sequence[Measured], terms: Terms = form.terms) -> dict[str, float]:
    """The constants that bring expected nearest to measured."""
    points = points_of(rows, terms)
    return pooled.fit(points, _priors(points))


def without_each(
    rows: Sequence[Measured], terms: Terms = form.terms
) -> dict[str, dict[str, float]]:
    """The constants of all rows, under "", and for each source those of all rows but its own."""
    points = points_of(rows, terms)
    priors = _priors(points)
    found = {"": pooled.fit(points, priors)}
    for source in dict.fromkeys(entry.source for entry in rows):
        others = [p for p, entry in zip(points, rows, strict=True) if entry.source != source]
        # From the priors, not from the whole fit: nothing of the source may be seen.
        found[source] = pooled.fit(others, priors, tolerance=CLOSE_ENOUGH)
    return found


def _priors(points: Iterable[Point]) -> dict[str, pooled.Prior]:
    named = dict.fromkeys(name for p in points for term in p.terms for name in term.constants)
    return {name: form.prior_of(name) for name in named}


def kept_constants(rows: Sequence[Measured]) -> dict[str, dict[str, float]]:
    """`without_each`, as it was kept from an earlier run.

    Raises:
        TooFewSources: fewer than two sources, so that no error out of source can be known.
    """
    known = {entry.source for entry in rows}
    if len(known) < 2:
        only = f"only {known.pop()!r} has any" if known else "none has any"
        raise TooFewSources(
            f"the expected speed is fitted to usable rows from two sources or more, and {only}; "
            "give rows in catalog/measurements their reads and layers, or left_out rows back"
        )
    found: dict[str, dict[str, float]] = remembered("fits", rows, lambda: without_each(rows))
    return found


def cross_validate(
    rows: Sequence[Measured], constants: Mapping[str, Constants], blind: bool = False
) -> tuple[tuple[Prediction, ...], Curves]:
    """Every row predicted by a fit that has not seen its source, and the intervals from all of them.

    The interval of a prediction is read from rows of other sources alone.

    Args:
        rows: of any number of users.
        constants: by the source that they have not seen.
        blind: as if nobody had said which engine a row was measured with.
    """
    expected = [expectation(entry, constants[entry.source], blind) for entry in rows]
    size = Counter(entry.source for entry in rows)
    unseen = [
        Unseen(made.fixed_share, made.time / entry.time, size[entry.source] ** -0.5)
        for entry, made in zip(rows, expected, strict=True)
    ]

    def curves(source: str) -> Curves:
        """Without a source; of several users, with some help of one user's rows."""
        kinds: tuple[list[Unseen], list[Unseen]] = ([], [])
        for entry, found in zip(rows, unseen, strict=True):
            if entry.source != source:
                kinds[entry.row.concurrency > 1].append(found)
        one, several = kinds
        helping = [found._replace(weight=found.weight * HELP) for found in one]
        return Curves(curve_of(one or several), curve_of([*several, *helping]))

    by_source = {source: curves(source) for source in size}
    predictions = []
    for entry, made in zip(rows, expected, strict=True):
        low, high = factors_at(by_source[entry.source].of(entry.row.concurrency), made.fixed_share)
        tps = float(law.expected_tps(made.time))
        predictions.append(
            Prediction(
                entry,
                tps,
                float(law.expected_low_tps(tps, low)),
                float(law.expected_high_tps(tps, high, entry.ceiling)),
                made.fixed_share,
            )
        )
    return tuple(predictions), curves("")


def speed_of(entry: Measured, constants: Constants) -> float:
    """Tokens per second and user that constants expect of a row."""
    return float(law.expected_tps(expectation(entry, constants).time))
