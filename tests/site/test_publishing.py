"""Published pages keep to a strict policy, describe themselves, and work below any address."""

from __future__ import annotations

import base64
import hashlib
import json
import re
import struct
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal
from urllib.parse import unquote, urljoin, urlsplit
from xml.etree import ElementTree

import pytest
import yaml
from bs4 import BeautifulSoup
from building import CORE, ROOT
from playwright.sync_api import Browser, BrowserContext
from serving import Served, serving

from macros.catalog import Catalog
from macros.site.publish import About, PublishedPage, csp
from macros.site.publish.head import with_head
from macros.site.publish.theme_fixes import mended
from macros.site.social_card import COLOURS

BASE = "/decode-equation/"
ABOUT = About("A Site", "What it is about.", "https://example.org/site/", "2026-01-01")
MINIMAL = (
    '<head><meta charset="utf-8"><title>A Page - A Site</title>'
    '<meta name="description" content="What it says."></head>'
)


@pytest.fixture(scope="session")
def documents(site: Path) -> dict[str, BeautifulSoup]:
    """Every HTML file of the site, the error page included, by its path."""
    return {
        path.relative_to(site).as_posix(): BeautifulSoup(path.read_text("utf-8"), "html.parser")
        for path in sorted(site.rglob("*.html"))
    }


@pytest.fixture(scope="session")
def pages(documents: dict[str, BeautifulSoup]) -> dict[str, BeautifulSoup]:
    """Every page but the error page."""
    return {path: soup for path, soup in documents.items() if path != "404.html"}


@pytest.fixture(scope="session")
def home() -> str:
    """The address that `mkdocs.yml` gives the site."""
    address = yaml.safe_load((ROOT / "mkdocs.yml").read_text("utf-8"))["site_url"]
    assert isinstance(address, str)
    return address


# --- The policy ---


def rules_of(soup: BeautifulSoup) -> dict[str, set[str]]:
    metas = soup.select('meta[http-equiv="Content-Security-Policy"]')
    assert len(metas) == 1
    rules = (rule.split() for rule in str(metas[0]["content"]).split(";"))
    return {name: set(values) for name, *values in rules}


def hash_of(text: str) -> str:
    return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"


def broken_rules(soup: BeautifulSoup) -> list[str]:
    """What of a page its own policy refuses, and what the policy should not allow."""
    rules = rules_of(soup)
    allowed = set().union(*rules.values())
    too_much = re.compile(r"'unsafe-.*|\*.*|https?:.*|blob:")
    found = [f"allows {word}" for word in allowed if too_much.fullmatch(word)]
    if rules["default-src"] != {"'none'"} or rules["base-uri"] != {"'none'"}:
        found.append("lets through what it does not name")
    for script in soup.select("script:not([src])"):
        if (
            "json" not in str(script.get("type", ""))
            and hash_of(script.string or "") not in allowed
        ):
            found.append(f"inline script {str(script.string)[:40]!r}")
    for style in soup.select("style"):
        if hash_of(style.string or "") not in rules["style-src"]:
            found.append(f"inline style {str(style.string)[:40]!r}")
    for element in soup.find_all(True):
        found += [
            f"{name} of <{element.name}>"
            for name in element.attrs
            if name == "style" or name.startswith("on")
        ]
    return found


def test_every_page_obeys_its_own_strict_policy(documents: dict[str, BeautifulSoup]) -> None:
    assert "404.html" in documents
    found = {path: broken_rules(soup) for path, soup in documents.items()}
    assert {path: broken for path, broken in found.items() if broken} == {}


def test_the_policy_stands_before_all_that_it_binds(documents: dict[str, BeautifulSoup]) -> None:
    for path, soup in documents.items():
        first = soup.select_one("script, link, style, meta[http-equiv]")
        assert first, path
        assert first.get("http-equiv") == "Content-Security-Policy", path


@pytest.mark.parametrize(
    "planted",
    [
        "<script>alert(1)</script>",
        "<style>p { color: red }</style>",
        '<p style="color: red">',
        '<button onclick="go()">',
    ],
)
def test_what_comes_after_the_policy_was_made_is_refused(planted: str) -> None:
    html = csp.with_policy(MINIMAL)
    assert not broken_rules(BeautifulSoup(html, "html.parser"))
    assert broken_rules(BeautifulSoup(f"{html}{planted}", "html.parser"))


