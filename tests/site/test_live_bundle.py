"""The live layer is few scripts, made anew by each build, with the law beside them."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import pytest
from building import ROOT, RUNTIME, Project

from macros.site.live_bundle import LIVE, ScriptError, write_live_layer
from macros.site.vega_bundle import bundler

PIECE = re.compile(r"(chunk|charts|calculator)-[A-Z0-9]{8}\.js")
NAMED = {
    "page.js",
    "page/row-filter.js",
    "theme-loader.js",
    "law.js",
    "rows.js",
    "vega.js",
    "vega.LICENSE.txt",
}


@pytest.fixture
def unbundled(tmp_path: Path) -> Path:
    """A site that holds the plain modules, as an engine copies them."""
    assert bundler(ROOT), "`make test` and `make site` fetch it first"
    shutil.copytree(ROOT / "docs" / LIVE, tmp_path / LIVE)
    return tmp_path


def files(live: Path) -> dict[str, str]:
    return {
        path.relative_to(live).as_posix(): path.read_text("utf-8")
        for path in live.rglob("*")
        if path.is_file() and not path.name.startswith("vega.")
    }


def imports(script: str) -> set[str]:
    return set(re.findall(r"""(?:from|import)\s*\(?["']([^"']+)["']""", script))


def test_site_holds_what_pages_name_and_what_these_import(site: Path) -> None:
    there = {
        path.relative_to(site / LIVE).as_posix()
        for path in (site / LIVE).rglob("*")
        if path.is_file()
    }
    pieces = {name for name in there if PIECE.fullmatch(name)}
    assert there - pieces == NAMED
    scripts = files(site / LIVE)
    asked = {name.removeprefix("./") for text in scripts.values() for name in imports(text)}
    assert asked == {*pieces, "law.js", "rows.js", "vega.js"}


def test_a_page_begins_with_two_rounds_of_requests_at_most(site: Path) -> None:
    scripts = files(site / LIVE)
    first = {name.removeprefix("./") for name in re.findall(r'from"([^"]+)"', scripts["page.js"])}
    assert "law.js" in first
    for name in first:
        then = {name.removeprefix("./") for name in re.findall(r'from"([^"]+)"', scripts[name])}
        assert then <= first


def test_another_law_changes_the_law_alone(unbundled: Path, tmp_path: Path) -> None:
    other = tmp_path / "other"
    shutil.copytree(unbundled / LIVE, other / LIVE)
    write_live_layer(unbundled, ROOT, {"law.js": "export const DIGITS=3;"})
    write_live_layer(other, ROOT, {"law.js": "export const DIGITS=4;"})
    one, two = files(unbundled / LIVE), files(other / LIVE)
    assert one.keys() == two.keys()
    assert [name for name in one if one[name] != two[name]] == ["law.js"]


def test_where_nothing_bundles_the_modules_stay_as_they_are(
    unbundled: Path, tmp_path_factory: pytest.TempPathFactory
) -> None:
    before = files(unbundled / LIVE)
    write_live_layer(unbundled, tmp_path_factory.mktemp("nothing"), {"law.js": "the law"})
    assert files(unbundled / LIVE) == {**before, "law.js": "the law"}


def test_a_site_without_scripts_gets_the_law(tmp_path: Path) -> None:
    write_live_layer(tmp_path, ROOT, {"law.js": "the law"})
    assert files(tmp_path / LIVE) == {"law.js": "the law"}


def test_an_error_in_a_script_is_told_in_a_line_with_its_place(unbundled: Path) -> None:
    script = unbundled / LIVE / "core" / "format.js"
    script.write_text("export const show = ;\n", "utf-8")
    with pytest.raises(ScriptError) as told:
        write_live_layer(unbundled, ROOT, {"law.js": ""})
    assert told.value.problems == ('docs/assets/live/core/format.js:1:20: Unexpected ";"',)


@pytest.mark.builds
def test_a_build_stops_at_an_error_in_a_script(project: Project) -> None:
    (project.root / "docs" / "assets" / "live" / "page" / "setter.js").write_text("{", "utf-8")
    build = project.build()
    assert build.returncode == 1
    assert "docs/assets/live/page/setter.js:1:1: " in build.stdout
    assert "Traceback" not in build.stdout
    assert (project.root / RUNTIME).exists()
