"""A sweep gives what single scenarios give, over any grid, without holding the grid."""

from __future__ import annotations

import csv
import io
import json
import math
import os
import sys
import time
import tracemalloc
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from importlib.util import find_spec
from itertools import islice, product

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from macros.cli import grid as grids
from macros.cli import grid_text, main
from macros.cli.cached_facts import Known, known
from macros.cli.commands import sweep
from macros.cli.exit_codes import OK
from macros.law.compiled import Array
from macros.scenario import Scenario


@pytest.fixture(scope="module")
def facts() -> Known:
    return known()


def grid(facts: Known, words: str) -> grids.Grid:
    typed = sweep.COMMAND.make_context("sweep", words.split()).params
    del typed["catalog"]
    return sweep.grid_of(facts, sweep.SweepOptions(**typed))


def rows(facts: Known, words: str) -> list[dict[str, object]]:
    found = grids.rows(facts.fit, grid(facts, words))
    return [dict(zip(grids.COLUMNS, row, strict=True)) for row in found]


WIDE = "--precision fp8,q4_k_m,mxfp4 --gpus 1,8 --batch 1,32 --context 0,2k --kv-precision fp8"


def test_every_row_is_to_the_last_bit_what_its_scenario_gives(facts: Known) -> None:
    compared = 0
    catalog = facts.catalog
    for row in islice(rows(facts, WIDE), 0, None, 37):
        case = Scenario(
            catalog.model(row["model"]),  # type: ignore[arg-type]
            catalog.gpu(row["gpu"]),  # type: ignore[arg-type]
            catalog.precision(row["precision"]),  # type: ignore[arg-type]
            catalog.precision("fp8"),
            gpus=row["gpus"],  # type: ignore[arg-type]
            batch=row["batch"],  # type: ignore[arg-type]
            context=row["context"],  # type: ignore[arg-type]
            fitted=facts.fit.inputs,
        )
        assert row["fits"] == case.fits
        assert row["min_gpus"] == case.value("min_gpus")
        if not case.fits:
            assert row["decode_tps"] is None
            assert row["reason"] == f"needs {row['min_gpus']} GPUs"
            continue
        for name in grids.SPEEDS:
            assert row[name] == case.value(name), (name, row)
        assert row["caches_fit"] == (case.value("max_batch") >= case.batch)
        compared += 1
    assert compared > 100


def test_the_rows_are_the_whole_grid_in_its_order(facts: Known) -> None:
    words = "--model llama-3-8b,phi-4 --gpu b200,h20 --precision fp16,fp8 --gpus 1,2 --batch 1..4"
    found = [tuple(row.values())[:6] for row in rows(facts, f"{words} --context 0,1k")]
    axes = (["llama-3-8b", "phi-4"], ["b200", "h20"], ["fp16", "fp8"], [1, 2], [1, 2, 4], [0, 1024])
    assert found == list(product(*axes))


def test_a_context_that_the_model_does_not_take_has_a_row_that_says_so(facts: Known) -> None:
    short, long = rows(facts, "--model llama-3-8b --gpu b200 --context 8k,16k")
    assert short["decode_tps"] is not None
    assert long["decode_tps"] is None
    assert long["reason"] == "takes 8192 tokens at most"


def test_a_gpu_without_a_peak_in_the_asked_math_has_rows_that_say_so(facts: Known) -> None:
    words = "--model llama-3-8b --gpu h100-sxm,a100-sxm-80gb --precision fp8 --math fp8 --batch 1,8"
    *with_it, one, eight = rows(facts, words)
    assert all(row["decode_tps"] and not row["reason"] for row in with_it)
    for row in (one, eight):
        assert (row["gpu"], row["fits"], row["min_gpus"]) == ("a100-sxm-80gb", True, 1)
        assert row["reason"] == "no fp8 peak is published"
        assert {row[name] for name in ("caches_fit", *grids.SPEEDS)} == {None}


