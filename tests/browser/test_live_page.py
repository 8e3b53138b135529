"""The core page in a reader's hands: picks, links, bad links, and nothing that moves or complains."""

from __future__ import annotations

import gzip
import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from building import CORE, ROOT
from playwright.sync_api import Browser, BrowserContext, Page, Request, Route

pytestmark = pytest.mark.browser

OUR_BYTES = 25_000
"""What a reader of the essay waits for, after gzip: the law, the catalog and the page's scripts."""
MODULES = ROOT / "docs" / "assets" / "live"

WATCH_SHIFTS = """
window.shifts = [];
new PerformanceObserver(list => {
  for (const entry of list.getEntries()) {
    if (!entry.hadRecentInput) {
      window.shifts.push([entry.value, ...entry.sources.map(source => String(source.node?.textContent).slice(0, 60))]);
    }
  }
}).observe({ type: "layout-shift", buffered: true });
"""

LIVE = """() => [...document.querySelectorAll("[data-live], [data-live-name]")].map(element =>
  [element.textContent, element.getAttribute("value"), element.title])"""

PINNED = """() => [...document.querySelectorAll("data.figure:not([data-live])")].map(element =>
  [element.textContent, element.getAttribute("value"), element.title])"""


@pytest.fixture
def context(browser: Browser) -> Iterator[BrowserContext]:
    with browser.new_context() as made:
        yield made


class Reader:
    """A page in a browser that notes what its console says and where its requests go."""

    def __init__(self, context: BrowserContext, address: str) -> None:
        self.page: Page = context.new_page()
        self.address = address
        self.complaints: list[str] = []
        self.requests: list[str] = []
        self.page.on("console", lambda message: self.complaints.append(message.text))
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))
        self.page.on("request", self._note)

    def _note(self, request: Request) -> None:
        if not request.url.startswith(self.address):
            self.complaints.append(f"request to {request.url}")
        self.requests.append(request.url.removeprefix(self.address).split("?")[0])

    def open(self, query: str = "") -> Reader:
        self.page.goto(f"{self.address}{CORE}{query}")
        self.page.wait_for_selector("#picks-status", state="attached")
        return self

    @property
    def live(self) -> Any:
        return self.page.evaluate(LIVE)

    @property
    def pinned(self) -> Any:
        return self.page.evaluate(PINNED)

    @property
    def query(self) -> str:
        return str(self.page.evaluate("location.search"))

    @property
    def picked(self) -> dict[str, str]:
        """What the controls of each axis stand at; all of one axis must agree."""
        pairs: list[tuple[str, str]] = self.page.evaluate(
            "[...document.querySelectorAll('[data-picks] [name]')].map(c => [c.name, c.value])"
        )
        found = dict(pairs)
        assert all(found[axis] == value for axis, value in pairs), pairs
        return found

    @property
    def notice(self) -> str:
        shown = self.page.locator(".picks-notice p")
        return shown.inner_text() if shown.is_visible() else ""

    def control(self, axis: str) -> Any:
        return self.page.locator(f"[data-picks] [name={axis}]").first


@pytest.fixture
def reader(context: BrowserContext, address: str) -> Reader:
    return Reader(context, address)


def test_a_pick_moves_what_lives_and_leaves_the_argument(reader: Reader) -> None:
    reader.open()
    live, pinned = reader.live, reader.pinned
    reader.control("gpu").select_option("b200")
    moved = reader.live
    assert moved != live
    assert reader.pinned == pinned
    assert reader.query == "?gpu=b200"
    assert reader.complaints == []


def test_the_browser_writes_what_the_build_wrote(reader: Reader, site: Path) -> None:
    """Given the page's own scenario as if it were a pick, every figure comes out as baked."""

    def modules(route: Route) -> None:
        """The modules that the bundle is made of, and the law as the site has it."""
        path = route.request.url.partition("/modules/")[2]
        folder = site / "assets" / "live" if path == "law.js" else MODULES
        route.fulfill(path=folder / path, content_type="text/javascript")

    reader.page.route("**/modules/**", modules)
    reader.open()
    baked = reader.live
    reader.page.evaluate("""async () => {
      const own = JSON.parse(document.getElementById("page-scenario").textContent);
      const { find } = await import("../../modules/page/figures.js");
      find({ ...own, gpus: own.gpus + 1 })(own);
    }""")
    for written, wanted in zip(reader.live, baked, strict=True):
        assert written[:2] == wanted[:2]
        assert account(written[2]) == account(wanted[2]) or "the catalog's entry of" in written[2]


def account(title: str) -> str:
    """A title without the texts of a ratio's sides, which a page may show in units of its own."""
    return title.rsplit(" = ", 1)[0] if "(" in title.split(" = ")[0] else title


def test_there_and_back_again_is_where_we_were(reader: Reader) -> None:
    reader.open()
    baked = reader.live
    reader.control("gpu").select_option("b200")
    reader.control("model").select_option("deepseek-v3")
    assert reader.live != baked
    reader.control("model").select_option("llama-3-70b")
    reader.control("gpu").select_option("h100-sxm")
    assert reader.live == baked
    assert reader.query == ""


