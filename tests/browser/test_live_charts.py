"""Charts come alive at the first pick or touch, in the box of the baked ones."""

from __future__ import annotations

import ast
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
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

BEHIND = """() =>
  [...document.querySelectorAll("[data-spec]")].map(box => box.ariaBusy === "true")"""

NEVER_IDLE = """
window.asked = new Map();
window.requestIdleCallback = work => { asked.set(asked.size + 1, work); return asked.size; };
window.cancelIdleCallback = id => asked.set(id, () => {});
"""
"""Who waits for an idle moment waits until `IDLE` gives it one."""

IDLE = "() => { for (const [id, work] of asked) { asked.set(id, () => {}); work(); } }"

COUNT_REDRAWN = """() => {
  window.redrawn = new Map();
  for (const box of document.querySelectorAll("[data-spec]")) {
    new MutationObserver(() => redrawn.set(box, (redrawn.get(box) ?? 0) + 1))
      .observe(box, { subtree: true, childList: true, attributes: true, attributeFilter: ["d", "transform"] });
  }
}"""
"""How often a picture changed: each drawing does that at once, in one piece of work."""

PICK_AND_PAINT = """async gpu => {
  const picker = document.querySelector("[data-picks] [name=gpu]");
  picker.value = gpu;
  picker.dispatchEvent(new Event("change", { bubbles: true }));
  const { port1, port2 } = new MessageChannel();
  await new Promise(painted => {
    port1.onmessage = painted;
    requestAnimationFrame(() => port2.postMessage(""));
  });
  return redrawn.size;
}"""


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
        self.wait_until_caught_up()

    def wait_until_caught_up(self) -> None:
        self.page.wait_for_function(f"() => !({BEHIND})().includes(true)", timeout=20_000)

    def let_idle_until_drawn(self) -> None:
        """Of a page that is `NEVER_IDLE`: give it idle moments until all of its charts are right."""
        done = f"!({BEHIND})().includes(true) && ({DRAWN})() === {len(self.labels)}"
        self.page.wait_for_function(f"() => {{ ({IDLE})(); return {done}; }}", timeout=20_000)

    @property
    def labels(self) -> list[str]:
        return list(
            self.page.eval_on_selector_all("[data-spec]", "all => all.map(e => e.ariaLabel)")
        )

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
    return as_read(line.get_text() for group in lines for line in group if line.get_text())


def as_read(words: Iterable[str]) -> Counter[str]:
    """Texts, whichever font is there: one cut for lack of room is known by how it begins."""
    return Counter(f"{text[:20]}…" if text.endswith("…") else text for text in words)


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
    labels = reader.labels
    assert sum(chart is not None for chart in expected) >= 2
    for chart, words, label in zip(expected, found, labels, strict=True):
        assert words
        assert not re.search("undefined|null|NaN", " ".join([*words, label]))
        if chart:
            assert as_read(words) == texts(chart.svgs["wide"]), chart.name
            assert label == chart.drawing.finding
    assert reader.page.evaluate(BOXES) == boxes
    assert reader.complaints == []


def test_a_link_with_picks_opens_with_live_charts(reader: Reader, catalog: Catalog) -> None:
    reader.open("?gpu=b200")
    expected = live_charts(catalog, {"gpu": "b200"})
    reader.wait_until_drawn(len(expected))
    assert reader.complaints == []


def test_a_pick_is_seen_before_more_than_one_chart_is_redrawn(reader: Reader) -> None:
    reader.open("?gpu=b200")
    count = reader.page.locator("[data-spec]").count()
    reader.wait_until_drawn(count)
    reader.page.evaluate(COUNT_REDRAWN)
    assert count > 4
    assert reader.page.evaluate(PICK_AND_PAINT, "h200-sxm") <= 1
    reader.wait_until_caught_up()
    assert reader.page.evaluate("() => redrawn.size") == count


def test_a_chart_away_from_sight_catches_up_when_a_reader_comes_near(
    reader: Reader, catalog: Catalog
) -> None:
    """Until then its name is that of the picture that it shows, and it says that it is behind."""
    reader.page.add_init_script(NEVER_IDLE)
    reader.open()
    baked, picked = (live_charts(catalog, {"gpu": gpu}) for gpu in ("h100-sxm", "b200"))
    reader.page.evaluate("() => scrollTo(0, 0)")
    reader.pick("gpu", "b200")
    boxes = reader.page.locator("[data-spec]")
    reader.page.wait_for_function("() => asked.size > 0")
    assert reader.page.evaluate(BEHIND)[-1]
    assert len(set(reader.page.evaluate(BEHIND))) == 2
    for number in range(len(baked)):
        waits = reader.page.evaluate(BEHIND)
        for old, new, label, words, late in zip(
            baked, picked, reader.labels, reader.page.evaluate(TEXTS), waits, strict=True
        ):
            shown = old if late else new
            assert shown
            assert label == shown.drawing.finding
            assert as_read(words) == texts(shown.svgs["wide"])
        boxes.nth(number).scroll_into_view_if_needed()
        reader.page.wait_for_function(f"() => !({BEHIND})()[{number}]", timeout=20_000)
    assert reader.labels == [chart.drawing.finding for chart in picked if chart]
    assert reader.complaints == []


def test_a_chart_away_from_sight_is_drawn_for_the_newest_pick_only(reader: Reader) -> None:
    reader.page.add_init_script(NEVER_IDLE)
    reader.open("?gpu=b200")
    reader.let_idle_until_drawn()
    reader.page.evaluate(COUNT_REDRAWN)
    for gpu in ("h200-sxm", "mi300x", "rtx-4090"):
        reader.page.evaluate(PICK_AND_PAINT, gpu)
    last = "[...document.querySelectorAll('[data-spec]')].at(-1)"
    assert reader.page.evaluate(f"() => redrawn.get({last})") is None
    reader.let_idle_until_drawn()
    assert reader.page.evaluate(f"() => redrawn.get({last})") == 1


def test_paper_shows_the_newest_pick(reader: Reader, catalog: Catalog) -> None:
    reader.page.add_init_script(NEVER_IDLE)
    reader.open("?gpu=b200")
    expected = live_charts(catalog, {"gpu": "h200-sxm"})
    reader.let_idle_until_drawn()
    reader.pick("gpu", "h200-sxm")
    before = reader.labels[-1]
    reader.page.pdf()
    assert before != reader.labels[-1]
    assert reader.labels == [chart.drawing.finding for chart in expected if chart]


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
