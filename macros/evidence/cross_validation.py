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
from typing import TypeAlias

import numpy as np

from macros import law
from macros.errors import TooFewSources
from macros.evidence import form, newton
from macros.evidence.fit import Prediction
from macros.evidence.form import expectation
from macros.evidence.intervals import Curves, factors_at
from macros.evidence.pooled import Constants, Point, Prior, Term
from macros.evidence.rows import Measured
from macros.evidence.unseen import Unseen, curve_of

HALF_LIFE = 3.0
"""Years in which a row's weight halves."""

Terms: TypeAlias = Callable[[Measured], Sequence[Term]]

HELP = 0.2
"""What a row of one user weighs in the intervals of several: these have few rows of long reading."""


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
    return newton.fit(points, _priors(points))


def without_each(
    rows: Sequence[Measured], terms: Terms = form.terms
) -> dict[str, dict[str, float]]:
    """The constants of all rows, under "", and for each source those of all rows but its own.

    Raises:
        TooFewSources: fewer than two sources, so that no error out of source can be known.
    """
    of_row = [entry.source for entry in rows]
    sources = list(dict.fromkeys(of_row))
    if len(sources) < 2:
        only = f"only {sources[0]!r} has any" if sources else "none has any"
        raise TooFewSources(
            f"the expected speed is fitted to usable rows from two sources or more, and {only}; "
            "give rows in catalog/measurements their reads and layers, or left_out rows back"
        )
    points = points_of(rows, terms)
    others = ([of != source for of in of_row] for source in sources)
    found = newton.fits(points, _priors(points), others)
    return dict(zip(["", *sources], found, strict=True))


def _priors(points: Iterable[Point]) -> dict[str, Prior]:
    named = dict.fromkeys(name for p in points for term in p.terms for name in term.constants)
    return {name: form.prior_of(name) for name in named}


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
    of_row = np.array([entry.source for entry in rows])
    together = np.array([not entry.alone for entry in rows])
    size = Counter(of_row.tolist())
    unseen = Unseen(
        np.array([made.fixed_share for made in expected]),
        np.array([made.time / entry.time for entry, made in zip(rows, expected, strict=True)]),
        np.array([size[source] ** -0.5 for source in of_row.tolist()]),
    )
    helped = unseen._replace(weights=unseen.weights * np.where(together, 1.0, HELP))

    def curves(source: str) -> Curves:
        """Without a source; of several users, with some help of one user's rows."""
        others = of_row != source
        alone = others & ~together
        one = unseen.of(alone if alone.any() else others)
        return Curves(curve_of(one), curve_of(helped.of(others)))

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