def test_min_takes_the_smallest_count_that_holds_the_weights(facts: Known) -> None:
    for row in rows(facts, "--model llama-3.1-405b --gpus min"):
        assert row["gpus"] == row["min_gpus"]
        assert row["fits"]


def test_native_takes_each_models_own_format(facts: Known) -> None:
    for row in rows(facts, "--gpu b200"):
        assert row["precision"] == facts.catalog.models[str(row["model"])].native_precision


def test_users_whose_caches_do_not_fit_are_told(facts: Known) -> None:
    few, many = rows(facts, "--model llama-2-7b --gpu rtx-4090 --context 4k --batch 1,64")
    assert few["caches_fit"] is True
    # 64 users × 4096 tokens × 524,288 bytes is 137 GB.
    assert many["caches_fit"] is False


SMALL = [
    "sweep",
    "--model",
    "llama-3-70b",
    "--gpu",
    "h100-sxm,b200",
    "--precision",
    "fp16,fp8",
    "--batch",
    "1,8",
]


def test_csv_and_json_and_table_hold_the_same_rows(capsys: pytest.CaptureFixture[str]) -> None:
    printed = {}
    for name in ("csv", "json", "table"):
        assert main([*SMALL, "--format", name]) == OK
        printed[name] = capsys.readouterr().out
    lines = [json.loads(line) for line in printed["json"].splitlines()]
    cells = list(csv.DictReader(io.StringIO(printed["csv"])))
    assert len(lines) == len(cells) == len(printed["table"].splitlines()) - 1 == 8
    for line, cell in zip(lines, cells, strict=True):
        assert list(line) == list(cell) == list(grids.COLUMNS)
        for name, value in line.items():
            if value is None:
                assert cell[name] == ""
            elif isinstance(value, bool):
                assert cell[name] == str(value).lower()
            elif isinstance(value, float):
                assert float(cell[name]) == value
            else:
                assert cell[name] == str(value)


# --- Blocks ---

MIXED = (
    "--model llama-3-8b,llama-3-70b --gpu h100-sxm,a100-sxm-80gb --precision fp8,fp16 --math fp8 "
    "--gpus 1,2 --batch 1,2,3,5,7 --context 16k,0,4k"
)
"""Rows with a speed between rows without one, for every reason there is."""


