"""The same pages by other engines: MkDocs 1 is frozen, and its theme ends in 2027.

docs/contributing/engines.md says how and when to move; its list of what differs is the one here.
"""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Callable
from itertools import zip_longest
from pathlib import Path

import pytest
from bs4 import BeautifulSoup, Tag
from building import ROOT, Project, contents, copy_of, environment

pytestmark = pytest.mark.builds

NOON = "1767268800"  # 2026-01-01 12:00 UTC
GENERATOR = re.compile(rb'<meta name="generator" content="[^"]*">')

SHOWN = {
    "figures": "data.figure",
    "claims": ".claim",
    "formulas": "math",
    "charts": "figure.widget svg",
    "tables": "table",
    "notes for the live layer": "[data-live], [data-scenario]",
}


def _drop(article: Tag, selector: str) -> None:
    for found in article.select(selector):
        found.decompose()


def _forget(article: Tag, *attributes: str) -> None:
    for element in article.find_all(True):
        for attribute in attributes:
            element.attrs.pop(attribute, None)


def _plain_code(article: Tag) -> None:
    for block in article.select("pre"):
        block.string = "".join(block.get_text().split())
    for around in article.select("div.highlight"):
        around.unwrap()


DIFFERENCES: dict[str, Callable[[Tag], None]] = {
    "coloured-code": _plain_code,
    "skip-target": lambda article: _drop(article, "a#__skip"),
    "finished-pages": lambda article: _forget(article, "rel", "data-search-exclude"),
    "addresses-in-html": lambda article: _forget(article, "href", "src"),
}
"""What Zensical writes otherwise, by its name in docs/contributing/engines.md, and how to look past it."""


@pytest.fixture(scope="module")
def by_mkdocs(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The site as MkDocs builds it, dated."""
    return _built("mkdocs", copy_of(ROOT, tmp_path_factory.mktemp("mkdocs")))


@pytest.fixture(scope="module")
def by_zensical(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The pages as Zensical builds them."""
    return _built("zensical", copy_of(ROOT, tmp_path_factory.mktemp("zensical")))


def _built(engine: str, project: Project) -> Path:
    build = subprocess.run(
        [sys.executable, "-m", engine, "build", "--strict", "--config-file", "mkdocs.yml"],
        cwd=project.root,
        env=environment(project.root, SOURCE_DATE_EPOCH=NOON),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        timeout=300,
    )
    assert build.returncode == 0, build.stdout
    return project.site


def test_properdocs_builds_the_same_site(by_mkdocs: Path, tmp_path: Path) -> None:
    by_properdocs = contents(_built("properdocs", copy_of(ROOT, tmp_path)))
    reference = contents(by_mkdocs)
    assert by_properdocs.keys() == reference.keys()
    assert [
        path
        for path, content in by_properdocs.items()
        if GENERATOR.sub(b"", content) != GENERATOR.sub(b"", reference[path])
    ] == []


def _articles(site: Path) -> dict[str, Tag]:
    """The article of every page, by its path in the site."""
    found = {}
    for path in sorted(site.rglob("index.html")):
        article = BeautifulSoup(path.read_text("utf-8"), "html.parser").find("article")
        assert isinstance(article, Tag), path
        found[path.relative_to(site).as_posix()] = article
    return found


def _differing(ours: list[Tag], theirs: list[Tag]) -> list[tuple[str, str]]:
    pairs = zip_longest(map(str, ours), map(str, theirs), fillvalue="nothing")
    return [(our[:300], their[:300]) for our, their in pairs if our != their]


def test_zensical_shows_the_same_on_every_page(by_mkdocs: Path, by_zensical: Path) -> None:
    reference, other = _articles(by_mkdocs), _articles(by_zensical)
    assert other.keys() == reference.keys()
    for article in (*reference.values(), *other.values()):
        for look_past in DIFFERENCES.values():
            look_past(article)
    for what, selector in SHOWN.items():
        assert any(article.select(selector) for article in reference.values()), what
    for page, article in reference.items():
        for what, selector in SHOWN.items():
            differing = _differing(article.select(selector), other[page].select(selector))
            assert differing == [], f"{page}: {what}"
        assert article.get_text(" ", strip=True) == other[page].get_text(" ", strip=True), page


@pytest.mark.parametrize("difference", DIFFERENCES)
def test_what_is_looked_past_is_there_and_written_down(
    difference: str, by_mkdocs: Path, by_zensical: Path
) -> None:
    reference, other = _articles(by_mkdocs), _articles(by_zensical)
    rest = [look_past for name, look_past in DIFFERENCES.items() if name != difference]
    for article in (*reference.values(), *other.values()):
        for look_past in rest:
            look_past(article)
    assert any(str(article) != str(other[page]) for page, article in reference.items())
    assert f"{{ #{difference} }}" in (ROOT / "docs/contributing/engines.md").read_text("utf-8")


def _classes(site: Path) -> set[str]:
    pages = (path.read_text("utf-8") for path in site.rglob("*.html"))
    written = re.findall(r'\sclass="?([^">]+)', "".join(pages))
    return {name for names in written for name in names.split()}


def test_boxes_of_the_theme_that_our_styles_name_are_there_in_both(
    by_mkdocs: Path, by_zensical: Path
) -> None:
    styles = "".join(path.read_text("utf-8") for path in (ROOT / "docs/assets").glob("*.css"))
    named = set(re.findall(r"\.(md-[\w-]+)", styles))
    assert "md-content" in named
    assert named - _classes(by_mkdocs) == set()
    assert {name for name in named - _classes(by_zensical) if "search" not in name} == set()


def test_one_module_knows_what_the_theme_writes_and_no_script_does() -> None:
    ours = [*(ROOT / "docs/assets").rglob("*.js"), *(ROOT / "macros").rglob("*.py")]
    knowing = [path for path in ours if re.search(r"\bmd-|\bmdC|__md", path.read_text("utf-8"))]
    assert knowing == [ROOT / "macros/site/publish/theme_fixes.py"]