def test_the_keyboard_alone_picks(reader: Reader) -> None:
    reader.open()
    before = reader.live
    control = reader.control("gpu")
    control.focus()
    reader.page.keyboard.type("b200")
    assert reader.picked["gpu"] == "b200"
    assert reader.live != before
    users = reader.page.locator("[data-picks] [name=batch]").first
    users.focus()
    reader.page.keyboard.press("ArrowUp")
    reader.page.keyboard.press("ArrowUp")
    assert reader.picked["batch"] == "3"


def test_a_finger_takes_the_way_out(browser: Browser, address: str) -> None:
    """The page's own scenario does not fit; the button beside the verdict makes it fit."""
    with browser.new_context(
        viewport={"width": 390, "height": 844}, has_touch=True, is_mobile=True
    ) as phone:
        reader = Reader(phone, address).open()
        place = reader.page.locator("[data-cannot]").first
        assert "Needs 141\u202fGB, this GPU has 80\u202fGB; 2 of them hold it" in place.inner_text()
        place.get_by_role("button", name="Use 2 GPUs").tap()
        assert reader.picked["gpus"] == "2"
        assert reader.query == "?gpus=2"
        assert place.inner_text() == ""
        assert "does not fit" not in [text for text, *_ in reader.live]


def test_back_and_forward_restore(reader: Reader) -> None:
    views = [reader.open().live]
    reader.control("gpu").select_option("b200")
    views.append(reader.live)
    reader.control("model").select_option("llama-3-8b")
    views.append(reader.live)
    assert len({json.dumps(view) for view in views}) == 3
    reader.page.go_back()
    assert reader.live == views[1]
    assert reader.picked["gpu"] == "b200"
    reader.page.go_back()
    assert reader.live == views[0]
    assert reader.query == ""
    reader.page.go_forward()
    assert reader.live == views[1]


def test_a_run_of_changes_is_one_step_back(reader: Reader) -> None:
    reader.open()
    users = reader.page.locator("[data-picks] [name=batch]").first
    users.focus()
    reader.page.keyboard.press("ControlOrMeta+a")
    reader.page.keyboard.type("128", delay=20)
    reader.page.wait_for_url("**?batch=128")
    reader.page.go_back()
    assert reader.query == ""
    assert reader.picked["batch"] == "1"


def test_a_shared_link_opens_the_same_view(reader: Reader, browser: Browser, address: str) -> None:
    reader.open()
    reader.control("model").select_option("llama-3.1-405b")
    reader.control("gpu").select_option("h200-sxm")
    reader.page.locator("[data-picks] [name=gpus]").first.fill("8")
    reader.page.locator("[data-picks] [name=context]").first.select_option("8192")
    with browser.new_context() as elsewhere:
        other = Reader(elsewhere, address).open(reader.query)
        assert other.live == reader.live
        assert other.picked == reader.picked
        assert other.notice == ""
        assert other.complaints == []


def test_the_scenario_is_said_once(reader: Reader) -> None:
    # A clock that stands: on a busy machine the two picks would be two sayings.
    reader.page.clock.install(time="2026-01-01T12:00:00Z")
    reader.open()
    reader.page.clock.pause_at("2026-01-01T12:10:00Z")
    reader.page.evaluate("""() => {
      window.said = [];
      const status = document.getElementById("picks-status");
      new MutationObserver(() => window.said.push(status.textContent))
        .observe(status, { childList: true });
    }""")
    reader.control("gpus").fill("2")
    reader.control("precision").select_option("fp8")
    reader.page.clock.run_for(2_000)
    (said,) = reader.page.evaluate("window.said")
    assert re.fullmatch(r"Llama 3 70B, FP8, 2 × H100 SXM: ceiling [\d.]+\u202ftok/s\.", said)


@pytest.mark.parametrize(
    ("query", "words"),
    [
        ("?model=gpt-9", "model=gpt-9: not in the catalog"),
        ("?model=__proto__&gpu=constructor", "gpu=constructor: not in the catalog"),
        ("?gpus=-3", "gpus=-3: not a whole number from 1 to 1,024"),
        ("?gpus=0&batch=1e3", "batch=1e3: not a whole number"),
        ("?batch=99999999999999999999", "batch=99999999999999999999: not a whole number"),
        ("?context=131072", "from 0 to 8,192, which is all that Llama 3 70B takes"),
        ("?gpus=two&context=NaN&batch=Infinity", "batch=Infinity"),
        ("?gpus=", "gpus=: not a whole number"),
        ("?model=%E0%A4%A", "not in the catalog"),
        ("?model=" + "x" * 100_000, "model=" + "x" * 40 + "…: not in the catalog"),
        ("?" + "model&" * 10_000, "model=: not in the catalog"),
        (
            "?model=" + quote("<img src=x onerror=alert(1)>"),
            "model=<img src=x onerror=alert(1)>: not in the catalog",
        ),
    ],
    ids=lambda value: value[:40],
)
def test_a_bad_link_opens_the_page_and_says_what_it_ignored(
    reader: Reader, site: Path, query: str, words: str
) -> None:
    # Answered here, since servers refuse addresses of this length before a page can.
    reader.page.route(
        re.compile(rf"/{CORE}\?"),
        lambda route: route.fulfill(path=site / CORE / "index.html", content_type="text/html"),
    )
    before = reader.open().live
    reader.open(query)
    assert words in reader.notice
    assert reader.notice.startswith("Ignored ")
    assert len(reader.notice) < 500
    assert reader.live == before
    assert reader.page.locator(".picks-notice *").count() == 2
    assert reader.complaints == []
    reader.control("gpu").select_option("b200")
    assert reader.notice == ""
    assert reader.query == "?gpu=b200"


