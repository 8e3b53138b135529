"""The calculator: its figures by hand arithmetic, and what readers do with it in a browser."""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from bs4 import BeautifulSoup, Tag
from playwright.sync_api import Browser, BrowserContext, Locator, Page, expect

from macros.catalog import Catalog
from macros.evidence.groups import evidence_of
from macros.evidence.peers import classes_of_row
from macros.evidence.rows import measured

Parsed = Callable[[str], BeautifulSoup]
Open = Callable[..., Page]

CALCULATE = "calculate/"

# Llama 3 70B in FP8 with 2,048 tokens of context on one H100 SXM.
WEIGHTS = 70_553_706_496
READ = WEIGHTS - 128_256 * 8_192  # all but the input embedding
CACHE = 2 * 8 * 128 * 80 * 2 * 2048  # keys and values, heads, dimensions, layers, FP16, tokens
BANDWIDTH = 3.35e12
STEP = (READ + CACHE) / BANDWIDTH
WORK = 2 * READ + 4 * 64 * 128 * 80 * 2048
FP8_PEAK, FP16_PEAK = 1_979e12, 989.4e12


def test_the_figures_of_the_answer_are_what_one_works_out_by_hand(page: Parsed) -> None:
    calculator = page(CALCULATE).select_one("[data-calculator]")
    assert calculator
    by_hand = {
        "decode_tps": 1 / STEP,
        "aggregate_tps": 1 / STEP,
        "step_time": STEP,
        "weight_bytes": WEIGHTS,
        "batch_kv_bytes": CACHE,
        "kv_held_bytes": CACHE,
        "cache_copies": 1,
        "spare_bytes": 80e9 - WEIGHTS - CACHE,
        "total_memory": 80e9,
        "weight_read_time": READ / BANDWIDTH,
        "kv_read_time": CACHE / BANDWIDTH,
        "compute_time": WORK / FP8_PEAK,
        "max_batch": (80e9 - WEIGHTS) // CACHE,
    }
    for quantity, expected in by_hand.items():
        assert value_in(calculator, quantity) == pytest.approx(expected, rel=5e-4), quantity


def test_what_fits_is_told_by_the_label_and_by_the_device(page: Parsed) -> None:
    reported = page(CALCULATE).select("[data-calculator] data[data-memory=reported]")
    users = [tag for tag in reported if tag["data-quantity"] == "max_batch"]
    assert [tag.get_text() for tag in users] == ["22"]  # 85.5 GB less 70.6 GB of weights


def test_each_lever_moves_one_step(page: Parsed) -> None:
    rows = {
        row.select("th")[0].get_text(): list(row.select("data.figure"))
        for row in page(CALCULATE).select("[data-what-if] tbody tr")
    }
    alone = READ + CACHE
    factors = {  # on one user's speed, on all users' together
        "Weights in FP8": (1, 1),
        "Weights in INT4, by the book": (alone / (READ / 2 + CACHE),) * 2,
        "On H200 SXM": (4.8 / 3.35,) * 2,
        "On B200": (8 / 3.35,) * 2,
        "Twice the GPUs": (2, 2),
        "Twice the users": (alone / (alone + CACHE), 2 * alone / (alone + CACHE)),
        "Shorter context": (alone / (alone - CACHE / 2),) * 2,
        "Longer context": (alone / (alone + CACHE),) * 2,
    }
    for label, expected in factors.items():
        _, each, _, together, _, _ = (float(str(tag["value"])) for tag in rows[label])
        assert (each, together) == pytest.approx(expected, rel=1e-6), label
    # Real files hold the vocabulary in 16 bits and carry scales.
    assert 1.8 < float(str(rows["Weights in INT4 AWQ, as files are"][1]["value"])) < 1.9


def test_the_common_scenarios_stand_on_as_few_gpus_as_hold_them(page: Parsed) -> None:
    table = page(CALCULATE).select("table.compare")[-1]
    rows = {row.select("th")[0].get_text(): row for row in table.select("tbody tr")}
    by_hand = {
        "Llama 3.1 8B, FP16, RTX 4090, 1 GPU": 1_008e9 / (2 * 7_504_924_672),
        "Llama 3.1 70B, FP16, H100 SXM, 2 GPUs": 2 * BANDWIDTH / (2 * READ),
        "Llama 3.1 405B, FP8, H100 SXM, 6 GPUs": 6 * BANDWIDTH / 403_752_042_496,
    }
    for label, expected in by_hand.items():
        assert value_in(rows[label], "decode_tps") == pytest.approx(expected, rel=5e-4), label
    assert len(rows) > 12
    assert not any("does not fit" in row.get_text() for row in rows.values())


