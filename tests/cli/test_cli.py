"""The command line: the same figures as the pages, names as people type them, and exit codes."""

from __future__ import annotations

import functools
import json
import math
import os
import pty
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import pytest
from bs4 import BeautifulSoup, Tag
from building import ROOT, environment
from click.testing import CliRunner

from macros import cache
from macros.catalog import Catalog
from macros.cli import cached_facts, main, options
from macros.cli.cached_facts import Known
from macros.cli.commands import COMMANDS, INTRODUCTION, command
from macros.cli.exit_codes import BROKEN, MISTAKE, NO_FIT, OK
from macros.evidence.accuracy import validate
from macros.evidence.fit import Fit
from macros.evidence.intervals import POINTS, Curve, Curves
from macros.evidence.peers import Peers
from macros.evidence.rows import measured
from macros.law import costs
from macros.scenario import Scenario, model_inputs

Answer = dict[str, Any]
Asked = Callable[..., Answer]

FP8 = ("llama-3-70b", "h100-sxm", "--precision", "fp8")


FOLDER = cache.FOLDER


@pytest.fixture(autouse=True)
def read_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """The project's facts are read once for all tests but those of what is kept elsewhere."""

    def facts(folder: Path) -> Known:
        usual = folder == cached_facts.CATALOG and cache.FOLDER == FOLDER
        return project_facts() if usual else cached_facts.known(folder)

    monkeypatch.setattr(options, "known", facts)


@functools.cache
def project_facts() -> Known:
    return cached_facts.known()


@pytest.fixture
def ask(capsys: pytest.CaptureFixture[str]) -> Asked:
    """Gives the JSON that a command prints, after checking its exit code."""

    def asked(*words: str, code: int = OK) -> Answer:
        assert main([*words, "--json"]) == code
        found = json.loads(capsys.readouterr().out)
        assert isinstance(found, dict)
        return found

    return asked


# --- What predict says, by hand ---


def test_predict_gives_the_ceiling_of_69_and_a_half_billion_bytes_at_3_35_terabytes_a_second(
    ask: Asked,
) -> None:
    answer = ask("predict", *FP8)
    # 70,553,706,496 bytes, of which 1,050,673,152 are the input embedding; 80 layers × 2 × 8 heads × 128 × 2 bytes of cache a token.
    assert answer["model"]["total_params"] == 70_553_706_496
    assert answer["model"]["active_params"] == 70_553_706_496
    assert answer["model"]["kv_bytes_per_token"] == 327_680
    assert answer["fits"] is True
    assert answer["min_gpus"] == 1
    assert answer["ceiling"]["step_time"] == pytest.approx(69_503_033_344 / 3.35e12)
    assert answer["ceiling"]["decode_tps"] == pytest.approx(3.35e12 / 69_503_033_344)
    assert answer["ceiling"]["bound"] == "memory"


def test_the_expected_speed_lies_in_its_interval_under_the_ceiling(ask: Asked) -> None:
    answer = ask("predict", *FP8)
    expected = answer["expected"]
    assert expected["low"] < expected["decode_tps"] < expected["high"]
    assert expected["high"] <= answer["ceiling"]["decode_tps"]
    assert expected["band"]["rows"] > 0


def test_measured_rows_stand_with_their_source(ask: Asked) -> None:
    rows = ask("predict", *FP8)["measured"]
    assert rows
    for row in rows:
        assert row["tokens_per_second"] > 0
        assert row["engine"]
        assert row["date"]
        assert row["source"]["url"].startswith("https://")


def test_weights_that_do_not_fit_have_no_speed_but_where_they_would(ask: Asked) -> None:
    answer = ask("predict", "llama-3-70b", "h100-sxm", "--precision", "fp16", code=NO_FIT)
    assert answer["fits"] is False
    assert answer["ceiling"] is None
    assert answer["expected"] is None
    assert answer["min_gpus"] == 2
    assert answer["at_min_gpus"]["gpus"] == 2
    # Twice the bytes through twice the GPUs.
    two = answer["at_min_gpus"]["ceiling"]["decode_tps"]
    assert two == ask("predict", *FP8)["ceiling"]["decode_tps"]


def test_gpus_min_takes_as_many_as_hold_the_weights(ask: Asked) -> None:
    answer = ask("predict", "llama-3-70b", "h100-sxm", "--precision", "fp16", "--gpus", "min")
    assert answer["gpus"] == 2
    assert answer["fits"] is True


def test_every_axis_reaches_the_law(ask: Asked) -> None:
    more = ("--gpus", "2", "--batch", "8", "--context", "4k", "--kv-precision", "fp8")
    answer = ask("predict", *FP8, *more, "--math", "fp16")
    kv = 80 * 2 * 8 * 128 * 4096  # at 8 bits
    assert answer["context"] == 4096
    assert answer["math"] == "fp16"
    assert answer["step"]["kv_read_bytes"] == kv
    assert answer["ceiling"]["memory_time"] == pytest.approx(
        (69_503_033_344 + 8 * kv) / (2 * 3.35e12)
    )
    attention = 80 * 4 * 64 * 128 * 4096
    flops = 8 * (2 * 69_503_033_344 + attention)
    assert answer["ceiling"]["compute_time"] == pytest.approx(flops / (2 * 989e12))


def test_the_precision_is_the_models_own_unless_it_is_said(ask: Asked) -> None:
    assert ask("predict", "gpt-oss-20b", "h100-sxm")["precision"]["id"] == "mxfp4"


def test_options_may_stand_between_the_names(ask: Asked) -> None:
    mixed = ask("predict", "llama-3-70b", "--precision", "fp8", "h100-sxm")
    assert mixed == ask("predict", *FP8)


# --- Weights and hardware given in place ---


