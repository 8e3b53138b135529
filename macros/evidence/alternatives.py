"""Forms of the expected speed that were tried, so that a page can show why the kept one stays.

Each is a time that is linear in its coefficients: the law's step over an achieved share, plus fixed
costs. All are fitted like the kept form, and judged on sources that their fit has not seen.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from macros.cache import remembered
from macros.evidence.accuracy import Errors, errors_of
from macros.evidence.fit import Costs, Prediction, expected_costs, nearest_coefficients
from macros.evidence.intervals import Expected
from macros.evidence.rows import Measured, single_user
from macros.evidence.simplex import Point


@dataclass(frozen=True)
class Form:
    """One way to refine the law.

    Attributes:
        name: what pages call it.
        costs: what each coefficient multiplies in a row.
        start: where the fit begins: the share, then seconds for each cost paid.
    """

    name: str
    costs: Costs
    start: Point

    @property
    def parameters(self) -> int:
        """How many coefficients are fitted."""
        return len(self.start)


KEPT = "reading, and a time per layer"

FORMS: tuple[Form, ...] = (
    Form("a share of the rates, nothing else", lambda e: (e.step_time,), (0.8,)),
    Form("reading, and a time per step", lambda e: (e.step_time, 1.0), (0.8, 2e-3)),
    Form(
        "weights without the cache, and a time per layer",
        lambda e: (_weights(e), e.layers),
        (0.8, 8e-5),
    ),
    Form(KEPT, expected_costs, (0.8, 8e-5)),
    Form(
        "kept, and a time per layer when GPUs read together",
        lambda e: (*expected_costs(e), e.layers * (e.row.gpus_reading > 1)),
        (0.8, 8e-5, 4e-5),
    ),
    Form(
        "kept, and a time per layer of a mixture",
        lambda e: (*expected_costs(e), e.layers * e.mixture),
        (0.8, 8e-5, 4e-5),
    ),
)
"""From the simplest to those that promise more than they keep."""


def _weights(entry: Measured) -> float:
    row = entry.row
    return (row.reads or math.nan) / (row.bandwidth * row.gpus_reading)


@dataclass(frozen=True)
class Trial:
    """A form's predictions of single-user rows, out of source."""

    form: Form
    pairs: tuple[Expected, ...]

    def errors(self, rows: Callable[[Measured], bool] = lambda _: True) -> Errors:
        """The errors of all rows, or of some."""
        return errors_of(pair for pair in self.pairs if rows(pair[0]))


def trials(rows: Iterable[Measured], kept: Iterable[Prediction]) -> tuple[Trial, ...]:
    """Every form out of source; the kept one as the site's own validation has it."""
    rows = single_user(rows)
    known = tuple((p.entry, p.expected) for p in kept if p.entry.row.concurrency == 1)
    others = [form for form in FORMS if form.name != KEPT]
    fits = remembered("forms", rows, lambda: {form.name: _fits(form, rows) for form in others})
    return tuple(
        Trial(form, known if form.name == KEPT else _predicted(form, rows, fits[form.name]))
        for form in FORMS
    )


def _fits(form: Form, rows: Sequence[Measured]) -> dict[str, Point]:
    """For each source the coefficients that rows of all others give."""
    # A fit without one source lies near that with all of them, so it starts there.
    near = tuple(max(x, 1e-7) for x in nearest_coefficients(rows, form.costs, form.start))
    return {
        source: nearest_coefficients(
            [entry for entry in rows if entry.source != source], form.costs, near, 0.05, 1e-3
        )
        for source in dict.fromkeys(entry.source for entry in rows)
    }


def _predicted(
    form: Form, rows: Sequence[Measured], fits: Mapping[str, Point]
) -> tuple[Expected, ...]:
    return tuple((entry, 1 / _time(fits[entry.source], form.costs(entry))) for entry in rows)


def _time(point: Point, cost: tuple[float, ...]) -> float:
    share, *fixed = point
    return cost[0] / share + math.fsum(c * x for c, x in zip(fixed, cost[1:], strict=True))
