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
from itertools import islice, product

import pytest

from macros import law
from macros.cli import main
from macros.cli.cached_facts import Known, known
from macros.cli.commands import sweep
from macros.cli.exit_codes import OK
from macros.law.compiled import stages
from macros.scenario import Scenario


@pytest.fixture(scope="module")
def facts() -> Known:
    return known()


def grid(facts: Known, words: str) -> sweep.Grid:
    given = sweep.COMMAND.make_context("sweep", words.split()).params
    del given["catalog"]
    return sweep.grid_of(facts, sweep.SweepOptions(**given))


def rows(facts: Known, words: str) -> list[dict[str, object]]:
    found = sweep.rows(facts.fit, grid(facts, words))
    return [dict(zip(sweep.COLUMNS, row, strict=True)) for row in found]


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
        for name in (*sweep.CEILING, "expected_tps", *sweep.ENDS):
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
        assert {
            row[name] for name in ("caches_fit", *sweep.CEILING, "expected_tps", *sweep.ENDS)
        } == {None}


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
        assert list(line) == list(cell) == list(sweep.COLUMNS)
        for name, value in line.items():
            if value is None:
                assert cell[name] == ""
            elif isinstance(value, bool):
                assert cell[name] == str(value).lower()
            elif isinstance(value, float):
                assert float(cell[name]) == value
            else:
                assert cell[name] == str(value)


# --- The law, compiled ---


def test_the_compiled_law_is_the_law_to_the_last_bit(facts: Known) -> None:
    catalog = facts.catalog
    run = ("gpus", "batch", "context")
    targets = ("step_time", "min_gpus", "max_batch", "aggregate_tps", "critical_batch")
    for model, gpu in product(list(catalog.models.values())[::5], list(catalog.gpus.values())[::7]):
        precision, kv = catalog.precision("q4_k_m"), catalog.precision("fp16")
        inputs = Scenario(model, gpu, precision, kv, gpus=3, batch=7, context=1000).inputs
        machine = [name for name in inputs if name not in run]
        values: dict[str, float] = dict(inputs)
        for stage in stages(targets, [machine, *((name,) for name in run)]):
            stage.add_to(values)
        known: dict[str, float] = dict(inputs)
        for target in targets:
            assert values[target] == law.evaluate(target, known)


def test_each_stage_computes_what_can_be_computed_and_no_more() -> None:
    machine = law.inputs_of("step_time")
    run = ("gpus", "batch", "context")
    levels = [[name for name in machine if name not in run], *((name,) for name in run)]
    first, _, batch, context = stages(("step_time",), levels)
    assert "flops_per_token" in first.gives
    assert "weight_read_bytes" in batch.gives
    assert context.gives == ("step_time",)
    assert context.free == ("context",)
    assert "block_params" not in context.needs


def test_a_target_without_its_inputs_is_refused() -> None:
    with pytest.raises(KeyError):
        stages(("step_time",), [("bandwidth",), ("gpus",)])


# --- As large as you like ---


def peak_memory(facts: Known, words: str) -> tuple[int, int]:
    """Rows of a grid, and the bytes that making and writing them took at most."""
    chosen = grid(facts, words)
    with open(os.devnull, "w", encoding="utf-8") as nowhere:
        kept, sys.stdout = sys.stdout, nowhere
        tracemalloc.start()
        try:
            sweep.FORMATS["csv"](facts.fit, chosen)
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
    axes = "--batch 1..8 --context 0,1k,2k,4k"
    peak_memory(facts, f"{axes} --model llama-3-8b")  # what is made once is made now
    small_rows, small = peak_memory(facts, f"{axes} --model llama-3-8b --precision fp8,fp16")
    large_rows, large = peak_memory(facts, f"{axes} --precision fp8,fp16,int4,q4_k_m")
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
    many = min(spent(sweep.rows(facts.fit, chosen)) / count for _ in range(3))
    case = Scenario(
        chosen.models[0],
        chosen.gpus[0],
        chosen.natives["llama-3-8b"],
        chosen.kv,
        fitted=facts.fit.inputs,
    )
    one = spent(case.on(batch=batch).value("expected_high_tps") for batch in range(1, 300)) / 299
    assert many < one / 5