def test_scripts_are_named_by_hash_and_data_blocks_are_not() -> None:
    html = f'{MINIMAL}<script>a</script><script src="b.js"></script><script type="application/json">{{}}</script>'
    rules = rules_of(BeautifulSoup(csp.with_policy(html), "html.parser"))
    assert rules["script-src"] == {"'self'", hash_of("a")}
    assert rules["style-src"] == {"'self'"}


def test_a_page_under_a_development_server_may_run_the_script_that_it_adds() -> None:
    html = csp.with_policy(f"{MINIMAL}<script>a</script>", loose=True)
    rules = rules_of(BeautifulSoup(html, "html.parser"))
    assert rules["script-src"] == {"'self'", "'unsafe-inline'"}  # a hash would undo the second


def test_a_page_without_an_encoding_has_no_place_for_a_policy() -> None:
    with pytest.raises(ValueError, match="encoding"):
        csp.with_policy("<head></head>")


def test_what_the_theme_leaves_unsaid_is_said() -> None:
    assert mended('<div role="dialog">') == '<div role="dialog" aria-label="Search">'
    assert mended('<div aria-label="x" role="dialog">') == '<div aria-label="x" role="dialog">'
    assert mended('<script src="../assets/javascripts/bundle.1.js"></script>') == (
        '<script src="../assets/live/theme-loader.js" data-later="../assets/javascripts/bundle.1.js" defer>'
        "</script>"
    )
    assert mended('<label for="x" tabindex="">') == '<label for="x">'
    assert mended('<label for="x" tabindex="0">') == '<label for="x" tabindex="0">'


# --- Links ---


@pytest.mark.parametrize(
    ("link", "safe"),
    [
        ('<a href="https://else.org/">', '<a href="https://else.org/" rel="noopener">'),
        ('<a href="//else.org/">', '<a href="//else.org/" rel="noopener">'),
        (
            '<a rel="license" href="https://else.org/">',
            '<a rel="license noopener" href="https://else.org/">',
        ),
        (
            '<a href="https://else.org/" rel="noopener">',
            '<a href="https://else.org/" rel="noopener">',
        ),
        (
            '<a title="a > b" href="https://else.org/">',
            '<a title="a > b" href="https://else.org/" rel="noopener">',
        ),
        ('<a href="https://example.org/x">', '<a href="https://example.org/x">'),
        ('<a href="../x/#y">', '<a href="../x/#y">'),
        ('<abbr title="https://else.org/">', '<abbr title="https://else.org/">'),
    ],
)
def test_a_link_to_another_host_is_made_safe(link: str, safe: str) -> None:
    assert csp.with_safe_links(link, "example.org") == safe


def unsafe_links(soup: BeautifulSoup) -> list[str]:
    outside = soup.select('a[href^="http:"], a[href^="https:"], a[href^="//"]')
    return [
        str(link["href"]) for link in outside if "noopener" not in link.get_attribute_list("rel")
    ]


def test_links_to_other_sites_give_nothing_away(
    documents: dict[str, BeautifulSoup], home: str
) -> None:
    for path, soup in documents.items():
        assert [link for link in unsafe_links(soup) if not link.startswith(home)] == [], path
    assert unsafe_links(BeautifulSoup('<a href="https://else.org/">', "html.parser"))


# --- The head ---


def meta(soup: BeautifulSoup, name: str) -> str:
    found = soup.select(f'meta[name="{name}"], meta[property="{name}"]')
    assert len(found) == 1, f"{len(found)} of {name}"
    return str(found[0]["content"])


def address_of(path: str) -> str:
    return path.removesuffix("index.html")


def test_a_page_tells_sharers_its_title_its_words_and_its_address(
    pages: dict[str, BeautifulSoup], home: str
) -> None:
    for path, soup in pages.items():
        canonical = soup.select_one('link[rel="canonical"]')
        assert canonical
        assert canonical["href"] == meta(soup, "og:url") == home + address_of(path)
        assert meta(soup, "og:description") == meta(soup, "description")
        assert soup.title
        assert str(soup.title.string).startswith(meta(soup, "og:title"))
        assert meta(soup, "og:type") == ("article" if path.startswith("learn/") else "website")
        assert meta(soup, "twitter:card") == "summary_large_image"


