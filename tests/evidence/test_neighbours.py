"""The published rows nearest to a scenario: what is near, and what counts before what."""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import permutations

import pytest

from macros.catalog import Catalog
from macros.evidence.neighbours import nearest_rows
from macros.evidence.rows import Measured
from macros.scenario import Scenario, describe

AXES = {"model": "llama-3-8b", "gpu": "rtx-4090", "precision": "fp16"}
CLASSES = {"rtx-4090": "GDDR", "rtx-3090": "GDDR", "h100-sxm": "HBM"}


@dataclass(frozen=True)
class Near:
    """What may tell rows apart; by default a row is of the scenario itself."""

    id: str
    model: str = "llama-3-8b"
    gpu: str = "rtx-4090"
    precision: str = "fp16"
    gpus: int = 1
    batch: int = 1
    times: float = 1.0
    date: str = "2024-06"


@pytest.fixture
def scenario(catalog: Catalog) -> Scenario:
    return describe(catalog, AXES)


def made(entry: Measured, near: Near, step_time: float) -> Measured:
    row = replace(
        entry.row,
        id=near.id,
        model_id=near.model,
        gpu_id=near.gpu,
        precision_id=near.precision,
        gpus=near.gpus,
        layout="tensor" if near.gpus > 1 else "single",
        concurrency=near.batch,
        date=near.date,
        engine=near.id,
    )
    return replace(entry, row=row, step_time=step_time * near.times, device=CLASSES[near.gpu])


ORDERS = {
    "model and GPU, then model and class, then either, then the class": [
        # A finer match within a rank never outweighs the rank.
        Near("both", precision="q8_0", gpus=2, times=9),
        Near("model and class", gpu="rtx-3090", precision="q8_0", gpus=2, times=8),
        Near("model", gpu="h100-sxm", precision="q8_0", gpus=2, times=6),
        Near("GPU", model="llama-3-70b", precision="q8_0", gpus=2, times=7),
        Near("class", model="llama-3-70b", gpu="rtx-3090"),
    ],
    "the precision before counts": [
        Near("precision", gpus=2, batch=8, times=9),
        Near("counts", precision="q8_0"),
    ],
    "more of GPU count and batch before the step time": [
        Near("both counts", times=9),
        Near("one count", gpus=2, times=8),
        Near("no count", gpus=2, batch=2),
    ],
    "the step time, slower or faster alike, before the date": [
        Near("a half more", times=1.5, date="2023-01"),
        Near("a half", times=0.5, date="2024-01"),
        Near("thrice", times=3, date="2025-01"),
    ],
    "the more recent": [Near("2025", date="2025-01"), Near("2024", date="2024-01")],
    "the more recent of two within a quarter of the step time": [
        Near("a fifth more", times=1.2, date="2025-01"),
        Near("alike", times=1.0, date="2024-01"),
        Near("a third more", times=1.33, date="2026-01"),
    ],
}


@pytest.mark.parametrize("order", ORDERS)
def test_nearer_is(
    order: str, catalog: Catalog, rows: tuple[Measured, ...], scenario: Scenario
) -> None:
    step_time = scenario.value("step_time")
    wanted = [near.id for near in ORDERS[order]]
    entries = [made(rows[0], near, step_time) for near in ORDERS[order]]
    for shuffled in permutations(entries):
        found = nearest_rows(catalog, shuffled, scenario, count=len(entries))
        assert [neighbour.entry.row.id for neighbour in found] == wanted


def test_of_a_run_that_was_published_twice_or_over_contexts_the_nearest_row_stands_alone(
    catalog: Catalog, rows: tuple[Measured, ...], scenario: Scenario
) -> None:
    time = scenario.value("step_time")
    sweep = [
        replace(entry, row=replace(entry.row, engine="an engine"))
        for entry in (
            made(rows[0], Near("4k", times=1.2), time),
            made(rows[0], Near("none"), time),
            made(rows[0], Near("none again"), time),
        )
    ]
    other = made(rows[0], Near("other engine", times=1.1), time)
    found = nearest_rows(catalog, [*sweep, other], scenario)
    assert [neighbour.entry.row.id for neighbour in found] == ["none", "other engine"]


def test_a_row_of_another_model_on_another_class_is_no_neighbour(
    catalog: Catalog, rows: tuple[Measured, ...], scenario: Scenario
) -> None:
    far = Near("far", model="llama-3-70b", gpu="h100-sxm")
    assert nearest_rows(catalog, [made(rows[0], far, 0.01)], scenario) == ()


def test_a_neighbour_says_what_it_shares_and_how_far_its_step_is(
    catalog: Catalog, rows: tuple[Measured, ...], scenario: Scenario
) -> None:
    row = made(rows[0], Near("near", gpu="h100-sxm", times=0.25), scenario.value("step_time"))
    (found,) = nearest_rows(catalog, [row], scenario)
    assert found.same == ("model", "precision", "GPU count", "batch")
    assert found.distance == pytest.approx(4)


# --- Of the catalog ---


def test_the_nearest_rows_share_model_and_gpu_before_anything_else(
    catalog: Catalog, rows: tuple[Measured, ...]
) -> None:
    axes = {"model": "llama-3-8b", "gpu": "rtx-4090", "precision": "q4_k_m"}
    first, *others = nearest_rows(catalog, rows, describe(catalog, axes), count=4)
    assert {"model", "GPU", "precision", "batch"} <= set(first.same)
    assert all({"model", "GPU"} <= set(neighbour.same) for neighbour in others)


def test_a_gpu_that_nobody_measured_gets_rows_of_its_model_or_its_kind(
    catalog: Catalog, rows: tuple[Measured, ...]
) -> None:
    scenario = describe(catalog, {"model": "llama-3-8b", "gpu": "mi325x", "precision": "fp16"})
    found = nearest_rows(catalog, rows, scenario)
    assert found
    assert all({"model", "device class"} <= set(n.same) for n in found)
