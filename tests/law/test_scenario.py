"""A scenario: what fits, how it is written, and what it says to a wrong name."""

from __future__ import annotations

import math
from typing import Any

import pytest

from macros.catalog import Catalog
from macros.errors import ScenarioError
from macros.figures.make import law_figure
from macros.scenario import Scenario, axes_of, describe

PAGE = {"model": "llama-3-70b", "gpu": "h100-sxm", "precision": "fp16"}


@pytest.fixture(scope="module")
def page_scenario(catalog: Catalog) -> Scenario:
    return describe(catalog, PAGE)


@pytest.mark.parametrize(
    ("axes", "message"),
    [
        ({"model": "lama-3-70b"}, r"'lama-3-70b'.*did you mean 'llama-3-70b'"),
        ({"gpu": "h100-sxn"}, r"'h100-sxn'.*did you mean 'h100-sxm'"),
        ({"precision": "fp61"}, r"'fp61'.*did you mean .*'fp16'"),
        ({"modle": "llama-3-8b"}, r"'modle' is not an axis.*did you mean 'model'"),
        ({"math": "fp9"}, r"H100 SXM has no peak for math='fp9'; did you mean '(fp8|fp16)'"),
        ({"memory": "lable"}, r"memory: 'lable'; did you mean 'label'"),
        ({"gpus": 0}, "gpus: 0 is not a whole number of at least 1"),
        ({"gpus": 1.5}, "gpus: 1.5 is not a whole number"),
        ({"batch": "many"}, "batch: 'many' is not a whole number"),
        ({"batch": True}, "batch: True is not a whole number"),
        ({"context": -1}, "context: -1 is not a whole number of at least 0"),
        ({"context": 131_072}, "Llama 3 70B takes 8,192 tokens, not 131,072"),
    ],
    ids=str,
)
def test_a_wrong_axis_or_name_is_refused_with_the_nearest_right_one(
    catalog: Catalog, page_scenario: Scenario, axes: dict[str, Any], message: str
) -> None:
    with pytest.raises(ScenarioError, match=message):
        describe(catalog, axes, page_scenario)


@pytest.mark.parametrize("missing", PAGE)
def test_a_page_must_name_model_gpu_and_precision(catalog: Catalog, missing: str) -> None:
    with pytest.raises(ScenarioError, match=f"names no {missing}; write `{missing}: ...`"):
        describe(catalog, {axis: name for axis, name in PAGE.items() if axis != missing})


def test_an_unknown_quantity_suggests_the_nearest(page_scenario: Scenario) -> None:
    with pytest.raises(ScenarioError, match=r"'memory_tiem'.*did you mean 'memory_time'"):
        page_scenario.value("memory_tiem")


@pytest.mark.parametrize(
    ("axes", "by_label", "by_device"),
    [
        # 70B in FP16 is 141.107e9 bytes; an H200 is labelled 141 GB and reports 143,771 MiB,
        # which is 150.755e9.
        ({"gpu": "h200-sxm"}, False, True),
        # 80 GB, or 81,559 MiB = 85.521e9: too little either way, and two of them are enough.
        ({}, False, False),
        ({"gpus": 2}, True, True),
        # 70.554e9 bytes in FP8
        ({"precision": "fp8"}, True, True),
    ],
    ids=str,
)
def test_fit_is_judged_by_the_label_and_by_what_the_device_reports(
    catalog: Catalog,
    page_scenario: Scenario,
    axes: dict[str, Any],
    by_label: bool,
    by_device: bool,
) -> None:
    scenario = describe(catalog, axes, page_scenario)
    assert (scenario.fits, scenario.fits_reported) == (by_label, by_device)


def test_reported_memory_is_binary_and_labelled_memory_decimal(
    catalog: Catalog, page_scenario: Scenario
) -> None:
    assert page_scenario.value("memory") == 80e9
    reported = describe(catalog, {"memory": "reported"}, page_scenario)
    assert reported.value("memory") == 81_559 * 2**20


