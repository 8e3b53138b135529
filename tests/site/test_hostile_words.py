"""Words are words: a catalog whose every text looks like HTML changes what pages say, and no more.

The vocabulary's own examples, the charts' tables and the heads of pages are made of the catalog as
it stands, and of one in which every free text ends in `HOSTILE`. Apart from that ending both must
parse to the same elements, attributes and text.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator, Mapping
from dataclasses import fields, is_dataclass, replace
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from bs4 import BeautifulSoup, Tag
from building import ROOT
from jinja2 import Environment, StrictUndefined

from macros.catalog import Catalog, Measurement, load
from macros.charts import CHARTS, Drawn
from macros.evidence.groups import evidence_of
from macros.figures.html import Markup
from macros.scenario import Scenario, describe
from macros.site.page_state import PageState, authored
from macros.site.publish import About, PublishedPage
from macros.site.publish.head import with_head
from macros.site.social_card import _svg
from macros.site.vocabulary import MACROS, entry_of, macros_of
from macros.widgets import calculator, catalog_tables, live_hooks, validation_tables

pytestmark = pytest.mark.builds  # two catalogs are worked out, which takes as long as a build

MACROS_FOLDER = ROOT / "macros"
HOSTILE = """ <blink title="'">&amp;|"""
"""Looks like an element, like an entity, and like the end of an attribute and of a cell."""

SETTING = {"model": "llama-3-70b", "gpu": "h100-sxm", "precision": "fp16"}

ONE_OF_FEW = {"layout", "link", "measures", "traffic", "benchmark"}
"""Fields of a measurement that hold a word of a list, or an id."""

KEYS = {"id", "unit", "math", "url", "trust", "released", "announced", "native_precision"}
"""Fields of records that are no free text: keys, units, addresses, dates, and words of a list."""


def hostile(value: Any, field: str = "", owner: object = None) -> Any:
    """A record of the catalog, and all that it holds, with every free text made hostile."""
    if isinstance(value, str):
        key = field in KEYS or field.endswith("_id")
        one_of_few = isinstance(owner, Measurement) and field in ONE_OF_FEW
        return value if key or one_of_few else value + HOSTILE
    if isinstance(value, tuple):
        return tuple(hostile(each, field, owner) for each in value)
    if isinstance(value, Mapping):
        return {key: hostile(each, field, owner) for key, each in value.items()}
    if is_dataclass(value) and not isinstance(value, type):
        own = {f.name: getattr(value, f.name) for f in fields(value) if f.init}
        return replace(value, **{name: hostile(v, name, value) for name, v in own.items()})
    return value


@cache
def catalogs() -> tuple[Catalog, Catalog]:
    """The catalog as it stands, and the hostile one."""
    plain = load(ROOT / "catalog")
    return plain, hostile(plain)


def parsed(html: str) -> Iterator[object]:
    """The elements, attributes and texts of HTML in order, without the hostile ending."""
    soup = BeautifulSoup(html, "html.parser")
    assert soup.find("blink") is None, soup.find("blink")
    for element in soup.descendants:
        if isinstance(element, Tag):
            values = {name: str(value) for name, value in element.attrs.items()}
            yield element.name, {name: v.replace(HOSTILE, "") for name, v in values.items()}
        else:
            yield str(element).replace(HOSTILE, "")


def is_words_only(make: Callable[[Catalog], str]) -> None:
    """Assert that what is made of both catalogs differs in words alone."""
    plain, changed = (make(each) for each in catalogs())
    assert list(parsed(changed)) == list(parsed(plain))


@pytest.fixture(scope="module")
def changed() -> Scenario:
    """A scenario of the hostile catalog."""
    return describe(catalogs()[1], SETTING)


def test_the_hostile_catalog_is_hostile(changed: Scenario) -> None:
    assert changed.gpu.name == f"H100 SXM{HOSTILE}"
    assert changed.gpu.bandwidth.citations[0].source.what.endswith(HOSTILE)
    assert catalogs()[1].measurements[0].engine.endswith(HOSTILE)


# Commands print text, which Markdown shows as code; the manual shows all others; charts follow.
SHOWN = [name for name in MACROS if name not in {"command", "vocabulary", "chart"}]


@pytest.mark.parametrize("name", SHOWN)
def test_no_macro_takes_words_of_the_catalog_for_html(name: str, tmp_path: Path) -> None:
    def examples(catalog: Catalog) -> str:
        page = PageState(catalog, evidence_of(catalogs()[0]).validation.fit, tmp_path)
        macros = macros_of(page, str)
        page.open_page(SETTING)
        jinja = Environment(undefined=StrictUndefined)
        texts = [jinja.from_string(e).render(macros) for e in entry_of(name).examples]
        return "".join([*texts, page.closing()])

    is_words_only(examples)


@pytest.mark.parametrize("kind", catalog_tables.KINDS)
def test_the_catalogs_page_shows_its_words(kind: str) -> None:
    is_words_only(lambda catalog: catalog_tables.markup(catalog, kind))
    shown = BeautifulSoup(catalog_tables.markup(catalogs()[1], kind), "html.parser").get_text()
    assert HOSTILE in shown


@pytest.mark.parametrize("part", ["engines", "measurements"])
def test_tables_of_the_validation_show_words_of_their_rows(part: str) -> None:
    evidence = evidence_of(catalogs()[1])
    made = validation_tables.markup(evidence, part, lambda figure: figure.markup())
    soup = BeautifulSoup(made, "html.parser")
    assert soup.find("blink") is None
    assert HOSTILE in soup.get_text()


@pytest.mark.parametrize("part", calculator.PARTS)
def test_the_calculator_shows_names(part: str) -> None:
    def made(catalog: Catalog) -> str:
        scenario = describe(catalog, SETTING).on(
            fitted=evidence_of(catalogs()[0]).validation.fit.inputs
        )
        return calculator.PARTS[part](catalog, scenario, lambda figure: figure.markup())

    is_words_only(made)


CHART_OPTIONS: Mapping[str, Mapping[str, Any]] = {
    "steps": {"models": ["llama-3-8b", "llama-3-70b"]},
    "naive": {"models": ["llama-3-8b", "llama-3-70b"]},
    "levers": {"quantise": ["fp8"], "architecture": "deepseek-v3", "gpus": ["b200"]},
    "batch": {"precision": "fp8"},
    "experts": {"moe": "deepseek-v3"},
    "batch_sweeps": {"sources": ["sglang-pr-2643"]},
}
"""What charts must be told."""

OF_ROWS: Mapping[str, bool] = {
    "same_machine": True,
    "batch_sweeps": True,
    "validation": False,
    "validation_bands": False,
}
"""Charts of measured rows, which are grouped by their words: whether the table names the rows."""


def behind(name: str, catalog: Catalog, specs: Mapping[str, str]) -> str:
    """A chart's figure, without its picture."""
    drawing = CHARTS[name](catalog, describe(catalog, SETTING), CHART_OPTIONS.get(name, {}))
    return Drawn(name, {}, drawing, specs).markup(f"A title{HOSTILE}", f"A caption{HOSTILE}")


