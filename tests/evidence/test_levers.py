"""What levers moved: which rows make a pair, and what pairs of the catalog say."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from macros.evidence.levers import (
    Pair,
    engine_pairs,
    four_bit_pairs,
    least_realised,
    model_pairs,
)
from macros.evidence.rows import Measured, single_user
from macros.evidence.statistics import STATISTICS


@pytest.fixture
def wide(rows: tuple[Measured, ...]) -> Measured:
    """A row of 16-bit weights on two GPUs: 16 GB in 4 ms by the law."""
    row = replace(
        rows[0].row,
        model="Llama 3 8B",
        model_id="llama-3-8b",
        precision="FP16",
        precision_id="fp16",
        engine="an engine",
        version="1.0",
        gpu="a GPU",
        gpus=2,
        layout="tensor",
        context=512,
        concurrency=1,
        reads=16e9,
        tokens_per_second=200.0,
    )
    return replace(rows[0], row=row, step_time=0.004)


def narrow(entry: Measured, reads: float = 4e9, **other: Any) -> Measured:
    """The same in four bits: 4 GB in 1 ms by the law, measured twice as fast."""
    changed = {"precision": "Q4", "precision_id": None, "reads": reads, "tokens_per_second": 400.0}
    return replace(entry, row=replace(entry.row, **changed | other), step_time=0.001)


def test_a_quarter_of_the_bytes_is_a_pair_with_its_factors(wide: Measured) -> None:
    (pair,) = four_bit_pairs([wide, narrow(wide)])
    assert (pair.law_factor, pair.speed_factor) == pytest.approx((4, 2))


@pytest.mark.parametrize(
    "other",
    [
        {"engine": "another engine"},
        {"version": "1.1"},
        {"gpu": "another GPU"},
        {"gpus": 4},
        {"layout": "layer"},
        {"concurrency": 2},
        {"context": 1024},
        {"model": "Llama 2 7B"},
    ],
    ids=lambda other: next(iter(other)),
)
def test_rows_that_differ_in_anything_else_are_no_pair(
    other: dict[str, Any], wide: Measured
) -> None:
    assert not four_bit_pairs([wide, narrow(wide, **other)])


def test_rows_of_two_sources_are_no_pair(wide: Measured) -> None:
    cited = wide.row.citation
    elsewhere = replace(cited, source=replace(cited.source, id="elsewhere"))
    assert not four_bit_pairs([wide, narrow(wide, citation=elsewhere)])


@pytest.mark.parametrize(
    # 16 bits read 16 GB, so that every GB more is a bit.
    ("gigabytes", "is_pair"),
    [(3.4, False), (3.5, True), (5.4, True), (5.5, False)],
)
def test_about_four_bits_are_three_and_a_half_to_five_and_a_half(
    gigabytes: float, is_pair: bool, wide: Measured
) -> None:
    assert bool(four_bit_pairs([wide, narrow(wide, gigabytes * 1e9)])) == is_pair


def test_a_large_and_a_small_model_pair_in_one_format_only(wide: Measured) -> None:
    large = replace(wide, row=replace(wide.row, model_id="llama-3-70b"), step_time=0.04)
    (pair,) = model_pairs([large, wide], "llama-3-70b", "llama-3-8b")
    assert (pair.before, pair.after) == (large, wide)
    assert not model_pairs([large, narrow(wide)], "llama-3-70b", "llama-3-8b")


def test_the_least_realised_pairs_come_first(wide: Measured) -> None:
    # Four times the bytes: 1.0, 1.5 and 2.0 times as fast are 25 %, 37.5 % and 50 % of that.
    slow, slower, half = (
        Pair(wide, narrow(wide, tokens_per_second=speed)) for speed in (300.0, 200.0, 400.0)
    )
    assert least_realised([slow, half, slower]) == (slower, slow)


# --- One setup under two engines ---


def under(entry: Measured, engine: str, speed: float, **other: Any) -> Measured:
    """The same setup under an engine, at a speed."""
    changed: dict[str, Any] = {"engine": engine, "tokens_per_second": speed}
    return replace(entry, row=replace(entry.row, **changed | other))


def test_one_setup_under_two_engines_is_a_pair_the_slower_first(wide: Measured) -> None:
    fast, slow = under(wide, "vLLM", 121.0), under(wide, "TensorRT-LLM", 100.0, version="9")
    (pair,) = engine_pairs([fast, slow])
    assert (pair.before, pair.after) == (slow, fast)
    assert pair.speed_factor == pytest.approx(1.21)


def test_a_forecast_midway_between_two_engines_is_off_by_the_root_of_their_factor(
    wide: Measured,
) -> None:
    # 100 and 121 tok/s: midway in factors is 110, 10 % too fast for the slower one.
    pairs = engine_pairs([under(wide, "vLLM", 121.0), under(wide, "llama.cpp", 100.0)])
    compute = STATISTICS["midway_error"].compute
    assert compute(None, pairs) == pytest.approx(0.1)  # type: ignore[arg-type]


def test_three_engines_on_one_setup_are_three_pairs(wide: Measured) -> None:
    engines = ("vLLM", "llama.cpp", "TensorRT-LLM")
    assert len(engine_pairs([under(wide, engine, 100.0) for engine in engines])) == 3


@pytest.mark.parametrize(
    "other",
    [
        {"model_id": "llama-3-70b"},
        {"precision_id": "bf16"},
        {"gpu": "another GPU", "gpu_id": None},
        {"gpus": 4},
        {"layout": "layer"},
        {"concurrency": 2},
        {"engine": "vLLM (a build)"},
        {"engine": "an engine of its own"},
        {"context": 641},  # a quarter more than 512 is 640
    ],
    ids=str,
)
def test_rows_of_another_setup_or_of_one_engine_are_no_pair(
    other: dict[str, Any], wide: Measured
) -> None:
    changed = {"engine": "llama.cpp"} | other
    assert not engine_pairs([under(wide, "vLLM", 121.0), under(wide, speed=100.0, **changed)])


def test_contexts_within_a_quarter_are_alike_whoever_measured(wide: Measured) -> None:
    cited = wide.row.citation
    elsewhere = replace(cited, source=replace(cited.source, id="elsewhere"))
    other = under(wide, "llama.cpp", 100.0, context=640, citation=elsewhere)
    pairs = engine_pairs([under(wide, "vLLM", 121.0), other])
    assert STATISTICS["pair_sources"].compute(None, pairs) == 2  # type: ignore[arg-type]


# --- Of the catalog ---


def test_four_bits_quicken_decode_by_less_than_their_bytes(rows: tuple[Measured, ...]) -> None:
    pairs = four_bit_pairs(single_user(rows))
    assert len(pairs) > 50
    assert all(pair.speed_factor < 1.1 * pair.law_factor for pair in pairs)
    assert set(least_realised(pairs)) < set(pairs)


def test_a_70b_and_an_8b_model_on_one_m1_max(rows: tuple[Measured, ...]) -> None:
    # GPU-Benchmarks, Q4_K_M, 512 tokens: 34.49 and 4.09 tok/s, 8.43 times.
    pairs = model_pairs(single_user(rows), "llama-3-70b", "llama-3-8b")
    (pair,) = [pair for pair in pairs if pair.after.row.gpu_id == "apple-m1-max"]
    assert pair.speed_factor == pytest.approx(34.49 / 4.09)
    assert all(pair.before.row.gpus == pair.after.row.gpus for pair in pairs)
