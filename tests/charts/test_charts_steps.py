"""The charts of steps and speeds draw what the law gives, and say it in words too.

The figures come from the printed facts: Llama 3 has 8,030,261,248 and 70,553,706,496 parameters, of
which a step reads all but an input embedding of 128,256 rows of 4,096 and 8,192;
one H100 SXM reads 3.35 TB/s and computes 989 TFLOP/s, one A100 SXM 80GB reads 2.039 TB/s.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
from baked import bake

from macros.catalog import Catalog
from macros.charts import CHARTS, WIDTHS, draw
from macros.charts.kit.drawing import Drawing
from macros.charts.step_as_cells import columns_for
from macros.errors import ScenarioError
from macros.scenario import Scenario

MINE = ("steps", "naive", "same_machine", "step", "context")

B8, B70 = 7_504_924_672, 69_503_033_344
H100_BYTES, H100_FLOPS = 3.35e12, 989e12


def drawing(
    name: str, catalog: Catalog, base: Scenario, options: Mapping[str, Any] | None = None
) -> Drawing:
    return CHARTS[name](catalog, base, options or {})


def rows_named(name: str, spec: Any) -> list[dict[str, Any]]:
    """The injected rows of a spec, wherever it holds them."""
    return next(found for found in _find(name, spec))


def _find(name: str, part: Any) -> Iterator[list[dict[str, Any]]]:
    if isinstance(part, dict):
        if part.get("name") == name and "values" in part:
            yield part["values"]
        if name in part.get("datasets", {}):
            yield part["datasets"][name]
        for inner in part.values():
            yield from _find(name, inner)
    elif isinstance(part, list):
        for inner in part:
            yield from _find(name, inner)


def plain(text: str) -> str:
    """A text with its thin spaces made ordinary."""
    return text.replace("\u202f", " ")


def test_steps_holds_both_times_of_each_model(catalog: Catalog, base: Scenario) -> None:
    bars = rows_named("bars", drawing("steps", catalog, base).spec(680))
    assert [bar["memory_time"] for bar in bars] == pytest.approx(
        [B8 * 2 / H100_BYTES, B70 * 2 / H100_BYTES]  # 4.481 ms, 41.49 ms
    )
    assert [bar["compute_time"] for bar in bars] == pytest.approx(
        [B8 * 2 / H100_FLOPS, B70 * 2 / H100_FLOPS]  # 0.01518 ms, 0.1406 ms
    )


def test_steps_says_whose_weights_one_gpu_cannot_hold(catalog: Catalog, base: Scenario) -> None:
    finding = plain(drawing("steps", catalog, base).finding)
    for figure in ("4.48 ms", "0.0152 ms", "41.5 ms", "0.141 ms"):
        assert figure in finding
    assert "Llama 3 70B take 2 GPUs to hold" in finding  # 141.1 GB in 80 GB
    assert "Llama 3 8B take" not in finding


def test_steps_are_of_one_gpu_whatever_the_page_has(catalog: Catalog, base: Scenario) -> None:
    alone, eight = (drawing("steps", catalog, base.on(gpus=gpus)) for gpus in (1, 8))
    assert alone.spec(680) == eight.spec(680)


def test_naive_gap_is_the_same_for_every_model(catalog: Catalog, base: Scenario) -> None:
    made = drawing("naive", catalog, base)
    spans = rows_named("spans", made.spec(680))
    assert spans[0]["decode_tps"] == pytest.approx(H100_BYTES / (2 * B8))  # 223.2
    assert spans[0]["naive_tps"] == pytest.approx(H100_FLOPS / (2 * B8))  # 65,890
    assert [span["factor"] for span in spans] == ["295×"] * 3  # 989 / 3.35
    for figure in ("65,900", "223", "7,110", "24.1", "1,220", "4.15", "295×"):
        assert figure in made.finding


def test_same_machine_sets_each_measurement_against_its_ceiling(
    catalog: Catalog, base: Scenario
) -> None:
    made = drawing("same_machine", catalog, base)
    pairs = rows_named("pairs", made.spec(680))
    bandwidth, int8 = 8 * 2.039e12, 8.00390625 / 8  # a 16-bit scale for 4,096 weights
    kv8, kv70 = 100 * 131_072, 100 * 327_680  # of the runs' 100 tokens on average
    assert [pair["decode_tps"] for pair in pairs[:3]] == pytest.approx(
        [
            bandwidth / (2 * B8 + kv8),
            bandwidth / (2 * B70 + kv70),
            bandwidth / (int8 * B70 + kv70),
        ]  # 1,086; 117.3; 234.5
    )
    for pair, row in zip(pairs, ("gf-017", "gf-020", "gf-023", "gf-024"), strict=True):
        assert pair["measured_tps"] == catalog.measurement(row).tokens_per_second
        assert pair["measured"] in made.finding
        assert pair["ceiling"] in made.finding
    assert pairs[1]["measured_tps"] == 58.78
    assert plain(pairs[1]["share"]) == "50 %"  # 58.78 / 117.3 = 0.501
    assert 'href="https://' in made.rows[0]["source"]


def test_same_machine_refuses_rows_of_two_machines(catalog: Catalog, base: Scenario) -> None:
    with pytest.raises(ScenarioError, match="same GPUs"):
        drawing("same_machine", catalog, base, {"rows": ["gf-017", "gf-018"]})


def test_step_has_one_cell_for_each_time_the_arithmetic_fits(
    catalog: Catalog, base: Scenario
) -> None:
    made = drawing("step", catalog, base)
    assert made.rows[1]["cells"].text == "295×"  # 41.49 ms / 0.1406 ms = 295.2
    for figure in ("0.141 ms", "41.5 ms", "295", "294"):
        assert figure in plain(made.finding)


def test_step_draws_as_many_cells_and_colours_one(
    catalog: Catalog, base: Scenario, tmp_path: Path
) -> None:
    made = drawing("step", catalog, base)
    for width in WIDTHS.values():
        svg = bake(made.spec(width), tmp_path)
        assert svg.count("<path") == 295
        assert len(re.findall(r'<path[^>]*fill="var\(--de-compute\)"', svg)) == 1


def test_step_needs_a_step_that_reading_dominates(catalog: Catalog, base: Scenario) -> None:
    # 41.49 ms of reading against 300 x 0.1406 ms = 42.2 ms of arithmetic
    with pytest.raises(ScenarioError, match="reading outlasts"):
        drawing("step", catalog, base.on(batch=300))


@pytest.mark.parametrize(("width", "cell"), [(680, 18), (350, 15)])
def test_cells_fill_their_rows_as_well_as_they_can(width: int, cell: int) -> None:
    for cells in range(2, 400):
        columns = columns_for(cells, width, cell)
        assert columns <= width // cell * 9 // 8
        assert -cells % columns <= -cells % (width // cell)
    assert columns_for(295, 680, 18) == 37  # 8 rows of 37 leave one place empty


def test_context_ratio_starts_at_the_weights_and_falls(catalog: Catalog, base: Scenario) -> None:
    made = drawing("context", catalog, base)
    # 131,072 tokens of 327,680 and of 131,072 bytes, beside the weights at 2 and at 1 byte
    kv70, kv8 = 131_072 * 327_680, 131_072 * 131_072
    fp16 = (2 * B70 + kv70) / (2 * B8 + kv8)
    fp8 = (B70 + kv70) / (B8 + kv8)
    assert [f"{ratio:.2f}×" for ratio in (B70 / B8, fp16, fp8)] == ["9.26×", "5.65×", "4.56×"]
    texts = [[getattr(cell, "text", cell) for cell in row.values()] for row in made.rows]
    assert texts[0] == ["none", "9.26×", "9.26×"]
    assert texts[-1] == ["128K tokens", "5.65×", "4.56×"]
    for figure in ("9.26×", "5.65×", "4.56×"):
        assert figure in made.finding


def test_context_curve_is_the_law_that_the_numbers_come_from(
    catalog: Catalog, base: Scenario, tmp_path: Path
) -> None:
    """The renderer evaluates the curve, Python the dot: they end at one place."""
    svg = bake(drawing("context", catalog, base).spec(680), tmp_path)
    curves = re.findall(r'd="M[^"]*L([\d.]+),([\d.]+)"', svg)
    dots = re.findall(r'transform="translate\(([\d.]+),([\d.]+)\)" d="M[^"]*A', svg)
    assert len(curves) == len(dots) == 2
    for curve, dot in zip(curves, dots, strict=True):
        assert [float(at) for at in curve] == pytest.approx([float(at) for at in dot], abs=0.02)


@pytest.mark.parametrize("name", MINE)
def test_each_layout_keeps_within_its_width(
    name: str, catalog: Catalog, base: Scenario, tmp_path: Path
) -> None:
    drawn = draw(name, catalog, base, {}, tmp_path)
    for size, svg in drawn.svgs.items():
        found = re.match(r'<svg width="([\d.]+)"', svg)
        assert found
        assert float(found[1]) <= WIDTHS[size]
        assert len(svg) < 25_000


@pytest.mark.parametrize("name", MINE)
def test_table_has_a_heading_for_each_column(name: str, catalog: Catalog, base: Scenario) -> None:
    made = drawing(name, catalog, base)
    assert made.rows
    assert all(len(row) == len(made.headings) for row in made.rows)


@pytest.mark.parametrize("name", MINE)
def test_unknown_option_is_named(name: str, catalog: Catalog, base: Scenario) -> None:
    with pytest.raises(ScenarioError, match="'modls' is not an option of this chart"):
        drawing(name, catalog, base, {"modls": []})


@pytest.mark.parametrize("name", [name for name in MINE if name != "same_machine"])
def test_chart_of_the_page_needs_a_scenario(name: str, catalog: Catalog) -> None:
    with pytest.raises(ScenarioError, match="scenario:"):
        CHARTS[name](catalog, None, {})
