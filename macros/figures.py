"""A figure: a computed value with the text that people read and the account of how it came about."""

from __future__ import annotations

import math
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, field, replace
from html import escape
from typing import Any

from macros import formulas, law
from macros.catalog import Citation, Fact, Measurement, did_you_mean
from macros.display import DEFAULT_DIGITS, scales_of, show
from macros.scenario import Scenario, ScenarioError, axes_of

SPEEDS = frozenset(
    {
        "decode_tps",
        "aggregate_tps",
        "expected_tps",
        "expected_low_tps",
        "expected_high_tps",
        "expected_aggregate_tps",
    }
)
"""Quantities that no scenario has whose weights do not fit."""

NO_FIT = "does not fit"
"""What a live figure says in the place of such a speed."""

RELATIVE_TOLERANCE = 1e-9


@dataclass(frozen=True)
class Condition:
    """A comparison of figures: whether it holds, and what was compared, in figures."""

    holds: bool
    account: str

    def __bool__(self) -> bool:
        return self.holds


def _escaped(text: str) -> str:
    # A bar would end the cell of a Markdown table that the figure stands in.
    return escape(text).replace("|", "&#124;")


def _unlisted(figure: Figure) -> str:
    return figure.markup()


@dataclass(frozen=True, eq=False)
class Figure:
    """A value in SI units, how it is shown, and where it comes from.

    Printed into a page it becomes the markup of the figure contract; compared with another figure
    or a number it becomes a `Condition` that a claim can rest on.

    Attributes:
        value: the full-precision number in the unit of `unit`.
        reference: the quantity in writing, such as `decode_tps(llama-3-8b,h100-sxm,fp16,1,1,0)`.
        attributes: the `data-` attributes of the contract that name its axes.
        formula: the equation in words and with its numbers; empty for a fact.
        sources: what the inputs rest on.
        live: the `data-` attributes by which the figure follows the reader's picks; empty for a
            figure that is pinned to its scenario.
        words: stand in the place of the number, where there is none to show.
        cite: enters the figure into a page's ledger and gives its markup.
    """

    quantity: str
    value: float
    unit: str
    reference: str
    attributes: Mapping[str, str]
    formula: str
    sources: tuple[tuple[str, Citation], ...] = ()
    digits: int = DEFAULT_DIGITS
    scale: str = ""
    live: Mapping[str, str] = field(default_factory=dict)
    words: str = ""
    contested: bool = False
    cite: Callable[[Figure], str] = field(default=_unlisted, repr=False)

    @property
    def text(self) -> str:
        """The figure as people read it."""
        return self.words or show(self.value, self.unit, self.digits, self.scale)

    @property
    def title(self) -> str:
        """How the figure was computed, in one line."""
        account = self.formula or sources_in_words(citation for _, citation in self.sources)
        return f"{account} (contested)" if self.contested else account

    def markup(self) -> str:
        """The `<data>` element of the figure contract."""
        attributes = {
            "class": "figure",
            "value": repr(self.value),
            **{f"data-{name}": value for name, value in self.hooks().items()},
            "title": self.title,
        }
        written = " ".join(f'{name}="{_escaped(value)}"' for name, value in attributes.items())
        return f"<data {written}>{escape(self.text)}</data>"

    def hooks(self) -> dict[str, str]:
        """The `data-` attributes: what the figure is, and how it follows the reader's picks."""
        plain = {"quantity": self.quantity, "unit": self.unit, **self.attributes, **self.live}
        if not self.live:
            return plain
        digits = {} if self.digits == DEFAULT_DIGITS else {"digits": str(self.digits)}
        return {**plain, **digits, **({"scale": self.scale} if self.scale else {})}

    def ruled(self, **rules: str) -> Figure:
        """The same figure with rules that decide an axis when it follows the picks.

        `min` is the smallest count of GPUs that holds the weights; `×2` and `÷2` go from where the
        reader stands.
        """
        return replace(self, live={**self.live, **{f"{axis}-rule": r for axis, r in rules.items()}})

    def __str__(self) -> str:
        return self.cite(self)

    def _compare(self, other: Any, sign: str, test: Callable[[float, float], bool]) -> Condition:
        number = other.value if isinstance(other, Figure) else other
        if isinstance(number, bool) or not isinstance(number, int | float):
            raise ScenarioError(f"{self.quantity} cannot be compared with {other!r}")
        right = f"{other.reference} = {other.text}" if isinstance(other, Figure) else f"{other:g}"
        return Condition(test(self.value, number), f"{self.reference} = {self.text} {sign} {right}")

    def __gt__(self, other: Any) -> Condition:
        return self._compare(other, ">", lambda a, b: a > b)

    def __lt__(self, other: Any) -> Condition:
        return self._compare(other, "<", lambda a, b: a < b)

    def __ge__(self, other: Any) -> Condition:
        return self._compare(other, "≥", lambda a, b: a >= b)

    def __le__(self, other: Any) -> Condition:
        return self._compare(other, "≤", lambda a, b: a <= b)

    def __eq__(self, other: object) -> Condition:  # type: ignore[override]
        return self._compare(
            other, "=", lambda a, b: math.isclose(a, b, rel_tol=RELATIVE_TOLERANCE)
        )

    __hash__ = object.__hash__