def test_one_side_sets_the_pace_and_the_others_are_hidden(page: Parsed) -> None:
    sides = page(CALCULATE).select("[data-bound]")
    assert [tag["data-bound"] for tag in sides if not tag.has_attr("hidden")] == ["memory"]
    assert len(sides) == 3


def test_the_picks_of_the_page_include_cache_and_math(page: Parsed) -> None:
    script = page(CALCULATE).select_one("#page-scenario")
    assert script
    axes = json.loads(script.get_text())
    assert (axes["kv"], axes["math"]) == ("fp16", "")
    other = page("learn/decode-bottleneck/").select_one("#page-scenario")
    assert other
    assert "kv" not in json.loads(other.get_text())


def test_three_published_rows_of_its_own_class_stand_beside_the_first_scenario(
    page: Parsed, catalog: Catalog
) -> None:
    calculator = page(CALCULATE).select_one("[data-calculator]")
    assert calculator
    rows = calculator.select("[data-neighbours] data[data-quantity=measured_tps]")
    fit = evidence_of(catalog).validation.fit
    peers = fit.peers_of(catalog.gpus["h100-sxm"], 1, 1)
    of_class = {entry.row.id for entry in measured(catalog) if peers.name in classes_of_row(entry)}
    shown = [str(row["data-measurement"]) for row in rows]
    assert len(set(shown)) == len(shown) == 3
    assert set(shown) <= of_class
    assert all(
        str(link["href"]).startswith("https://") for link in calculator.select("li a[rel], li > a")
    )


def value_in(within: Tag, quantity: str) -> float:
    found = within.select_one(f"data[data-quantity={quantity}]")
    assert found, quantity
    return float(str(found["value"]))


# --- In a browser ---


@pytest.fixture
def opened(browser: Browser, address: str) -> Iterator[Open]:
    """Opens the calculator with a query; in the end no page may have complained."""
    contexts: list[BrowserContext] = []
    complaints: list[str] = []

    def open_page(query: str = "", **options: Any) -> Page:
        context = browser.new_context(**options)
        contexts.append(context)
        page = context.new_page()
        page.on("console", lambda message: complaints.append(message.text))
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.on("requestfailed", lambda request: complaints.append(request.url))
        page.goto(f"{address}{CALCULATE}{query}")
        if options.get("java_script_enabled", True):
            keeper = page.locator("[data-action=keep]")
            expect(keeper).to_have_attribute("aria-disabled", re.compile("true|false"))
        return page

    yield open_page
    for context in contexts:
        context.close()
    assert complaints == []


def shown(page: Page, quantity: str, within: str = ".headline") -> Locator:
    return page.locator(f"{within} data[data-quantity={quantity}]").first


def value(page: Page, quantity: str, within: str = ".headline") -> float:
    return float(shown(page, quantity, within).get_attribute("value") or "nan")


def pick(page: Page, axis: str, choice: str) -> None:
    control = page.locator(f".calculator [name={axis}]")
    if control.evaluate("control => control.tagName") == "SELECT":
        control.select_option(choice)
    else:
        control.fill(choice)


@pytest.mark.browser
def test_results_follow_every_pick(opened: Open) -> None:
    page = opened()
    pick(page, "gpu", "h200-sxm")
    assert value(page, "decode_tps") == pytest.approx(4.8e12 / (READ + CACHE), rel=1e-9)
    pick(page, "gpus", "4")
    pick(page, "batch", "8")
    pick(page, "context", "4096")
    pick(page, "kv", "fp8")
    step = (READ + 8 * CACHE) / (4 * 4.8e12)  # twice the tokens at half the bytes
    assert value(page, "step_time") == pytest.approx(step, rel=1e-9)
    assert value(page, "kv_read_time", ".parts") == pytest.approx(8 * CACHE / 4 / 4.8e12)
    pick(page, "math", "fp16")
    work = 8 * (2 * READ + 4 * 64 * 128 * 80 * 4096)
    assert value(page, "compute_time", ".parts") == pytest.approx(work / 4 / FP16_PEAK, rel=1e-3)
    assert "gpu=h200-sxm" in page.url
    assert "kv=fp8" in page.url
    worked = page.locator("[data-worked=memory_time]").inner_text()
    assert "4 × 4.8" in worked
    page.go_back()
    expect(page.locator(".calculator [name=math]")).to_have_value("")


