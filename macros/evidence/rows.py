"""Published measurements as the law sees them: each with the step time that bounds it."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache

from macros import law
from macros.catalog import Catalog, Gpu, Measurement, Model
from macros.catalog.engines import engine_of
from macros.law.traffic import prompt_exchange_time, prompt_flop_time
from macros.scenario import model_inputs, precision_inputs

MEASURED_KV = "fp16"
"""The format of a cache whose row names none: 16 bits."""

DEVICE_CLASSES: Mapping[str, str] = {
    "HBM": "data-centre GPU (HBM)",
    "GDDR": "graphics card (GDDR)",
    "LPDDR": "shared memory (LPDDR)",
    "DDR": "CPU (DDR)",
}
"""Kinds of device by kind of memory: what sets how many bytes are in flight, and at what wait."""

_FAMILIES = (
    (r"\bCPU\b", "DDR"),
    (r"Apple|\bM\d\b|Jetson|iGPU|\bGB10\b|Ryzen AI", "LPDDR"),
    (r"\b([PVAHB][1-38]00[SX]?|G[HB][23]00|H20|A30|MI\d+\w?)\b|TPU|Gaudi", "HBM"),
    (r"RTX|GTX|Radeon|\bRX\b|Arc|\b[AWLTP]\d", "GDDR"),
)
"""Names of devices, and the memory that each family has; the first that fits a name counts.

A letter and a round hundred (A100, V100) is a data-centre chip of stacked memory. Other numbers of
the same letters are cards (A40, L40S, T4, P40), but for the few that stand with them.
"""

PCIE_ONE_WAY = 25e9
"""Bytes per second that one way of a PCIe 4.0 x16 slot carries in practice, of 32e9 printed."""

_MONTH = re.compile(r"(20\d\d)(?:-(\d\d))?")


@dataclass(frozen=True)
class Measured:
    """A usable measurement beside its law.

    Attributes:
        row: the published row.
        layers: of its model.
        step_time: the law's time of one step; s.
        cache_known: whether `step_time` counts the cache.
        device: the class of its GPU, a key of `DEVICE_CLASSES`; "" when it can't be told.
        mixture: whether the model is known to route tokens to experts.
        prompt_time: arithmetic of one prompt at the whole peak; s, 0 where it is not known.
        exchange_time: one prompt's activations on the links; s, 0 where it is not known.
    """

    row: Measurement
    layers: int
    step_time: float
    cache_known: bool
    device: str
    mixture: bool
    prompt_time: float = 0.0
    exchange_time: float = 0.0

    @property
    def time(self) -> float:
        """Measured time of one step, in seconds: each step gives each user one token."""
        return 1 / self.row.tokens_per_second

    @property
    def ceiling(self) -> float:
        """Tokens per second and user that the law allows."""
        return law.decode_tps(self.step_time)

    @property
    def share(self) -> float:
        """What share of the ceiling was measured."""
        return self.row.tokens_per_second / self.ceiling

    @property
    def source(self) -> str:
        """The source's id, or its benchmark's: rows of one share machine, engine and habits."""
        return self.row.benchmark or self.row.citation.source.id

    @property
    def alone(self) -> bool:
        """Whether one user was decoded by himself."""
        return self.row.concurrency == 1

    @property
    def users(self) -> float:
        """Users decoding at a time, on average."""
        return users_of(self.row)

    @property
    def engine(self) -> str:
        """The id of its engine; "" where that is not known."""
        return engine_of(self.row.engine)

    @property
    def link(self) -> str:
        """What joins its GPUs; "" where it reads from one alone."""
        if self.row.gpus_reading == 1:
            return ""
        return self.row.link or link_of(self.device, self.row.gpu)

    @property
    def year(self) -> float:
        """When it was measured, as a decimal year."""
        return year_of(self.row.measured or self.row.date)

    @property
    def prompts_between(self) -> bool:
        """Whether the time per token also holds the prompts of others."""
        row = self.row
        return row.measures == "mean" and row.traffic == "steady" and not self.alone


def measured(catalog: Catalog) -> tuple[Measured, ...]:
    """The rows that an analysis may use: bytes and layers known, no speculation, not left out."""
    found = (
        beside_law(catalog, row)
        for row in catalog.measurements
        if not row.speculative and not row.left_out
    )
    return tuple(entry for entry in found if entry)


def beside_law(catalog: Catalog, row: Measurement) -> Measured | None:
    """A row beside its law, usable or not; None where its bytes or layers are not known."""
    return _measured(catalog, row, row.reads, row.layers) if row.reads and row.layers else None


def single_user(rows: Iterable[Measured]) -> tuple[Measured, ...]:
    """The rows of one user alone."""
    return tuple(entry for entry in rows if entry.alone)


def batched(rows: Iterable[Measured]) -> tuple[Measured, ...]:
    """The rows of several users decoded together."""
    return tuple(entry for entry in rows if not entry.alone)


def users_of(row: Measurement) -> float:
    """Users decoding at a time, on average."""
    return row.users or float(row.concurrency)


@cache  # a few dates serve all rows
def year_of(date: str) -> float:
    """A date of the catalog as a decimal year.

    A month stands for its middle, a year likewise, and a span from one to another for its own. A
    page that goes `onward` grows slowly: it is taken a quarter after its start.
    """
    found = [
        int(year) + ((int(month) - 0.5) / 12 if month else 0.5)
        for year, month in _MONTH.findall(date.split(" ", 1)[0])
    ]
    return (found[0] + found[-1]) / 2 + (0.25 if "onward" in date else 0.0)


def link_of(device: str, name: str) -> str:
    """What joins GPUs of a class and a name, as far as the name tells: one of the record's links."""
    if device != "HBM" or "PCIe" in name:
        return "pcie"
    return "xgmi" if re.search(r"\bMI\d", name) else "nvlink"


