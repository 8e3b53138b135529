"""The built pages as a browser shows them: complete without scripts, quiet, and never too wide."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator

import pytest
from bs4 import BeautifulSoup
from building import CORE
from chromium import settled, watched
from playwright.sync_api import Browser, BrowserContext, Page

pytestmark = pytest.mark.browser

PHONE, DESK = 390, 1280
SMALLEST_TEXT = 11
"""CSS pixels below which text in a chart is too small to read."""

TOO_WIDE = """() => {
  const wide = document.documentElement.scrollWidth - document.documentElement.clientWidth;
  if (wide <= 0) return [];
  const scrolls = element => {
    for (let e = element.parentElement; e; e = e.parentElement)
      if (getComputedStyle(e).overflowX !== 'visible') return true;
    return false;
  };
  return [...document.body.querySelectorAll('*')]
    .filter(e => e.getBoundingClientRect().right > innerWidth + 0.5 && !scrolls(e))
    .map(e => e.tagName + '.' + e.className).slice(0, 5)
    .concat([wide + ' pixels too wide']);
}"""

SMALL_TEXTS = """smallest => {
  const seen = [...document.querySelectorAll('figure.widget svg text')].filter(text => {
    const box = text.getBoundingClientRect();
    return box.width && text.textContent.trim();
  });
  const scale = text => {
    const svg = text.ownerSVGElement;
    return svg.getBoundingClientRect().width / (svg.viewBox.baseVal.width || svg.clientWidth);
  };
  const size = text => parseFloat(getComputedStyle(text).fontSize) * scale(text);
  return {
    seen: seen.length,
    small: seen.filter(t => size(t) < smallest).map(t => `${t.textContent}: ${size(t)}`),
  };
}"""


@pytest.fixture
def visit(browser: Browser, address: str) -> Iterator[Callable[..., Page]]:
    """Opens a page of the site: `visit("catalog/", width=390, scripts=False)`."""
    contexts: list[BrowserContext] = []

    def open_page(path: str, width: int = DESK, scripts: bool = True) -> Page:
        context = browser.new_context(
            viewport={"width": width, "height": 900}, java_script_enabled=scripts
        )
        contexts.append(context)
        opened = context.new_page()
        opened.goto(address + path, wait_until="load")
        return opened

    yield open_page
    for context in contexts:
        context.close()


def test_without_scripts_the_core_page_is_complete(
    visit: Callable[..., Page], page: Callable[[str], BeautifulSoup]
) -> None:
    shown = visit(CORE, scripts=False)
    built = page(CORE)
    for what in ("article h2", "data.figure", "figure.widget", "table", "math", ".takeaway"):
        # Folded tables are there, and unfold without scripts.
        assert shown.locator(what).count() == len(built.select(what)) > 0
    for widget in shown.locator("figure.widget:has(svg)").all():
        assert widget.locator("svg:visible").count() >= 1, widget.get_attribute("id")
    for figure in shown.locator("article > p data.figure").all():
        assert figure.is_visible()


def test_without_scripts_a_chart_data_table_unfolds(visit: Callable[..., Page]) -> None:
    shown = visit(CORE, scripts=False)
    table = shown.locator("details.data table").first
    assert not table.is_visible()
    shown.locator("details.data summary").first.click()
    assert table.is_visible()


@pytest.mark.parametrize("scripts", [True, False], ids=["scripts on", "scripts off"])
def test_no_request_leaves_the_site_and_the_console_stays_silent(
    browser: Browser, address: str, addresses: list[str], scripts: bool
) -> None:
    context = browser.new_context(java_script_enabled=scripts)
    seen = watched(context)
    opened = context.new_page()
    for path in addresses:
        response = settled(opened, address + path)
        assert response
        assert response.ok
    context.close()
    assert len(seen.requests) > len(addresses)
    assert [url for url in seen.requests if not url.startswith((address, "data:", "blob:"))] == []
    assert seen.complaints == []


@pytest.mark.parametrize("width", [320, PHONE, DESK])
def test_no_page_scrolls_sideways(
    visit: Callable[..., Page], address: str, addresses: list[str], width: int
) -> None:
    shown = visit("", width)
    too_wide = {}
    for path in addresses:
        shown.goto(address + path)
        too_wide[path] = shown.evaluate(TOO_WIDE)
    assert {path: found for path, found in too_wide.items() if found} == {}


@pytest.mark.parametrize(
    ("width", "seen", "hidden"), [(PHONE, "narrow", "wide"), (DESK, "wide", "narrow")]
)
def test_each_chart_is_shown_once_in_the_layout_for_the_screen(
    visit: Callable[..., Page], width: int, seen: str, hidden: str
) -> None:
    shown = visit(CORE, width)
    charts = shown.locator("figure.widget:has(.chart)")
    assert charts.count() >= 7
    for chart in charts.all():
        assert chart.locator(f".chart-{seen} svg").is_visible(), chart.get_attribute("id")
        assert not chart.locator(f".chart-{hidden} svg").is_visible(), chart.get_attribute("id")


@pytest.mark.parametrize("width", [PHONE, DESK])
def test_text_in_charts_is_large_enough_to_read(visit: Callable[..., Page], width: int) -> None:
    found = visit(CORE, width).evaluate(SMALL_TEXTS, SMALLEST_TEXT)
    assert found["seen"] > 50
    assert found["small"] == []


def test_no_chart_is_wider_than_its_box(visit: Callable[..., Page]) -> None:
    for width in (320, PHONE, DESK):
        shown = visit(CORE, width)
        for chart in shown.locator("figure.widget .chart:visible").all():
            assert chart.evaluate("box => box.scrollWidth <= box.clientWidth + 1")


def test_no_id_stands_twice_on_a_page(
    page: Callable[[str], BeautifulSoup], addresses: list[str]
) -> None:
    for path in addresses:
        ids = Counter(str(element["id"]) for element in page(path).select("[id]"))
        assert [name for name, times in ids.items() if times > 1] == [], path


def test_every_link_within_a_page_leads_somewhere(
    page: Callable[[str], BeautifulSoup], addresses: list[str]
) -> None:
    for path in addresses:
        soup = page(path)
        ids = {str(element["id"]) for element in soup.select("[id]")}
        links = {str(link["href"])[1:] for link in soup.select('a[href^="#"]')}
        assert links - ids - {""} == set(), path


def test_a_figure_leads_to_its_row_even_though_the_ledger_is_folded(
    visit: Callable[..., Page],
) -> None:
    for scripts in (True, False):
        shown = visit(CORE, scripts=scripts)
        link = shown.locator("article p a.figure-link").first
        row = shown.locator(f"tr{link.get_attribute('href')}")
        assert row.count() == 1
        shown.goto(f"{shown.url}{link.get_attribute('href')}")
        # A browser unfolds a `details` that holds what a link points at.
        row.wait_for(state="visible")