def test_weights_in_place_are_read_at_the_bandwidth_in_place(ask: Asked) -> None:
    given = ("--weights", "4.6GB", "--layers", "32", "--bandwidth", "448GB/s")
    answer = ask("predict", *given)
    assert answer["ceiling"]["decode_tps"] == pytest.approx(448 / 4.6)
    assert answer["fits"] is None
    two = ask("predict", *given, "--gpus", "2", "--batch", "4")
    assert two["ceiling"]["decode_tps"] == pytest.approx(2 * 448 / 4.6)
    assert two["ceiling"]["aggregate_tps"] == pytest.approx(4 * 2 * 448 / 4.6)


def test_weights_in_place_are_expected_by_the_fit_of_the_pages(
    ask: Asked, catalog: Catalog
) -> None:
    # Nothing is known of the memory, the engine or the class: 32 layers at the pool of this era.
    constants = validate(measured(catalog)).fit.constants
    layer = math.exp(constants["layer"] + constants["layer since September 2025"])
    given = ("--weights", "4.6GB", "--layers", "32", "--bandwidth", "448GB/s")
    expected = ask("predict", *given)["expected"]
    tps = 1 / (4.6 / 448 * math.exp(constants["reading"]) + 32 * layer)
    assert expected["decode_tps"] == pytest.approx(tps)
    assert expected["low"] < tps < expected["high"] <= 448 / 4.6
    assert (expected["engine"], expected["class"]["name"]) == (None, "one user")


def test_an_engine_moves_the_expected_speed_and_not_the_ceiling(
    ask: Asked, catalog: Catalog
) -> None:
    constants = validate(measured(catalog)).fit.constants
    open, named = ask("predict", *FP8), ask("predict", *FP8, "--engine", "vllm")
    assert named["ceiling"] == open["ceiling"]
    assert named["expected"]["engine"] == "vllm"
    # An H100 has HBM: the pool, times its factor, times that of the era, times the engine's.
    names = ("layer", "layer HBM", "layer since September 2025", "layer vllm")
    layer = math.exp(math.fsum(constants[name] for name in names))
    assert named["expected"]["coefficients"]["layer_time"] == pytest.approx(layer)
    step = named["ceiling"]["step_time"] * math.exp(constants["reading"]) + 80 * layer
    assert named["expected"]["step_time"] == pytest.approx(step)


def test_rows_like_a_scenario_stand_beside_its_expected_speed(ask: Asked) -> None:
    one = ask("predict", "llama-3-8b", "rtx-4090", "--precision", "fp16")["expected"]["class"]
    assert one["name"] == "rtx-4090, one GPU, one user"
    assert one["rows"] >= 8
    assert one["sources"] > 1
    assert 0 < one["median_error"] < 0.5
    # Nobody published a batch on this card: what there is of any card stands for it.
    many = ask("predict", "llama-3-8b", "rtx-4090", "--precision", "q4_k_m", "--batch", "4")
    assert many["expected"]["class"]["name"] == "several users"


# --- A speed of one's own ---

OWN = ("predict", "llama-3-8b", "rtx-4090", "--precision", "fp16", "--measured", "55.2")


def test_an_own_speed_stands_beside_the_ceiling_and_published_rows(ask: Asked) -> None:
    answer = ask(*OWN)
    own = answer["own"]
    assert own["share_of_ceiling"] == pytest.approx(55.2 / answer["ceiling"]["decode_tps"])
    assert own["class"]["name"] == answer["expected"]["class"]["name"]
    assert own["class"]["rows"] == answer["expected"]["class"]["rows"]
    assert 0 < own["class"]["rows_below"] < own["class"]["rows"]
    assert ask(*OWN[:-2])["own"] is None


def test_an_own_speed_calibrates_the_expected_and_not_the_ceiling(ask: Asked) -> None:
    plain, own = ask(*OWN[:-2]), ask(*OWN)
    assert own["ceiling"] == plain["ceiling"]
    assert (plain["expected"]["fixed_factor"], plain["then"]) == (1, [])
    fixed = plain["expected"]["fixed_share"] * plain["expected"]["step_time"]
    reading = plain["expected"]["step_time"] - fixed
    factor = ((1 / 55.2 - reading) / fixed) ** 0.75
    assert own["expected"]["fixed_factor"] == pytest.approx(factor)
    assert own["expected"]["step_time"] == pytest.approx(reading + factor * fixed)


def test_what_follows_on_the_setup_is_calibrated_by_the_same_speed(ask: Asked) -> None:
    words = ("--precision q4_k_m --context 4k", "gpt-oss-20b")
    answer = ask(*OWN, "--then", words[0], "--then", words[1])
    dense, mixture = answer["then"]
    assert (dense["model"]["id"], dense["precision"]["id"], dense["context"]) == (
        "llama-3-8b",
        "q4_k_m",
        4096,
    )
    assert dense["expected"]["fixed_factor"] == answer["expected"]["fixed_factor"]
    # A mixture spends its fixed time on other things.
    assert (mixture["expected"]["fixed_factor"], mixture["own"]) == (1, None)
    alone = ask("predict", "gpt-oss-20b", "rtx-4090")
    assert mixture["expected"] == alone["expected"]


def test_the_report_says_what_is_calibrated(capsys: pytest.CaptureFixture[str]) -> None:
    assert main([*OWN, "--then", "--precision q4_k_m", "--then", "gpt-oss-20b"]) == OK
    said = capsys.readouterr().out
    assert "55.2 tok/s, 82.2 % of the ceiling; for its ceiling faster than" in said
    assert said.count("; calibrated by yours") == 2
    assert "calibrated    no: mixtures and dense models" in said


def test_explain_shows_how_an_own_speed_becomes_a_factor(ask: Asked) -> None:
    found = ask("explain", "own_factor", *OWN[1:])
    assert found["value"] == ask(*OWN)["own"]["fixed_factor"]
    assert "55.2 tok/s" in found["substituted"]


