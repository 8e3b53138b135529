"""The forms that were tried: what each pays for, by hand, and whose errors a trial tells."""

from __future__ import annotations

from dataclasses import replace

import pytest

from macros.evidence.alternatives import FORMS, KEPT, Trial
from macros.evidence.pooled import Term
from macros.evidence.rows import Measured

# A mixture of 32 layers under vLLM of 2026 on two HBM cards over NVLink, 17 users decoding: a step
# of 10 ms by the law. Each user's answer has 170 tokens, so that a prompt is taken in at every
# tenth step; it takes 20 ms of arithmetic and 5 ms on the links.
LAYER = ("layer", "layer HBM", "layer since September 2025", "layer vllm")
WHOLE = {
    "reading": Term(0.010, ("reading",)),
    "layer": Term(32, LAYER),
    "nvlink": Term(32, ("nvlink", "link vllm")),
    "mixture": Term(32, ("mixture",)),
    "user": Term(512, ("user", "user vllm")),
    "prefill": Term(0.002, ("prefill",)),
    "exchange": Term(0.0005, ("exchange",)),
}


def without(*names: str) -> dict[str, Term]:
    return {name: term for name, term in WHOLE.items() if name not in names}


def alike(*groups: str) -> dict[str, Term]:
    return {
        name: Term(
            term.amount, tuple(c for c in term.constants if c.partition(" ")[2] not in groups)
        )
        for name, term in WHOLE.items()
    }


TERMS = {
    "one share and one time per layer": {
        "reading": WHOLE["reading"],
        "layer": Term(32, ("layer",)),
    },
    "without the users' time": without("user"),
    "without the links' time": without("nvlink"),
    "without the mixture's time": without("mixture"),
    "without the prompts of others": without("prefill", "exchange"),
    "all engines alike": alike("vllm"),
    "all years alike": alike("since September 2025"),
    "all kinds of memory alike": alike("HBM"),
    KEPT: WHOLE,
    "kept, and a time per step": {**WHOLE, "step": Term(1.0, ("step",))},
}


def served(entry: Measured) -> Measured:
    row = replace(
        entry.row,
        engine="vLLM",
        date="2026-03",
        measured=None,
        gpus=2,
        layout="tensor",
        link="nvlink",
        concurrency=17,
        users=None,
        measures="mean",
        traffic="steady",
        output=170,
    )
    return replace(
        entry,
        row=row,
        step_time=0.010,
        layers=32,
        device="HBM",
        mixture=True,
        prompt_time=0.020,
        exchange_time=0.005,
    )


@pytest.mark.parametrize("form", FORMS, ids=lambda form: form.name)
def test_a_form_pays_for_what_its_name_says(form: object, rows: tuple[Measured, ...]) -> None:
    (tried,) = [each for each in FORMS if each is form]
    found = {term.constants: term.amount for term in tried.terms(served(rows[0]))}
    assert found == pytest.approx(
        {term.constants: term.amount for term in TERMS[tried.name].values()}
    )


@pytest.mark.parametrize("measures", ["rate", "median"])
def test_only_a_mean_over_steady_traffic_holds_the_prompts_of_others(
    measures: str, rows: tuple[Measured, ...]
) -> None:
    (kept,) = [form for form in FORMS if form.name == KEPT]
    entry = served(rows[0])
    stepping = replace(entry, row=replace(entry.row, measures=measures))
    pools = {term.constants[0] for term in kept.terms(stepping)}
    assert pools == {"reading", "layer", "nvlink", "mixture", "user"}
    wave = replace(entry, row=replace(entry.row, traffic="wave"))
    assert {term.constants[0] for term in kept.terms(wave)} == pools


def test_a_trials_errors_are_of_the_rows_that_are_asked_for(rows: tuple[Measured, ...]) -> None:
    # Measured 100 tok/s each; predicted 10, 20 and 60 % too fast, the last of a mixture.
    measured = replace(rows[0], row=replace(rows[0].row, tokens_per_second=100.0), mixture=False)
    pairs = ((measured, 110.0), (measured, 120.0), (replace(measured, mixture=True), 160.0))
    trial = Trial(FORMS[0], 2, pairs)
    assert trial.errors(lambda _: True).middle == pytest.approx(0.2)
    assert trial.errors(lambda entry: entry.mixture).middle == pytest.approx(0.6)
