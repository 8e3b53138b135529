"""A scenario: one model on one kind of GPU in one number format, and every quantity of it."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from functools import cache, cached_property
from typing import Any

from macros import law
from macros.catalog import Catalog, Citation, Fact, Gpu, Measurement, Model, Precision
from macros.catalog.engines import ENGINES
from macros.errors import CatalogError, ScenarioError, did_you_mean
from macros.units.display import show

MODEL, GPU, PRECISION = "model", "gpu", "precision"

USUAL_AXES = (MODEL, GPU, PRECISION, "gpus", "batch", "context")
AXES = (*USUAL_AXES, "math", "kv", "memory", "engine", "measured")
MEMORY_READINGS = ("label", "reported")

USUAL: Mapping[str, str] = {
    "math": "",
    "kv": "fp16",
    "memory": "label",
    "engine": "",
    "measured": "",
}
"""Where the axes stand that are named only when they stand elsewhere."""


SETUP = (GPU, "gpus", "engine")
"""The axes on which a machine's own speed tells of others, beside the kind of model."""

Fitted = Callable[[Mapping[str, float], Gpu, str], Mapping[str, float]]
"""What the fit adds to a scenario's inputs, from these, its GPU and its engine."""


@cache
def axes_of(quantity: str) -> tuple[str, ...]:
    """The axes of a scenario that can move a quantity, in their usual order."""
    touched = {axis for name in law.inputs_of(quantity) for axis in law.INPUTS[name].axes}
    return tuple(axis for axis in AXES if axis in touched)


def model_inputs(model: Model) -> dict[str, float]:
    """The inputs of the law that a model alone decides."""
    counts = model.counts
    return {
        "block_params": counts.blocks,
        "expert_params": counts.experts,
        "embedding_params": counts.embedding,
        "head_params": counts.head,
        "experts": model.experts_per_layer,
        "experts_per_token": model.experts_per_token,
        "layers": model.dimensions.layers,
        "kv_layers": model.kv_layers,
        "windowed_layers": model.windowed_layers,
        "window": model.window,
        "kv_values_per_layer": model.kv_values_per_layer,
        "kv_heads": model.kv_heads,
        "attention_flops_per_position": model.attention_flops_per_position,
    }


def precision_inputs(precision: Precision) -> dict[str, float]:
    """The inputs of the law that the format of the weights alone decides."""
    return {
        "bytes_per_block_param": precision.block_bytes,
        "bytes_per_expert_param": precision.expert_bytes,
        "bytes_per_vocabulary_param": precision.vocabulary_bytes,
    }


def axes_of_row(row: Measurement) -> dict[str, Any]:
    """Where a published row stands on the axes of a scenario.

    Raises:
        ScenarioError: its model, GPU or format is none of the catalog's.
    """
    ids = {MODEL: row.model_id, GPU: row.gpu_id, PRECISION: row.precision_id}
    for axis, id in ids.items():
        if id is None:
            raise ScenarioError(f"row {row.id!r} has no {axis} of the catalog's")
    counts = {"gpus": row.gpus_reading, "batch": row.concurrency, "context": row.context}
    return {**ids, **counts, "kv": row.kv_precision_id or USUAL["kv"]}


@dataclass(frozen=True)
class Account:
    """All that a scenario has to say about one quantity.

    Attributes:
        quantity: an equation or an input of the law.
        meaning: what the law's table says of it: unit, words, kind.
        value: in the SI unit of its meaning; not finite where it hangs on a peak that no one published.
        reference: the written form `decode_tps(llama-3-8b,h100-sxm,fp16,1,1,0)`.
        axes: the axes that can move it, in their usual order.
        standing: where these axes stand, as a page writes it; those beyond the usual six are left
            out at their default.
        parameters: what an equation is computed from, in SI units, infinite where nobody published
            it; empty for an input.
        inputs: what it rests on in the end, likewise.
        citations: where each of these inputs was read, by the input's name.
        contested: whether another credible source says otherwise of one of them.
        hypothetical: whether it is a speed of weights that do not fit.
    """

    quantity: str
    meaning: law.Meaning
    value: float
    reference: str
    axes: tuple[str, ...]
    standing: Mapping[str, str]
    parameters: Mapping[str, float]
    inputs: Mapping[str, float]
    citations: tuple[tuple[str, Citation], ...]
    contested: bool
    hypothetical: bool