@pytest.mark.parametrize(
    ("axes", "reference"),
    [
        ({}, "decode_tps(llama-3-70b,h100-sxm,fp16,1,1,0)"),
        (
            {"model": "llama-3-8b", "gpus": 2, "batch": 3, "context": 4},
            "decode_tps(llama-3-8b,h100-sxm,fp16,2,3,4)",
        ),
        ({"math": "fp8"}, "decode_tps(llama-3-70b,h100-sxm,fp16,1,1,0,math=fp8)"),
        (
            {"kv": "fp8", "memory": "reported"},
            "decode_tps(llama-3-70b,h100-sxm,fp16,1,1,0,kv=fp8,memory=reported)",
        ),
    ],
    ids=str,
)
def test_a_quantity_is_written_with_its_six_axes_and_the_unusual_ones_behind(
    catalog: Catalog, page_scenario: Scenario, axes: dict[str, Any], reference: str
) -> None:
    assert describe(catalog, axes, page_scenario).reference("decode_tps") == reference


@pytest.mark.parametrize(
    ("quantity", "axes"),
    [
        ("active_params", ("model",)),
        ("weight_bytes", ("model", "precision")),
        ("bandwidth", ("gpu",)),
        ("ridge_point", ("gpu", "precision", "math")),
        ("min_gpus", ("model", "gpu", "precision", "memory")),
        ("decode_tps", ("model", "gpu", "precision", "gpus", "batch", "context", "math", "kv")),
    ],
)
def test_a_quantity_knows_what_can_move_it(quantity: str, axes: tuple[str, ...]) -> None:
    assert axes_of(quantity) == axes


def test_weights_in_a_format_without_matrix_units_multiply_in_fp16(
    catalog: Catalog, page_scenario: Scenario
) -> None:
    # An A100 has no FP8 units: 312 TFLOP/s in FP16.
    weight_only = describe(catalog, {"gpu": "a100-sxm-80gb", "precision": "fp8"}, page_scenario)
    assert weight_only.math_format == "fp16"
    assert weight_only.value("peak_flops") == 312e12


def test_every_input_that_a_catalog_fact_gives_has_a_source(page_scenario: Scenario) -> None:
    chosen_by_the_page = {"gpus", "batch", "context"}
    assert set(page_scenario.citations) == set(page_scenario.inputs) - chosen_by_the_page
    assert all(page_scenario.citations.values())


def test_every_model_on_every_gpu_has_a_finite_step(
    catalog: Catalog, page_scenario: Scenario
) -> None:
    for model in catalog.models:
        for gpu in catalog.gpus:
            scenario = describe(catalog, {"model": model, "gpu": gpu}, page_scenario)
            assert math.isfinite(scenario.value("memory_time"))


def test_a_scenario_gives_one_account_of_a_quantity(
    catalog: Catalog, page_scenario: Scenario
) -> None:
    account = describe(catalog, {"gpus": 2, "kv": "fp8"}, page_scenario).account("memory_time")
    # 69,503,033,344 x 2 bytes through 2 x 3.35e12 bytes/s
    assert account.value == pytest.approx(139_006_066_688 / 6.7e12)
    assert (account.meaning.unit, account.meaning.words) == ("s", "time to read")
    assert account.reference == "memory_time(llama-3-70b,h100-sxm,fp16,2,1,0,kv=fp8)"
    assert account.axes == ("model", "gpu", "precision", "gpus", "batch", "context", "kv")
    assert account.standing == {
        "model": "llama-3-70b",
        "gpu": "h100-sxm",
        "precision": "fp16",
        "gpus": "2",
        "batch": "1",
        "context": "0",
        "kv": "fp8",
    }
    assert account.parameters == {"step_bytes": 139_006_066_688, "gpus": 2, "bandwidth": 3.35e12}
    assert account.inputs["block_params"] == catalog.model("llama-3-70b").counts.blocks
    assert ("bandwidth", catalog.gpu("h100-sxm").bandwidth.citations[0]) in account.citations
    assert {name for name, _ in account.citations} < account.inputs.keys()
    assert not account.contested
    assert not account.hypothetical


def test_an_input_is_computed_from_nothing_and_rests_on_itself(page_scenario: Scenario) -> None:
    account = page_scenario.account("bandwidth")
    assert account.parameters == {}
    assert account.inputs == {"bandwidth": 3.35e12}


