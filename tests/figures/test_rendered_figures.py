"""The figures of the built pages, against arithmetic done by hand.

Nothing here imports the project's law or its formatter: what a reader gets is read from the HTML,
and each expected value is worked out beside it.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from decimal import ROUND_HALF_UP, Context, Decimal
from math import isfinite
from pathlib import Path
from typing import NamedTuple

import pytest
from bs4 import BeautifulSoup, Tag

Page = Callable[[str], BeautifulSoup]

CORE = "learn/decode-bottleneck/"
SECTIONS = ("compute", "same-hardware", "one-step", "roofline", "equation", "levers", "folklore")

# The facts that the expected values below rest on.
PARAMS = {  # counted from each model's config.json
    "llama-3-8b": 8_030_261_248,
    "llama-3-70b": 70_553_706_496,
    "llama-3.1-405b": 405_853_388_800,
}
BYTES = {"fp16": 2, "bf16": 2, "fp8": 1, "int8": 1, "int4": 0.5}  # int8 without its few scales
LABELLED_GB = {  # memory as on the label
    "h100-sxm": 80,
    "h200-sxm": 141,
    "a100-sxm-80gb": 80,
    "mi300x": 192,
    "rtx-4090": 24,
    "apple-m2-ultra": 192,
}


class Shown(NamedTuple):
    """A figure of a page, and what it should be."""

    quantity: str
    axes: str
    expected: float

    @property
    def id(self) -> str:
        return f"{self.quantity}({self.axes})"


def attr(tag: Tag, name: str) -> str:
    value = tag[name]
    assert isinstance(value, str)
    return value


def matches(figure: Tag, quantity: str, axes: str) -> bool:
    """Whether a figure is the quantity, with each of the axes written `model=llama-3-8b ...`."""
    # Memory is as on the label unless the markup says otherwise.
    wanted = {"memory": "", **dict(axis.split("=", 1) for axis in axes.split())}
    return figure["data-quantity"] == quantity and all(
        figure.get(f"data-{axis}", "") == value for axis, value in wanted.items()
    )


def assert_shown(page: BeautifulSoup, shown: Shown) -> None:
    found = [f for f in page.select("data.figure") if matches(f, shown.quantity, shown.axes)]
    assert found, f"{shown.id} is not on the page"
    for figure in found:
        assert float(attr(figure, "value")) == pytest.approx(shown.expected, rel=5e-4)


H100 = "gpu=h100-sxm"
ONE = "gpus=1 batch=1 context=0"


def row(model: str) -> str:
    return f"model={model} {H100} precision=fp16 {ONE}"


def once(quantity: str, model: str, precision: str, expected: float) -> Shown:
    return Shown(quantity, f"model={model} {H100} precision={precision} {ONE}", expected)


THE_TABLE = [
    # 989e12 / (2 x 7,504,924,672) and so on
    Shown("naive_tps", f"model=llama-3-8b {H100} gpus=1", 65_890),
    Shown("naive_tps", f"model=llama-3-70b {H100} gpus=1", 7_115),
    Shown("naive_tps", f"model=llama-3.1-405b {H100} gpus=1", 1_224.8),
    # its inverse
    once("compute_time", "llama-3-8b", "fp16", 15.177e-6),
    once("compute_time", "llama-3-70b", "fp16", 140.55e-6),
    once("compute_time", "llama-3.1-405b", "fp16", 816.5e-6),
    # 2 x 7,504,924,672 / 3.35e12
    once("memory_time", "llama-3-8b", "fp16", 4.4806e-3),
    once("memory_time", "llama-3-70b", "fp16", 41.494e-3),
    once("memory_time", "llama-3.1-405b", "fp16", 241.05e-3),
    # on the napkin 2 x 8,030,261,248 and 70,553,706,496 / 3.35e12
    Shown("napkin_step_time", f"model=llama-3-8b {H100} precision=fp16", 4.794e-3),
    Shown("napkin_step_time", f"model=llama-3-70b {H100} precision=fp16", 42.12e-3),
    # 3.35e12 / (2, 1, 0.5 x 7,504,924,672)
    once("decode_tps", "llama-3-8b", "fp16", 223.19),
    once("decode_tps", "llama-3-8b", "fp8", 446.37),
    once("decode_tps", "llama-3-8b", "int4", 892.75),
    once("decode_tps", "llama-3-70b", "fp16", 24.100),
    once("decode_tps", "llama-3-70b", "fp8", 48.199),
    once("decode_tps", "llama-3-70b", "int4", 96.399),
    once("decode_tps", "llama-3.1-405b", "fp16", 4.1486),
    once("decode_tps", "llama-3.1-405b", "fp8", 8.2972),
    once("decode_tps", "llama-3.1-405b", "int4", 16.594),
    # 2 x params: what is held has the embedding
    Shown("weight_bytes", "model=llama-3-8b precision=fp16", 16.06e9),
    Shown("weight_bytes", "model=llama-3-70b precision=fp16", 141.11e9),
    Shown("weight_bytes", "model=llama-3.1-405b precision=fp16", 811.71e9),
    # 16.06, 141.11, 811.71 GB over 80 GB, rounded up; then half and a quarter of that
    Shown("min_gpus", f"model=llama-3-8b {H100} precision=fp16", 1),
    Shown("min_gpus", f"model=llama-3-70b {H100} precision=fp16", 2),
    Shown("min_gpus", f"model=llama-3.1-405b {H100} precision=fp16", 11),
    Shown("min_gpus", f"model=llama-3.1-405b {H100} precision=fp8", 6),
    Shown("min_gpus", f"model=llama-3.1-405b {H100} precision=int4", 3),
]


@pytest.mark.parametrize("shown", [pytest.param(shown, id=shown.id) for shown in THE_TABLE])
def test_the_table_of_three_models_is_on_the_core_page(page: Page, shown: Shown) -> None:
    assert_shown(page(CORE), shown)


@pytest.mark.parametrize(
    "shown",
    [
        # FP16: 989/3.35, 989/4.8, 2250/8, 312/2.039, 1307/5.3; FP8 math on an H100: 1979/3.35
        Shown("ridge_point", "gpu=h100-sxm math=fp16", 295.2),
        Shown("ridge_point", "gpu=h200-sxm math=fp16", 206.0),
        Shown("ridge_point", "gpu=b200 math=fp16", 281.25),
        Shown("ridge_point", "gpu=a100-sxm-80gb math=fp16", 153.0),
        Shown("ridge_point", "gpu=mi300x math=fp16", 246.6),
        Shown("ridge_point", "gpu=h100-sxm math=fp8", 590.7),
        # 295.2 x bytes / 2; and 590.7 x 1 / 2, back where it was
        Shown("critical_batch", f"{H100} precision=fp16 math=fp16", 295.2),
        Shown("critical_batch", f"{H100} precision=fp8 math=fp16", 147.6),
        Shown("critical_batch", f"{H100} precision=int4 math=fp16", 73.8),
        Shown("critical_batch", f"{H100} precision=fp8 math=fp8", 295.4),
        # 2 FLOP for each weight of 2, 1 and half a byte
        Shown("arithmetic_intensity", "precision=fp16 batch=1 context=0", 1),
        Shown("arithmetic_intensity", "precision=fp8 batch=1 context=0", 2),
        Shown("arithmetic_intensity", "precision=int4 batch=1 context=0", 4),
        # 1 - 0.140552 / 41.4943
        Shown("idle_share", row("llama-3-70b"), 0.99661),
        # 2 x 69.5030e9
        Shown("flops_per_token", "model=llama-3-70b", 139.0e9),
        # what a step reads, and what is held: 128,256 rows of 4,096 and of 8,192 more
        Shown("params_read", "model=llama-3-8b batch=1", 7_504_924_672),
        Shown("params_read", "model=llama-3-70b batch=1", 69_503_033_344),
        Shown("total_params", "model=llama-3-8b", 8_030_261_248),
        Shown("total_params", "model=llama-3-70b", 70_553_706_496),
        # twice and sixteen times 3.35e12, over the weights
        Shown("decode_tps", f"model=llama-3-70b {H100} precision=fp16 gpus=2 context=0", 48.199),
        Shown("decode_tps", f"model=llama-3.1-405b {H100} precision=fp16 gpus=16", 66.377),
        # 256 routed experts a layer, 58 layers, 3 x 7168 x 2048 each: 653.9e9 of 671.03e9; 8 used
        Shown("total_params", "model=deepseek-v3", 671.03e9),
        # 37.55e9 active, less an embedding of 129,280 x 7,168
        Shown("params_read", "model=deepseek-v3 batch=1", 36.626e9),
        # 16.191e9 + 653.9e9 x (1 - (248/256)^3 = 0.09085)
        Shown("experts_touched", "model=deepseek-v3 batch=3", 0.09085),
        Shown("params_read", "model=deepseek-v3 batch=3", 75.60e9),
        # (80e9, and 81,559 MiB, - 70.5537e9) / (2048 x 327,680), rounded down
        Shown("max_batch", f"model=llama-3-70b {H100} precision=fp8 context=2048", 14),
        Shown(
            "max_batch", f"model=llama-3-70b {H100} precision=fp8 context=2048 memory=reported", 22
        ),
        # 80 layers x 2 x 8 heads x 128 x 2 bytes; x 131,072 tokens; and 32 layers of it
        Shown("kv_bytes_per_token", "model=llama-3-70b", 327_680),
        Shown("kv_bytes_per_token", "model=llama-3-8b", 131_072),
        Shown("kv_read_bytes", "model=llama-3.1-70b context=131072", 42.95e9),
        Shown("kv_read_bytes", "model=llama-3.1-8b context=131072", 17.18e9),
        # a latent cache of 70,272 bytes a token is whole on each of eight H200s: 64 x 8192 tokens
        # through 4.8e12; six of 131,072 tokens in 8 x 141e9 - 671.03e9 / 8 copies
        Shown(
            "kv_read_time", "model=deepseek-v3 gpu=h200-sxm gpus=8 batch=64 context=8192", 7.6756e-3
        ),
        Shown("max_batch", "model=deepseek-v3 gpu=h200-sxm gpus=8 context=131072", 6),
        Shown("kv_heads", "model=llama-3-70b", 8),
    ],
    ids=lambda shown: shown.id,
)
def test_hand_computed_figures_are_on_the_core_page(page: Page, shown: Shown) -> None:
    assert_shown(page(CORE), shown)


SEVENTY, EIGHT = (f"llama-3-{size}b,h100-sxm,fp16,1,1,0" for size in (70, 8))


@pytest.mark.parametrize(
    ("of", "to", "expected"),
    [
        # 69,503,033,344 / 7,504,924,672; held 70,553,706,496 / 8,030,261,248
        (f"params_read({SEVENTY})", f"params_read({EIGHT})", 9.261),
        (f"total_params({SEVENTY})", f"total_params({EIGHT})", 8.786),
        # the same for the story that only arithmetic counts: that ratio proves nothing
        (f"naive_tps({EIGHT})", f"naive_tps({SEVENTY})", 9.261),
        # 989 / 3.35, whatever the model
        (f"naive_tps({SEVENTY})", f"decode_tps({SEVENTY})", 295.2),
        (f"naive_tps({EIGHT})", f"decode_tps({EIGHT})", 295.2),
        (f"memory_time({SEVENTY})", f"compute_time({SEVENTY})", 295.2),
        # 4.8 / 3.35; 8 / 3.35; 2250 / 989
        (f"decode_tps({EIGHT.replace('h100', 'h200')})", f"decode_tps({EIGHT})", 1.4328),
        (f"naive_tps({EIGHT.replace('h100', 'h200')})", f"naive_tps({EIGHT})", 1),
        (f"memory_time({SEVENTY})", f"memory_time({SEVENTY.replace('h100-sxm', 'b200')})", 2.388),
        (
            f"peak_flops({SEVENTY.replace('h100-sxm', 'b200')})",
            f"peak_flops({SEVENTY})",
            2.275,
        ),
        # (139.006 + 42.950) / (15.010 + 17.180) GB at 128K
        (
            "memory_time(llama-3.1-70b,h100-sxm,fp16,1,1,131072)",
            "memory_time(llama-3.1-8b,h100-sxm,fp16,1,1,131072)",
            5.653,
        ),
        # 403.752 / 69.503
        (
            "memory_time(llama-3.1-405b,h100-sxm,fp16,1,1,0)",
            f"memory_time({SEVENTY})",
            5.809,
        ),
        # 69.503 / 36.626; 36.626 / 671.026
        (f"memory_time({SEVENTY})", "memory_time(deepseek-v3,h100-sxm,fp16,1,1,0)", 1.8977),
        (
            "params_read(deepseek-v3,h100-sxm,fp16,1,1,0)",
            "total_params(deepseek-v3,h100-sxm,fp16,1,1,0)",
            0.05458,
        ),
        # 223.187 / 48.199: each model on the GPUs that it needs
        (f"decode_tps({EIGHT})", "decode_tps(llama-3-70b,h100-sxm,fp16,2,1,0)", 4.6305),
        # gpt-fast's published 137.64 / 18.04, and 276.01 / 58.78 on eight
        ("measured_tps(gf-007)", "measured_tps(gf-008)", 7.630),
        ("measured_tps(gf-017)", "measured_tps(gf-020)", 4.696),
    ],
)
def test_hand_computed_ratios_are_on_the_core_page(
    page: Page, of: str, to: str, expected: float
) -> None:
    assert_shown(page(CORE), Shown("ratio", f"of={of} to={to}", expected))


def test_the_mixture_of_experts_passes_the_dense_model_with_the_third_user(page: Page) -> None:
    # Two users read 16.191e9 + 653.9e9 x 0.0615 = 56.4e9, three 75.6e9; a dense 70B 69.5e9.
    three = "params_read(deepseek-v3,h100-sxm,fp16,1,3,0) = 75.6B"
    two = "params_read(deepseek-v3,h100-sxm,fp16,1,2,0) = 56.4B"
    held = [claim["data-holds"] for claim in page(CORE).select("span.claim")]
    assert any(three in account and two in account for account in held)


def test_the_core_page_is_full_of_figures_claims_and_charts(page: Page) -> None:
    core = page(CORE)
    assert len(core.select("data.figure")) >= 80
    assert len(core.select("span.claim")) >= 15
    assert len([widget for widget in core.select("figure.widget") if widget.svg]) >= 7


def test_the_core_page_has_its_seven_sections_in_order(page: Page) -> None:
    headings = [attr(heading, "id") for heading in page(CORE).select("article h2[id]")]
    assert headings[:7] == list(SECTIONS)


def section(page: BeautifulSoup, anchor: str) -> list[Tag]:
    heading = page.find(id=anchor)
    assert isinstance(heading, Tag)
    found = []
    for element in heading.find_next_siblings():
        if element.name == "h2":
            break
        found.append(element)
    return found


def in_section(page: BeautifulSoup, anchor: str, selector: str) -> list[Tag]:
    elements = section(page, anchor)
    inside = [hit for element in elements for hit in element.select(selector)]
    return inside + [element for element in elements if element.css.match(selector)]


@pytest.mark.parametrize("anchor", SECTIONS)
def test_each_section_has_a_permalink_a_widget_and_one_takeaway(page: Page, anchor: str) -> None:
    core = page(CORE)
    assert core.select(f"h2#{anchor} a.headerlink[href='#{anchor}']")
    assert in_section(core, anchor, "figure.widget svg, table.compare, .cards")
    assert len(in_section(core, anchor, ".takeaway")) == 1


@pytest.mark.parametrize("anchor", SECTIONS)
def test_each_section_has_a_caption(page: Page, anchor: str) -> None:
    captions = in_section(page(CORE), anchor, ".caption, caption")
    assert any(caption.get_text(strip=True) for caption in captions)


# --- Every figure of every page ---

FACTORS: dict[str, dict[str, float]] = {
    "s": {"s": 1, "ms": 1e-3, "µs": 1e-6, "ns": 1e-9},
    "bytes": {
        "byte": 1, "bytes": 1, "kB": 1e3, "MB": 1e6, "GB": 1e9, "TB": 1e12,
        "GiB": 2**30, "MiB": 2**20,
    },
    "bytes/s": {"MB/s": 1e6, "GB/s": 1e9, "TB/s": 1e12},
    "FLOP": {"FLOP": 1, "MFLOP": 1e6, "GFLOP": 1e9, "TFLOP": 1e12},
    "FLOP/s": {"GFLOP/s": 1e9, "TFLOP/s": 1e12, "PFLOP/s": 1e15},
    "FLOP/byte": {"FLOP/byte": 1},
    "params": {"M": 1e6, "B": 1e9, "T": 1e12},
    "bytes/param": {"byte": 1, "bytes": 1},
    "tok/s": {"tok/s": 1},
    "tokens": {"token": 1, "tokens": 1, "K tokens": 1024},
    "1": {"": 1, "×": 1, "%": 0.01},
}  # fmt: skip
CLOSE_UP = {"", "×", "M", "B", "T", "K tokens"}
TEXT = re.compile(
    r"(?P<number>[-−]?[\d,]+(?:\.\d+)?)(?P<gap>\u202f?)"
    r"(?P<unit>[^\d\u00a0][^\u00a0]*|)(?:\u00a0[a-z ]+)?"
)
"""A figure's text; a count has its noun behind it."""