@dataclass(frozen=True)
class OwnSpeed:
    """A speed that somebody measured on a machine of his own.

    Attributes:
        tps: tokens per second of each user.
        at: what it was measured in; without a speed of its own.

    Raises:
        ScenarioError: it is no speed, or none that the scenario can have.
    """

    tps: float
    at: Scenario

    def __post_init__(self) -> None:
        if not (math.isfinite(self.tps) and self.tps > 0):
            raise ScenarioError(f"{self.tps:g} tok/s is no speed; write what one user sees")
        if not self.at.fits:
            raise ScenarioError(
                f"{self.tps:g} tok/s has no ceiling to be held against: the weights take "
                f"{self.at.value('min_gpus'):.0f} GPUs, not {self.at.gpus}"
            )
        ceiling = self.at.value("decode_tps")
        if self.tps > ceiling:
            raise ScenarioError(
                f"{self.tps:g} tok/s is above the ceiling of {show(ceiling, 'tok/s')}: write the "
                "speed of one user, not of all together, and without speculative decoding"
            )

    @property
    def share(self) -> float:
        """What share of the ceiling it is."""
        return self.tps / self.at.value("decode_tps")

    def factor(self, fitted: Fitted) -> float:
        """The fixed time of that machine over what a fit has it for others."""
        known = {**self.at.on(fitted=fitted).inputs, "own_tps": self.tps}
        return float(law.evaluate("own_factor", known))

    def tells_of(self, scenario: Scenario) -> bool:
        """Whether a scenario is of the same setup: same machine and engine, mixture or dense alike.

        A mixture spends its fixed time on other things than a dense model does.
        """
        kinds = (side.model.experts_per_layer > 1 for side in (self.at, scenario))
        return len(set(kinds)) == 1 and all(
            self.at.axis(axis) == scenario.axis(axis) for axis in SETUP
        )

    def __str__(self) -> str:
        """Speed and scenario in one text, as an address holds them: `55.2~llama-3-8b~rtx-4090~…`."""
        places = [self.at.axis(axis) for axis in USUAL_AXES]
        unusual = [f"{axis}={text}" for axis, text in self.at.unusual.items()]
        return "~".join([repr(float(self.tps)).removesuffix(".0"), *places, *unusual])


