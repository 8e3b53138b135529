"""The catalog says what its sources print, in SI units, with every number cited."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from macros.catalog import Catalog, Fact, load, loading
from macros.catalog.reading import Document, read
from macros.errors import CatalogError
from macros.units import parsing
from macros.units.parsing import Kind

REPOSITORY = Path(__file__).parents[2]


@pytest.mark.parametrize(
    ("text", "kind", "value"),
    [
        ("3.35 TB/s", parsing.BANDWIDTH, 3.35e12),
        ("2039 GB/s", parsing.BANDWIDTH, 2.039e12),
        ("800 GiB/s", parsing.BANDWIDTH, 858_993_459_200),  # 800 x 1,073,741,824
        ("80 GB", parsing.MEMORY, 80e9),
        ("81559 MiB", parsing.MEMORY, 85_520_809_984),  # 81,559 x 1,048,576
        ("80 GiB", parsing.MEMORY, 85_899_345_920),  # 80 x 1,073,741,824
        ("989 TFLOP/s", parsing.COMPUTE, 989e12),
        ("1.01 PFLOP/s", parsing.COMPUTE, 1.01e15),
        ("624 TOP/s", parsing.COMPUTE, 624e12),
        ("700 W", parsing.POWER, 700),
        ("1.4 kW", parsing.POWER, 1400),
        ("8.03 B", parsing.PARAMETERS, 8.03e9),
        ("1 T", parsing.PARAMETERS, 1e12),
        ("4.15625 bits", parsing.BITS, 4.15625),
    ],
)
def test_a_printed_quantity_becomes_the_nearest_float(text: str, kind: Kind, value: float) -> None:
    quantity = parsing.parse(text, kind)
    assert (quantity.value, quantity.text) == (value, text)
    # The published data names three units otherwise.
    names = {"bytes": "B", "bytes/s": "B/s", "params": "parameters"}
    assert quantity.unit == names.get(kind.unit, kind.unit)


@pytest.mark.parametrize(
    "text", ["3.35", "3.35 TB", "3.35TB/s", "3,350 GB/s", "~3 TB/s", "-3 TB/s", "NaN TB/s", ""]
)
def test_a_text_that_is_no_bandwidth_is_refused_with_an_example(text: str) -> None:
    with pytest.raises(ValueError, match=r"is not a bandwidth; write it like '3\.35 TB/s'"):
        parsing.parse(text, parsing.BANDWIDTH)


@given(st.integers(1, 10**15 - 1), st.integers(0, 15))
def test_no_rounding_is_added_to_what_is_printed(digits: int, places: int) -> None:
    padded = str(digits).rjust(places + 1, "0")
    text = f"{padded[: len(padded) - places]}.{padded[len(padded) - places :]}".rstrip(".")
    assert parsing.parse(f"{text} W", parsing.POWER).value == float(text)


def test_the_catalog_is_whole(catalog: Catalog) -> None:
    assert len(catalog.gpus) >= 50
    assert len(catalog.models) >= 36
    assert len(catalog.precisions) >= 19
    assert len(catalog.measurements) >= 426


# Data sheets and tables, as the fact behind each names them.
@pytest.mark.parametrize(
    ("gpu", "bandwidth", "label", "fp16", "fp8"),
    [
        ("h100-sxm", 3.35e12, 80e9, 989e12, 1979e12),
        ("h200-sxm", 4.8e12, 141e9, 989e12, 1979e12),
        ("b200", 8e12, 180e9, 2250e12, 4500e12),
        ("a100-sxm-80gb", 2.039e12, 80e9, 312e12, None),
        ("mi300x", 5.3e12, 192e9, 1307e12, 2615e12),
        ("h100-pcie", 2e12, 80e9, 756e12, 1513e12),
        ("rtx-4090", 1.008e12, 24e9, 165.2e12, 330.3e12),
        ("apple-m3-ultra", 819e9, 512e9, None, None),
    ],
)
def test_a_gpu_has_the_figures_of_its_data_sheet(
    catalog: Catalog, gpu: str, bandwidth: float, label: float, fp16: float, fp8: float
) -> None:
    entry = catalog.gpu(gpu)
    assert entry.bandwidth.value == bandwidth
    assert entry.memory.value == label
    peaks = {kind: peak.value for kind, peak in entry.peak_flops.items()}
    assert (peaks.get("fp16"), peaks.get("fp8")) == (fp16, fp8)


def test_memory_holds_the_label_and_what_the_device_reports(catalog: Catalog) -> None:
    h100, h200 = catalog.gpu("h100-sxm"), catalog.gpu("h200-sxm")
    assert h100.memory_reported
    assert h200.memory_reported
    assert h100.memory_reported.value == 81_559 * 1_048_576
    assert h200.memory_reported.value == 143_771 * 1_048_576
    assert catalog.gpu("b200").memory_reported is None


def test_a_contested_value_holds_both_sides_and_their_sources(catalog: Catalog) -> None:
    headline = catalog.gpu("b200").bandwidth
    assert headline.contested
    assert (headline.printed, headline.contested.printed) == ("8 TB/s", "7.7 TB/s")
    assert headline.contested.why
    sources = {citation.source.id for citation in headline.citations}
    assert sources.isdisjoint(citation.source.id for citation in headline.contested.citations)


def test_an_altered_value_keeps_what_its_source_prints(catalog: Catalog) -> None:
    peak = catalog.gpu("gb10").peak_flops["fp4"]
    assert (peak.value, peak.printed, peak.source_prints) == (500e12, "500 TFLOP/s", "1 PFLOP/s")
    assert peak.how == "printed with 2:4 sparsity; half of it is dense"


@pytest.mark.parametrize(
    ("precision", "blocks", "experts", "vocabulary", "math"),
    [
        ("fp16", 2, 2, 2, "fp16"),
        ("bf16", 2, 2, 2, "fp16"),
        ("fp8", 1, 1, 1, "fp8"),
        ("int4", 0.5, 0.5, 0.5, "fp16"),
        ("fp8-block128", 1 + 4 / 128**2, 1 + 4 / 128**2, 2, "fp8"),  # a 4-byte scale a tile
        ("mxfp8", 33 / 32, 33 / 32, 33 / 32, "fp8"),
        ("int8", 1 + 2 / 4096, 1 + 2 / 4096, 1 + 2 / 4096, "fp16"),  # a 2-byte scale a row
        ("int4-awq", (4 + 20 / 128) / 8, (4 + 20 / 128) / 8, 2, "fp16"),  # 16-bit scale, 4-bit zero
        ("int4-g128", (4 + 16 / 128) / 8, (4 + 16 / 128) / 8, 2, "fp16"),
        ("int4-g128-zero16", (4 + 32 / 128) / 8, (4 + 32 / 128) / 8, 2, "fp16"),
        ("mxfp4", 2, 17 / 32, 2, "fp16"),
        ("nvfp4", 9 / 16, 9 / 16, 2, "fp4"),
        ("q8_0", 34 / 32, 34 / 32, 34 / 32, "fp16"),
        ("q6_k", 210 / 256, 210 / 256, 210 / 256, "fp16"),
        ("q4_0", 18 / 32, 18 / 32, 18 / 32, "fp16"),
        ("q4_k_m", 4.8944 / 8, 4.8944 / 8, 4.8944 / 8, "fp16"),
    ],
)
def test_a_precision_costs_its_scales_too(
    catalog: Catalog, precision: str, blocks: float, experts: float, vocabulary: float, math: str
) -> None:
    entry = catalog.precision(precision)
    costs = (entry.block_bytes, entry.expert_bytes, entry.vocabulary_bytes)
    assert costs == (blocks, experts, vocabulary)
    assert entry.math == math


def test_an_8b_model_in_awq_reads_what_its_file_holds(catalog: Catalog) -> None:
    # 1,342,177,280 + 5,637,144,576 weights at 4.15625 bits, and a 16-bit head of 525,336,576:
    # 4.677 GB. The norms add 0.1 MB.
    counts, awq = catalog.model("llama-3.1-8b").counts, catalog.precision("int4-awq")
    reads = counts.blocks * awq.block_bytes + counts.head * awq.vocabulary_bytes
    assert reads == pytest.approx(4.677e9, rel=1e-4)


def test_a_published_count_is_near_the_derived_one_or_says_why_not(catalog: Catalog) -> None:
    for model in catalog.models.values():
        off = abs(model.counts.total / model.published_total.value - 1)
        assert (off > 0.005) == (model.differs is not None), model.id


def test_every_model_is_published_in_a_precision_of_the_catalog(catalog: Catalog) -> None:
    assert {model.native_precision for model in catalog.models.values()} <= set(catalog.precisions)


def test_every_number_is_cited(catalog: Catalog) -> None:
    for name, fact in _facts(catalog):
        assert fact.citations, name
        assert all(citation.where for citation in fact.citations), name
    assert all(model.citations for model in catalog.models.values())
    assert all(row.citation.where for row in catalog.measurements)


def test_every_source_is_a_web_address_read_on_a_day(catalog: Catalog) -> None:
    for source in catalog.sources.values():
        assert source.url.startswith(("https://", "http://"))
        assert source.what
        assert date(2026, 1, 1) <= source.read <= date.today()


def test_a_measurement_is_what_its_source_prints(catalog: Catalog) -> None:
    row = catalog.measurement("xd-001")
    assert (row.model, row.model_id) == ("Llama-3-8B", "llama-3-8b")
    assert (row.precision, row.precision_id) == ("Q4_K_M", "q4_k_m")
    assert (row.gpu, row.gpu_id) == ("RTX 3070 8GB", None)
    assert (row.bandwidth, row.reads, row.tokens_per_second) == (448e9, 4.617e9, 70.94)
    assert row.engine == "llama.cpp"  # stated once for all rows of the source


def test_tensor_parallel_adds_bandwidth_and_a_layer_split_does_not(catalog: Catalog) -> None:
    layouts = {row.layout: row for row in catalog.measurements if row.gpus > 1}
    assert layouts["tensor"].gpus_reading == layouts["tensor"].gpus
    assert layouts["layer"].gpus_reading == 1


def test_speculative_rows_are_left_out_with_a_reason(catalog: Catalog) -> None:
    speculative = [row for row in catalog.measurements if row.speculative]
    assert len(speculative) == 6
    assert all(row.left_out for row in speculative)


def test_a_maker_s_newest_model_comes_first(catalog: Catalog) -> None:
    meta = [model.released for model in catalog.models.values() if model.developer == "Meta"]
    assert meta == sorted(meta, reverse=True)


def test_an_unknown_name_is_answered_with_the_nearest(catalog: Catalog) -> None:
    with pytest.raises(CatalogError, match=r"no GPU 'h100-smx' in the .* did you mean 'h100-sxm'"):
        catalog.gpu("h100-smx")
    with pytest.raises(CatalogError, match=r"no model 'lama-3-70b' .* did you mean 'llama-3-70b'"):
        catalog.model("lama-3-70b")
    with pytest.raises(CatalogError, match=r"no precision 'fp61' .* did you mean 'fp16'"):
        catalog.precision("fp61")
    with pytest.raises(CatalogError, match=r"no measurement 'xd-0001' .* did you mean 'xd-001'"):
        catalog.measurement("xd-0001")


def test_each_file_is_read_once(monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[str] = []

    def noted(path: Path, name: str) -> Document:
        seen.append(name)
        return read(path, name)

    monkeypatch.setattr(loading, "read", noted)
    load(REPOSITORY / "catalog")
    there = (REPOSITORY / "catalog").rglob("*.yml")
    assert sorted(seen) == sorted(path.relative_to(REPOSITORY).as_posix() for path in there)


def test_the_catalog_needs_no_chart_or_site_library() -> None:
    heavy = "altair", "mkdocs", "mkdocs_macros", "jinja2", "macros.law"
    script = (
        "import sys; from macros.catalog import load; "
        f"print([name for name in {heavy!r} if name in sys.modules])"
    )
    run = subprocess.run(
        [sys.executable, "-c", script], cwd=REPOSITORY, capture_output=True, text=True, check=True
    )
    assert run.stdout.strip() == "[]"


def _facts(catalog: Catalog) -> Iterator[tuple[str, Fact]]:
    found: list[tuple[str, Fact | None]] = []
    for gpu in catalog.gpus.values():
        single = (gpu.memory, gpu.memory_reported, gpu.bandwidth, gpu.link, gpu.board_power)
        found += [(gpu.id, fact) for fact in (*single, *gpu.peak_flops.values())]
    for model in catalog.models.values():
        found += [(model.id, fact) for fact in (model.published_total, model.published_active)]
    for precision in catalog.precisions.values():
        bits = (precision.block_bits, precision.expert_bits, precision.vocabulary_bits)
        found += [(precision.id, fact) for fact in bits]
    for name, fact in found:
        if fact:
            yield name, fact
            if fact.contested:
                yield f"{name} (contested)", fact.contested
