"""The published rows nearest to a scenario: what somebody measured, beside what is predicted."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass

from macros.catalog import Catalog
from macros.evidence.rows import Measured, device_class
from macros.scenario import Scenario


@dataclass(frozen=True)
class Neighbour:
    """A published row near a scenario.

    Attributes:
        entry: the row.
        same: what it shares with the scenario: "model", "GPU", "device class", "precision",
            "GPU count", "batch".
        distance: the larger of the two step times of the law over the smaller.
    """

    entry: Measured
    same: tuple[str, ...]
    distance: float


def nearest_rows(
    catalog: Catalog, rows: Iterable[Measured], scenario: Scenario, count: int = 3
) -> tuple[Neighbour, ...]:
    """The rows nearest to a scenario, nearest first.

    A row of the same model on the same GPU comes first, then the same model on the same class of
    device. The same model elsewhere and another model on the same GPU are equals; another model on
    the same class of device comes last. Among equals the same precision counts first, then the same
    GPU count and batch, then how close the law's step time is, then how recent the row is. A row
    that shares neither the model nor the class of device is no neighbour.
    """
    step_time = scenario.value("step_time")
    device = device_class(catalog, scenario.gpu.id, scenario.gpu.name)
    neighbours = [_neighbour(entry, scenario, step_time, device) for entry in rows]
    related = [n for n in neighbours if {"model", "GPU", "device class"} & set(n.same)]
    # Two stable sorts, because a date that is text cannot be negated.
    related.sort(key=lambda n: n.entry.row.date, reverse=True)
    return tuple(sorted(related, key=_order)[:count])


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


def _order(neighbour: Neighbour) -> tuple[int, int, int, float]:
    weight = {"model": 3, "GPU": 2, "device class": 1}
    closeness = sum(weight.get(name, 0) for name in neighbour.same)
    settings = ("GPU count" in neighbour.same) + ("batch" in neighbour.same)
    return -closeness, -("precision" in neighbour.same), -settings, neighbour.distance
