"""One own measurement: where it stands among rows, and what it tells of the others of its setup."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import Any

import pytest

from macros.catalog import Catalog
from macros.evidence.calibration import Place, place_of, rescaled
from macros.evidence.groups import Evidence
from macros.evidence.rows import Measured
from macros.evidence.statistics import statistic

CONSTANTS = {
    "reading": 0.0,  # all of the printed rate
    "layer": math.log(100e-6),
    "user": math.log(1e-6),
}


@pytest.fixture
def own(rows: tuple[Measured, ...]) -> Measured:
    """4 ms of reading and 40 layers of 100 µs by the fit; measured at 12 ms."""
    row = replace(
        rows[0].row,
        id="own",
        model="Llama 3 8B",
        engine="an engine",
        version="1.0",
        gpu="a GPU",
        gpu_id=None,
        gpus=1,
        layout="single",
        concurrency=1,
        users=None,
        measures="step",
        benchmark="a source",
        tokens_per_second=1 / 12e-3,
    )
    return replace(rows[0], row=row, step_time=4e-3, layers=40, device="", mixture=False)


def other(entry: Measured, **changes: Any) -> Measured:
    """10 ms of reading and 50 layers."""
    changes = {"id": "other", "model": "Llama 3 70B", "tokens_per_second": 60.0, **changes}
    return replace(entry, row=replace(entry.row, **changes), step_time=10e-3, layers=50)


def test_a_row_of_the_setup_is_predicted_with_the_fixed_time_that_another_tells(
    own: Measured,
) -> None:
    pairs = rescaled([own, other(own)], {"a source": CONSTANTS})
    told = {pair.by.row.id: pair for pair in pairs}["own"]
    # Of 12 ms 8 are no reading, twice the 4 that others take: 50 x 100 us, 2^0.75 times as long.
    assert told.entry.row.id == "other"
    assert told.before == pytest.approx(1 / 15e-3)
    assert told.after == pytest.approx(1 / (10e-3 + 5e-3 * 2**0.75))


def test_every_row_of_a_setup_tells_of_every_other(own: Measured) -> None:
    three = [own, other(own), other(own, id="third")]
    assert len(rescaled(three, {"a source": CONSTANTS})) == 3 * 2


@pytest.mark.parametrize(
    "changes",
    [
        {"engine": "another engine"},
        {"version": "2.0"},
        {"gpu": "another GPU"},
        {"gpus": 2, "layout": "tensor"},
        {"benchmark": "another source"},
    ],
    ids=str,
)
def test_a_row_of_another_setup_tells_nothing(own: Measured, changes: dict[str, Any]) -> None:
    known = {"a source": CONSTANTS, "another source": CONSTANTS}
    assert not rescaled([own, other(own, **changes)], known)


def test_a_mixture_tells_nothing_of_a_dense_model(own: Measured) -> None:
    assert not rescaled([own, replace(other(own), mixture=True)], {"a source": CONSTANTS})


def test_a_share_of_the_ceiling_stands_among_those_of_its_class(own: Measured) -> None:
    # Ceilings are 250 tok/s: shares of 0.2, 0.4 and 0.6, and a row of several users apart.
    speeds = {"one": 50.0, "two": 100.0, "three": 150.0}
    rows = [
        replace(own, row=replace(own.row, id=id, tokens_per_second=speed))
        for id, speed in speeds.items()
    ]
    rows.append(replace(own, row=replace(own.row, concurrency=4, tokens_per_second=20.0)))
    assert place_of(0.5, rows, "a GPU, one GPU, one user") == Place(rows=3, below=2)
    assert place_of(0.1, rows, "one user") == Place(rows=3, below=0)


def test_a_measurement_of_ones_own_brings_every_kind_of_pair_nearer(catalog: Catalog) -> None:
    evidence = Evidence(catalog)
    for group in evidence.calibrations:
        before = statistic(evidence, "uncalibrated_error", group).value
        after = statistic(evidence, "calibrated_error", group).value
        assert after < before, group
    assert statistic(evidence, "calibrated_error").value < 0.1


def test_a_median_over_pairs_is_what_hand_arithmetic_gives(
    own: Measured, monkeypatch: pytest.MonkeyPatch, catalog: Catalog
) -> None:
    evidence = Evidence(catalog)
    pairs = rescaled([own, other(own)], {"a source": CONSTANTS})
    monkeypatch.setattr(Evidence, "calibrations", {"": pairs})
    # Own: expected 125 of 83.3 tok/s, off by 1/2; other: 66.7 of 60, off by 1/9.
    by_hand = (1 / 2 + 1 / 9) / 2
    assert statistic(evidence, "uncalibrated_error").value == pytest.approx(by_hand)
    assert statistic(evidence, "setup_pairs").value == 2
    assert statistic(evidence, "setups").value == 1