def test_an_unknown_engine_is_a_mistake_that_names_the_nearest(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert main(["predict", *FP8, "--engine", "vlm"]) == MISTAKE
    assert "--engine: 'vlm' is no engine; did you mean 'vllm'" in capsys.readouterr().err


def test_a_model_runs_on_a_gpu_given_in_place_as_on_the_same_one_of_the_catalog(
    ask: Asked,
) -> None:
    gpu = ("--bandwidth", "3.35TB/s", "--memory", "80GB", "--peak", "989TFLOP/s")
    given = ask("predict", "llama-3-8b", *gpu, "--precision", "fp16")
    known = ask("predict", "llama-3-8b", "h100-sxm", "--precision", "fp16")
    for key in ("model", "fits", "min_gpus", "ceiling"):
        assert given[key] == known[key]
    # What kind of memory it has nobody said, so that its layers take what the pool's do.
    of_given, of_known = (each["expected"]["coefficients"] for each in (given, known))
    assert of_given["achieved_share"] == of_known["achieved_share"]
    assert of_given["layer_time"] != of_known["layer_time"]


def test_weights_that_are_too_large_to_be_read_do_not_fit(ask: Asked) -> None:
    given = ("--weights", "100GB", "--layers", "80", "--bandwidth", "1TB/s", "--memory", "16GB")
    answer = ask("predict", *given, code=NO_FIT)
    assert answer["min_gpus"] == 7
    assert answer["ceiling"] is None


def test_a_config_file_is_predicted_like_the_catalogs_model(ask: Asked) -> None:
    file = str(ROOT / "tests" / "cli" / "configs" / "llama-3-70b.json")
    given = ask("predict", "--config", file, "h100-sxm", "--precision", "fp8")
    known = ask("predict", *FP8)
    for key in ("fits", "min_gpus", "max_batch", "step", "ceiling", "expected"):
        assert given[key] == known[key]
    assert given["model"]["kv_bytes_per_token"] == known["model"]["kv_bytes_per_token"]


def test_a_config_file_brings_its_own_format(ask: Asked) -> None:
    file = str(ROOT / "tests" / "cli" / "configs" / "deepseek-v3.json")
    answer = ask("predict", "--config", file, "h200-sxm", "--gpus", "8")
    assert answer["precision"]["id"] == "fp8-block128"
    assert any("predict further tokens" in note for note in answer["notes"])


# --- Cost and energy ---


def test_a_price_gives_the_cost_of_a_million_tokens(ask: Asked) -> None:
    answer = ask("predict", *FP8, "--batch", "16", "--price", "2.50")
    cost = answer["cost"]["per_million_tokens"]
    per_second = 2.50 / 3600
    together = answer["ceiling"]["aggregate_tps"]
    assert cost["ceiling"] == pytest.approx(per_second / together * 1e6)
    assert cost["expected"] == pytest.approx(
        per_second / (16 * answer["expected"]["decode_tps"]) * 1e6
    )
    assert cost["ceiling"] <= cost["low"] <= cost["expected"] <= cost["high"]
    assert ask("predict", *FP8)["cost"] is None


def test_the_interval_of_the_cost_turns_the_interval_of_the_speed_around(catalog: Catalog) -> None:
    """4.48 GB at 448 GB/s is a step of 10 ms: a ceiling of 100 tokens/s, of which half is expected.

    The rows behind the interval ran from 0.8 to 1.25 of what was expected: from 40 to 62.5. A GPU at
    3.60 an hour costs 0.001 a second, so a million tokens cost 1000 by the tokens a second.
    """
    flat = Curve((0.8,) * POINTS, (1.25,) * POINTS)
    curves = Curves(flat, flat)
    peers = {"one user": Peers("one user", 9, 3, 0.1, 0.2)}
    no_time = dict.fromkeys(("layer", "user", "mixture"), -99.0)
    by_hand = Fit({"reading": math.log(2), **no_time}, curves, curves, peers, 9, 3)
    words = "--weights 4.48GB --layers 32 --bandwidth 448GB/s --power 300W --price 3.60 --json"
    said = CliRunner().invoke(command("predict"), words.split(), obj=Known(catalog, (), by_hand))
    answer = json.loads(said.output)
    assert answer["cost"]["per_million_tokens"] == pytest.approx(
        {"ceiling": 1000 / 100, "expected": 1000 / 50, "low": 1000 / 62.5, "high": 1000 / 40}
    )
    assert answer["energy"]["joules_per_token_at_most"] == pytest.approx(
        {"ceiling": 300 / 100, "expected": 300 / 50, "low": 300 / 62.5, "high": 300 / 40}
    )


def test_energy_is_bounded_by_the_boards_power(ask: Asked) -> None:
    answer = ask("predict", *FP8, "--batch", "16", "--gpus", "2")
    joules = answer["energy"]["joules_per_token_at_most"]
    assert answer["energy"]["board_power"] == 700
    assert joules["ceiling"] == pytest.approx(2 * 700 / answer["ceiling"]["aggregate_tps"])
    assert joules["high"] == pytest.approx(2 * 700 / (16 * answer["expected"]["low"]))


def test_there_is_no_bound_of_energy_where_no_board_power_is_published(
    ask: Asked, catalog: Catalog, capsys: pytest.CaptureFixture[str]
) -> None:
    unknown = next(gpu.id for gpu in catalog.gpus.values() if gpu.board_power is None)
    assert ask("predict", "llama-3.2-1b", unknown)["energy"] is None
    main(["predict", "llama-3.2-1b", unknown])
    assert "no board power is published" in capsys.readouterr().out


def test_cost_and_energy_are_what_their_words_say() -> None:
    assert costs.cost_per_token(price=0.5, gpus=4, aggregate_tps=10) == 0.2
    assert costs.energy_per_token(board_power=700, gpus=2, aggregate_tps=100) == 14


# --- Names ---


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("llama-3-70b", "llama-3-70b"),
        ("Llama 3 70B", "llama-3-70b"),
        ("LLAMA3-70B", "llama-3-70b"),
        ("70b llama 3.1", "llama-3.1-70b"),
        ("405b", "llama-3.1-405b"),
        ("lama-3-70b", "llama-3-70b"),
        ("deepseek-v3", "deepseek-v3"),
        ("phi", "phi-4"),
        ("kimi", "kimi-k2"),
    ],
)
def test_a_model_is_known_by_any_name_that_only_it_can_have(
    ask: Asked, typed: str, meant: str
) -> None:
    answer = ask("predict", typed, "gb300", "--precision", "int4", "--gpus", "min")
    assert answer["model"]["id"] == meant


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("H100 SXM", "h100-sxm"),
        ("h100-n", "h100-nvl"),
        ("4090", "rtx-4090"),
        ("b200", "b200"),
        ("m2 ultra", "apple-m2-ultra"),
    ],
)
def test_a_gpu_is_known_by_any_name_that_only_it_can_have(
    ask: Asked, typed: str, meant: str
) -> None:
    assert ask("predict", "llama-3.2-1b", typed)["gpu"]["id"] == meant