def all_figures(page: Page, addresses: list[str]) -> list[tuple[str, Tag]]:
    return [(a, figure) for a in addresses for figure in page(a).select("data.figure")]


def all_numbers(page: Page, addresses: list[str]) -> list[Tag]:
    figures = [figure for _, figure in all_figures(page, addresses)]
    # A live speed whose weights do not fit says that instead of its number.
    return [figure for figure in figures if figure.get_text() != "does not fit"]


def rounded(value: float, factor: float, digits: int) -> Decimal:
    on_scale = Decimal(repr(value)) / Decimal(repr(factor))
    return Context(prec=digits, rounding=ROUND_HALF_UP).plus(on_scale)


def test_each_figure_says_its_value_its_quantity_and_its_unit(
    page: Page, addresses: list[str]
) -> None:
    for address, figure in all_figures(page, addresses):
        assert isfinite(float(attr(figure, "value"))), address
        assert figure["data-quantity"], address
        assert figure["data-unit"] in FACTORS, address


def test_each_figure_says_how_it_was_computed(page: Page, addresses: list[str]) -> None:
    for address, figure in all_figures(page, addresses):
        assert attr(figure, "title").strip(), f"{address}: {figure}"


class Text(NamedTuple):
    """A figure's text taken apart: its digits, what stands between, the unit's worth in SI."""

    digits: str
    gap: str
    unit: str
    factor: float

    @property
    def number(self) -> Decimal:
        return Decimal(self.digits.replace(",", "").replace("−", "-"))