@pytest.mark.browser
def test_levers_start_from_where_the_reader_stands(opened: Open) -> None:
    page = opened("?gpus=4&batch=6&context=8192")
    rows = page.locator("[data-what-if] tbody tr")
    moved = {
        row.locator("th").inner_text(): row.locator("data.figure").last.inner_text()
        for row in rows.all()
    }
    assert moved["Twice the GPUs"] == "8"
    assert moved["Twice the users"] == "12"
    assert moved["Shorter context"].startswith("4,096")
    assert moved["Longer context"].startswith("8,192")  # all that the model takes
    twice = rows.filter(has_text="Twice the GPUs").locator("[data-quantity=ratio]").first
    assert float(twice.get_attribute("value") or 0) == pytest.approx(2)


@pytest.mark.browser
def test_the_bars_are_drawn_to_the_figures(opened: Open) -> None:
    page = opened("?batch=14&context=2048")
    bar = page.locator(".bar").first
    width = bar.bounding_box()
    caches = bar.locator(".part-caches").bounding_box()
    assert width
    assert caches
    assert caches["width"] / width["width"] == pytest.approx(14 * CACHE / 80e9, abs=0.003)


@pytest.mark.browser
def test_compute_can_set_the_pace_too(opened: Open) -> None:
    page = opened("?model=llama-3.2-1b&batch=4096&context=0&math=fp16")
    expect(page.locator("[data-bound=compute]")).to_be_visible()
    expect(page.locator("[data-bound=memory]")).to_be_hidden()
    page = opened("?gpu=apple-m2-ultra")
    expect(page.locator("[data-bound=unknown]")).to_be_visible()


@pytest.mark.browser
def test_weights_that_do_not_fit_say_so_and_a_button_makes_them_fit(opened: Open) -> None:
    page = opened("?precision=fp16")
    expect(shown(page, "decode_tps")).to_have_text("does not fit")
    said = page.locator(".calculator [data-cannot]")
    expect(said).to_contain_text("Needs 141")
    expect(said).to_contain_text("this GPU has 80")
    page.get_by_role("button", name="Use 2 GPUs").click()
    expect(page.locator(".calculator [name=gpus]")).to_have_value("2")
    expect(page.locator(".calculator [name=gpus]")).to_be_focused()
    expect(shown(page, "decode_tps")).to_contain_text("48.0")
    expect(page.locator(".runs")).to_be_visible()


@pytest.mark.browser
def test_caches_that_do_not_fit_say_so_and_a_button_makes_them_fit(opened: Open) -> None:
    page = opened("?batch=64")
    said = page.locator("[data-crowded]")
    expect(said).to_contain_text("The caches of 64 users need 42.9")
    expect(said).to_contain_text("room for 14 users")
    expect(page.locator(".runs")).to_be_hidden()
    page.get_by_role("button", name="Use 14 users").click()
    expect(page.locator(".calculator [name=batch]")).to_have_value("14")
    expect(said).to_be_empty()


OWN = "measured=38.5~llama-3-70b~h100-sxm~fp8~1~1~2048"
CALIBRATED = re.compile(r"^38\.5~")


@pytest.mark.browser
def test_a_speed_of_ones_own_is_held_against_ceiling_and_rows_and_calibrates(opened: Open) -> None:
    page = opened()
    before = value(page, "expected_tps")
    page.locator("[name=own]").fill("38.5")
    told = page.locator("[data-own-told]")
    share = 38.5 * STEP
    expect(told).to_contain_text(f"{share * 100:.3g}")
    expect(page.locator("[data-own-place]")).to_contain_text("published rows like it")
    dots = page.locator("[data-own-strip] circle")
    below = int(page.locator("[data-slot=below]").inner_text())
    assert 0 < below <= dots.count() - 1
    expect(page.locator(".own-dot")).to_have_attribute("cx", f"{share * 100:.2f}%")
    assert before < value(page, "expected_tps") <= 38.5
    expect(shown(page, "expected_tps")).to_have_attribute("data-measured", CALIBRATED)
    assert OWN in page.url