@dataclass(frozen=True)
class Scenario:
    """A model, a GPU and a number format, with how many GPUs, users and tokens of context.

    Attributes:
        gpus: GPUs in tensor parallel, whose bandwidth, peak and memory add up.
        batch: users decoded together.
        context: tokens already in each user's context; 0 leaves the cache out.
        math: the format that the matrix units multiply in; "" is the precision's own.
        kv: the format of the cache.
        memory: whether a GPU holds what its label says ("label", decimal GB) or what the device
            reports ("reported").
        engine: the id of what decodes; "" leaves it open. It moves the expected speed alone.
        fitted: the coefficients of the expected speed, where a fit is at hand.
        measured: the speed of one scenario on a machine of one's own. It moves the expected speed
            of the scenarios that it tells of.
    """

    model: Model
    gpu: Gpu
    precision: Precision
    kv: Precision
    gpus: int = 1
    batch: int = 1
    context: int = 0
    math: str = USUAL["math"]
    memory: str = USUAL["memory"]
    engine: str = USUAL["engine"]
    fitted: Fitted | None = None
    measured: OwnSpeed | None = None

    @property
    def own(self) -> OwnSpeed | None:
        """The measured speed, if it tells of this scenario."""
        return self.measured if self.measured and self.measured.tells_of(self) else None

    @property
    def math_format(self) -> str | None:
        """The format whose peak counts: the asked one, the precision's, or FP16 as its fallback.

        A GPU without matrix units for a low-precision format runs it weight-only, at the FP16 peak.
        """
        peaks = self.gpu.peak_flops
        wanted = self.math or self.precision.math
        return wanted if wanted in peaks else "fp16" if "fp16" in peaks else None

    @cached_property
    def facts(self) -> Mapping[str, Fact]:
        """The published value behind each input that is one; an unpublished peak has none."""
        peak = self.gpu.peak_flops.get(self.math_format or "")
        return {
            **({"peak_flops": peak} if peak else {}),
            "bytes_per_block_param": self.precision.block_bits,
            "bytes_per_expert_param": self.precision.expert_bits,
            "bytes_per_vocabulary_param": self.precision.vocabulary_bits,
            "bytes_per_kv_value": self.kv.block_bits,
            "bandwidth": self.gpu.bandwidth,
            "memory": self.memory_fact,
        }

    @cached_property
    def citations(self) -> Mapping[str, tuple[Citation, ...]]:
        """Where each input comes from; an input that the page chose itself has no entry."""
        of_model = {
            name: self.model.citations
            for name, meaning in law.INPUTS.items()
            if meaning.axes == (MODEL,)
        }
        return {**of_model, **{name: fact.citations for name, fact in self.facts.items()}}

    @property
    def memory_fact(self) -> Fact:
        """The memory of one GPU by the chosen reading; the label where no device report is known."""
        reported = self.gpu.memory_reported
        return reported if self.memory == "reported" and reported else self.gpu.memory

    @cached_property
    def inputs(self) -> dict[str, float]:
        """Every input of the law, in SI units. An unpublished peak bounds nothing: infinity."""
        kind = self.math_format
        of_law: dict[str, float] = {
            **model_inputs(self.model),
            **precision_inputs(self.precision),
            "bytes_per_kv_value": self.kv.block_bytes,
            "bandwidth": self.gpu.bandwidth.value,
            "peak_flops": self.gpu.peak_flops[kind].value if kind else math.inf,
            "memory": self.memory_fact.value,
            "gpus": self.gpus,
            "batch": self.batch,
            "context": self.context,
        }
        if self.fitted is None:
            return of_law
        own = self.own
        of_law["fixed_factor"] = own.factor(self.fitted) if own else 1.0
        if own and own.at.reference("") == self.on(measured=None).reference(""):
            of_law["own_tps"] = own.tps
        return {**of_law, **self.fitted(of_law, self.gpu, self.engine)}

    @cached_property
    def _known(self) -> dict[str, float]:
        return dict(self.inputs)

    def value(self, quantity: str) -> float:
        """A quantity of the law in SI units.

        Raises:
            ScenarioError: the law has no such quantity, or it hangs on a peak that no one published.
        """
        value = self._computed(quantity)
        if not math.isfinite(value):
            raise ScenarioError(
                f"{quantity} of {self.gpu.name} is unknown: no peak FLOP/s is published for it"
            )
        return value

    def _computed(self, quantity: str) -> float:
        """A quantity of the law, infinite or not a number where it hangs on an unpublished peak."""
        if quantity not in law.MEANINGS:
            raise ScenarioError(
                f"{quantity!r} is not a quantity of the law; {did_you_mean(quantity, law.MEANINGS)}"
            )
        if not set(law.inputs_of(quantity)) <= self.inputs.keys():
            missing = "a measured speed" if self.fitted else "the fit to measurements"
            raise ScenarioError(f"{quantity} needs {missing}, which is not at hand")
        return float(law.evaluate(quantity, self._known))

    def account(self, quantity: str) -> Account:
        """All that the scenario has to say about a quantity of the law.

        Raises:
            ScenarioError: the law has no such quantity.
        """
        value = self._computed(quantity)
        axes, inputs = axes_of(quantity), law.inputs_of(quantity)
        standing = {axis: self.axis(axis) for axis in USUAL_AXES} | self.unusual
        parameters = law.parameters_of(quantity) if quantity in law.EQUATIONS else ()
        facts = [self.facts[name] for name in inputs if name in self.facts]
        return Account(
            quantity=quantity,
            meaning=law.MEANINGS[quantity],
            value=value,
            reference=self.reference(quantity),
            axes=axes,
            standing={axis: text for axis, text in standing.items() if axis in axes},
            parameters={name: float(law.evaluate(name, self._known)) for name in parameters},
            inputs={name: float(self.inputs[name]) for name in inputs},
            citations=tuple(
                (name, citation) for name in inputs for citation in self.citations.get(name, ())
            ),
            contested=any(fact.contested is not None for fact in facts),
            hypothetical=self.lacks(quantity),
        )

    def lacks(self, quantity: str) -> bool:
        """Whether a quantity is a speed that the scenario does not have: its weights do not fit."""
        return bool(law.MEANINGS[quantity].kind) and not self.fits

    @property
    def fits(self) -> bool:
        """Whether the GPUs' labelled memory holds the weights."""
        return self.gpus >= self.value("min_gpus")

    @property
    def fits_reported(self) -> bool:
        """Whether the memory that the devices report holds the weights."""
        return replace(self, memory="reported").fits

    def on(self, **changes: Any) -> Scenario:
        """The same scenario with other values on some axes."""
        return replace(self, **changes)

    def reference(self, quantity: str) -> str:
        """The quantity in the written form `decode_tps(llama-3-8b,h100-sxm,fp16,1,1,0)`."""
        extra = [f"{axis}={value}" for axis, value in self.unusual.items()]
        return f"{quantity}({','.join([*map(self.axis, USUAL_AXES), *extra])})"

    @property
    def unusual(self) -> dict[str, str]:
        """The axes beyond the usual six that stand elsewhere than at their default."""
        return {axis: self.axis(axis) for axis, usual in USUAL.items() if self.axis(axis) != usual}

    def axis(self, name: str) -> str:
        """The value of one axis as a page writes it."""
        if name == "measured":
            return str(self.own or "")
        value = getattr(self, name)
        return str(getattr(value, "id", value))


