"""A scenario: what fits, how it is written, and what it says to a wrong name."""

from __future__ import annotations

import math
from typing import Any

import pytest

from macros.catalog import Catalog
from macros.errors import ScenarioError
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