@pytest.mark.browser
def test_a_calibration_follows_the_setup_in_the_address_and_no_further(opened: Open) -> None:
    page = opened(f"?{OWN}&precision=int4-awq")
    expect(page.locator("[data-own-calibrated]")).to_be_visible()
    expect(page.locator("[name=own]")).to_have_value("")  # it is no speed of this scenario
    calibrated = value(page, "expected_tps")
    page.locator("[data-action=keep]").click()
    pick(page, "gpu", "h200-sxm")
    expect(page.locator("[data-own-calibrated]")).to_be_hidden()
    expect(page.locator("[data-own-apart]")).to_be_visible()
    expect(shown(page, "expected_tps")).to_have_attribute("data-measured", "")
    kept = page.locator("[data-compare] data[data-quantity=expected_tps]").last
    assert float(kept.get_attribute("value") or 0) == calibrated
    expect(kept).to_have_attribute("data-measured", CALIBRATED)
    page.go_back()
    expect(page.locator("[data-own-calibrated]")).to_be_visible()
    page.get_by_role("button", name="Forget it").click()
    expect(page.locator("[data-own-told]")).to_be_hidden()
    assert value(page, "expected_tps") < calibrated


@pytest.mark.browser
@pytest.mark.parametrize(
    ("typed", "said"),
    [("500", "above the ceiling of 47.7"), ("0", "not a speed"), ("-3", "not a speed")],
)
def test_a_speed_that_cannot_be_is_refused_beside_the_field(
    opened: Open, typed: str, said: str
) -> None:
    page = opened(f"?{OWN}")
    page.locator("[name=own]").fill(typed)
    refusal = page.locator("[data-own-said]")
    expect(refusal).to_contain_text(said)
    expect(refusal).to_have_attribute("aria-live", "polite")
    expect(page.locator("[name=own]")).to_have_attribute("aria-invalid", "true")
    expect(page.locator("[data-own-told]")).to_be_hidden()


@pytest.mark.browser
def test_a_speed_in_the_address_is_judged_like_any_pick(opened: Open) -> None:
    page = opened("?measured=999~llama-3-70b~h100-sxm~fp8~1~1~0")
    expect(page.locator(".picks-notice")).to_contain_text("above the ceiling of 48.2")
    page = opened("?measured=9~llama-3-70b~no-such-gpu~fp8~1~1~0")
    expect(page.locator(".picks-notice")).to_contain_text("its gpu is not in the catalog")


@pytest.mark.browser
def test_published_rows_follow_the_picks_and_come_with_the_first(opened: Open) -> None:
    page = opened()
    with page.expect_request("**/rows.js"):
        pick(page, "model", "llama-3-8b")
    pick(page, "precision", "fp16")
    pick(page, "gpu", "rtx-4090")
    rows = page.locator("[data-neighbours] li")
    expect(rows.first).to_contain_text("RTX 4090")
    expect(rows.first).to_contain_text("Llama-3-8B")
    expect(rows).to_have_count(3)


def keep(page: Page, **picks: str) -> None:
    for axis, choice in picks.items():
        pick(page, axis, choice)
    page.locator("[data-action=keep]").click()


def heads(page: Page) -> list[str]:
    return page.locator("[data-compare] thead th").all_inner_texts()


@pytest.fixture
def three(opened: Open) -> Page:
    """The calculator with three scenarios kept."""
    page = opened(permissions=["clipboard-read", "clipboard-write"])
    keep(page)
    keep(page, gpu="h200-sxm", kv="fp8")
    keep(page, gpu="b200", batch="4", math="fp16")
    return page


@pytest.mark.browser
def test_three_scenarios_stand_side_by_side(three: Page, opened: Open) -> None:
    assert len(heads(three)) == 4
    speeds = three.locator("[data-compare] data[data-quantity=decode_tps]")
    expect(speeds).to_have_count(4)
    values = [float(tag.get_attribute("value") or 0) for tag in speeds.all()]
    fp8_cache = READ + CACHE / 2
    assert values == pytest.approx(
        [
            8e12 / (READ + 4 * CACHE / 2),
            1 / STEP,
            4.8e12 / fp8_cache,
            8e12 / (READ + 4 * CACHE / 2),
        ]
    )
    expect(three.locator("[data-action=keep]")).to_have_attribute("aria-disabled", "true")
    pick(three, "gpu", "a100-sxm-80gb")
    three.locator("[data-action=keep]").press("Enter")  # there is no room for a fourth
    assert len(heads(three)) == 4
    expect(three.get_by_role("status")).to_have_text("Three are kept; remove one first.")
    assert "compare=llama-3-70b,h200-sxm,fp8,1,1,2048,kv=fp8" in three.url
    again = opened(three.url[three.url.index("?") :])
    assert len(heads(again)) == 4
    rows = "[data-compare] tbody tr"
    assert again.locator(rows).all_inner_texts() == three.locator(rows).all_inner_texts()


