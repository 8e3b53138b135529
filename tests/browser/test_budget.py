"""What a reader waits for is small: bytes on the way, and scripts before a touch."""

from __future__ import annotations

import gzip
from collections.abc import Iterator
from typing import Literal

import pytest
from building import CORE
from chromium import settled
from playwright.sync_api import Browser, Page, Response, Route

pytestmark = pytest.mark.browser

TOTAL = 150_000
SCRIPTS = 60_000
"""Bytes after gzip, the theme's included."""

MOST_SCRIPTS = 6
"""The theme's stand-in, the law, the page's script, and what that shares with the calculator's."""

THEME = "assets/javascripts/bundle"


@pytest.fixture
def phone(browser: Browser) -> Iterator[Page]:
    page = browser.new_page(viewport={"width": 390, "height": 844})
    yield page
    page.close()


def weights(responses: list[Response]) -> dict[str, int]:
    """What came over the wire, as gzip would send it, by address."""
    return {answer.url: len(gzip.compress(answer.body(), mtime=0)) for answer in responses}


@pytest.mark.parametrize("path", ["", CORE, "calculate/"])
def test_a_cold_page_is_small_and_fetches_no_script_that_reading_does_not_need(
    phone: Page, address: str, path: str
) -> None:
    responses: list[Response] = []
    phone.on("response", lambda answer: responses.append(answer))
    phone.goto(address + path)
    phone.wait_for_selector("#picks-status", state="attached")  # our scripts have come
    phone.wait_for_load_state("networkidle")
    scripts = [answer for answer in responses if answer.request.resource_type == "script"]
    names = sorted(answer.url.partition("assets/live/")[2] for answer in scripts)
    assert {"law.js", "page.js", "theme-loader.js"} <= {*names}
    assert len(names) <= MOST_SCRIPTS, names
    assert sum(weights(responses).values()) <= TOTAL
    assert sum(weights(scripts).values()) <= SCRIPTS
    assert not [answer.url for answer in responses if "vega" in answer.url or THEME in answer.url]


def test_the_theme_s_script_comes_with_the_first_touch_and_search_works(
    phone: Page, address: str
) -> None:
    settled(phone, address + CORE)
    asked: list[str] = []
    phone.on("request", lambda request: asked.append(request.url))
    with phone.expect_response(lambda answer: THEME in answer.url):
        phone.locator("label[for=__search]").first.click()
    phone.get_by_role("textbox", name="Search").fill("bandwidth")
    phone.wait_for_selector(".md-search-result__link")
    assert len([url for url in asked if THEME in url]) == 1


def test_what_a_reader_does_before_it_has_come_is_not_lost(phone: Page, address: str) -> None:
    waiting: list[Route] = []
    phone.route(f"**/{THEME}*", lambda route: waiting.append(route))
    phone.goto(address)
    with phone.expect_request(f"**/{THEME}*"):
        phone.keyboard.press("/")
    while not waiting:
        phone.wait_for_timeout(10)
    waiting[0].continue_()
    phone.wait_for_function("() => document.activeElement.getAttribute('aria-label') === 'Search'")


def test_words_that_were_searched_for_are_marked_at_once(phone: Page, address: str) -> None:
    phone.goto(f"{address}glossary/?h=bandwidth")
    phone.wait_for_selector("article mark")


def test_so_they_are_where_the_script_comes_after_the_page_is_parsed(
    phone: Page, address: str
) -> None:
    waiting: list[Route] = []
    phone.route(f"**/{THEME}*", lambda route: waiting.append(route))
    phone.goto(f"{address}glossary/?h=bandwidth", wait_until="domcontentloaded")
    while not waiting:
        phone.wait_for_timeout(10)
    waiting[0].continue_()
    phone.wait_for_selector("article mark")


@pytest.mark.parametrize(("scheme", "name"), [("light", "default"), ("dark", "slate")])
def test_the_colours_that_a_system_asks_for_are_there_without_the_theme_s_script(
    browser: Browser, address: str, scheme: Literal["light", "dark"], name: str
) -> None:
    page = browser.new_page(color_scheme=scheme)
    page.route(f"**/{THEME}*", lambda route: route.abort())
    page.goto(address)
    assert page.get_attribute("body", "data-md-color-scheme") == name
    page.close()


def test_a_choice_of_colours_lasts(browser: Browser, address: str) -> None:
    page = browser.new_page(color_scheme="light")
    page.goto(address)
    page.mouse.move(100, 100)
    page.locator("label[title='Switch to dark colours']").click()
    page.goto(f"{address}glossary/")
    assert page.get_attribute("body", "data-md-color-scheme") == "slate"
    page.close()