def mistake(capsys: pytest.CaptureFixture[str], *words: str) -> str:
    assert main(words) == MISTAKE
    said = capsys.readouterr()
    assert said.out == ""
    assert said.err.count("\n") == 1
    return said.err


def test_an_ambiguous_name_is_answered_with_what_it_could_be(
    capsys: pytest.CaptureFixture[str],
) -> None:
    said = mistake(capsys, "predict", "70b", "h100-sxm")
    assert "'70b' is ambiguous" in said
    assert all(id in said for id in ("llama-2-70b", "llama-3-70b", "llama-3.1-70b"))
    said = mistake(capsys, "predict", "llama-3-70b", "h100")
    assert all(id in said for id in ("h100-sxm", "h100-pcie", "h100-nvl"))


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ("", "no command is named"),
        ("predit", "'predit' is not a command; did you mean 'predict'"),
        ("predict", "no MODEL is named"),
        ("predict llama-3-70b", "no GPU is named"),
        ("predict llama-3-70b h100-sxm b200", "'b200' is one name too many"),
        ("predict mistral-9b h100-sxm", "'mistral-9b' in the catalog; did you mean 'mistral-7b'"),
        ("predict llama-3-70b h900-sxm", "'h900-sxm' in the catalog; did you mean"),
        ("predict llama-3-70b h100-sxm --precision fp7", "'fp7' in the catalog; did you mean"),
        ("predict llama-3-70b h100-sxm --precison fp8", "'--precison'; did you mean '--precision'"),
        (
            "predict llama-3-70b h100-sxm --gpus 0",
            "--gpus: '0' is not a whole number of at least 1",
        ),
        ("predict llama-3-70b h100-sxm --gpus many", "'many' is not a whole number"),
        ("predict llama-3-70b h100-sxm --batch -1", "--batch: '-1' is not a whole"),
        ("predict llama-3-70b h100-sxm --batch", "option '--batch' requires an argument"),
        ("predict llama-3-70b h100-sxm --batch \uff13", "is not a whole number"),
        ("predict llama-3-70b h100-sxm --price \uff13", "is not a price"),
        ("predict llama-3-70b h100-sxm --context 128k", "takes 8,192 tokens, not 131,072"),
        (
            "predict llama-3-8b h100-sxm --context 9999999999",
            "--context: '9999999999' is too large",
        ),
        (
            f"predict llama-3-8b h100-sxm --batch {'9' * 5000}",
            "is too large; 1,000,000,000 at most",
        ),
        ("sweep --batch 1..2000000k", "'2000000k' is too large"),
        ("predict llama-3-70b h100-sxm --math fp9", "no peak for math 'fp9'; did you mean 'fp8'"),
        ("predict llama-3-8b apple-m1-max --math fp8", "for math 'fp8'; there is none to choose"),
        ("predict llama-3-8b --bandwidth 448GB/s --gpus min", "--gpus min needs --memory"),
        ("predict llama-3-8b h100-sxm --catalog nowhere", "'nowhere' does not exist"),
        ("predict --conf config.json h100-sxm", "no option '--conf'; did you mean '--config'"),
        ("predict llama-3-8b h100-sxm --prec fp8", "no option '--prec'"),
        ("predict llama-3-70b h100-sxm --price free", "--price: 'free' is not a price"),
        ("predict llama-3-8b h100-sxm --measured fast", "--measured: 'fast' is not a speed"),
        ("predict llama-3-8b h100-sxm --measured 0", "--measured: '0' is not a speed"),
        ("predict llama-3-8b h100-sxm --measured -5", "--measured: '-5' is not a speed"),
        # 15.0 GB at 3.35 TB/s.
        ("predict llama-3-8b h100-sxm --measured 224", "is above the ceiling of 223 tok/s: write"),
        ("predict llama-3-70b rtx-4090 --measured 5", "the weights take 6 GPUs, not 1"),
        ("predict llama-3-8b h100-sxm --then llama-3-70b", "--then goes with --measured"),
        (
            "predict llama-3-8b h100-sxm --measured 99 --then --gpus=2",
            "--then has no option '--gpus'; choose from",
        ),
        (
            "predict --weights 4GB --layers 32 h100-sxm --measured 9",
            "--measured means nothing with --weights",
        ),
        ("explain own_factor llama-3-8b h100-sxm", "own_factor needs a measured speed"),
        ("predict --weights 4.6 --layers 32 h100-sxm", "--weights: '4.6' is not a memory size"),
        ("predict --weights 4.6GB h100-sxm", "--weights goes with --layers"),
        ("predict llama-3-8b h100-sxm --layers 32", "--layers goes with --weights"),
        ("predict llama-3-8b h100-sxm --memory 80GB", "--memory goes with --bandwidth"),
        ("predict --config no-such-file h100-sxm", "no-such-file: can't be read"),
        ("compare llama-3-70b", "'llama-3-70b' is no case"),
        ("compare llama-3-70b@0xh100-sxm", "'llama-3-70b@0xh100-sxm': '0' is not a whole number"),
        ("compare", "missing argument 'MODEL@GPU[@FORMAT]...'"),
        ("sweep --batch 4..1", "'4..1' ends before it starts"),
        ("sweep --gpu h100-sxm,nope", "no GPU 'nope' in the catalog"),
        ("sweep --format xml", "--format: 'xml' is no format; choose from"),
        ("sweep --gpu a100-sxm-80gb,t4 --math fp8", "no GPU among these has a peak for math 'fp8'"),
        (
            "fit llama-3-70b --math fp9",
            "no GPU among these has a peak for math 'fp9'; did you mean",
        ),
        ("fit llama-3-70b llama-3-8b", "unexpected extra argument (llama-3-8b)"),
        ("list gpu", "'gpu' is no kind of entry; did you mean 'gpus'"),
        ("list models nothing-such", "no models hold 'nothing-such'"),
        ("validate --by motor", "'motor' is no way to split"),
        ("explain decode_tsp", "'decode_tsp' is not a quantity of the law; did you mean 'decode_t"),
        ("explain decode_tps llama-3-8b", "names no scenario"),
    ],
)
def test_a_mistake_is_answered_in_one_line_with_the_nearest_choice(
    capsys: pytest.CaptureFixture[str], words: str, said: str
) -> None:
    assert said in mistake(capsys, *words.split())