def test_what_rests_on_a_contested_fact_is_contested(
    catalog: Catalog, page_scenario: Scenario
) -> None:
    # The B200's bandwidth is printed as 8.0 and as 7.7 TB/s.
    b200 = describe(catalog, {"gpu": "b200"}, page_scenario)
    assert b200.account("memory_time").contested
    assert not b200.account("weight_bytes").contested


def test_only_speeds_of_weights_that_do_not_fit_are_hypothetical(page_scenario: Scenario) -> None:
    # 141 GB on one GPU of 80
    assert page_scenario.account("decode_tps").hypothetical
    assert not page_scenario.account("memory_time").hypothetical
    assert not page_scenario.on(gpus=2).account("decode_tps").hypothetical


def test_a_peak_that_nobody_published_is_told_as_unknown_and_never_shown_as_a_number(
    catalog: Catalog, page_scenario: Scenario
) -> None:
    apple = describe(catalog, {"gpu": "apple-m1-max", "model": "llama-3-8b"}, page_scenario)
    assert apple.account("compute_time").parameters["peak_flops"] == math.inf
    assert apple.account("step_time").value == apple.value("memory_time")
    assert apple.account("peak_flops").value == math.inf
    with pytest.raises(ScenarioError, match="peak_flops of M1 Max is unknown"):
        law_figure(apple, "peak_flops")
    with pytest.raises(ScenarioError, match="cannot be shown: peak_flops is not published"):
        law_figure(apple, "compute_time")


# --- A speed of one's own ---

OWN = "1.25~llama-3-70b~h100-sxm~fp16~2~1~0"


def test_an_own_speed_stands_in_the_reference_of_what_it_tells_of(
    catalog: Catalog, page_scenario: Scenario
) -> None:
    made = describe(catalog, {"gpus": 2, "measured": OWN}, page_scenario)
    assert (
        made.reference("expected_tps")
        == f"expected_tps(llama-3-70b,h100-sxm,fp16,2,1,0,measured={OWN})"
    )
    again = describe(catalog, {"measured": made.axis("measured")}, made)
    assert again.axis("measured") == OWN


@pytest.mark.parametrize(
    ("axes", "told"),
    [
        ({}, True),
        ({"model": "llama-3-8b", "precision": "fp8", "batch": 4, "context": 2048}, True),
        ({"kv": "fp8", "math": "fp16"}, True),
        ({"gpu": "h200-sxm"}, False),
        ({"gpus": 4}, False),
        ({"engine": "vllm"}, False),
        ({"model": "gpt-oss-20b"}, False),  # a mixture, and the measured model is dense
    ],
    ids=str,
)
def test_an_own_speed_tells_of_the_same_gpu_count_engine_and_kind_of_model(
    catalog: Catalog, page_scenario: Scenario, axes: dict[str, Any], told: bool
) -> None:
    made = describe(catalog, {"gpus": 2, "measured": OWN, **axes}, page_scenario)
    assert bool(made.own) == told
    assert bool(made.axis("measured")) == told


@pytest.mark.parametrize(
    ("measured", "message"),
    [
        # 69.5 B parameters at two bytes each on 6.7 TB/s: 48.2 steps a second.
        (
            "48.3~llama-3-70b~h100-sxm~fp16~2~1~0",
            r"above the ceiling of 48\.2.tok/s: write the speed of one user",
        ),
        ("0~llama-3-70b~h100-sxm~fp16~2~1~0", "0 tok/s is no speed"),
        ("nan~llama-3-70b~h100-sxm~fp16~2~1~0", "nan tok/s is no speed"),
        ("5~llama-3-70b~h100-sxm~fp16~1~1~0", "the weights take 2 GPUs, not 1"),
        ("5~llama-3-70b", "write speed and scenario, like '55.2~"),
        ("fast~llama-3-70b~h100-sxm~fp16~2~1~0", "write speed and scenario, like '55.2~"),
        ("5~lama-3-70b~h100-sxm~fp16~2~1~0", "did you mean 'llama-3-70b'"),
        ("5~llama-3-70b~h100-sxm~fp16~2~1~0~speed=9", "'speed' is not an axis"),
    ],
)
def test_a_speed_that_cannot_be_is_refused(
    catalog: Catalog, page_scenario: Scenario, measured: str, message: str
) -> None:
    with pytest.raises(ScenarioError, match=message):
        describe(catalog, {"measured": measured}, page_scenario)