def text_of(figure: Tag) -> Text:
    parts = TEXT.fullmatch(figure.get_text())
    assert parts, f"{figure} shows no number"
    factors = FACTORS[attr(figure, "data-unit")]
    assert parts["unit"] in factors, f"{figure} shows an unknown unit"
    return Text(parts["number"], parts["gap"], parts["unit"], factors[parts["unit"]])


def test_each_figures_text_is_its_value_rounded_half_up_on_the_unit_shown(
    page: Page, addresses: list[str]
) -> None:
    for figure in all_numbers(page, addresses):
        text, value = text_of(figure), float(attr(figure, "value"))
        assert text.number in {rounded(value, text.factor, n) for n in (3, 4)}, f"{figure}"


def test_a_rounded_figure_shows_at_least_three_digits(page: Page, addresses: list[str]) -> None:
    for figure in all_numbers(page, addresses):
        text, value = text_of(figure), float(attr(figure, "value"))
        shown = re.sub(r"\D", "", text.digits).lstrip("0")
        assert len(shown) >= 3 or text.number == rounded(value, text.factor, 15), f"{figure}"


def test_a_thin_space_stands_between_a_number_and_its_unit(
    page: Page, addresses: list[str]
) -> None:
    for figure in all_numbers(page, addresses):
        text = text_of(figure)
        assert text.gap == ("" if text.unit in CLOSE_UP else "\u202f"), f"{figure}"


