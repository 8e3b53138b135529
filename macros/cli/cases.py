"""What is asked about: a scenario of the catalog, or weights and a bandwidth given in place."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Protocol

from macros import law
from macros.catalog import Fact, Gpu, Model, Precision
from macros.cli.cached_facts import Known
from macros.cli.find_by_name import find
from macros.cli.options import ScenarioOptions
from macros.errors import Mistake, ScenarioError, did_you_mean
from macros.evidence.fit import Fit
from macros.scenario import OwnSpeed, Scenario, describe
from macros.units.parsing import Quantity

GIVEN = "given"
"""The id of a model or GPU that stands on the command line instead of in the catalog."""


class Case(Protocol):
    """Something with a step time."""

    @property
    def gpu(self) -> Gpu:
        """What it runs on."""

    @property
    def gpus(self) -> int:
        """GPUs in tensor parallel."""

    @property
    def batch(self) -> int:
        """Users decoded together."""

    @property
    def engine(self) -> str:
        """The id of the engine; "" where it is not known."""

    def value(self, quantity: str) -> float:
        """A quantity of the law in SI units."""


@dataclass(frozen=True)
class GivenWeights:
    """Weights of which only the bytes that a token reads and the layers are known.

    Their arithmetic is not known, so reading alone bounds the step; nor is what a batch reads
    beyond one token, so experts that further users wake are not counted, nor is what routing costs.
    """

    weight_read_bytes: float
    layers: int
    gpu: Gpu
    gpus: int
    batch: int
    engine: str
    fit: Fit

    @cached_property
    def _known(self) -> dict[str, float]:
        known: dict[str, float] = {
            "step_bytes": self.weight_read_bytes,
            "compute_time": 0.0,
            "layers": self.layers,
            "bandwidth": self.gpu.bandwidth.value,
            "memory": self.gpu.memory.value,
            "gpus": self.gpus,
            "batch": self.batch,
            "experts": 1,
            "fixed_factor": 1,
        }
        return known | self.fit.inputs(known, self.gpu, self.engine)

    def value(self, quantity: str) -> float:
        """A quantity of the law in SI units."""
        return float(law.evaluate(quantity, self._known))

    @property
    def fits(self) -> bool | None:
        """Whether they fit: known only where what is read is already too much."""
        return False if self.weight_read_bytes > self.gpus * self.gpu.memory.value else None


def given_gpu(
    bandwidth: Quantity, memory: Quantity | None, peak: Quantity | None, power: Quantity | None
) -> Gpu:
    """A GPU from its bandwidth and what else was said of it; memory that was not is infinite."""
    return Gpu(
        id=GIVEN,
        name=f"{bandwidth.text} GPU",
        vendor="",
        architecture="",
        memory_type="",
        memory=_fact(memory)
        if memory
        else Fact(value=math.inf, unit="B", printed="", citations=()),
        memory_reported=None,
        bandwidth=_fact(bandwidth),
        peak_flops={"fp16": _fact(peak)} if peak else {},
        link=None,
        board_power=_fact(power) if power else None,
        announced=None,
        notes=(),
        citations=(),
    )


def _fact(quantity: Quantity) -> Fact:
    return Fact(value=quantity.value, unit=quantity.unit, printed=quantity.text, citations=())


def math_format(name: str, gpus: Sequence[Gpu]) -> str:
    """A format that the matrix units of one of the GPUs multiply in.

    Raises:
        Mistake: they do not, as far as it is published.
    """
    peaks = dict.fromkeys(kind for gpu in gpus for kind in gpu.peak_flops)
    if name in peaks:
        return name
    none = f"{gpus[0].name} has no" if len(gpus) == 1 else "no GPU among these has a"
    raise Mistake(f"{none} peak for math {name!r}; {did_you_mean(name, peaks)}")


def scenario(
    known: Known,
    model: Model,
    gpu: Gpu,
    precision: Precision,
    options: ScenarioOptions,
) -> Scenario:
    """The scenario of a model on a GPU with the options of the command line, and the fit.

    Raises:
        Mistake: a name in the options is none, or the fewest GPUs are asked for and none is known.
        ScenarioError: the model does not take so long a context.
    """
    catalog = known.catalog
    kv = find("precision", options.kv_precision, catalog.precisions)
    base = Scenario(model, gpu, precision, kv, fitted=known.fit.inputs)
    base = base.on(engine=options.engine)
    if options.math:
        base = base.on(math=math_format(options.math, [gpu]))
    axes = {"gpus": options.gpus or 1, "batch": options.batch, "context": options.context}
    made = describe(catalog, axes, base)
    if options.gpus is not None:
        return made
    if not memory_known(gpu):
        raise Mistake("--gpus min needs --memory: how much a GPU holds is not known")
    return made.on(gpus=int(made.value("min_gpus")))


def calibrated(case: Scenario, tps: float | None) -> Scenario:
    """A scenario with the speed that was measured in it, if one was.

    Raises:
        Mistake: the scenario can't have such a speed.
    """
    if tps is None:
        return case
    try:
        return case.on(measured=OwnSpeed(tps, case))
    except ScenarioError as error:
        raise Mistake(f"--measured: {error}") from None


def precision_of(known: Known, text: str | None, model: Model) -> Precision:
    """The asked number format, or the one that the model is published in."""
    asked = text if text and text != "native" else model.native_precision
    return find("precision", asked, known.catalog.precisions)


def memory_known(gpu: Gpu) -> bool:
    """Whether anything is known of the GPU's memory."""
    return math.isfinite(gpu.memory.value)


def citations(case: Scenario) -> Mapping[str, list[dict[str, str]]]:
    """Where each input of a scenario was read."""
    return {
        name: [{"url": c.source.url, "what": c.source.what, "where": c.where} for c in found]
        for name, found in case.citations.items()
        if found
    }
