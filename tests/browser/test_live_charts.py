"""Charts come alive at the first pick or touch, in the box of the baked ones."""

from __future__ import annotations

import ast
import re
from collections import Counter
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
from bs4 import BeautifulSoup
from building import CHART_CACHE, CORE, ROOT
from playwright.sync_api import Browser, Page

from macros.catalog import Catalog
from macros.charts import Drawn, draw
from macros.errors import ScenarioError
from macros.scenario import describe

pytestmark = pytest.mark.browser

BASE = {"model": "llama-3-70b", "gpu": "h100-sxm", "precision": "fp16"}
RUNTIME = re.compile(r"assets/live/(charts-\w+|vega)\.js|assets/charts/")

BOXES = """() => [...document.querySelectorAll("[data-spec]")].map(box => {
  const { width, height } = box.getBoundingClientRect();
  return [width, height];
})"""

TEXTS = """() => [...document.querySelectorAll("[data-spec]")].map(box =>
  [...box.querySelectorAll(".chart svg")].filter(svg => svg.getClientRects().length)
    .flatMap(svg => [...svg.querySelectorAll("text")].flatMap(text =>
      text.children.length ? [...text.children].map(line => line.textContent) : [text.textContent])
    .filter(Boolean)))"""

DRAWN = """() => [...document.querySelectorAll("[data-spec]")].filter(box =>
  [...box.querySelectorAll("svg.marks")].some(svg => svg.getClientRects().length)).length"""


class Reader:
    """The core page, which notes complaints, those of its own policy too, and requests."""

    def __init__(self, page: Page, address: str) -> None:
        self.page, self.address = page, address
        self.complaints: list[str] = []
        self.requests: list[str] = []
        page.on("console", lambda message: self.complaints.append(message.text))
        page.on("pageerror", lambda error: self.complaints.append(str(error)))
        page.on("request", lambda request: self.requests.append(request.url))

    def open(self, query: str = "") -> Reader:
        self.page.goto(f"{self.address}{CORE}{query}")
        self.page.wait_for_selector("#picks-status", state="attached")
        self.page.wait_for_load_state("networkidle")
        return self

    def pick(self, axis: str, value: str) -> None:
        self.page.locator(f"[data-picks] [name={axis}]").first.select_option(value)

    def wait_until_drawn(self, count: int) -> None:
        self.page.wait_for_function(f"() => ({DRAWN})() === {count}", timeout=20_000)
        self.page.wait_for_timeout(200)

    @property
    def runtime(self) -> list[str]:
        return [url for url in self.requests if RUNTIME.search(url)]


@pytest.fixture
def reader(browser: Browser, address: str) -> Iterator[Reader]:
    with browser.new_context(viewport={"width": 1280, "height": 900}) as context:
        yield Reader(context.new_page(), address)


@pytest.fixture
def phone(browser: Browser, address: str) -> Iterator[Reader]:
    sizes = {"width": 390, "height": 800}
    with browser.new_context(viewport=sizes, has_touch=True, is_mobile=True) as context:  # type: ignore[arg-type]
        yield Reader(context.new_page(), address)


def called(text: str) -> Iterator[tuple[str, Mapping[str, Any], bool]]:
    """The charts that a page asks for: name, options, and whether pinned."""
    for call in re.findall(r"{% call (chart\(.*\)) %}", text):
        tree = ast.parse(call, mode="eval").body
        assert isinstance(tree, ast.Call)
        name = ast.literal_eval(tree.args[0])
        options = {
            word.arg: True if isinstance(word.value, ast.Name) else ast.literal_eval(word.value)
            for word in tree.keywords
            if word.arg
        }
        pinned = bool(options.pop("pinned", False))
        yield name, {k: v for k, v in options.items() if k not in {"title", "pick"}}, pinned


def live_charts(catalog: Catalog, picks: Mapping[str, str]) -> list[Drawn | None]:
    """The core page's live charts as Python bakes them for some picks; None where it refuses."""
    source = (ROOT / "docs" / f"{CORE.rstrip('/')}.md").read_text("utf-8")
    page = describe(catalog, BASE)
    picked = describe(catalog, {**BASE, **picks})
    charts: list[Drawn | None] = []
    for name, options, pinned in called(source):
        if pinned or not draw(name, catalog, page, options, ROOT / CHART_CACHE).specs:
            continue
        try:
            charts.append(draw(name, catalog, picked, options, ROOT / CHART_CACHE))
        except ScenarioError:
            charts.append(None)
    return charts


def texts(svg: str) -> Counter[str]:
    elements = BeautifulSoup(svg, "html.parser").find_all("text")
    lines = (element.find_all("tspan") or [element] for element in elements)
    return Counter(line.get_text() for group in lines for line in group if line.get_text())