def test_every_page_has_a_title_and_a_description_of_its_own(
    pages: dict[str, BeautifulSoup],
) -> None:
    for name in ("og:title", "description"):
        texts = [meta(soup, name) for soup in pages.values()]
        assert len(set(texts)) == len(texts)


def test_the_home_page_says_its_name_once(page: Callable[[str], BeautifulSoup]) -> None:
    title = page("").title
    assert title
    assert title.string == "The Decode Equation"


def test_an_error_page_describes_nothing(documents: dict[str, BeautifulSoup]) -> None:
    assert not documents["404.html"].select('[property^="og:"], [type="application/ld+json"]')


def test_the_picture_for_links_says_what_the_home_page_says(
    site: Path, pages: dict[str, BeautifulSoup], home: str
) -> None:
    shown = {meta(soup, "og:image") for soup in pages.values()}
    assert shown == {f"{home}assets/card.png"}
    png = (site / "assets" / "card.png").read_bytes()
    assert png.startswith(b"\x89PNG")
    size = struct.unpack(">II", png[16:24])
    first = pages["index.html"]
    assert size == (int(meta(first, "og:image:width")), int(meta(first, "og:image:height")))
    assert size == (1200, 630)
    alt = meta(first, "og:image:alt")
    chart = first.select_one("#chart-steps [role=img]")
    assert chart
    assert alt.endswith(str(chart["aria-label"]))
    ratio = next(f.text for f in first.select("data.figure") if "×" in f.text)
    assert f"takes {ratio} as long" in alt


def test_the_picture_has_the_colours_of_the_light_scheme() -> None:
    css = (ROOT / "docs" / "assets" / "essay.css").read_text("utf-8")
    light = css[css.index('[data-md-color-scheme="default"]') :]
    for name, colour in COLOURS.items():
        found = re.search(rf"{name}: (#\w+)", light)
        assert found, name
        assert found[1] == colour, name


def linked(soup: BeautifulSoup) -> list[dict[str, Any]]:
    blocks = soup.select('script[type="application/ld+json"]')
    data = [json.loads(block.string or "") for block in blocks]
    assert all(block["@context"] == "https://schema.org" for block in data)
    return [thing for block in data for thing in block["@graph"]]


def test_machines_are_told_what_is_an_article_and_what_is_data(
    pages: dict[str, BeautifulSoup], home: str, catalog: Catalog
) -> None:
    kinds = {path: [thing["@type"] for thing in linked(soup)] for path, soup in pages.items()}
    assert kinds["index.html"] == ["WebSite"]
    assert kinds["catalog/index.html"] == ["Dataset", "Dataset"]
    articles = {path for path, types in kinds.items() if types == ["TechArticle"]}
    assert articles == {path for path in pages if path.startswith("learn/")}
    for path in articles:
        (article,) = linked(pages[path])
        assert article["url"] == home + address_of(path)
        assert article["headline"] == meta(pages[path], "og:title")
        assert article["description"] == meta(pages[path], "description")
        assert re.fullmatch(r"\d{4}-\d\d-\d\d", article["dateModified"])
    catalog_set, measurements = linked(pages["catalog/index.html"])
    assert f"{len(catalog.gpus)} accelerators" in catalog_set["description"]
    assert f"{len(catalog.measurements)} published" in measurements["description"]


def test_the_data_that_machines_are_told_of_are_there_and_free(
    site: Path, pages: dict[str, BeautifulSoup], home: str
) -> None:
    for thing in linked(pages["catalog/index.html"]):
        assert thing["license"] == "https://creativecommons.org/licenses/by/4.0/"
        file = site / thing["distribution"]["contentUrl"].removeprefix(home)
        assert json.loads(file.read_text("utf-8"))["licence"] == thing["license"]


def test_a_title_cannot_break_out_of_the_head() -> None:
    title = '</script><b> & "x"'
    page = PublishedPage("https://example.org/site/learn/a/", "learn/a/", title, "What it says.")
    made = with_head(MINIMAL, page, ABOUT, {"headline": page.title}, None)
    soup = BeautifulSoup(made, "html.parser")
    assert not soup.select("b")
    assert meta(soup, "og:title") == page.title
    script = soup.select_one("script")
    assert script
    assert json.loads(script.string or "")["headline"] == page.title