@pytest.mark.browser
def test_what_is_kept_can_go_and_come_back(three: Page) -> None:
    three.get_by_role("button", name="Remove Llama 3 70B, FP8, H200 SXM").click()
    assert len(heads(three)) == 3
    expect(three.get_by_role("status")).to_have_text("Removed Llama 3 70B, FP8, H200 SXM.")
    three.go_back()
    expect(three.locator("[data-compare] thead th")).to_have_count(4)
    three.get_by_role("button", name="Turn to Llama 3 70B, FP8, H100 SXM").click()
    expect(three.locator(".calculator [name=gpu]")).to_have_value("h100-sxm")
    assert value(three, "decode_tps") == pytest.approx(1 / STEP)


@pytest.mark.browser
def test_a_copied_link_opens_the_same_view(three: Page, opened: Open) -> None:
    three.get_by_role("button", name="Copy link").click()
    expect(three.locator("[data-handed]")).to_have_text("Link copied.")
    link = three.evaluate("navigator.clipboard.readText()")
    again = opened(link[link.index("?") :])
    for selector in (".headline", "[data-what-if]", "[data-compare] tbody"):
        assert again.locator(selector).inner_text() == three.locator(selector).inner_text()


@pytest.mark.browser
def test_csv_and_json_hold_the_figures_that_are_shown(three: Page) -> None:
    pick(three, "precision", "fp16")
    pick(three, "gpu", "h100-sxm")  # where it does not fit
    figures = three.locator("[data-compare] tbody data.figure").evaluate_all(
        "all => all.map(f => ({...f.dataset, value: f.value, text: f.textContent, formula: f.title}))"
    )
    three.get_by_role("button", name="Copy JSON").click()
    expect(three.locator("[data-handed]")).to_have_text("JSON copied.")
    document = json.loads(three.evaluate("navigator.clipboard.readText()"))
    assert [s["scenario"]["gpu"] for s in document["scenarios"]] == [
        "h100-sxm", "h100-sxm", "h200-sxm", "b200"
    ]  # fmt: skip
    told = [figure for scenario in document["scenarios"] for figure in scenario["figures"]]
    assert len(told) == len(figures)
    key = lambda figure: (figure["quantity"], figure["text"], figure["formula"])  # noqa: E731
    assert sorted(map(key, told)) == sorted(map(key, figures))
    lacking = [figure for figure in told if figure["text"] == "does not fit"]
    assert len(lacking) == 3  # two ceilings and the expected speed
    assert all(figure["value"] is None for figure in lacking)

    three.get_by_role("button", name="Copy CSV").click()
    expect(three.locator("[data-handed]")).to_have_text("CSV copied.")
    text = three.evaluate("navigator.clipboard.readText()")
    rows = list(csv.DictReader(io.StringIO(text)))
    assert [row["text"] for row in rows] == [figure["text"] for figure in told]
    assert [row["value"] and float(row["value"]) for row in rows] == [
        "" if figure["value"] is None else figure["value"] for figure in told
    ]
    reference = "decode_tps(llama-3-70b,h200-sxm,fp8,1,1,2048,kv=fp8)"
    assert reference in [row["reference"] for row in rows]

    with three.expect_download() as download:
        three.get_by_role("button", name="Download CSV").click()
    assert download.value.suggested_filename == "decode-llama-3-70b-h100-sxm-fp16.csv"
    assert Path(download.value.path()).read_text("utf-8") == text


@pytest.mark.browser
def test_without_a_clipboard_the_text_is_there_to_copy_by_hand(opened: Open) -> None:
    page = opened()
    page.evaluate("Object.defineProperty(navigator, 'clipboard', {value: undefined})")
    page.get_by_role("button", name="Copy link").click()
    area = page.get_by_label("Link, to copy by hand")
    expect(area).to_be_focused()
    expect(area).to_have_value(page.url)
    assert area.evaluate("a => a.selectionEnd - a.selectionStart") == len(page.url)


