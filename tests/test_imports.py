"""Knowledge flows one way: catalog and law to scenario to figures to pages, with no arrow back."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest
from building import ROOT

MACROS = ROOT / "macros"
MODULES = sorted(MACROS.rglob("*.py"))


def name_of(path: Path) -> str:
    """`macros/charts/theme.py` is `macros.charts.theme`."""
    parts = path.relative_to(ROOT).with_suffix("").parts
    return ".".join(part for part in parts if part != "__init__")


def imported(path: Path) -> Iterator[str]:
    """Every module that a file imports, wherever in it the import stands."""
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: a relative import hides where it points"
            assert node.module
            if node.module == "macros":
                yield from (f"macros.{alias.name}" for alias in node.names)
            else:
                yield node.module


def room(module: str) -> str:
    """The part of the package that a module belongs to: "law", "charts", "" for the package."""
    return [*module.split("."), ""][1]


def ours(path: Path) -> set[str]:
    return {room(module) for module in imported(path) if module.split(".")[0] == "macros"}


def packages(path: Path) -> set[str]:
    return {module.split(".")[0] for module in imported(path)}


def test_the_law_imports_nothing_of_ours() -> None:
    assert not ours(MACROS / "law.py")


@pytest.mark.parametrize("path", sorted((MACROS / "catalog").glob("*.py")), ids=name_of)
def test_the_catalog_knows_nothing_of_ours_nor_of_pages_and_charts(path: Path) -> None:
    assert ours(path) <= {"catalog"}
    assert not packages(path) & {"mkdocs", "mkdocs_macros", "altair", "jinja2", "vl_convert"}


@pytest.mark.parametrize("path", MODULES, ids=name_of)
def test_only_the_edge_knows_mkdocs_and_its_templates(path: Path) -> None:
    if path != MACROS / "__init__.py":
        assert not packages(path) & {"mkdocs", "mkdocs_macros", "jinja2"}


@pytest.mark.parametrize("path", MODULES, ids=name_of)
def test_only_charts_and_the_law_read_as_an_expression_know_altair(path: Path) -> None:
    if room(name_of(path)) not in {"charts", "law", "javascript"}:
        assert not packages(path) & {"altair", "vl_convert"}


def test_no_two_rooms_know_each_other_even_by_way_of_others() -> None:
    known: dict[str, set[str]] = {}
    for path in MODULES:
        here = room(name_of(path))
        known.setdefault(here, set()).update(ours(path) - {here})
    # Take away rooms that know no one left, until none is: a ring would stay.
    while done := {here for here, others in known.items() if not others & known.keys()}:
        known = {here: others for here, others in known.items() if here not in done}
    assert not known, f"a ring of imports among {sorted(known)}"


@pytest.mark.parametrize(
    ("low", "high"),
    [
        ("formulas", {"catalog", "scenario", "figures", "charts"}),
        ("display", {"law", "catalog", "scenario", "figures", "charts"}),
        ("scenario", {"figures", "tables", "charts"}),
        ("figures", {"claims", "ledger", "tables", "charts"}),
        ("claims", {"ledger", "tables", "charts"}),
        ("tables", {"charts"}),
        ("ledger", {"charts"}),
    ],
)
def test_what_is_shown_does_not_reach_up_to_where_it_is_shown(low: str, high: set[str]) -> None:
    assert not ours(MACROS / f"{low}.py") & high


@pytest.mark.parametrize("path", MODULES, ids=name_of)
def test_only_the_edge_knows_the_vocabulary_of_pages(path: Path) -> None:
    if path not in {MACROS / "__init__.py", MACROS / "vocabulary.py"}:
        assert "vocabulary" not in ours(path)


def test_the_test_of_rendered_figures_sees_what_readers_see_and_no_code() -> None:
    allowed = {"__future__", "bs4", "collections", "decimal", "json", "math", "pathlib", "pytest"}
    path = ROOT / "tests" / "test_rendered_figures.py"
    assert packages(path) <= allowed | {"re", "typing"}