def sources_in_words(citations: Iterable[Citation]) -> str:
    """The places that a fact was read from, in one line."""
    return "; ".join(f"{citation.source.what}, {citation.where}" for citation in citations)


def _checked_scale(unit: str, scale: str) -> str:
    if scale and scale not in scales_of(unit):
        choices = [symbol for symbol in scales_of(unit) if symbol]
        raise ScenarioError(f"unit {scale!r} cannot show {unit}; {did_you_mean(scale, choices)}")
    return scale


def _fact_of(scenario: Scenario, quantity: str) -> Fact | None:
    facts = {
        "bandwidth": scenario.gpu.bandwidth,
        "memory": scenario.memory_fact,
        "peak_flops": scenario.gpu.peak_flops.get(scenario.math_format or ""),
    }
    return facts.get(quantity)


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
    value = scenario.value(quantity)
    unreal = quantity in SPEEDS and not scenario.fits and not hypothetical
    if unreal and pinned is None:
        raise ScenarioError(
            f"{scenario.reference(quantity)}: the weights need "
            f"{scenario.value('min_gpus'):.0f} GPUs, not {scenario.gpus}; write gpus=, or "
            "hypothetical=true in a sentence that says they do not fit"
        )
    axes = axes_of(quantity)
    unusual = {axis: text for axis, text in scenario.unusual.items() if axis in axes}
    plain = ("model", "gpu", "precision", "gpus", "batch", "context")
    attributes = {axis: scenario.axis(axis) for axis in plain if axis in axes} | unusual
    if quantity in SPEEDS and not scenario.fits:
        attributes["fits"] = "no"
    names = law.inputs_of(quantity)
    unit = law.MEANINGS[quantity].unit
    return Figure(
        quantity=quantity,
        value=value,
        unit=unit,
        reference=scenario.reference(quantity),
        attributes=attributes,
        formula=_formula(scenario, quantity),
        sources=tuple(
            (name, citation) for name in names for citation in scenario.citations.get(name, ())
        ),
        digits=digits,
        scale=_checked_scale(unit, scale),
        words=NO_FIT if unreal else "",
        live={} if pinned is None else _follows(axes, pinned, hypothetical),
        contested=_is_contested(scenario, names),
    )


def _follows(
    axes: Collection[str], pinned: Collection[str], hypothetical: bool
) -> Mapping[str, str]:
    followed = " ".join(axis for axis in axes if axis not in pinned)
    if not followed:
        return {}
    return {"live": followed, **({"hypothetical": ""} if hypothetical else {})}


def _is_contested(scenario: Scenario, names: tuple[str, ...]) -> bool:
    facts = (_fact_of(scenario, name) for name in names)
    return any(fact is not None and fact.contested is not None for fact in facts)


def _formula(scenario: Scenario, quantity: str) -> str:
    if quantity in law.INPUTS:
        return ""
    names = {name: _shown(scenario, name) for name in law.parameters_of(quantity)}
    left = formulas.words_of(quantity)
    return f"{left} = {formulas.in_words(quantity)} = {formulas.substituted(quantity, names)}"


def _shown(scenario: Scenario, name: str) -> str:
    return show(float(scenario.value(name)), law.MEANINGS[name].unit)


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
        formula=f"{of.reference} ÷ {to.reference} = {of.text} ÷ {to.text}",
        sources=(*of.sources, *to.sources),
        digits=digits,
        scale=_checked_scale("1", scale),
        live=_compared(of, to),
        contested=of.contested or to.contested,
    )


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
    return {
        "live": "",
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
