"""The charts of roofs, knobs, levers and batches draw what the law gives, and say it in words.

The figures come from the printed facts: Llama 3 has 8,030,261,248 and 70,553,706,496 parameters,
Llama 3.1 405B has 405,853,388,800; of these a step reads 7,504,924,672, 69,503,033,344 and
403,752,042,496, without the input embedding. One H100 SXM reads 3.35 TB/s and holds 80 GB.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from baked import bake

from macros.catalog import Catalog
from macros.charts import CHARTS, WIDTHS, draw
from macros.charts.kit.drawing import Drawing
from macros.charts.kit.render_svg import render
from macros.errors import ScenarioError
from macros.figures.cells import value_of
from macros.figures.figure import Figure
from macros.scenario import Scenario

GPUS = ["h100-sxm", "h200-sxm", "b200"]

ASKED: Mapping[str, Mapping[str, Any]] = {
    "roofline": {"gpus": GPUS, "batches": [8, 64], "weights": ["fp8", "int4"]},
    "knobs": {
        "gpus": GPUS,
        "precisions": ["fp16", "fp8", "int4"],
        "models": ["llama-3-8b", "llama-3-70b", "llama-3.1-405b"],
    },
    "levers": {
        "quantise": ["fp8", "int4"],
        "architecture": "deepseek-v3",
        "gpus": ["h200-sxm", "b200"],
        "parallel": 2,
        "batch": {"precision": "fp8", "context": 2048},
    },
    "batch": {"precision": "fp8", "contexts": [2048, 8192], "gpus": 1},
    "experts": {"moe": "deepseek-v3", "dense": "llama-3-70b"},
}


def drawing(
    name: str, catalog: Catalog, base: Scenario, options: Mapping[str, Any] | None = None
) -> Drawing:
    return CHARTS[name](catalog, base, ASKED[name] if options is None else options)


def plain(text: str) -> str:
    """A text with its thin spaces made ordinary."""
    return text.replace("\u202f", " ")


def table(made: Drawing) -> list[tuple[str, ...]]:
    return [tuple(plain(read(cell)) for cell in row.values()) for row in made.rows]


def read(cell: Any) -> str:
    """The text of a table's cell."""
    return cell.text if isinstance(cell, Figure) else str(value_of(cell))


def test_roofline_places_decode_by_the_bytes_of_its_format_and_its_batch(
    catalog: Catalog, base: Scenario
) -> None:
    # 2 FLOP for each weight of 2 bytes is 1 FLOP/byte, of 1 byte 2, of half a byte 4; shared by
    # 8 users, 8. The roof there is that times 3.35e12.
    assert table(drawing("roofline", catalog, base))[:5] == [
        ("FP16, 1 user", "H100 SXM", "1 FLOP/byte", "3.35 TFLOP/s"),
        ("FP8 weights, FP16 math", "H100 SXM", "2 FLOP/byte", "6.7 TFLOP/s"),
        ("INT4 weights, FP16 math", "H100 SXM", "4 FLOP/byte", "13.4 TFLOP/s"),
        ("FP16, 8 users", "H100 SXM", "8 FLOP/byte", "26.8 TFLOP/s"),
        ("FP16, 64 users", "H100 SXM", "64 FLOP/byte", "214 TFLOP/s"),
    ]


def test_roofline_marks_each_ridge_and_names_the_math(catalog: Catalog, base: Scenario) -> None:
    # 989 / 3.35 = 295.2; 989 / 4.8 = 206.0; 2250 / 8 = 281.3; 1979 / 3.35 = 590.7.
    ridges = [row[:3] for row in table(drawing("roofline", catalog, base))[5:]]
    assert ridges == [
        ("Ridge with FP16 math", "H100 SXM", "295 FLOP/byte"),
        ("Ridge with FP8 math", "H100 SXM", "591 FLOP/byte"),
        ("Ridge with FP16 math", "H100 SXM", "295 FLOP/byte"),
        ("Ridge with FP16 math", "H200 SXM", "206 FLOP/byte"),
        ("Ridge with FP16 math", "B200", "281 FLOP/byte"),
    ]
    finding = plain(drawing("roofline", catalog, base).finding)
    assert "295 FLOP/byte" in finding
    assert "295× further up" in finding
    assert "with FP8 math at 591 FLOP/byte" in finding