HOSTILE = [
    "%3Cimg%20src%3Dx%20onerror%3Dalert(1)%3E",
    "llama-3-70b,h100-sxm,fp8,1,1",
    "llama-3-70b,h100-sxm,fp8,1,1,2048,memory=reported",
    "llama-3-70b,h100-sxm,fp8,1,1,2048,__proto__=x",
    "llama-3-70b,h100-sxm,fp8,0,1,2048",
    "llama-3-70b,h100-sxm,fp8,1,1e9,2048",
    "llama-3-70b,h100-sxm,fp8,1,1,9999",
    "constructor,h100-sxm,fp8,1,1,2048",
    "a" * 30_000,
]


@pytest.mark.browser
@pytest.mark.parametrize("text", HOSTILE, ids=range(len(HOSTILE)))
def test_nonsense_in_the_address_is_ignored_and_told(opened: Open, text: str) -> None:
    good = "llama-3-8b,rtx-4090,fp16,1,1,0"
    page = opened(f"?compare={text}&compare={good}")
    assert len(heads(page)) == 2
    expect(page.locator("[data-compare-note]")).to_contain_text("Ignored compare=")
    assert len(page.locator("[data-compare-note]").inner_text()) < 300
    assert page.locator("img[src=x]").count() == 0
    expect(shown(page, "decode_tps")).to_contain_text("47.7")


@pytest.mark.browser
def test_more_than_three_in_the_address_are_told(opened: Open) -> None:
    wanted = [f"llama-3-8b,h100-sxm,fp16,1,{users},0" for users in range(1, 60)]
    page = opened("?" + "&".join(f"compare={text}" for text in wanted))
    assert len(heads(page)) == 4
    expect(page.locator("[data-compare-note]")).to_contain_text("only 3 can be kept")


@pytest.mark.browser
def test_without_javascript_the_tables_are_there_and_no_dead_control(opened: Open) -> None:
    page = opened(java_script_enabled=False)
    expect(page.locator("#common")).to_be_visible()
    expect(page.get_by_text("Llama 3.1 8B, FP16, RTX 4090, 1 GPU")).to_be_visible()
    expect(shown(page, "decode_tps")).to_contain_text("47.7")
    assert page.locator("article :is(button, select, input):visible").count() == 0


@pytest.mark.browser
def test_it_works_by_keyboard_alone(opened: Open) -> None:
    page = opened()
    page.locator(".calculator [name=gpu]").focus()
    page.keyboard.type("H200")
    page.keyboard.press("Enter")
    page.locator(".calculator [name=gpus]").focus()
    page.keyboard.press("ArrowUp")
    expect(page.locator(".calculator [name=gpus]")).to_have_value("2")
    page.locator("[data-action=keep]").focus()
    page.keyboard.press("Enter")
    expect(page.locator("[data-compare] thead th")).to_have_count(2)
    expect(page.locator("[data-action=keep]")).to_be_focused()
    expect(page.get_by_role("status")).to_have_text("Kept Llama 3 70B, FP8, 2 × H200 SXM: 1 of 3.")


@pytest.mark.browser
@pytest.mark.parametrize("width", [320, 390, 1280])
def test_nothing_scrolls_sideways_and_all_can_be_touched(opened: Open, width: int) -> None:
    kept = "compare=deepseek-v3,h200-sxm,fp8,8,64,4096&compare=llama-3-8b,rtx-4090,fp16,1,1,0"
    page = opened(f"?precision=fp16&{kept}", viewport={"width": width, "height": 800})
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    for control in page.locator("article :is(button, select, input):visible").all():
        box = control.bounding_box()
        assert box
        assert box["height"] >= 44, control.inner_text()
        assert box["width"] >= 44, control.inner_text()


@pytest.mark.browser
def test_nothing_moves_when_a_verdict_comes_or_goes(opened: Open) -> None:
    page = opened(viewport={"width": 1280, "height": 900})
    tops = []
    for precision in ("fp8", "fp16", "int4"):
        pick(page, "precision", precision)
        tops.append(page.locator(".bar").first.evaluate("bar => bar.getBoundingClientRect().top"))
    assert len(set(tops)) == 1