def test_rows_are_the_same_whatever_is_computed_together(
    facts: Known, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = rows(facts, MIXED)
    reasons = {str(row["reason"]).split()[0] for row in whole if row["reason"]}
    assert reasons == {"needs", "no", "takes"}
    # A part of a setup's users, one setup, or two and a half of its 15 runs.
    for size in (1, 4, 15, 37):
        monkeypatch.setattr(grids, "AT_ONCE", size)
        assert rows(facts, MIXED) == whole


# --- Spelling ---


WRITERS = [grid_text.by_pydantic, *([grid_text.by_orjson] if find_spec("orjson") else [])]
"""orjson is an extra."""


def plain_csv(found: Iterable[grids.Row]) -> Iterator[str]:
    """What a plain loop over the rows would write."""
    spell = {None: "", True: "true", False: "false"}
    yield ",".join(grids.COLUMNS)
    for row in found:
        yield ",".join(
            spell[cell] if cell is None or isinstance(cell, bool) else str(cell) for cell in row
        )


LARGE = "--precision fp8,q4_k_m,fp16 --gpus 1,8 --batch 1,3,32 --context 0,2k,200k"


@pytest.mark.builds  # takes as long as a build
@pytest.mark.parametrize("digits", WRITERS)
@pytest.mark.parametrize("words", [MIXED, LARGE, "--gpus min --engine vllm --batch 1,8"])
def test_csv_and_json_are_to_the_letter_what_a_plain_loop_writes(
    facts: Known,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
    digits: Callable[[Array], list[str]],
    words: str,
) -> None:
    monkeypatch.setattr(grid_text, "DIGITS", digits)
    chosen = grid(facts, words)
    found = list(grids.rows(facts.fit, chosen))
    grid_text.csv(facts.fit, chosen)
    assert capsys.readouterr().out.splitlines() == list(plain_csv(found))
    grid_text.json(facts.fit, chosen)
    for line, row in zip(capsys.readouterr().out.splitlines(), found, strict=True):
        assert line == json.dumps(dict(zip(grids.COLUMNS, row, strict=True)))


FLOATS = st.floats(min_value=0, allow_nan=False, allow_infinity=False)


@pytest.mark.parametrize("digits", WRITERS)
@given(pairs=st.lists(st.tuples(FLOATS, FLOATS), max_size=30))
def test_floats_are_spelt_as_python_spells_them(
    digits: Callable[[Array], list[str]], pairs: list[tuple[float, float]]
) -> None:
    found = grid_text.spelled(np.array(pairs).reshape(-1, 2), digits)
    assert found == [f"{a!r},{b!r}" for a, b in pairs]


@pytest.mark.parametrize("digits", WRITERS)
def test_floats_of_every_size_are_spelt_as_python_spells_them(
    digits: Callable[[Array], list[str]],
) -> None:
    # The edges beyond which Python writes an exponent, and their neighbours on both sides.
    edges = [np.nextafter(edge, to) for edge in (1e-4, 1e16) for to in (0, edge, math.inf)]
    powers = [float(f"1e{n}") for n in range(-30, 31)] + [2.0**n for n in range(-80, 81)]
    shares = np.random.default_rng(7).uniform(1, 10, 20_000)
    wide = shares * 10.0 ** np.random.default_rng(8).integers(-7, 19, shares.size)
    numbers = [*edges, *powers, *wide, 0.0, 5e-324, 123.0]
    found = grid_text.spelled(np.array(numbers)[:, None], digits)
    assert found == [repr(float(number)) for number in numbers]


# --- As large as you like ---


def peak_memory(facts: Known, words: str) -> tuple[int, int]:
    """Rows of a grid, and the bytes that making and writing them took at most."""
    chosen = grid(facts, words)
    with open(os.devnull, "w", encoding="utf-8") as nowhere:
        kept, sys.stdout = sys.stdout, nowhere
        tracemalloc.start()
        try:
            grid_text.csv(facts.fit, chosen)
            _, peak = tracemalloc.get_traced_memory()
        finally:
            tracemalloc.stop()
            sys.stdout = kept
    count = math.prod(
        len(axis)
        for axis in (
            chosen.models,
            chosen.gpus,
            chosen.precisions or (None,),
            chosen.counts or (None,),
            chosen.batches,
            chosen.contexts,
        )
    )
    return count, peak


@pytest.mark.builds
def test_memory_does_not_grow_with_the_grid(facts: Known) -> None:
    axes = "--batch 1..128 --context 0,1k,2k,4k"
    # Two blocks, and what is made once.
    small_rows, small = peak_memory(
        facts, f"{axes} --model llama-3-8b --precision fp8,fp16 --gpus 1..8"
    )
    large_rows, large = peak_memory(facts, f"{axes} --precision fp8,fp16,int4,q4_k_m --gpus 1..8")
    assert small_rows > grids.AT_ONCE
    assert large_rows > 50 * small_rows
    assert large < 1.5 * small


def test_a_row_of_a_sweep_takes_a_small_part_of_a_scenarios_time(facts: Known) -> None:
    def spent(work: object) -> float:
        start = time.process_time()
        deque(work, 0)  # type: ignore[call-overload]
        return time.process_time() - start

    words = "--model llama-3-8b --gpus 1 --precision fp8 --batch 1..128 --context 0,1k,2k,4k,6k,8k"
    chosen = grid(facts, words)
    count = 8 * 6 * len(facts.catalog.gpus)
    many = min(spent(grids.rows(facts.fit, chosen)) / count for _ in range(3))
    case = Scenario(
        chosen.models[0],
        chosen.gpus[0],
        chosen.natives["llama-3-8b"],
        chosen.kv,
        fitted=facts.fit.inputs,
    )
    one = spent(case.on(batch=batch).value("expected_high_tps") for batch in range(1, 300)) / 299
    assert many < one / 15