def test_knobs_give_each_ceiling_on_the_fewest_gpus_that_hold_the_weights(
    catalog: Catalog, base: Scenario
) -> None:
    rows = table(drawing("knobs", catalog, base))
    # 3.35e12 / 15.01e9 = 223.2. 141.1 GB take 2 of 80 GB: 6.7e12 / 139.0e9 = 48.20.
    # 811.7 GB take 11: 36.85e12 / 807.5e9 = 45.63.
    assert rows[:3] == [
        ("H100 SXM", "FP16", "Llama 3 8B", "1", "223 tok/s"),
        ("H100 SXM", "FP16", "Llama 3 70B", "2", "48.2 tok/s"),
        ("H100 SXM", "FP16", "Llama 3.1 405B", "11", "45.6 tok/s"),
    ]
    assert len(rows) == 27


def test_knobs_write_the_number_of_gpus_beside_the_dot(catalog: Catalog, base: Scenario) -> None:
    dots = drawing("knobs", catalog, base).spec(WIDTHS["wide"])["datasets"]["dots"]
    texts = [dot["text"] for dot in dots]
    assert {"223", "48.2 ×2", "45.6 ×11"} <= set(texts)


def test_levers_are_ratios_of_bytes_over_bandwidth(catalog: Catalog, base: Scenario) -> None:
    # 69.503 / 36.626 = 1.898; 4.8 / 3.35 = 1.433; 8 / 3.35 = 2.388.
    # 80 - 70.554 GB hold 14 caches of 2048 x 327,680 B = 0.6711 GB. Each step then reads
    # 69.503 + 14 x 0.6711 = 78.898 GB instead of 70.174: 0.8894 for each, 12.45 for 14.
    assert [row[1:] for row in table(drawing("levers", catalog, base))] == [
        ("FP16 → FP8", "2×", "one user"),
        ("FP16 → INT4", "4×", "one user"),
        ("Llama 3 70B → DeepSeek-V3", "1.90×", "one user"),
        ("H100 SXM → H200 SXM", "1.43×", "one user"),
        ("H100 SXM → B200", "2.39×", "one user"),
        ("1 GPU → 2 GPUs", "2×", "one user"),
        ("1 → 14 users, all together", "12.5×", "all users together"),
        ("1 → 14 users, each", "0.889×", "one user"),
    ]
    assert "H100 SXM → H200 SXM, 1.43×" in plain(drawing("levers", catalog, base).finding)


@pytest.mark.parametrize(("name", "label"), [("levers", "FP16 → FP8"), ("knobs", "Llama 3 8B")])
def test_rows_are_named(
    name: str, label: str, catalog: Catalog, base: Scenario, tmp_path: Path
) -> None:
    assert f">{label}</text>" in bake(drawing(name, catalog, base).spec(WIDTHS["wide"]), tmp_path)


def test_levers_can_be_left_out_but_not_all_of_them(catalog: Catalog, base: Scenario) -> None:
    assert len(drawing("levers", catalog, base, {"quantise": ["fp8"]}).rows) == 1
    with pytest.raises(ScenarioError, match="needs one of its options: quantise"):
        drawing("levers", catalog, base, {})


def test_batch_curves_end_where_memory_is_full(catalog: Catalog, base: Scenario) -> None:
    # 9.446 GB / 2.684 GB is 3 users at 8192 tokens. Together 14 x 3.35e12 / 78.898e9 = 594.4,
    # 3 x 3.35e12 / (69.503e9 + 3 x 2.684e9) = 129.6.
    made = drawing("batch", catalog, base)
    assert table(made) == [
        ("2,048 tokens", "14", "594 tok/s", "42.5 tok/s"),
        ("8,192 tokens", "3", "130 tok/s", "43.2 tok/s"),
    ]
    assert "memory is full at 14 users and 594 tok/s" in plain(made.finding)


def test_batch_says_where_no_user_fits(catalog: Catalog, base: Scenario) -> None:
    # 32,768 x 327,680 B = 10.74 GB are more than the 9.446 GB that are free.
    made = drawing(
        "batch",
        catalog,
        base,
        {"model": "llama-3.1-70b", "precision": "fp8", "contexts": [32768]},
    )
    assert table(made)[0][1:] == ("0", "none fits", "none fits")
    assert "not one user fits" in made.finding


