"""The forms that were tried: what each pays for, by hand, and that a fit finds what it was made of."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import pytest

from macros.evidence.alternatives import FORMS, KEPT, Form, Trial
from macros.evidence.fit import nearest_coefficients
from macros.evidence.rows import Measured, single_user

# A mixture on one GPU: a step of 10 ms, of which 16.75 GB of weights take 5 ms at 3.35 TB/s.
# A dense model on eight GPUs: a step of 4 ms, of which 80.4 GB take 3 ms at 8 times 3.35 TB/s.
COSTS: dict[str, tuple[Sequence[float], Sequence[float]]] = {
    "a share of the rates, nothing else": ((0.010,), (0.004,)),
    "reading, and a time per step": ((0.010, 1), (0.004, 1)),
    "weights without the cache, and a time per layer": ((0.005, 32), (0.003, 80)),
    KEPT: ((0.010, 32), (0.004, 80)),
    "kept, and a time per layer when GPUs read together": ((0.010, 32, 0), (0.004, 80, 80)),
    "kept, and a time per layer of a mixture": ((0.010, 32, 32), (0.004, 80, 0)),
}
MADE_OF = (0.7, 1e-4, 5e-5)


def alone(entry: Measured, reads: float, gpus: int) -> Measured:
    layout = "tensor" if gpus > 1 else "single"
    row = replace(entry.row, reads=reads, bandwidth=3.35e12, gpus=gpus, layout=layout)
    return replace(entry, row=row)


@pytest.mark.parametrize("form", FORMS, ids=lambda form: form.name)
def test_a_form_pays_for_what_its_name_says(form: Form, rows: tuple[Measured, ...]) -> None:
    mixture = alone(replace(rows[0], step_time=0.010, layers=32, mixture=True), 16.75e9, 1)
    dense = alone(replace(rows[0], step_time=0.004, layers=80, mixture=False), 80.4e9, 8)
    of_mixture, of_dense = COSTS[form.name]
    assert form.costs(mixture) == pytest.approx(tuple(of_mixture))
    assert form.costs(dense) == pytest.approx(tuple(of_dense))
    assert form.parameters == len(of_mixture)


@pytest.mark.parametrize("form", FORMS, ids=lambda form: form.name)
def test_a_fit_of_any_form_finds_what_rows_were_made_of(
    form: Form, rows: tuple[Measured, ...]
) -> None:
    wanted = MADE_OF[: form.parameters]
    made = []
    for entry in single_user(rows):
        read, *paid = form.costs(entry)
        time = read / wanted[0] + sum(x * c for x, c in zip(paid, wanted[1:], strict=True))
        made.append(replace(entry, row=replace(entry.row, tokens_per_second=1 / time)))
    found = nearest_coefficients(made, form.costs, form.start, tolerance=1e-6)
    assert found == pytest.approx(wanted, rel=1e-3)


def test_a_trials_errors_are_of_the_rows_that_are_asked_for(rows: tuple[Measured, ...]) -> None:
    # Measured 100 tok/s each; predicted 10, 20 and 60 % too fast, the last of a mixture.
    measured = replace(rows[0], row=replace(rows[0].row, tokens_per_second=100.0), mixture=False)
    pairs = ((measured, 110.0), (measured, 120.0), (replace(measured, mixture=True), 160.0))
    trial = Trial(FORMS[0], pairs)
    assert trial.errors().middle == pytest.approx(0.2)
    assert trial.errors(lambda entry: entry.mixture).middle == pytest.approx(0.6)
