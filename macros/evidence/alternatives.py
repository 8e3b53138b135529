"""Forms of the expected speed that were tried, so that a page can show why the kept one stays.

Each is a time that is linear in its coefficients: the law's step over an achieved share, plus fixed
costs. All are fitted like the kept form, and judged on sources that their fit has not seen.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from statistics import median

from macros.cache import remembered
from macros.evidence.fit import Prediction
from macros.evidence.rows import Measured, single_user
from macros.evidence.simplex import Point, minimize

Costs = Callable[[Measured], tuple[float, ...]]


@dataclass(frozen=True)
class Form:
    """One way to refine the law.

    Attributes:
        name: what pages call it.
        costs: what each coefficient multiplies, in a row: first the time that the achieved share
            divides, then how often each fixed cost is paid.
        start: where the fit begins: the share, then seconds for each cost paid.
    """

    name: str
    costs: Costs
    start: Point


KEPT = "reading, and a time per layer"

FORMS: tuple[Form, ...] = (
    Form("a share of the rates, nothing else", lambda e: (e.step_time,), (0.8,)),
    Form("reading, and a time per step", lambda e: (e.step_time, 1.0), (0.8, 2e-3)),
    Form(
        "weights without the cache, and a time per layer",
        lambda e: (_weights(e), e.layers),
        (0.8, 8e-5),
    ),
    Form(KEPT, lambda e: (e.step_time, e.layers), (0.8, 8e-5)),
    Form(
        "kept, and a time per layer when GPUs read together",
        lambda e: (e.step_time, e.layers, e.layers * (e.row.gpus_reading > 1)),
        (0.8, 8e-5, 4e-5),
    ),
    Form(
        "kept, and a time per layer of a mixture",
        lambda e: (e.step_time, e.layers, e.layers * e.mixture),
        (0.8, 8e-5, 4e-5),
    ),
)
"""From the simplest to those that promise more than they keep."""


def _weights(entry: Measured) -> float:
    row = entry.row
    return (row.reads or math.nan) / (row.bandwidth * row.gpus_reading)


@dataclass(frozen=True)
class Trial:
    """A form's predictions of single-user rows out of source, with its number of coefficients."""

    form: Form
    parameters: int
    pairs: tuple[tuple[Measured, float], ...]

    def errors(self, rows: Callable[[Measured], bool] = lambda _: True) -> list[float]:
        """|predicted ÷ measured - 1| of some rows, smallest first."""
        return sorted(
            abs(tps / entry.row.tokens_per_second - 1) for entry, tps in self.pairs if rows(entry)
        )

    def middle(self, rows: Callable[[Measured], bool] = lambda _: True) -> float:
        """The median error of some rows."""
        return float(median(self.errors(rows)))


def trials(rows: Iterable[Measured], kept: Iterable[Prediction]) -> tuple[Trial, ...]:
    """Every form out of source; the kept one as the site's own validation has it."""
    rows = single_user(rows)
    known = tuple((p.entry, p.expected) for p in kept if p.entry.row.concurrency == 1)
    others = [form for form in FORMS if form.name != KEPT]
    fits = remembered("forms", rows, lambda: {form.name: _fits(form, rows) for form in others})
    return tuple(
        Trial(form, 2, known) if form.name == KEPT else _tried(form, rows, fits[form.name])
        for form in FORMS
    )


def _fits(form: Form, rows: Sequence[Measured]) -> dict[str, Point]:
    """For each source the coefficients that rows of all others give."""
    costs = [form.costs(entry) for entry in rows]
    # A fit without one source lies near that with all of them, so it starts there.
    near = tuple(max(x, 1e-7) for x in _fit(rows, costs, form.start, 1e-4, 0.2))
    coefficients = {}
    for source in dict.fromkeys(entry.source for entry in rows):
        others = [i for i, entry in enumerate(rows) if entry.source != source]
        seen, paid = [rows[i] for i in others], [costs[i] for i in others]
        coefficients[source] = _fit(seen, paid, near, 1e-3, 0.05)
    return coefficients


def _tried(form: Form, rows: Sequence[Measured], fits: Mapping[str, Point]) -> Trial:
    pairs = tuple((entry, 1 / _time(fits[entry.source], form.costs(entry))) for entry in rows)
    return Trial(form, len(form.start), pairs)


def _time(point: Point, cost: tuple[float, ...]) -> float:
    share, *fixed = point
    return cost[0] / share + math.fsum(c * x for c, x in zip(fixed, cost[1:], strict=True))


def _fit(
    rows: Sequence[Measured],
    costs: Sequence[tuple[float, ...]],
    start: Point,
    tolerance: float,
    spread: float,
) -> Point:
    """Coefficients that bring predicted nearest to measured, in ratios; weighted as the kept fit."""
    size = Counter(entry.source for entry in rows)
    points = [
        (*_three(cost), math.log(entry.time), 1 / math.sqrt(size[entry.source]))
        for entry, cost in zip(rows, costs, strict=True)
    ]

    def distance(point: Point) -> float:
        if not 0 < point[0] <= 1 or any(x < 0 for x in point[1:]):
            return math.inf
        a, b, c = _three((1 / point[0], *point[1:]))
        return sum(
            weight * abs(math.log(a * x + b * y + c * z) - time) for x, y, z, time, weight in points
        )

    return minimize(distance, start, spread=spread, tolerance=tolerance)


def _three(numbers: Sequence[float]) -> tuple[float, float, float]:
    """Up to three numbers, filled up with zeros: most of a build's time here is this one sum."""
    x, y, z = (*numbers, 0.0, 0.0)[:3]
    return x, y, z