def _count(axis: str, value: object, least: int) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or value < least:
        raise ScenarioError(f"{axis}: {value!r} is not a whole number of at least {least}")
    return value


def _own_speed(catalog: Catalog, text: str) -> OwnSpeed:
    """A measured speed and its scenario from one text, as `OwnSpeed` writes it."""
    speed, *places = text.split("~")
    axes: dict[str, Any] = dict(zip(USUAL_AXES, places, strict=False))
    for place in places[len(USUAL_AXES) :]:
        axis, _, value = place.partition("=")
        axes[axis] = value
    try:
        axes |= {axis: int(axes[axis]) for axis in ("gpus", "batch", "context")}
        tps = float(speed)
    except (KeyError, ValueError):
        raise ScenarioError(
            f"measured: {text!r}; write speed and scenario, like "
            "'55.2~llama-3-8b~rtx-4090~fp16~1~1~0'"
        ) from None
    return OwnSpeed(tps, describe(catalog, axes))


def describe(catalog: Catalog, axes: Mapping[str, Any], base: Scenario | None = None) -> Scenario:
    """The scenario that some named axes describe, on top of a base scenario.

    Raises:
        ScenarioError: an unknown axis or name, a count out of range, an axis missing without a
            base; the message names the value and the nearest valid choice.
    """
    for axis in axes:
        if axis not in AXES:
            raise ScenarioError(
                f"{axis!r} is not an axis of a scenario; {did_you_mean(axis, AXES)}"
            )
    for axis in (MODEL, GPU, PRECISION):
        if base is None and axis not in axes:
            raise ScenarioError(f"the page's scenario names no {axis}; write `{axis}: ...`")
    found: dict[str, Any] = {}
    try:
        if MODEL in axes:
            found[MODEL] = catalog.model(axes[MODEL])
        if GPU in axes:
            found[GPU] = catalog.gpu(axes[GPU])
        if PRECISION in axes:
            found[PRECISION] = catalog.precision(axes[PRECISION])
        if "kv" in axes or base is None:
            found["kv"] = catalog.precision(axes.get("kv", USUAL["kv"]))
    except CatalogError as error:
        raise ScenarioError(str(error)) from error
    for axis, least in (("gpus", 1), ("batch", 1), ("context", 0)):
        if axis in axes:
            found[axis] = _count(axis, axes[axis], least)
    scenario = Scenario(**found) if base is None else base.on(**found)
    if "math" in axes:
        if axes["math"] not in scenario.gpu.peak_flops:
            raise ScenarioError(
                f"{scenario.gpu.name} has no peak for math={axes['math']!r}; "
                f"{did_you_mean(axes['math'], scenario.gpu.peak_flops)}"
            )
        scenario = scenario.on(math=axes["math"])
    if "memory" in axes:
        if axes["memory"] not in MEMORY_READINGS:
            raise ScenarioError(
                f"memory: {axes['memory']!r}; {did_you_mean(axes['memory'], MEMORY_READINGS)}"
            )
        scenario = scenario.on(memory=axes["memory"])
    if "engine" in axes:
        if axes["engine"] not in ("", *ENGINES):
            raise ScenarioError(
                f"engine: {axes['engine']!r}; {did_you_mean(axes['engine'], ENGINES)}"
            )
        scenario = scenario.on(engine=axes["engine"])
    if "measured" in axes:
        scenario = scenario.on(measured=_own_speed(catalog, axes["measured"]))
    if scenario.context > scenario.model.max_context:
        raise ScenarioError(
            f"context: {scenario.model.name} takes {scenario.model.max_context:,} tokens, "
            f"not {scenario.context:,}"
        )
    return scenario