def test_no_markup_of_a_figure_is_shown_as_text(page: Page, addresses: list[str]) -> None:
    for address in addresses:
        assert "data-quantity" not in page(address).get_text(), address


def test_each_figure_leads_to_its_row_of_the_ledger_which_leads_back(
    page: Page, addresses: list[str]
) -> None:
    for address in addresses:
        soup = page(address)
        rows = {attr(row, "id"): row for row in soup.select(".ledger tr[id]")}
        links = soup.select("a.figure-link")
        shown = {attr(link, "id"): link for link in links if link.get("id")}
        for link in links:
            row = rows.get(attr(link, "href")[1:])
            assert row, f"{address}: {link['href']} is no row of the ledger"
            back = row.select_one('a[href^="#f-"]')
            assert back, f"{address}: {link['href']} does not lead back"
            assert shown[attr(back, "href")[1:]]["href"] == link["href"]


def test_no_figure_stands_outside_of_a_link_to_the_ledger(page: Page, addresses: list[str]) -> None:
    for address, figure in all_figures(page, addresses):
        # What follows the reader's picks, and the data behind a chart, can't stand in the ledger.
        if figure.has_attr("data-live") or figure.find_parent("details", class_="data"):
            continue
        assert figure.parent, address
        assert "figure-link" in (figure.parent.get("class") or []), f"{address}: {figure}"