# --- Files for crawlers ---


def test_the_sitemap_lists_every_page_by_its_canonical_address(
    site: Path, pages: dict[str, BeautifulSoup], home: str
) -> None:
    tree = ElementTree.parse(site / "sitemap.xml")
    listed = [place.text for place in tree.iter() if place.tag.endswith("}loc")]
    assert sorted(filter(None, listed)) == sorted(home + address_of(path) for path in pages)
    robots = (site / "robots.txt").read_text("utf-8")
    assert robots == f"User-agent: *\nAllow: /\n\nSitemap: {home}sitemap.xml\n"


def test_language_models_are_told_the_law_the_pages_and_the_data(
    site: Path, pages: dict[str, BeautifulSoup], home: str
) -> None:
    text = (site / "llms.txt").read_text("utf-8")
    assert text.startswith("# The Decode Equation\n\n> ")
    assert "step time = parameters read × bytes per parameter ÷ bandwidth" in text
    targets = re.findall(r"\]\(([^)]+)\)", text)
    assert {home + address_of(path) for path in pages} <= set(targets)
    for target in targets:
        path = site / target.removeprefix(home)
        assert path.is_file() or (path / "index.html").is_file(), target


# --- Below an address of its own, as project pages are served ---


@pytest.fixture
def below(site: Path) -> Iterator[Served]:
    with serving(site, BASE) as served:
        yield served


def targets(soup: BeautifulSoup) -> Iterator[str]:
    for element in soup.select("[href], [src]"):
        yield str(element.get("href") or element.get("src") or "")


def astray(site: Path, path: str, soup: BeautifulSoup) -> list[str]:
    """Links of a page, served below `BASE`, that leave it or lead nowhere."""
    found = []
    for target in targets(soup):
        parts = urlsplit(urljoin(f"https://host{BASE}{path}", target))
        if parts.netloc != "host" or parts.scheme not in {"http", "https"}:
            continue
        inside = parts.path.startswith(BASE)
        file = site / unquote(parts.path.removeprefix(BASE))
        if not inside or not (file.is_file() or (file / "index.html").is_file()):
            found.append(target)
    return found


def test_no_link_and_no_asset_leaves_the_base_path_or_leads_nowhere(
    site: Path, documents: dict[str, BeautifulSoup]
) -> None:
    found = {path: astray(site, path, soup) for path, soup in documents.items()}
    assert {path: links for path, links in found.items() if links} == {}
    for planted in ("/assets/essay.css", "assets/none.css"):
        soup = BeautifulSoup(f'<link href="{planted}">', "html.parser")
        assert astray(site, "index.html", soup) == [planted]


@dataclass
class Seen:
    """What a browser said and asked for."""

    complaints: list[str] = field(default_factory=list)
    requests: list[str] = field(default_factory=list)


def watched(context: BrowserContext) -> Seen:
    seen = Seen()
    context.on("request", lambda request: seen.requests.append(request.url))
    context.on("console", lambda said: seen.complaints.append(f"{said.type}: {said.text}"))
    context.on("weberror", lambda error: seen.complaints.append(str(error.error)))
    context.on("requestfailed", lambda request: seen.complaints.append(f"failed: {request.url}"))
    return seen


@pytest.mark.browser
def test_under_the_policy_search_and_live_charts_work_below_the_base_path(
    browser: Browser, below: Served
) -> None:
    context = browser.new_context(viewport={"width": 1280, "height": 900})
    seen = watched(context)
    shown = context.new_page()
    shown.goto(below.address + CORE, wait_until="load")

    shown.locator("[data-chart]").first.hover()
    shown.wait_for_function(
        "() => performance.getEntriesByType('resource').some(e => /vega\\.js/.test(e.name))"
    )
    shown.wait_for_load_state("networkidle")
    assert shown.locator("[data-chart] svg:visible").count() >= 1

    shown.locator("input[type=text], input[type=search]").first.click()
    shown.keyboard.type("bandwidth")
    shown.wait_for_selector("[role=dialog] mark")
    shown.keyboard.press("Enter")
    # A context that closes while its page is on the way to the next never comes back.
    shown.wait_for_url(re.compile("h=bandwidth"))
    shown.wait_for_load_state("networkidle")

    asked = {urlsplit(url).path.removeprefix(BASE) for url in seen.requests}
    assert {"assets/live/law.js", "assets/live/vega.js", "search/search_index.json"} <= asked
    assert any(re.fullmatch(r"assets/live/charts-\w+\.js", path) for path in asked)
    assert any(re.fullmatch(r"assets/charts/\w+-wide\.json", path) for path in asked)
    assert [url for url in seen.requests if not url.startswith((below.address, "data:"))] == []
    assert seen.complaints == []
    assert below.misses == []
    context.close()