@pytest.mark.parametrize("specs", [{}, {"a-wide.json": ""}], ids=["pinned", "live"])
@pytest.mark.parametrize("name", [name for name in CHARTS if name not in OF_ROWS])
def test_the_table_behind_a_chart_shows_names(name: str, specs: Mapping[str, str]) -> None:
    is_words_only(lambda catalog: behind(name, catalog, specs))


@pytest.mark.parametrize("name", OF_ROWS)
def test_the_table_behind_a_chart_shows_words_of_measured_rows(name: str) -> None:
    soup = BeautifulSoup(behind(name, catalogs()[1], {}), "html.parser")
    assert soup.find("blink") is None
    # The title stands over the figure and over its table, and there is a caption.
    assert (soup.get_text().count(HOSTILE) > 3) == OF_ROWS[name]


# --- What pages say themselves ---


def test_titles_and_questions_are_words_where_they_are_no_html() -> None:
    figure = live_hooks.box(HOSTILE, HOSTILE, HOSTILE, HOSTILE)
    assert BeautifulSoup(figure, "html.parser").get_text() == HOSTILE * 4


def test_what_an_editor_writes_may_be_html() -> None:
    made = live_hooks.box(authored("A <em>title</em>"), "", "", "")
    assert '<figcaption class="widget-title">A <em>title</em></figcaption>' in made


def test_the_head_of_a_page_says_what_its_front_matter_says() -> None:
    page = PublishedPage("https://host/page/", "page/", f"T{HOSTILE}", f"D{HOSTILE}")
    about = About(f"S{HOSTILE}", "", "https://host/", "2026-01-01", served=False)
    image = ("https://host/card.png", f"A{HOSTILE}")
    data = {"name": "</script><blink>"}
    html = with_head("<head><title>x</title></head>", page, about, data, image)
    soup = BeautifulSoup(html, "html.parser")
    assert soup.find("blink") is None
    assert soup.title
    assert soup.title.get_text() == f"T{HOSTILE} - S{HOSTILE}"
    told = {meta.get("property"): meta["content"] for meta in soup.find_all("meta")}
    assert told["og:description"] == f"D{HOSTILE}"
    assert told["og:image:alt"] == f"A{HOSTILE}"


def test_the_card_of_the_site_shows_its_words() -> None:
    chart = '<svg width="1" height="1"></svg>'
    soup = BeautifulSoup(_svg(HOSTILE, (HOSTILE, HOSTILE), HOSTILE, chart), "html.parser")
    assert [each.get_text() for each in soup.find_all("text")][:4] == [HOSTILE] * 4


# --- The code ---

VOUCHED_FOR = {
    "charts/__init__.py": "the renderer's SVG",
    "figures/html.py": "what elements are made of",
    "site/edge.py": "a title of MkDocs, to strip its tags",
    "site/page_state.py": "what an editor wrote",
    "site/social_card.py": "the renderer's SVG",
}
"""The only modules that take a text for HTML: each of them says why."""


def takes_a_text_for_html(node: ast.AST) -> bool:
    """`Markup(x)`, where x is not written out there."""
    return (
        isinstance(node, ast.Call)
        and isinstance(node.func, ast.Name)
        and node.func.id == Markup.__name__
        and not all(isinstance(argument, ast.Constant) for argument in node.args)
    )


def test_no_other_module_takes_a_text_for_html() -> None:
    takers = {
        path.relative_to(MACROS_FOLDER).as_posix()
        for path in MACROS_FOLDER.rglob("*.py")
        if any(map(takes_a_text_for_html, ast.walk(ast.parse(path.read_text("utf-8")))))
    }
    assert takers == VOUCHED_FOR.keys()


def test_no_module_escapes_html_by_hand() -> None:
    texts = [path.read_text("utf-8") for path in MACROS_FOLDER.rglob("*.py")]
    assert not [text for text in texts if "from html import" in text or "import html\n" in text]