# --- The other commands ---


def test_compare_holds_what_predict_says_of_each(ask: Asked) -> None:
    cases = ("llama-3-8b@h100-sxm@fp16", "llama-3-70b@2xh100-sxm@fp16", "llama-3-70b@h100-sxm@fp16")
    small, two, one = ask("compare", *cases)["scenarios"]
    alone = ask("predict", "llama-3-8b", "h100-sxm", "--precision", "fp16")
    assert {**small, "notes": [], "then": []} == alone
    assert two["gpus"] == 2
    assert one["ceiling"] is None


def test_fit_ranks_by_count_and_then_by_ceiling(ask: Asked) -> None:
    found = ask("fit", "llama-3-70b", "--precision", "fp8")["gpus"]
    order = [(gpu["gpus"], -gpu["decode_tps"]) for gpu in found]
    assert order == sorted(order)
    assert {gpu["id"]: gpu["gpus"] for gpu in found}["h100-sxm"] == 1
    # 70.6 GB in 24 GB each takes three.
    assert {gpu["id"]: gpu["gpus"] for gpu in found}["rtx-4090"] == 3


def test_fit_counts_the_caches_of_all_users(ask: Asked) -> None:
    found = ask("fit", "llama-3-70b", "--precision", "fp8", "--batch", "16", "--context", "8k")
    # 70.6 GB and 16 × 8192 × 327,680 bytes = 42.9 GB: two of 80 GB.
    sxm = next(gpu for gpu in found["gpus"] if gpu["id"] == "h100-sxm")
    assert (sxm["min_gpus"], sxm["gpus"]) == (1, 2)


def test_fit_on_a_fixed_count_keeps_what_holds_it(ask: Asked) -> None:
    found = ask("fit", "llama-3-70b", "--precision", "fp8", "--gpus", "1")["gpus"]
    assert {gpu["gpus"] for gpu in found} == {1}
    assert all(gpu["memory"] >= 70.5e9 for gpu in found)


@pytest.mark.parametrize("kind", ["models", "gpus", "precisions", "measurements"])
def test_list_names_every_entry(
    capsys: pytest.CaptureFixture[str], catalog: Catalog, kind: str
) -> None:
    assert main(["list", kind, "--json"]) == OK
    entries = json.loads(capsys.readouterr().out)
    known = getattr(catalog, kind)
    ids = [row.id for row in known] if kind == "measurements" else list(known)
    assert [entry["id"] for entry in entries] == ids


def test_list_counts_the_active_parameters_by_the_law(
    capsys: pytest.CaptureFixture[str], catalog: Catalog
) -> None:
    assert main(["list", "models", "--json"]) == OK
    gpu, precision = catalog.gpu("h100-sxm"), catalog.precision("fp16")
    for entry in json.loads(capsys.readouterr().out):
        case = Scenario(catalog.model(entry["id"]), gpu, precision, precision)
        assert entry["active_params"] == round(case.value("active_params"))


def test_list_keeps_entries_with_all_of_the_words(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["list", "gpus", "H100", "--json"]) == OK
    ids = {entry["id"] for entry in json.loads(capsys.readouterr().out)}
    assert ids == {"h100-sxm", "h100-pcie", "h100-nvl"}


@pytest.mark.parametrize("split", ["engine", "device", "gpus", "time", "source"])
def test_validate_splits_every_row_once(ask: Asked, split: str) -> None:
    found = ask("validate", "--by", split)
    assert sum(group["rows"] for group in found["groups"]) == found["all"]["rows"]
    assert found["all"]["expected"]["median_error"] < found["all"]["law"]["median_error"]


def test_explain_puts_the_numbers_in(ask: Asked) -> None:
    found = ask("explain", "memory_time", *FP8)
    assert found["formula"] == "step bytes ÷ (GPUs × bandwidth)"
    assert found["substituted"] == "69.5 GB ÷ (1 × 3.35 TB/s)"
    assert found["value"] == pytest.approx(69_503_033_344 / 3.35e12)
    assert found["steps"][-1]["quantity"] == "memory_time"
    assert {source["input"] for source in found["sources"]} >= {"bandwidth", "block_params"}


def test_explain_answers_as_predict_does_where_no_peak_is_published(ask: Asked) -> None:
    scenario = ("llama-3-8b", "apple-m1-max", "--precision", "fp16")
    found = ask("explain", "decode_tps", *scenario)
    assert found["value"] == ask("predict", *scenario)["ceiling"]["decode_tps"]
    assert found["input_values"]["peak_flops"] is None
    steps = {step["quantity"]: step for step in found["steps"]}
    assert steps["compute_time"]["substituted"].endswith("÷ (1 × unknown)")


