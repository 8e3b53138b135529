"""The published rows nearest to a scenario: what somebody measured, beside what is predicted."""

from __future__ import annotations

import math
from collections.abc import Hashable, Iterable, Mapping
from dataclasses import dataclass

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

    Args:
        same_model, same_gpu, same_class, same_precision, same_gpus, same_batch: 1 or 0.
        row_time, step_time: the law's, of the row and of the scenario; s.
    """
    closeness = 3 * same_model + 2 * same_gpu + same_class
    alike = minimum(row_time, step_time) / maximum(row_time, step_time)
    return 6 * closeness + 3 * same_precision + same_gpus + same_batch + minimum(1.25 * alike, 1)


def nearest_rows(
    catalog: Catalog, rows: Iterable[Measured], scenario: Scenario, count: int = 3
) -> tuple[Neighbour, ...]:
    """The rows nearest to a scenario, nearest first, and of equally near ones the newest.

    A row that shares neither the model nor the class of device is no neighbour.
    """
    step_time = scenario.value("step_time")
    device = device_class(catalog, scenario.gpu.id, scenario.gpu.name)
    found = []
    for entry in without_copies(rows):
        neighbour = _neighbour(entry, scenario, step_time, device)
        if {"model", "GPU", "device class"} & set(neighbour.same):
            shares = {given: int(name in neighbour.same) for name, given in SHARED.items()}
            near = nearness(**shares, row_time=entry.step_time, step_time=step_time)
            found.append((-near, -entry.year, neighbour))
    return tuple(neighbour for *_, neighbour in sorted(found, key=lambda each: each[:2])[:count])


def without_copies(rows: Iterable[Measured]) -> tuple[Measured, ...]:
    """Rows less those that say what another said: of one run under two titles the newest stays."""
    found: dict[Hashable, Measured] = {}
    for entry in rows:
        row = entry.row
        run = (
            row.model_id or row.model,
            row.gpu_id or row.gpu,
            row.gpus,
            row.precision_id or row.precision,
            row.concurrency,
            row.context,
            entry.engine or row.engine,
            row.tokens_per_second,
        )
        if run not in found or entry.year > found[run].year:
            found[run] = entry
    return tuple(found.values())


def _neighbour(entry: Measured, scenario: Scenario, step_time: float, device: str) -> Neighbour:
    row = entry.row
    shares = {
        "model": row.model_id == scenario.model.id,
        "GPU": row.gpu_id == scenario.gpu.id,
        "device class": bool(device) and entry.device == device,
        "precision": row.precision_id == scenario.precision.id,
        "GPU count": row.gpus_reading == scenario.gpus,
        "batch": row.concurrency == scenario.batch,
    }
    distance = math.exp(abs(math.log(entry.step_time / step_time)))
    return Neighbour(entry, tuple(name for name, held in shares.items() if held), distance)
