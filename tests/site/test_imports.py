"""Knowledge flows one way: each room knows the rooms below it, and none above."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest
from building import ROOT

MACROS = ROOT / "macros"
MODULES = sorted(MACROS.rglob("*.py"))

FLOORS = (
    {"law"},
    {"errors"},
    {"units", "cache"},
    {"catalog"},
    {"scenario", "hf_config"},
    {"figures"},
    {"evidence"},
    {"widgets"},
    {"charts"},
    {"cli"},
    {"site"},
    {""},  # macros/__init__.py
)
"""The rooms from the ground up: a module imports from its own room and from floors below."""


def name_of(path: Path) -> str:
    """`macros/charts/kit/theme.py` is `macros.charts.kit.theme`."""
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


def below(here: str) -> set[str]:
    floor = next(floor for floor, rooms in enumerate(FLOORS) if here in rooms)
    return {here}.union(*FLOORS[:floor])


def test_every_room_has_its_floor() -> None:
    assert {room(name_of(path)) for path in MODULES} == set().union(*FLOORS)


@pytest.mark.parametrize("path", MODULES, ids=name_of)
def test_no_module_imports_from_a_floor_above_its_own(path: Path) -> None:
    assert ours(path) <= below(room(name_of(path)))


def test_the_law_imports_nothing_of_ours() -> None:
    assert all(ours(path) <= {"law"} for path in (MACROS / "law").glob("*.py"))


@pytest.mark.parametrize("path", MODULES, ids=name_of)
def test_no_module_can_read_what_would_run_code(path: Path) -> None:
    assert not packages(path) & {"pickle", "marshal", "shelve", "dill", "cloudpickle", "joblib"}


@pytest.mark.parametrize("path", MODULES, ids=name_of)
def test_only_the_edge_knows_mkdocs_and_its_templates(path: Path) -> None:
    edge = {"macros.site.edge": {"mkdocs", "jinja2"}, "macros.site.hooks": {"mkdocs"}}
    edge["macros.site.page_rendering"] = {"jinja2"}
    known = packages(path) & {"mkdocs", "mkdocs_macros", "jinja2"}
    assert known <= edge.get(name_of(path), set())


@pytest.mark.parametrize("path", MODULES, ids=name_of)
def test_only_charts_and_the_law_read_as_an_expression_know_altair(path: Path) -> None:
    if room(name_of(path)) not in {"charts", "law"}:
        assert not packages(path) & {"altair"}


@pytest.mark.parametrize("here", ["law", "catalog", "figures", "evidence", "charts", "site"])
def test_no_two_modules_of_a_room_know_each_other_even_by_way_of_others(here: str) -> None:
    inside = {name_of(path): path for path in (MACROS / here).rglob("*.py")}
    known = {
        name: {m for m in imported(path) if m in inside} - {name} for name, path in inside.items()
    }
    # Take away modules that know no one left, until none is: a ring would stay.
    while done := {name for name, others in known.items() if not others & known.keys()}:
        known = {name: others for name, others in known.items() if name not in done}
    assert not known, f"a ring of imports among {sorted(known)}"


def test_the_test_of_rendered_figures_sees_what_readers_see_and_no_code() -> None:
    allowed = {"__future__", "bs4", "collections", "decimal", "json", "math", "pathlib", "pytest"}
    path = ROOT / "tests" / "figures" / "test_rendered_figures.py"
    assert packages(path) <= allowed | {"re", "typing"}