def test_explain_has_no_value_for_what_hangs_on_a_peak_that_no_one_published(
    ask: Asked, capsys: pytest.CaptureFixture[str]
) -> None:
    scenario = ("llama-3-8b", "apple-m1-max", "--precision", "fp16")
    for quantity in ("peak_flops", "ridge_point", "naive_tps"):
        found = ask("explain", quantity, *scenario)
        assert (found["value"], found["text"]) == (None, "unknown")
    assert main(["explain", "ridge_point", *scenario]) == OK
    assert "= unknown ÷ 400 GB/s = unknown" in capsys.readouterr().out


def test_explain_has_no_speed_of_weights_that_do_not_fit(ask: Asked) -> None:
    found = ask("explain", "decode_tps", "llama-3-70b", "rtx-4090", code=NO_FIT)
    # 141.1 GB in 24 GB each.
    assert (found["value"], found["text"]) == (None, "does not fit: it takes 6 GPUs")


def test_explain_without_a_scenario_gives_the_formula_and_its_inputs(ask: Asked) -> None:
    found = ask("explain", "decode tps")
    assert found["formula"] == "1 ÷ step time"
    assert "bandwidth" in found["inputs"]
    assert "value" not in found


@pytest.mark.parametrize("name", COMMANDS)
def test_help_says_what_each_command_takes_and_gives(
    capsys: pytest.CaptureFixture[str], name: str
) -> None:
    assert main([name, "--help"]) == OK
    said = capsys.readouterr().out
    assert said.startswith(f"Usage: decode-equation {name} [OPTIONS]")
    assert said.endswith(f"\n\n{command(name).epilog}\n")
    assert "JSON" in said


