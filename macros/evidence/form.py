"""The form of the expected speed, as its fit sees it: the terms of a row's time.

The terms are those of `macros.law.expected`, with the constants of the groups that the row belongs
to, and, where its time per token holds the prompts of others, those of `macros.law.traffic`.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import NamedTuple

from macros import law
from macros.evidence.pooled import Constants, Prior, Term, value
from macros.evidence.rows import Measured
from macros.law.traffic import prompts_per_step

ERAS = ((2025.0, "to 2024"), (2025.7, "early 2025"), (math.inf, "since September 2025"))
"""Ends of the eras of engines, as decimal years: they quicken year by year."""

TODAY = ERAS[-1][1]

SPREAD = 0.4
"""How far, in logarithms, a group may stand from its pool before the prior pulls: one for all."""

POOLS: Mapping[str, Prior] = {
    # The law's step takes so many times as long: 1 over the achieved share.
    "reading": Prior(math.log(1 / 0.88), 0.05),
    # Seconds per layer.
    "layer": Prior(math.log(60e-6), 1.0),
    "nvlink": Prior(math.log(10e-6), 0.7),
    "xgmi": Prior(math.log(30e-6), 0.7),
    "pcie": Prior(math.log(120e-6), 0.7),
    "mixture": Prior(math.log(20e-6), 1.0),
    "user": Prior(math.log(1e-6), 2.0),
    # Seconds per step, which the kept form does without.
    "step": Prior(math.log(1e-3), 1.0),
    # Of traffic: 1 over the share of the peak, and of the link, that prompts achieve.
    "prefill": Prior(math.log(1 / 0.4), 0.4),
    "exchange": Prior(math.log(1 / 0.5), 0.5),
}
"""What is held of each pooled constant before any row: wide, and felt only where rows are few."""

TRAFFIC = ("prefill", "exchange")


def prior_of(name: str) -> Prior:
    """The prior of a constant: a pool's own, or that of every group's deviation."""
    return POOLS.get(name, Prior(0.0, SPREAD))


def deviation(pool: str, group: str) -> tuple[str, ...]:
    """The name of a group's deviation from a pool; none for a group that is not known."""
    return (f"{pool} {group}",) if group else ()


def era_of(year: float) -> str:
    """The era that a decimal year falls in."""
    return next(name for end, name in ERAS if year < end)


def layer_constants(device: str, era: str, engine: str) -> tuple[str, ...]:
    """The constants of a layer's fixed time."""
    groups = (device, era, engine)
    return ("layer", *(name for group in groups for name in deviation("layer", group)))


def link_constants(link: str, engine: str) -> tuple[str, ...]:
    """The constants of the time in which GPUs agree on a layer's result."""
    return (link, *deviation("link", engine))


def user_constants(engine: str) -> tuple[str, ...]:
    """The constants of a further user's time per layer."""
    return ("user", *deviation("user", engine))


def terms(entry: Measured) -> tuple[Term, ...]:
    """The terms of a row's time."""
    layers, engine = entry.layers, entry.engine
    found = [
        Term(entry.step_time, ("reading",)),
        Term(layers, layer_constants(entry.device, era_of(entry.year), engine)),
    ]
    if entry.link:
        found.append(Term(layers, link_constants(entry.link, engine)))
    if entry.mixture:
        found.append(Term(layers, ("mixture",)))
    if entry.users > 1:
        found.append(Term(layers * (entry.users - 1), user_constants(engine)))
    return (*found, *traffic(entry))


def traffic(entry: Measured) -> tuple[Term, ...]:
    """What the prompts of others add to a row's time."""
    if not (entry.prompts_between and entry.row.output):
        return ()
    prompts = prompts_per_step(entry.users, entry.row.output)
    amounts = (prompts * entry.prompt_time, prompts * entry.exchange_time)
    return tuple(
        Term(amount, (name,)) for name, amount in zip(TRAFFIC, amounts, strict=True) if amount
    )


def coefficients(
    constants: Constants, device: str, link: str, engine: str, era: str = TODAY
) -> dict[str, float]:
    """The coefficients of `macros.law.expected` for a kind of memory, a link and an engine.

    Args:
        constants: what the fit found.
        device: a key of `rows.DEVICE_CLASSES`.
        link: what joins the GPUs.
        engine: its id.
        era: of the engine's build.

    A group that is not known ("") or that no row has stands at its pool.
    """

    def product(names: tuple[str, ...]) -> float:
        return math.exp(math.fsum(constants.get(name, prior_of(name).mean) for name in names))

    return {
        "achieved_share": min(1 / product(("reading",)), 1.0),
        "layer_time": product(layer_constants(device, era, engine)),
        "link_time": product(link_constants(link, engine)),
        "mixture_time": product(("mixture",)),
        "user_time": product(user_constants(engine)),
    }


class Expectation(NamedTuple):
    """What is expected of a row.

    Attributes:
        time: per token, in seconds.
        fixed_share: the share of it in which nothing is read.
    """

    time: float
    fixed_share: float


def expectation(
    entry: Measured, constants: Constants, blind: bool = False, factor: float = 1
) -> Expectation:
    """What constants expect of a row: the law's own step, and the prompts of others.

    Args:
        entry: the row.
        constants: what a fit found.
        blind: as if nobody had said which engine it was.
        factor: the fixed time of its machine over that of others, where another row tells it.
    """
    known = _inputs(entry, constants, blind) | {"fixed_factor": factor}
    time = law.evaluate("expected_step_time", known) + _between(entry, constants)
    return Expectation(time, 1 - entry.step_time / known["achieved_share"] / time)


def own_factor(entry: Measured, constants: Constants, blind: bool = False) -> float:
    """The fixed time of a row's machine over what constants expect of it, as the law has it."""
    step = entry.time - _between(entry, constants)
    return law.evaluate("own_factor", _inputs(entry, constants, blind) | {"own_tps": 1 / step})


def _inputs(entry: Measured, constants: Constants, blind: bool) -> dict[str, float]:
    engine = "" if blind else entry.engine
    known = coefficients(constants, entry.device, entry.link or "pcie", engine, era_of(entry.year))
    return known | {
        "step_time": entry.step_time,
        "layers": entry.layers,
        "gpus": entry.row.gpus_reading,
        "experts": 2 if entry.mixture else 1,
        "batch": entry.users,
    }


def _between(entry: Measured, constants: Constants) -> float:
    return math.fsum(value(term, constants) for term in traffic(entry))
