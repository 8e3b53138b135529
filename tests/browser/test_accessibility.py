"""Every page is for everyone: WCAG 2.2 AA in both schemes, by keyboard, enlarged, and without motion."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from building import CORE
from checkers import AXE
from playwright.sync_api import Browser, BrowserContext, Page
from serving import serving

pytestmark = pytest.mark.browser

RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]

RUN_AXE = """rules => axe.run(document, { runOnly: rules }).then(({ passes, violations }) => ({
  passed: passes.length,
  violations: violations.flatMap(({ id, nodes }) => nodes.map(node =>
    `${id}: ${node.target.join(" ")}: ${node.failureSummary.replaceAll("\\n", " ")}`)),
}))"""

OPEN_ALL = "() => document.querySelectorAll('details').forEach(part => { part.open = true; })"


@pytest.fixture
def opened(browser: Browser, address: str) -> Iterator[Callable[..., Page]]:
    """Opens a page with settings of the reader's: `opened(CORE, color_scheme="dark")`."""
    contexts: list[BrowserContext] = []

    def open_page(path: str, width: int = 1280, **settings: Any) -> Page:
        # The page's own policy keeps the checker out; another test holds pages to it.
        context = browser.new_context(
            viewport={"width": width, "height": 900}, bypass_csp=True, **settings
        )
        contexts.append(context)
        page = context.new_page()
        page.goto(address + path, wait_until="load")
        dark = settings.get("color_scheme") == "dark"
        assert page.locator("body[data-md-color-scheme=slate]").count() == dark
        return page

    yield open_page
    for context in contexts:
        context.close()


def violations(page: Page) -> list[str]:
    """What axe finds wrong with a page as it stands."""
    page.evaluate(AXE.read_text("utf-8"))
    found = page.evaluate(RUN_AXE, RULES)
    assert found["passed"] > 20
    return [str(line) for line in found["violations"]]


@pytest.mark.parametrize(("scheme", "width"), [("light", 1280), ("dark", 390)])
def test_no_page_breaks_a_rule_with_all_that_folds_unfolded(
    opened: Callable[..., Page], addresses: list[str], scheme: str, width: int
) -> None:
    found = {}
    for path in addresses:
        page = opened(path, width, color_scheme=scheme)
        page.evaluate(OPEN_ALL)
        found[path] = violations(page)
        page.context.close()
    assert {path: broken for path, broken in found.items() if broken} == {}


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_nor_does_the_core_page_after_a_pick(opened: Callable[..., Page], scheme: str) -> None:
    page = opened(CORE, color_scheme=scheme)
    page.locator('select[name="model"]').first.select_option("deepseek-v3")
    page.locator("[data-chart]").first.hover()
    page.wait_for_selector("[data-chart] svg.marks")
    assert violations(page) == []


def test_nor_does_the_page_of_a_lost_reader(browser: Browser, site: Path) -> None:
    with serving(site, "/decode-equation/") as served:
        page = browser.new_page(bypass_csp=True)
        page.goto(served.address + "nothing-here/")
        assert violations(page) == []
        page.close()


def test_the_checker_sees_what_is_wrong(opened: Callable[..., Page]) -> None:
    page = opened("glossary/")
    page.evaluate("() => document.querySelector('h1').insertAdjacentHTML('afterend', '<img>')")
    assert any(line.startswith("image-alt") for line in violations(page))


# --- By keyboard ---

FOCUSED = """() => {
  const it = document.activeElement;
  if (it === document.body) { window.before = null; return null; }
  const style = getComputedStyle(it);
  const box = it.getBoundingClientRect();
  const before = window.before;
  window.before = it;
  const { outlineStyle, outlineWidth } = style;
  const after = Node.DOCUMENT_POSITION_FOLLOWING;
  const faults = {
    unmarked: outlineStyle === "none" || parseFloat(outlineWidth) < 1,
    unseen: box.bottom <= 0 || box.top >= innerHeight || box.right <= 0 || box.left >= innerWidth,
    outOfOrder: before && !(before.compareDocumentPosition(it) & after),
  };
  return [it.outerHTML.slice(0, 120), Object.keys(faults).filter(name => faults[name])];
}"""
"""What has the focus, and what is wrong with that; nothing between the end and the start."""

STEPS = 40


@pytest.mark.parametrize("width", [390, 1280])
def test_tab_enters_every_page_in_order_and_shows_where_it_is(
    opened: Callable[..., Page], addresses: list[str], width: int
) -> None:
    for path in addresses:
        page = opened(path, width, reduced_motion="reduce")
        reached = 0
        for _ in range(STEPS):
            page.keyboard.press("Tab")
            focused = page.evaluate(FOCUSED)
            assert focused is None or focused[1] == [], (path, focused)
            reached += focused is not None
        assert reached > STEPS / 2, path
        page.context.close()


def test_what_scrolls_can_be_reached_by_keyboard(
    opened: Callable[..., Page], addresses: list[str]
) -> None:
    for path in addresses:
        page = opened(path, 390)
        page.evaluate(OPEN_ALL)
        assert (
            page.evaluate("""() => [...document.querySelectorAll("article *")]
          .filter(it => it.scrollWidth > it.clientWidth + 1 && it.tabIndex < 0
            && ["auto", "scroll"].includes(getComputedStyle(it).overflowX))
          .map(it => it.outerHTML.slice(0, 120))""")
            == []
        ), path
        page.context.close()


# --- As readers set their systems ---


def test_nothing_moves_for_readers_who_asked_for_no_motion(
    opened: Callable[..., Page], addresses: list[str]
) -> None:
    moving = "() => document.getAnimations().filter(it => it.playState === 'running').length"
    assert opened(CORE).evaluate(moving) > 0
    for path in addresses:
        assert opened(path, reduced_motion="reduce").evaluate(moving) == 0, path


def test_in_forced_colours_marks_and_bars_stay_apart_from_their_ground(
    opened: Callable[..., Page],
) -> None:
    page = opened(CORE, forced_colors="active")
    found = page.evaluate("""() => {
      const paper = getComputedStyle(document.body).backgroundColor;
      const size = mark => mark.getBBox().width * mark.getBBox().height;
      const marks = [...document.querySelectorAll(".chart-wide svg path")]
        .filter(mark => size(mark) > 9)
        .map(mark => getComputedStyle(mark))
        .filter(({ fill }) => fill !== "none");
      return {
        drawn: marks.length,
        lost: marks.filter(({ fill, stroke }) => fill === paper && stroke === "none").length,
        kinds: new Set(marks.map(({ fill }) => fill)).size,
      };
    }""")
    assert found["drawn"] > 10
    assert found["lost"] == 0
    assert found["kinds"] > 1


SPACING = """* {
  line-height: 1.5 !important; letter-spacing: 0.12em !important; word-spacing: 0.16em !important;
}
p { margin-block-end: 2em !important; }"""
"""What WCAG 2.2, success criterion 1.4.12, lets readers ask for."""


def test_with_more_space_between_letters_nothing_runs_out_of_the_page(
    opened: Callable[..., Page], addresses: list[str]
) -> None:
    for path in addresses:
        page = opened(path, 390)
        page.add_style_tag(content=SPACING)
        wide = "() => document.documentElement.scrollWidth - document.documentElement.clientWidth"
        assert page.evaluate(wide) <= 0, path
        page.context.close()