def test_help_lists_the_commands_and_the_exit_codes(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--help"]) == OK
    said = capsys.readouterr().out
    assert all(f"  {name}" in said for name in COMMANDS)
    assert "Exit codes: 0 an answer" in said
    assert INTRODUCTION in said


@pytest.mark.parametrize("name", COMMANDS)
def test_every_example_of_the_help_runs(
    capsys: pytest.CaptureFixture[str], name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    import shlex

    monkeypatch.chdir(ROOT / "tests" / "cli" / "configs")
    lines = str(command(name).epilog).splitlines()
    examples = [line.strip() for line in lines if line.startswith("  decode-equation")]
    assert examples or name == "validate"
    for example in examples:
        words = shlex.split(example.replace("config.json", "llama-3-8b.json"))[1:]
        assert main(words) == OK, example
        assert capsys.readouterr().out


# --- The keys that are a contract ---

CONTRACT = {
    "": {
        "at_min_gpus",
        "batch",
        "ceiling",
        "context",
        "cost",
        "energy",
        "expected",
        "fits",
        "fits_reported",
        "gpu",
        "gpus",
        "kv_precision",
        "math",
        "max_batch",
        "measured",
        "min_gpus",
        "model",
        "notes",
        "precision",
        "sources",
        "step",
    },
    "model": {"id", "name", "total_params", "active_params", "kv_bytes_per_token", "layers"},
    "ceiling": {
        "aggregate_tps",
        "bound",
        "compute_time",
        "decode_tps",
        "memory_time",
        "step_time",
    },
    "expected": {"aggregate_tps", "band", "decode_tps", "fixed_share", "high", "low", "step_time"},
}


@pytest.mark.parametrize(
    "words",
    [FP8, ("--weights", "4.6GB", "--layers", "32", "--bandwidth", "448GB/s")],
    ids=["catalog", "in place"],
)
def test_no_key_of_predict_goes_missing(ask: Asked, words: tuple[str, ...]) -> None:
    answer = ask("predict", *words)
    for part, keys in CONTRACT.items():
        assert keys <= (answer[part] if part else answer).keys()


# --- The pages' figures ---

SAME: dict[str, Callable[[Answer], Any]] = {
    "decode_tps": lambda answer: answer["ceiling"]["decode_tps"],
    "aggregate_tps": lambda answer: answer["ceiling"]["aggregate_tps"],
    "step_time": lambda answer: answer["ceiling"]["step_time"],
    "memory_time": lambda answer: answer["ceiling"]["memory_time"],
    "compute_time": lambda answer: answer["ceiling"]["compute_time"],
    "expected_tps": lambda answer: answer["expected"]["decode_tps"],
    "expected_low_tps": lambda answer: answer["expected"]["low"],
    "expected_high_tps": lambda answer: answer["expected"]["high"],
    "weight_bytes": lambda answer: answer["step"]["weight_bytes"],
    "step_bytes": lambda answer: answer["step"]["step_bytes"],
    "arithmetic_intensity": lambda answer: answer["step"]["arithmetic_intensity"],
    "total_params": lambda answer: answer["model"]["total_params"],
    "active_params": lambda answer: answer["model"]["active_params"],
    "kv_bytes_per_token": lambda answer: answer["model"]["kv_bytes_per_token"],
    "min_gpus": lambda answer: answer["min_gpus"],
}
AXES = {"gpus": "1", "batch": "1", "context": "0", "math": "", "kv": "fp16", "engine": ""}
SPEEDS = {"decode_tps", "aggregate_tps", "step_time", "memory_time", "compute_time"}


def figures(
    pages: Iterable[tuple[str, BeautifulSoup]],
) -> dict[tuple[str, ...], list[tuple[str, float, str]]]:
    """The site's figures that the command gives too: by scenario, quantity, value and page."""
    found: dict[tuple[str, ...], list[tuple[str, float, str]]] = {}
    for address, page in pages:
        for tag in page.select("data.figure"):
            assert isinstance(tag, Tag)
            quantity = str(tag.get("data-quantity"))
            if quantity not in SAME or tag.get("data-fits") == "no" or tag.get("data-memory"):
                continue
            model = str(tag.get("data-model", "llama-3-8b"))
            gpu = str(tag.get("data-gpu", "gb300"))
            precision = str(tag.get("data-precision", "fp16"))
            axes = [str(tag.get(f"data-{axis}", usual)) for axis, usual in AXES.items()]
            entry = (quantity, float(str(tag["value"])), address)
            found.setdefault((model, gpu, precision, *axes), []).append(entry)
    return found


def test_the_command_gives_the_figures_of_the_pages(
    page: Callable[[str], BeautifulSoup], addresses: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    compared = set()
    for scenario, shown in figures((address, page(address)) for address in addresses).items():
        model, gpu, precision, gpus, batch, context, math_, kv, engine = scenario
        words = ["predict", model, gpu, "--precision", precision, "--gpus", gpus, "--json"]
        words += ["--batch", batch, "--context", context, "--kv-precision", kv]
        words += [*(["--math", math_] if math_ else []), *(["--engine", engine] if engine else [])]
        assert main(words) in (OK, NO_FIT)
        answer = json.loads(capsys.readouterr().out)
        for quantity, value, where in shown:
            if answer["ceiling"] is None and quantity in SPEEDS:
                continue  # times of weights that do not fit, which a page may show as such
            assert SAME[quantity](answer) == value, (where, quantity, scenario)
            compared.add((quantity, scenario))
    assert len({quantity for quantity, _ in compared}) >= 8
    assert len({scenario for _, scenario in compared}) >= 10


# --- The file kept between runs ---


@pytest.fixture
def kept(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """The folder of what is kept, empty at first."""
    monkeypatch.setattr(cache, "FOLDER", tmp_path / "kept")
    return cache.FOLDER


def test_a_changed_measurement_changes_the_answer_though_a_file_is_kept(
    kept: Path, catalog_copy: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    words = ["predict", *FP8, "--json", "--catalog", str(catalog_copy)]

    def expected() -> float:
        assert main(words) == OK
        return float(json.loads(capsys.readouterr().out)["expected"]["decode_tps"])

    before = expected()
    assert (kept / "facts-elsewhere.kept").exists()
    assert expected() == before
    rows = catalog_copy / "measurements" / "llama-cpp-apple-silicon.yml"
    times = os.stat(rows)
    text = rows.read_text("utf-8")
    lines = [
        f"{line[: line.index(':')]}: {float(line.split(':')[1]) * 0.5:.2f}"
        if line.strip().startswith("tokens_per_second")
        else line
        for line in text.splitlines()
    ]
    rows.write_text("\n".join(lines) + "\n", "utf-8")
    os.utime(rows, ns=(times.st_atime_ns, times.st_mtime_ns))  # the clock must not decide
    assert expected() != before
    rows.write_text(text, "utf-8")
    assert expected() == before


def test_a_changed_bandwidth_changes_the_answer(
    catalog_copy: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    words = ["predict", "llama-3-8b", "gaudi3", "--json", "--catalog", str(catalog_copy)]
    assert main(words) == OK
    before = json.loads(capsys.readouterr().out)
    gpu = catalog_copy / "gpus" / "gaudi3.yml"
    printed = before["gpu"]["bandwidth"] / 1e12
    text = gpu.read_text("utf-8")
    assert f"value: {printed:g} TB/s" in text
    gpu.write_text(
        text.replace(f"value: {printed:g} TB/s", f"value: {2 * printed:g} TB/s"), "utf-8"
    )
    assert main(words) == OK
    after = json.loads(capsys.readouterr().out)
    assert after["ceiling"]["memory_time"] == before["ceiling"]["memory_time"] / 2


def test_a_removed_gpu_that_measurements_name_is_a_clear_error(
    catalog_copy: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["predict", *FP8, "--catalog", str(catalog_copy)]) == OK
    (catalog_copy / "gpus" / "rtx-4090.yml").unlink()
    capsys.readouterr()
    assert main(["predict", *FP8, "--catalog", str(catalog_copy)]) == BROKEN
    said = capsys.readouterr()
    assert "no GPU 'rtx-4090' in the catalog" in said.err
    assert "Traceback" not in said.err


def test_a_damaged_file_is_made_anew(kept: Path, catalog_copy: Path) -> None:
    first = cached_facts.known(catalog_copy)
    file = kept / "facts-elsewhere.kept"
    whole = file.read_bytes()
    flipped = [
        whole[:place] + bytes([whole[place] ^ 2]) + whole[place + 1 :]
        for place in (0, 90, len(whole) // 2)
    ]
    for damaged in (b"", whole[:40], whole[:-100], *flipped):
        file.write_bytes(damaged)
        assert cached_facts.known(catalog_copy).fit == first.fit
        assert file.read_bytes() == whole


def test_what_is_kept_is_what_the_pages_rest_on(kept: Path, catalog: Catalog) -> None:
    made, found = cached_facts.known(), cached_facts.known()
    assert sorted(file.name for file in kept.iterdir()) == ["facts.kept"]
    for known in (made, found):
        assert known.fit == validate(measured(catalog)).fit
        assert known.rows == measured(catalog)
        assert known.catalog.gpus == dict(catalog.gpus)
        assert known.catalog.precisions == dict(catalog.precisions)
        assert known.catalog.sources == dict(catalog.sources)
        assert known.catalog.measurements == catalog.measurements
        assert list(known.catalog.models) == list(catalog.models)
        for id, model in catalog.models.items():
            assert known.catalog.models[id].counts == model.counts
            assert known.catalog.models[id].citations == model.citations
            assert model_inputs(known.catalog.models[id]) == model_inputs(model)


def test_a_measurement_is_one_thing_in_the_catalog_and_in_the_analysis(kept: Path) -> None:
    cached_facts.known()
    found = cached_facts.known()
    rows = {row.id: row for row in found.catalog.measurements}
    assert all(entry.row is rows[entry.row.id] for entry in found.rows)


def test_each_catalog_gets_its_own_answer_whichever_was_asked_before(
    kept: Path, catalog_copy: Path
) -> None:
    gpu = catalog_copy / "gpus" / "h100-sxm.yml"
    gpu.write_text(gpu.read_text("utf-8").replace("name: H100 SXM", "name: H999"), "utf-8")
    for _ in range(2):
        assert cached_facts.known().catalog.gpu("h100-sxm").name == "H100 SXM"
        assert cached_facts.known(catalog_copy).catalog.gpu("h100-sxm").name == "H999"


def test_nothing_beside_a_foreign_catalog_is_read_or_written(
    kept: Path, catalog_copy: Path
) -> None:
    truly = cached_facts.known(catalog_copy).catalog.gpu("h100-sxm").name
    assert not (catalog_copy.parent / ".cache").exists()
    # A file as we would keep it, under the right key and seal, but with another name in it.
    file = next(kept.glob("facts*"))
    key = file.read_bytes().split(b" ", 1)[0].decode()
    content = cache.read(file, key)
    assert content
    beside = catalog_copy.parent / ".cache" / file.name
    cache.keep(beside, key, content.replace(b'"H100 SXM', b'"H999 SXM'))
    assert b"H999 SXM" in beside.read_bytes()
    shutil.rmtree(kept)
    assert cached_facts.known(catalog_copy).catalog.gpu("h100-sxm").name == truly


def test_an_answer_needs_no_folder_to_keep_it_in(
    kept: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    kept.write_text("in the way", "utf-8")
    assert main(["predict", *FP8]) == OK


# --- As a process ---


def run(*words: str, **more: Any) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "macros.cli", *words],
        env=environment(ROOT, **more.pop("env", {})),
        capture_output=True,
        text=True,
        timeout=120,
        **more,
    )


def test_an_answer_loads_neither_charts_nor_pages_nor_checkers() -> None:
    cached_facts.known()
    script = (
        "import sys; from macros.cli import main; main(sys.argv[1:]); "
        "print(*sorted({name.split('.')[0] for name in sys.modules}))"
    )
    found = subprocess.run(
        [sys.executable, "-c", script, "predict", *FP8],
        env=environment(ROOT),
        stdout=subprocess.PIPE,
        text=True,
        check=True,
    )
    loaded = set(found.stdout.splitlines()[-1].split())
    heavy = {"altair", "mkdocs", "mkdocs_macros", "jinja2", "pydantic", "yaml", "numpy"}
    heavy |= {"pickle", "email", "tempfile"}
    assert not loaded & heavy


def test_the_project_installs_the_command() -> None:
    import tomllib

    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    assert project["scripts"] == {"decode-equation": "macros.cli:main"}
    script = shutil.which("decode-equation", path=str(Path(sys.executable).parent))
    if script:  # it is there after `make`
        said = subprocess.run([script, "list", "gpus", "H100"], stdout=subprocess.PIPE, text=True)
        assert "h100-sxm" in said.stdout


def test_the_exit_codes_are_those_of_the_process() -> None:
    assert run("predict", *FP8).returncode == OK
    assert run("predict", "llama-3-70b", "rtx-4090").returncode == NO_FIT
    wrong = run("predict", "llama-3-70b", "nothing")
    assert wrong.returncode == MISTAKE
    assert wrong.stdout == ""
    assert "Traceback" not in wrong.stderr


def test_a_reader_who_has_had_enough_is_no_error() -> None:
    command = f"{sys.executable} -m macros.cli sweep --csv | head -2"
    said = subprocess.run(
        ["bash", "-c", f"set -o pipefail; {command}"],
        env=environment(ROOT),
        capture_output=True,
        text=True,
    )
    assert said.returncode == 0
    assert said.stderr == ""
    assert said.stdout.count("\n") == 2


@pytest.mark.parametrize("columns", [50, 80, 120])
@pytest.mark.parametrize(
    "words",
    ["predict llama-3-70b h100-sxm --batch 8", "list models", "fit llama-3-8b", "validate"],
)
def test_tables_fit_the_terminal(
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
    columns: int,
    words: str,
) -> None:
    monkeypatch.setenv("COLUMNS", str(columns))
    main(words.split())
    lines = capsys.readouterr().out.splitlines()
    assert lines
    assert max(map(len, lines)) <= columns


def test_a_table_is_plain_when_it_is_piped(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("COLUMNS", raising=False)
    assert main(["list", "measurements"]) == OK
    lines = capsys.readouterr().out.splitlines()
    assert "\x1b" not in "".join(lines)
    rows = [line for line in lines[2:] if line]
    assert max(map(len, rows)) > 100  # nothing is cut or broken


def test_a_terminal_of_its_own_is_asked_for_its_width() -> None:
    import fcntl
    import struct
    import termios

    outer, inner = pty.openpty()
    fcntl.ioctl(inner, termios.TIOCSWINSZ, struct.pack("HHHH", 24, 70, 0, 0))
    process = subprocess.Popen(
        [sys.executable, "-m", "macros.cli", "list", "precisions"],
        env={name: value for name, value in environment(ROOT).items() if name != "COLUMNS"},
        stdout=inner,
        stdin=inner,
        stderr=inner,
    )
    process.wait(timeout=60)
    os.close(inner)
    shown = os.read(outer, 100_000).decode()
    os.close(outer)
    assert "FP8" in shown
    assert max(len(line.rstrip("\r")) for line in shown.split("\n")) <= 70


def test_nothing_that_is_printed_is_no_number(ask: Asked, catalog: Catalog) -> None:
    def walk(value: Any) -> None:
        if isinstance(value, dict):
            for inner in value.values():
                walk(inner)
        elif isinstance(value, float):
            assert math.isfinite(value)

    for gpu in catalog.gpus:
        walk(ask("predict", "llama-3.2-1b", gpu))