def test_batch_reaches_the_compute_ceiling_on_eight_gpus_with_short_contexts(
    catalog: Catalog, base: Scenario
) -> None:
    # At 512 tokens the cache takes 0.1678 GB: 569.446 / 0.1678 = 3394 users. A token then does
    # 2 x 69.503e9 + 4 x 64 x 128 x 80 x 512 = 140.35 GFLOP: 8 x 1979e12 / 140.35e9 = 112,804.
    options = {"precision": "fp8", "gpus": 8, "contexts": [512, 2048]}
    made = drawing("batch", catalog, base, options)
    assert table(made)[0][1:3] == ("3,394", "113,000 tok/s")
    assert made.finding.count("arithmetic sets the pace") == 1


def test_batch_refuses_weights_that_do_not_fit(catalog: Catalog, base: Scenario) -> None:
    with pytest.raises(ScenarioError, match="in FP16 need 2 of H100 SXM; write gpus="):
        drawing("batch", catalog, base, {"contexts": [2048]})


def test_experts_cross_the_dense_model_at_three_users(catalog: Catalog, base: Scenario) -> None:
    # DeepSeek-V3 reads 16.191e9 parameters outside its routed experts and has 653.909e9 in them.
    # Three users touch 1 - (1 - 8/256)^3 = 9.085 % of these: 75.60e9, two 6.152 %: 56.42e9 < 69.50e9.
    made = drawing("experts", catalog, base)
    assert table(made)[:3] == [
        ("1", "36.6B", "69.5B"),
        ("2", "56.4B", "69.5B"),
        ("3", "75.6B", "69.5B"),
    ]
    assert "from 3 users on it reads 75.6B" in made.finding


def test_experts_curve_starts_where_the_law_puts_one_user(catalog: Catalog, base: Scenario) -> None:
    """The mark was computed at build, the curve by the chart's own reading of the law."""
    svg = render(drawing("experts", catalog, base).at(WIDTHS["wide"]).to_dict(validate=False))
    curve = re.search(r'd="M0,([\d.]+)[^"]{200,}" stroke=', svg)
    mark = re.search(r'aria-roledescription="point" transform="translate\(0,([\d.]+)\)"', svg)
    assert curve is not None
    assert mark is not None
    assert float(curve[1]) == pytest.approx(float(mark[1]), abs=0.01)


def test_experts_refuse_a_model_that_never_reads_more(catalog: Catalog, base: Scenario) -> None:
    with pytest.raises(ScenarioError, match="never reads more"):
        drawing("experts", catalog, base, {"moe": "llama-3-8b"})


@pytest.mark.parametrize("name", ASKED)
def test_both_layouts_stay_within_their_width(
    name: str, catalog: Catalog, base: Scenario, tmp_path: Path
) -> None:
    made = drawing(name, catalog, base)
    for width in WIDTHS.values():
        svg = bake(made.spec(width), tmp_path)
        drawn = re.match(r'<svg[^>]*\bwidth="([\d.]+)"', svg)
        assert drawn is not None
        assert width - 8 <= float(drawn[1]) <= width
        assert len(svg) < 25_000


@pytest.mark.parametrize("name", ASKED)
def test_charts_bake_to_the_same_bytes(
    name: str, catalog: Catalog, base: Scenario, tmp_path: Path
) -> None:
    once, again = (
        draw(name, catalog, base, ASKED[name], tmp_path / folder).svgs for folder in ("a", "b")
    )
    assert once == again


@pytest.mark.parametrize("name", ASKED)
def test_unknown_option_names_the_nearest(name: str, catalog: Catalog, base: Scenario) -> None:
    known = next(iter(ASKED[name]))
    with pytest.raises(ScenarioError, match=f"did you mean '{known}'"):
        drawing(name, catalog, base, {f"{known}x": 1})


@pytest.mark.parametrize("name", ASKED)
def test_unknown_id_is_refused(name: str, catalog: Catalog, base: Scenario) -> None:
    wrong: dict[str, Any] = {
        "roofline": {"gpus": ["h1000-sxm"]},
        "knobs": {"models": ["llama-3-80b"]},
        "levers": {"architecture": "deepseek-v33"},
        "batch": {"model": "llama-3-71b"},
        "experts": {"moe": "deepseek-v33"},
    }
    with pytest.raises(ScenarioError, match="did you mean"):
        drawing(name, catalog, base, wrong[name])