REFERENCE = re.compile(
    r"measured_tps\([a-z0-9-]+\)"
    r"|[a-z_]+\([a-z0-9.-]+,[a-z0-9.-]+,[a-z0-9.-]+,\d+,\d+,\d+(,(math|kv|memory)=[a-z0-9.-]+)*\)"
)


def test_each_ratio_names_the_two_figures_it_compares(page: Page, addresses: list[str]) -> None:
    ratios = [
        figure
        for _, figure in all_figures(page, addresses)
        if figure["data-quantity"] in {"ratio", "change"}
    ]
    assert ratios
    for figure in ratios:
        assert REFERENCE.fullmatch(attr(figure, "data-of")), f"{figure}"
        assert REFERENCE.fullmatch(attr(figure, "data-to")), f"{figure}"


def ledger(site: Path, address: str) -> dict[str, float]:
    document = json.loads((site / address / "ledger.json").read_text("utf-8"))
    return {row["reference"]: row["value"] for row in document["figures"]}


def test_each_ratio_is_the_quotient_of_figures_that_the_page_shows(page: Page, site: Path) -> None:
    values = ledger(site, CORE)
    checked = 0
    for figure in page(CORE).select('data[data-quantity="ratio"]'):
        of, to = values.get(attr(figure, "data-of")), values.get(attr(figure, "data-to"))
        if of is not None and to is not None:
            assert float(attr(figure, "value")) == pytest.approx(of / to)
            checked += 1
    assert checked > 10


