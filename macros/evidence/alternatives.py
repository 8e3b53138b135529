"""Forms of the expected speed that were tried, so that a page can show why the kept one stays.

Each is a sum of terms, as the kept form is: with some terms or some groups of constants taken away,
or with one more. All are fitted like the kept form, and judged on sources that their fit has not
seen.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

from macros.cache import remembered
from macros.catalog.engines import EARLIER_ENGINES, ENGINES
from macros.catalog.records import LINKS
from macros.evidence.accuracy import Errors, errors_of
from macros.evidence.cross_validation import Terms, without_each
from macros.evidence.fit import Prediction
from macros.evidence.form import ERAS, TRAFFIC, terms
from macros.evidence.pooled import Constants, Term, value
from macros.evidence.rows import DEVICE_CLASSES, Measured


@dataclass(frozen=True)
class Form:
    """One way to refine the law: what pages call it, and the terms of a row's time."""

    name: str
    terms: Terms


def _without(*pools: str) -> Terms:
    """The kept form without the terms of some pools."""
    return lambda entry: [term for term in terms(entry) if term.constants[0] not in pools]


def _alike(groups: Collection[str]) -> Terms:
    """The kept form without the deviations of some groups."""

    def pooled(term: Term) -> Term:
        kept = (n for n in term.constants if n.partition(" ")[2] not in groups)
        return Term(term.amount, tuple(kept))

    return lambda entry: [pooled(term) for term in terms(entry)]


def _two_constants(entry: Measured) -> Sequence[Term]:
    return (Term(entry.step_time, ("reading",)), Term(entry.layers, ("layer",)))


def _per_step(entry: Measured) -> Sequence[Term]:
    return (*terms(entry), Term(1.0, ("step",)))


KEPT = "the kept form"

FORMS: tuple[Form, ...] = (
    Form("one share and one time per layer", _two_constants),
    Form("without the users' time", _without("user")),
    Form("without the links' time", _without(*LINKS)),
    Form("without the mixture's time", _without("mixture")),
    Form("without the prompts of others", _without(*TRAFFIC)),
    Form("all engines alike", _alike({*ENGINES, *EARLIER_ENGINES})),
    Form("all years alike", _alike({name for _, name in ERAS})),
    Form("all kinds of memory alike", _alike(DEVICE_CLASSES)),
    Form(KEPT, terms),
    Form("kept, and a time per step", _per_step),
)
"""From the simplest on."""


@dataclass(frozen=True)
class Trial:
    """A form's predictions, out of source.

    Attributes:
        form: what was tried.
        constants: how many it has.
        pairs: each row, with the tokens per second and user predicted of it.
    """

    form: Form
    constants: int
    pairs: tuple[tuple[Measured, float], ...]

    def errors(self, rows: Callable[[Measured], bool]) -> Errors:
        """The errors of some rows."""
        return errors_of(pair for pair in self.pairs if rows(pair[0]))


def trials(
    rows: Sequence[Measured], kept: Iterable[Prediction], constants: int
) -> tuple[Trial, ...]:
    """Every form out of source; the kept one, of so many constants, as the validation has it."""
    others = [form for form in FORMS if form.name != KEPT]
    fits = remembered(
        "forms", rows, lambda: {form.name: without_each(rows, form.terms) for form in others}
    )
    known = tuple((p.entry, p.expected) for p in kept)
    return tuple(
        Trial(form, constants, known)
        if form.name == KEPT
        else Trial(form, len(fits[form.name][""]), _predicted(form, rows, fits[form.name]))
        for form in FORMS
    )


def _predicted(
    form: Form, rows: Sequence[Measured], fits: Mapping[str, Constants]
) -> tuple[tuple[Measured, float], ...]:
    return tuple((entry, 1 / _time(form, entry, fits[entry.source])) for entry in rows)


def _time(form: Form, entry: Measured, constants: Constants) -> float:
    """Seconds per token: never less than the law's."""
    return max(math.fsum(value(term, constants) for term in form.terms(entry)), entry.step_time)
