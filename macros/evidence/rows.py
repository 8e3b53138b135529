"""Published measurements as the law sees them: each with the step time that bounds it."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from macros import law
from macros.catalog import Catalog, Measurement, Model
from macros.scenario import model_inputs, precision_inputs

MEASURED_KV_BYTES = 2.0
"""Bytes per cached value: 16 bits, which every engine here caches unless it is told otherwise."""

DEVICE_CLASSES: Mapping[str, str] = {
    "HBM": "data-centre GPU (HBM)",
    "GDDR": "graphics card (GDDR)",
    "LPDDR": "shared memory (LPDDR)",
    "DDR": "CPU (DDR)",
}
"""Kinds of device by kind of memory: what sets how many bytes are in flight, and at what wait."""

_FAMILIES = (
    (r"\bCPU\b", "DDR"),
    (r"Apple|\bM\d\b|Jetson|iGPU|\bGB10\b", "LPDDR"),
    (r"\b([PVAHB][1-38]00[SX]?|G[HB][23]00|H20|A30|MI\d+\w?)\b|TPU|Gaudi", "HBM"),
    (r"RTX|GTX|Radeon|\bRX\b|Arc|\b[AWLTP]\d", "GDDR"),
)
"""Names of devices, and the memory that each family has; the first that fits a name counts.

A letter and a round hundred (A100, V100) is a data-centre chip of stacked memory. Other numbers of
the same letters are cards (A40, L40S, T4, P40), but for the few that stand with them.
"""


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
    """

    row: Measurement
    layers: int
    step_time: float
    cache_known: bool
    device: str
    mixture: bool

    @property
    def time(self) -> float:
        """Measured time of one step, in seconds: each step gives each user one token."""
        return 1 / self.row.tokens_per_second

    @property
    def ceiling(self) -> float:
        """Tokens per second and user that the law allows."""
        return law.decode_tps(self.step_time)

    @property
    def source(self) -> str:
        """The source's id: rows of one source share machine, engine and habits."""
        return self.row.citation.source.id


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
    """The rows of one user alone: those that are fitted."""
    return tuple(entry for entry in rows if entry.row.concurrency == 1)


def batched(rows: Iterable[Measured]) -> tuple[Measured, ...]:
    """The rows of several users decoded together: predicted, but not fitted."""
    return tuple(entry for entry in rows if entry.row.concurrency > 1)


def _measured(catalog: Catalog, row: Measurement, reads: float, layers: int) -> Measured:
    """A row with its law.

    A row whose model and format are the catalog's is a scenario like any other, so that it has one
    ceiling wherever it is shown. The bytes that the row states stand for weights that are not: they
    are of the very file, or what an engine says that it read.

    The cache is counted for models of the catalog, whose windows are known. For any other model it
    is left out, because a window that nobody wrote down would put the bound below the truth.
    """
    known: dict[str, float] = {
        "bandwidth": row.bandwidth,
        "gpus": row.gpus_reading,
        "batch": row.concurrency,
    }
    model = catalog.models.get(row.model_id or "")
    precision = catalog.precisions.get(row.precision_id or "")
    if model:
        known |= model_inputs(model) | {
            "bytes_per_kv_value": MEASURED_KV_BYTES,
            "context": row.context,
            "peak_flops": _peak_flops(catalog, row),
        }
        if precision:
            known |= precision_inputs(precision)
        else:
            known["weight_read_bytes"] = reads + _woken_bytes(catalog, row, model)
    else:
        known |= {"step_bytes": reads, "compute_time": 0.0}
    step_time = float(law.evaluate("step_time", known))
    return Measured(
        row,
        layers,
        step_time,
        cache_known=model is not None,
        device=device_class(catalog, row.gpu_id, row.gpu),
        mixture=model is not None and model.experts_per_layer > 1,
    )


def device_class(catalog: Catalog, id: str | None, name: str) -> str:
    """A key of `DEVICE_CLASSES`: by a GPU's entry, or by its name where the catalog has none."""
    gpu = catalog.gpus.get(id or "")
    if gpu:
        return next((kind for kind in DEVICE_CLASSES if gpu.memory_type.startswith(kind)), "")
    return next((kind for pattern, kind in _FAMILIES if re.search(pattern, name)), "")


def _woken_bytes(catalog: Catalog, row: Measurement, model: Model) -> float:
    """Bytes of routed experts that a batch reads beyond those that one token reads.

    The source names the format loosely: the experts are taken to keep the model's own.
    """
    own = catalog.precisions[model.native_precision]
    chosen, routed = model.experts_per_token, model.experts_per_layer
    touched = law.experts_touched(chosen, routed, row.concurrency)
    alone = law.experts_touched(chosen, routed, 1)
    return float(model.counts.experts * (touched - alone) * own.expert_bytes)


def _peak_flops(catalog: Catalog, row: Measurement) -> float:
    """Dense peak in FLOP/s of the row's format, or of FP16; infinite where none is published."""
    gpu = catalog.gpus.get(row.gpu_id or "")
    precision = catalog.precisions.get(row.precision_id or "")
    if gpu:
        for kind in (precision.math if precision else "fp16", "fp16"):
            if kind in gpu.peak_flops:
                return gpu.peak_flops[kind].value
    return math.inf