def test_the_ledger_lists_every_claim_with_its_values(page: Page, addresses: list[str]) -> None:
    for address in addresses:
        soup = page(address)
        listed = soup.select_one("section.ledger")
        for claim in soup.select("span.claim"):
            assert re.search(r"\d", attr(claim, "data-holds")), f"{address}: {claim}"
            assert listed
            assert attr(claim, "data-holds") in listed.get_text(), f"{address}: {claim}"


def test_a_speed_of_weights_that_do_not_fit_says_so(page: Page, addresses: list[str]) -> None:
    seen = {True: 0, False: 0}
    for address, figure in all_figures(page, addresses):
        if figure["data-quantity"] not in {"decode_tps", "aggregate_tps"}:
            continue
        model, gpu, precision = (
            attr(figure, f"data-{axis}") for axis in ("model", "gpu", "precision")
        )
        if model not in PARAMS or gpu not in LABELLED_GB or precision not in BYTES:
            continue
        weights = PARAMS[model] * BYTES[precision]
        fits = weights <= int(attr(figure, "data-gpus")) * LABELLED_GB[gpu] * 1e9
        assert figure.get("data-fits") == (None if fits else "no"), f"{address}: {figure}"
        seen[fits] += 1
    assert seen[True] > 10
    assert seen[False] >= 1