def test_nothing_is_loaded_before_a_reader_turns_to_it(reader: Reader) -> None:
    reader.open()
    reader.page.mouse.wheel(0, 3000)
    reader.page.wait_for_timeout(300)
    assert reader.runtime == []


@pytest.mark.parametrize(
    "picks",
    [
        {"gpu": "b200", "precision": "fp8"},
        {"model": "llama-3-8b", "gpu": "rtx-4090"},
        {"model": "deepseek-v3", "precision": "fp8", "gpu": "h200-sxm"},
        {"gpu": "apple-m4-max-40"},  # no peak is published
    ],
    ids=lambda picks: "-".join(picks.values()),
)
def test_after_picks_each_chart_says_what_python_would_bake(
    reader: Reader, catalog: Catalog, picks: Mapping[str, str]
) -> None:
    reader.open()
    boxes = reader.page.evaluate(BOXES)
    for axis, value in picks.items():
        reader.pick(axis, value)
    expected = live_charts(catalog, picks)
    reader.wait_until_drawn(len(expected))
    found = reader.page.evaluate(TEXTS)
    labels = reader.page.eval_on_selector_all("[data-spec]", "all => all.map(e => e.ariaLabel)")
    assert sum(chart is not None for chart in expected) >= 2
    for chart, words, label in zip(expected, found, labels, strict=True):
        assert words
        assert not re.search("undefined|null|NaN", " ".join([*words, label]))
        if chart:
            assert Counter(words) == texts(chart.svgs["wide"]), chart.name
            assert label == chart.drawing.finding
    assert reader.page.evaluate(BOXES) == boxes
    assert reader.complaints == []


def test_a_link_with_picks_opens_with_live_charts(reader: Reader, catalog: Catalog) -> None:
    reader.open("?gpu=b200")
    expected = live_charts(catalog, {"gpu": "b200"})
    reader.wait_until_drawn(len(expected))
    assert reader.complaints == []


def test_a_tap_brings_one_chart_alive_and_moves_nothing(phone: Reader, catalog: Catalog) -> None:
    phone.open()
    boxes, before = phone.page.evaluate(BOXES), phone.page.evaluate(TEXTS)
    assert phone.runtime == []
    phone.page.locator("[data-spec]").nth(1).tap()
    phone.wait_until_drawn(1)
    assert phone.page.locator("[data-spec]").nth(1).locator("svg.marks").count() == 1
    assert phone.page.evaluate(BOXES) == boxes
    assert [Counter(words) for words in phone.page.evaluate(TEXTS)] == [*map(Counter, before)]
    assert phone.complaints == []


def test_a_mark_tells_its_figure_formula_and_source(reader: Reader, catalog: Catalog) -> None:
    reader.open()
    chart = reader.page.locator("[data-chart=naive]")
    chart.scroll_into_view_if_needed()
    chart.hover()
    reader.wait_until_drawn(1)
    chart.locator("svg.marks .mark-symbol path").first.hover()
    told = reader.page.locator(".chart-tip")
    told.wait_for()
    words = told.inner_text().replace("\u202f", " ")
    assert "223 tok/s: tokens per second = 1 ÷ step time = 1 ÷ 4.48 ms" in words
    assert catalog.gpu("h100-sxm").bandwidth.citations[0].source.what in words
    assert reader.complaints == []


def test_a_chart_changes_its_layout_with_the_window(reader: Reader) -> None:
    reader.open("?gpu=b200")
    count = reader.page.locator("[data-spec]").count()
    reader.wait_until_drawn(count)
    reader.page.set_viewport_size({"width": 390, "height": 800})
    reader.wait_until_drawn(count)
    assert reader.page.locator(".chart-narrow svg.marks").count() == count
    assert reader.complaints == []


@pytest.mark.parametrize("missing", ["assets/live/vega.js", "assets/charts/"])
def test_where_loading_fails_the_baked_chart_stays(reader: Reader, missing: str) -> None:
    reader.page.route(re.compile(re.escape(missing)), lambda route: route.abort())
    reader.open()
    baked = reader.page.evaluate(TEXTS)
    reader.pick("gpu", "b200")
    reader.page.wait_for_timeout(500)
    assert reader.page.evaluate(TEXTS) == baked
    assert not any("Uncaught" in complaint for complaint in reader.complaints)


def test_specs_of_the_site_are_those_that_its_pages_name(site: Path) -> None:
    named = {
        str(box["data-spec"])
        for page in site.rglob("*.html")
        for box in BeautifulSoup(page.read_text("utf-8"), "html.parser").select("[data-spec]")
    }
    written = {path.name for path in (site / "assets" / "charts").glob("*")}
    assert written == {f"{spec}-{size}.json" for spec in named for size in ("wide", "narrow")}