@pytest.mark.browser
def test_no_page_says_anything_below_the_base_path(
    browser: Browser, below: Served, addresses: list[str]
) -> None:
    context = browser.new_context()
    seen = watched(context)
    shown = context.new_page()
    for path in addresses:
        shown.goto(below.address + path, wait_until="networkidle")
    assert seen.complaints == []
    assert below.misses == []
    context.close()


@pytest.mark.browser
def test_a_lost_reader_sees_the_error_page_in_full(browser: Browser, below: Served) -> None:
    context = browser.new_context()
    seen = watched(context)
    shown = context.new_page()
    shown.goto(f"{below.address}learn/no/such/page/", wait_until="networkidle")
    assert below.misses == [f"{BASE}learn/no/such/page/"]
    # The browser tells of the missing page itself, and of nothing else.
    assert [said for said in seen.complaints if "404" not in said] == []
    background = shown.evaluate("getComputedStyle(document.body).getPropertyValue('--de-paper')")
    assert background
    context.close()


@pytest.mark.browser
def test_a_script_that_the_policy_does_not_know_is_refused_and_told(
    browser: Browser, site: Path, tmp_path: Path
) -> None:
    planted = (site / "glossary" / "index.html").read_text("utf-8")
    planted = planted.replace("</body>", "<script>window.planted = 1</script></body>")
    context = browser.new_context()
    seen = watched(context)
    shown = context.new_page()
    shown.route(
        "http://planted.test/", lambda route: route.fulfill(body=planted, content_type="text/html")
    )
    shown.goto("http://planted.test/")
    assert shown.evaluate("window.planted") is None
    assert any("Content Security Policy" in said for said in seen.complaints)
    context.close()


# --- On paper ---

CUT = """() => {
  const right = document.querySelector('article').getBoundingClientRect().right + 1;
  return [...document.querySelectorAll('article :is(math *, table, td, svg, p, li)')]
    .filter(e => e.getBoundingClientRect().width && e.getBoundingClientRect().right > right)
    .map(e => e.tagName + ': ' + e.textContent.slice(0, 40));
}"""
PAPER = 680
"""CSS pixels between the margins of an A4 page."""

ON_SCREENS_ONLY = (
    "header.md-header, .md-tabs, .md-footer, nav.stepper, .controls, .widget button, details.data"
)


@pytest.mark.browser
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_core_page_prints_whole_without_what_only_a_screen_can_use(
    browser: Browser, below: Served, scheme: Literal["light", "dark"]
) -> None:
    context = browser.new_context(viewport={"width": PAPER, "height": 1000}, color_scheme=scheme)
    shown = context.new_page()
    shown.goto(below.address + CORE, wait_until="networkidle")
    shown.emulate_media(media="print", color_scheme=scheme)
    for what in ON_SCREENS_ONLY.split(", "):
        assert shown.locator(f"{what} >> visible=true").count() == 0, what
    assert shown.evaluate(CUT) == []
    for chart in shown.locator("figure.widget:has(.chart)").all():
        assert chart.locator(".chart svg:visible").count() == 1
    sources = shown.locator("#ledger ol li")
    assert sources.count() > 5
    assert sources.first.is_visible()
    # Black on white, whatever the screen shows.
    ink = "getComputedStyle(document.querySelector('article h1')).color"
    assert shown.evaluate(ink) == "rgb(0, 0, 0)"
    assert shown.pdf(format="A4").startswith(b"%PDF")
    # What is too wide for the paper would be noticed.
    shown.evaluate("document.querySelectorAll('math').forEach(m => m.style.fontSize = '2em')")
    assert shown.evaluate(CUT) != []
    context.close()