def test_the_good_part_of_a_link_counts_and_foreign_keys_stay(reader: Reader) -> None:
    reader.open("?utm_source=a%20b&model=gone&gpu=b200")
    assert "utm" not in reader.notice
    assert "model=gone" in reader.notice
    assert reader.picked["gpu"] == "b200"
    reader.control("precision").select_option("fp8")
    assert reader.query == "?utm_source=a%20b&gpu=b200&precision=fp8"
    assert reader.notice == ""


def test_a_context_too_long_for_the_next_model_is_given_up_and_told(reader: Reader) -> None:
    reader.open("?model=llama-3.1-70b&context=131072")
    assert reader.notice == ""
    reader.control("model").select_option("llama-3-8b")
    assert reader.picked["context"] == "0"
    assert "context=131072" in reader.notice


def test_typing_nonsense_changes_nothing(reader: Reader) -> None:
    reader.open()
    before = reader.live
    gpus = reader.control("gpus")
    for text in ("", "0", "-4", "1.5", "99999"):
        gpus.fill(text)
        gpus.blur()
        assert reader.live == before
        assert reader.picked["gpus"] == "1"


def test_guess_and_law_stand_side_by_side(reader: Reader) -> None:
    reader.open()
    form = reader.page.locator(".guess-form").first
    form.locator("input").fill("711.5")
    form.get_by_role("button").click()
    answer = reader.page.locator("details.guess").first
    assert "Your guess was 712\u202ftok/s, 10.0× too low." in answer.inner_text()
    assert "Arithmetic alone says 7,115\u202ftok/s." in answer.inner_text()


def test_skipping_a_guess_costs_nothing(reader: Reader) -> None:
    reader.open()
    reader.page.locator(".guess-form").first.get_by_role("button").click()
    answer = reader.page.locator("details.guess").first
    assert "Arithmetic alone says 7,115\u202ftok/s" in answer.inner_text()
    assert reader.page.locator(".guess-verdict").count() == 0


@pytest.mark.parametrize("width", [360, 1280])
def test_nothing_moves_by_itself(browser: Browser, address: str, width: int) -> None:
    """Loading, coming alive, and ten picks by keyboard: no shift that the reader did not ask for."""
    with browser.new_context(viewport={"width": width, "height": 800}) as context:
        context.add_init_script(WATCH_SHIFTS)
        reader = Reader(context, address).open()
        reader.page.wait_for_timeout(300)
        reader.page.locator(".guess-form").first.scroll_into_view_if_needed()
        control = reader.page.locator("[data-picks]:has([name=gpus]) [name=gpu]").first
        control.scroll_into_view_if_needed()
        control.focus()
        for _ in range(10):
            reader.page.keyboard.press("ArrowDown")
            reader.page.wait_for_timeout(50)
        assert reader.query
        reader.page.wait_for_timeout(300)
        assert reader.page.evaluate("window.shifts") == []


def test_without_javascript_the_page_is_complete(browser: Browser, address: str) -> None:
    with browser.new_context(java_script_enabled=False) as context:
        page = context.new_page()
        page.goto(f"{address}{CORE}?gpu=b200")
        assert page.locator("[data-picks]").first.is_hidden()
        assert page.locator("data.figure[data-live]").count() > 10
        assert "Needs 141" in page.locator("[data-cannot]").first.inner_text()
        guess = page.locator("details.guess").first
        guess.locator("summary").click()
        assert "Arithmetic alone says" in guess.inner_text()


def test_our_code_and_the_law_are_small_and_vega_waits(reader: Reader, site: Path) -> None:
    reader.open()
    reader.page.wait_for_timeout(300)
    assert not [url for url in reader.requests if "vega" in url or "charts" in url]
    ours = [url for url in reader.requests if url.startswith("assets/live/") and url.endswith("js")]
    assert "assets/live/law.js" in ours
    sizes = {url: len(gzip.compress((site / url).read_bytes(), mtime=0)) for url in set(ours)}
    assert sum(sizes.values()) <= OUR_BYTES, sizes
    assert reader.complaints == []


def test_controls_are_tall_enough_for_a_finger(reader: Reader) -> None:
    reader.open()
    targets = reader.page.locator(
        "[data-picks] [name], .cannot button, .guess-form :is(input, button)"
    )
    for target in targets.all():
        box = target.bounding_box()
        assert box is not None
        assert box["height"] >= 44
