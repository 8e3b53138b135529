"""Where figures come from: the law in a scenario, two figures compared, a published measurement."""

from __future__ import annotations

import math
from collections.abc import Collection, Mapping
from dataclasses import replace

from macros import law
from macros.catalog import Measurement
from macros.errors import ScenarioError, did_you_mean
from macros.figures.figure import Figure
from macros.law import formulas
from macros.law.expected import FITTED
from macros.scenario import Account, Scenario
from macros.units.display import DEFAULT_DIGITS, scales_of, show

NO_FIT = "does not fit"
"""What a live figure says in the place of such a speed."""


def _checked_scale(unit: str, scale: str) -> str:
    if scale and scale not in scales_of(unit):
        choices = [symbol for symbol in scales_of(unit) if symbol]
        raise ScenarioError(f"unit {scale!r} cannot show {unit}; {did_you_mean(scale, choices)}")
    return scale


def law_figure(
    scenario: Scenario,
    quantity: str,
    *,
    digits: int = DEFAULT_DIGITS,
    scale: str = "",
    hypothetical: bool = False,
    pinned: Collection[str] | None = None,
) -> Figure:
    """A quantity of the law in a scenario.

    Args:
        scenario: what is computed.
        quantity: an equation or an input of the law.
        digits: significant digits of the text.
        scale: the symbol of a scale to show it on, such as "ms" or "%".
        hypothetical: show a speed although the weights do not fit.
        pinned: the axes that stay when the figure follows the reader's picks; None pins all.

    Raises:
        ScenarioError: an unknown quantity or scale, or a speed of weights that do not fit.
    """
    account = scenario.account(quantity)
    unreal = account.hypothetical and not hypothetical
    if unreal and pinned is None:
        raise ScenarioError(
            f"{account.reference}: the weights need "
            f"{scenario.value('min_gpus'):.0f} GPUs, not {scenario.gpus}; write gpus=, or "
            "hypothetical=true in a sentence that says they do not fit"
        )
    unit = account.meaning.unit
    return Figure(
        quantity=quantity,
        value=scenario.value(quantity),
        unit=unit,
        reference=account.reference,
        attributes={**account.standing, **({"fits": "no"} if account.hypothetical else {})},
        formula=_formula(account),
        sources=account.citations,
        digits=digits,
        scale=_checked_scale(unit, scale),
        words=NO_FIT if unreal else "",
        live={} if pinned is None else _follows(account.axes, pinned, hypothetical),
        contested=account.contested,
    )


def _follows(
    axes: Collection[str], pinned: Collection[str], hypothetical: bool
) -> Mapping[str, str]:
    followed = " ".join(axis for axis in axes if axis not in pinned)
    if not followed:
        return {}
    return {"live": followed, **({"hypothetical": ""} if hypothetical else {})}


def _formula(account: Account) -> str:
    quantity = account.quantity
    if quantity in law.INPUTS:
        return fitted_account(quantity)
    unknown = [name for name, value in account.parameters.items() if not math.isfinite(value)]
    if unknown:
        raise ScenarioError(f"{account.reference} cannot be shown: {unknown[0]} is not published")
    numbers = {
        name: show(value, law.MEANINGS[name].unit) for name, value in account.parameters.items()
    }
    written = formulas.in_words(quantity), formulas.substituted(quantity, numbers)
    return " = ".join([account.meaning.short, *written])


def fitted_account(quantity: str) -> str:
    """Where the build finds an input that no fact gives; empty for the other inputs."""
    if quantity not in FITTED:
        return ""
    return f"{law.MEANINGS[quantity].words}, from the fit to published measurements"


def ratio_figure(
    of: Figure, to: Figure, *, digits: int = DEFAULT_DIGITS, scale: str = "×"
) -> Figure:
    """How many times one figure is another (or what share, with the scale "%").

    Raises:
        ScenarioError: the figures have different units.
    """
    if of.unit != to.unit:
        raise ScenarioError(f"a ratio of {of.unit} to {to.unit} means nothing")
    return Figure(
        quantity="ratio",
        value=of.value / to.value,
        unit="1",
        reference=f"{of.reference} ÷ {to.reference}",
        attributes={"of": of.reference, "to": to.reference},
        formula=f"{of.reference} ÷ {to.reference} = {_in_full(of)} ÷ {_in_full(to)}",
        sources=(*of.sources, *to.sources),
        digits=digits,
        scale=_checked_scale("1", scale),
        live=_compared(of, to),
        contested=of.contested or to.contested,
    )


def _in_full(figure: Figure) -> str:
    return show(figure.value, figure.unit)


def _compared(of: Figure, to: Figure) -> Mapping[str, str]:
    """How a comparison follows the picks: each of its sides by its own axes and rules."""
    if not of.live and not to.live:
        return {}
    sides = (("of", of), ("to", to))
    rules = {
        f"{name}-{rule}": text
        for name, side in sides
        for rule, text in side.live.items()
        if rule.endswith("-rule")
    }
    unreal = {"hypothetical": ""} if any("hypothetical" in side.live for _, side in sides) else {}
    return {
        "live": "",
        **unreal,
        **{f"live-{name}": side.live.get("live", "") for name, side in sides},
        **rules,
    }


def change_figure(of: Figure, to: Figure, *, digits: int = DEFAULT_DIGITS) -> Figure:
    """By what share one figure is larger than another, shown in percent.

    Raises:
        ScenarioError: the figures have different units.
    """
    ratio = ratio_figure(of, to, digits=digits, scale="%")
    return replace(
        ratio,
        quantity="change",
        value=ratio.value - 1,
        reference=f"{of.reference} ÷ {to.reference} − 1",
        formula=f"{ratio.formula} − 1",
    )


def measured_figure(row: Measurement, *, digits: int = DEFAULT_DIGITS) -> Figure:
    """A published speed, per user, in tokens per second."""
    axes = {
        "measurement": row.id,
        "model": row.model_id or row.model,
        "gpu": row.gpu_id or row.gpu,
        "precision": row.precision_id or row.precision,
        "gpus": str(row.gpus),
        "batch": str(row.concurrency),
        "context": str(row.context),
    }
    return Figure(
        quantity="measured_tps",
        value=row.tokens_per_second,
        unit="tok/s",
        reference=f"measured_tps({row.id})",
        attributes=axes,
        formula="",
        sources=((f"{row.engine} {row.version}", row.citation),),
        digits=digits,
    )