CEILINGS = {
    # GPUs x bandwidth / what is read, in GB/s and GB: 15.010 is 8B in 16 bits and 139.006 is 70B;
    # INT8 has a scale of 16 bits for 4096 weights more; and a token of cache is 131,072 bytes, in
    # 70B 327,680, in 405B 516,096. Qwen3 8B has 36 layers of 192,946,432 parameters (queries and
    # outputs 4096 x 4096, keys and values 4096 x 1024, three times 4096 x 12,288, norms), a norm of
    # 4096 and a head of 151,936 x 4096; a token of its cache is 147,456 bytes.
    "gf-006": 2039 / (15.0098 + 100 * 131_072e-9),
    "gf-007": 2039 / (7.5049 * 8.00390625 / 8 + 100 * 131_072e-9),
    "gf-008": 2039 / (69.5030 * 8.00390625 / 8 + 100 * 327_680e-9),
    "gf-015": 2 * 2039 / (15.0098 + 100 * 131_072e-9),
    "gf-017": 8 * 2039 / (15.0098 + 100 * 131_072e-9),
    "gf-018": 2 * 2039 / (139.0061 + 100 * 327_680e-9),
    "gf-019": 4 * 2039 / (139.0061 + 100 * 327_680e-9),
    "gf-020": 8 * 2039 / (139.0061 + 100 * 327_680e-9),
    "gf-023": 8 * 2039 / (69.5030 * 8.00390625 / 8 + 100 * 327_680e-9),
    "gf-024": 8 * 2039 / (403.7520 * 8.00390625 / 8 + 100 * 516_096e-9),
    "mui-001": 5300 / (15.0098 + 150 * 131_072e-9),
    "sily-bf16-128-1": 3350 / (15.1368 + 640 * 147_456e-9),
    "xd-012": 936.2 / (15.0098 + 512 * 131_072e-9),
    "xd-019": 1008 / (15.0098 + 256 * 131_072e-9),
    "xd-020": 1008 / (15.0098 + 512 * 131_072e-9),
    # 4.8944 bits a parameter, 69.5030 billion of which are read; layers split read from one GPU.
    "xd-030": 1008 / (139.0061 + 512 * 327_680e-9),
    "xd-060": 2039 / (69.5030 * 4.8944 / 8 + 512 * 327_680e-9),
    "xd-071": 2000 / (69.5030 * 4.8944 / 8 + 256 * 327_680e-9),
    "xd-086": 2039 / (69.5030 * 4.8944 / 8 + 512 * 327_680e-9),
    "xd-106": 800 / (139.0061 + 256 * 327_680e-9),
}


def test_no_measured_speed_stands_above_its_ceiling(page: Page, addresses: list[str]) -> None:
    """A new measured figure needs its ceiling worked out above."""
    measured = [
        figure
        for _, figure in all_figures(page, addresses)
        if figure["data-quantity"] == "measured_tps"
    ]
    assert len(measured) > 10
    for figure in measured:
        assert float(attr(figure, "value")) <= CEILINGS[attr(figure, "data-measurement")]


def test_no_share_of_a_ceiling_is_above_one(page: Page, addresses: list[str]) -> None:
    shares = [
        float(attr(figure, "value"))
        for _, figure in all_figures(page, addresses)
        if str(figure.get("data-of", "")).startswith("measured_tps")
        and str(figure.get("data-to", "")).startswith("decode_tps")
    ]
    assert len(shares) >= 8
    assert max(shares) <= 1
