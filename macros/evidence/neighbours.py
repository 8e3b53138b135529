"""The published rows nearest to a scenario: what somebody measured, beside what is predicted."""

from __future__ import annotations

import math
from collections.abc import Hashable, Iterable, Mapping
from dataclasses import dataclass
from typing import TypeAlias

from macros.catalog import Catalog
from macros.evidence.rows import Measured, device_class
from macros.law.arithmetic import Quantity, maximum, minimum
from macros.scenario import Scenario


@dataclass(frozen=True)
class Neighbour:
    """A published row near a scenario.

    Attributes:
        entry: the row.
        same: what it shares with the scenario, a name of `SHARED` each.
        distance: the larger of the two step times of the law over the smaller.
    """

    entry: Measured
    same: tuple[str, ...]
    distance: float


SHARED: Mapping[str, str] = {
    "model": "same_model",
    "GPU": "same_gpu",
    "device class": "same_class",
    "precision": "same_precision",
    "GPU count": "same_gpus",
    "batch": "same_batch",
}
"""What a row may share with a scenario, and how `nearness` calls it."""

Shared: TypeAlias = tuple[bool, bool, bool, bool, bool, bool]
"""Whether a row shares each of these, in their order."""


def nearness(
    same_model: Quantity,
    same_gpu: Quantity,
    same_class: Quantity,
    same_precision: Quantity,
    same_gpus: Quantity,
    same_batch: Quantity,
    row_time: Quantity,
    step_time: Quantity,
) -> Quantity:
    """How near a row is: the browser orders rows by this very expression.

    A row of the same model on the same GPU comes first, then the same model on the same class of
    device. The same model elsewhere and another model on the same GPU are equals; another model on
    the same class of device comes last. Among equals the same precision counts first, then the same
    GPU count and batch, then how close the law's step time is: within a quarter it is as good as
    the same.

    What is the same is 1, and what is not 0; times are of the law, in seconds.
    """
    closeness = 3 * same_model + 2 * same_gpu + same_class
    alike = minimum(row_time, step_time) / maximum(row_time, step_time)
    return 6 * closeness + 3 * same_precision + same_gpus + same_batch + minimum(1.25 * alike, 1)


def nearest_rows(
    catalog: Catalog, rows: Iterable[Measured], scenario: Scenario, count: int = 3
) -> tuple[Neighbour, ...]:
    """The rows nearest to a scenario, nearest first, and of equally near ones the newest.

    A row that shares neither the model nor the class of device is no neighbour, and of one run,
    such as a sweep over contexts, only the nearest row is.
    """
    step_time = scenario.value("step_time")
    device = device_class(catalog, scenario.gpu.id, scenario.gpu.name)
    found: list[tuple[float, float, float, int, Shared, Measured]] = []
    for entry in rows:
        shared = _shared(entry, scenario, device)
        if any(shared[:3]):
            near = nearness(*shared, row_time=entry.step_time, step_time=step_time)
            found.append(
                (-near, -entry.year, _distance(entry, step_time), len(found), shared, entry)
            )
    first: dict[Hashable, Neighbour] = {}
    for *_, distance, _, shared, entry in sorted(found):
        same = tuple(name for name, held in zip(SHARED, shared, strict=True) if held)
        first.setdefault(run_of(entry), Neighbour(entry, same, distance))
        if len(first) == count:
            break
    return tuple(first.values())


def run_of(entry: Measured) -> Hashable:
    """What a row shares with others that tell the same: all but context and speed.

    A benchmark that publishes under several titles, or twice, is one.
    """
    row = entry.row
    machine = (row.gpu_id or row.gpu, row.gpus, row.layout)
    weights = (row.model_id or row.model, row.precision_id or row.precision)
    return entry.source, *machine, *weights, row.concurrency, row.engine, row.version


def _shared(entry: Measured, scenario: Scenario, device: str) -> Shared:
    """Whether a row shares each of `SHARED` with a scenario on a class of device."""
    row = entry.row
    return (
        row.model_id == scenario.model.id,
        row.gpu_id == scenario.gpu.id,
        bool(device) and entry.device == device,
        row.precision_id == scenario.precision.id,
        row.gpus_reading == scenario.gpus,
        row.concurrency == scenario.batch,
    )


def _distance(entry: Measured, step_time: float) -> float:
    return math.exp(abs(math.log(entry.step_time / step_time)))