def _measured(catalog: Catalog, row: Measurement, reads: float, layers: int) -> Measured:
    """A row with its law.

    A row whose model and format are the catalog's is a scenario like any other, so that it has one
    ceiling wherever it is shown. Where either is not, the bytes count that the row states: they
    are of the very file, or what an engine says that it read.

    The cache is counted where the catalog has the model, whose windows are known, or else where the
    row gives its size. For any other model it is left out, because a window that nobody wrote down would put
    the bound below the truth.
    """
    model = catalog.models.get(row.model_id or "")
    precision = catalog.precisions.get(row.precision_id or "")
    peak = _peak_flops(catalog, row)
    known: dict[str, float] = {
        "bandwidth": row.bandwidth,
        "gpus": row.gpus_reading,
        "batch": users_of(row),
        "peak_flops": peak,
    }
    if model:
        known |= model_inputs(model) | {
            "bytes_per_kv_value": catalog.precision(row.kv_precision_id or MEASURED_KV).block_bytes,
            "context": row.context,
        }
    else:
        known |= {
            "flops_per_token": 2 * (row.active or 0.0),
            "attention_flops": 0.0,
            "kv_heads": row.kv_heads or 1,
            "kv_read_bytes": row.kv_read or 0.0,
        }
    if model and precision:
        known |= precision_inputs(precision)
    else:
        known["weight_read_bytes"] = reads + _woken_bytes(catalog, row, model)
    prompt, exchange = _prompt_times(catalog, row, model, peak)
    return Measured(
        row,
        layers,
        float(law.evaluate("step_time", known)),
        cache_known=model is not None or row.kv_read is not None,
        device=device_class(catalog, row.gpu_id, row.gpu),
        mixture=(row.experts or 0) > 1 or (model is not None and model.experts_per_layer > 1),
        prompt_time=prompt,
        exchange_time=exchange,
    )


def _prompt_times(
    catalog: Catalog, row: Measurement, model: Model | None, peak: float
) -> tuple[float, float]:
    """Seconds of one prompt's arithmetic and of its exchange; 0 where a row does not tell enough."""
    gpus, prompt = row.gpus_reading, row.prompt
    if not prompt:
        return 0.0, 0.0
    arithmetic = prompt_flop_time(row.active, prompt, gpus, peak) if row.active else 0.0
    hidden = row.hidden or (model.dimensions.hidden if model else 0)
    gpu = catalog.gpus.get(row.gpu_id or "")
    one_way = gpu.link.value / 2 if gpu and gpu.link else PCIE_ONE_WAY
    return arithmetic, prompt_exchange_time(row.layers or 0, hidden, prompt, gpus, one_way)


def device_class(catalog: Catalog, id: str | None, name: str) -> str:
    """A key of `DEVICE_CLASSES`: by a GPU's entry, or by its name where the catalog has none."""
    gpu = catalog.gpus.get(id or "")
    if gpu:
        return class_of(gpu)
    return next((kind for pattern, kind in _FAMILIES if re.search(pattern, name)), "")


def class_of(gpu: Gpu) -> str:
    """A key of `DEVICE_CLASSES` by a GPU's memory; "" where nothing is said of that."""
    return next((kind for kind in DEVICE_CLASSES if gpu.memory_type.startswith(kind)), "")


def _woken_bytes(catalog: Catalog, row: Measurement, model: Model | None) -> float:
    """Bytes of routed experts that a batch reads beyond those that one token reads.

    Where only the source's words name the format, the experts are taken to keep the model's own.
    """
    if row.experts and row.experts_per_token and row.expert_bytes:
        chosen, routed, size = row.experts_per_token, row.experts, row.expert_bytes
    elif model:
        own = catalog.precisions[model.native_precision]
        chosen, routed = model.experts_per_token, model.experts_per_layer
        size = model.counts.experts * own.expert_bytes
    else:
        return 0.0
    touched = law.experts_touched(chosen, routed, users_of(row))
    return float(size * (touched - law.experts_touched(chosen, routed, 1)))


def _peak_flops(catalog: Catalog, row: Measurement) -> float:
    """Dense peak in FLOP/s of the row's format, or of FP16; infinite where none is published."""
    gpu = catalog.gpus.get(row.gpu_id or "")
    precision = catalog.precisions.get(row.precision_id or "")
    if gpu:
        for kind in (row.math or (precision.math if precision else "fp16"), "fp16"):
            if kind in gpu.peak_flops:
                return gpu.peak_flops[kind].value
    return math.inf
