"""A chart is rendered once, comes out the same each time, and fits into a page."""

from __future__ import annotations

import re
import shutil
from dataclasses import replace
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import altair as alt
import pytest
from baked import bake

from macros.catalog import Catalog
from macros.charts import WIDTHS, Drawn, draw
from macros.charts.kit import cached_layout, render_svg
from macros.charts.kit.baked_axes import log_domain, log_ticks
from macros.charts.kit.drawing import Drawing, View
from macros.charts.kit.render_svg import tidy, with_own_ids
from macros.errors import ScenarioError
from macros.scenario import describe


def chart(value: float = 1) -> dict[str, Any]:
    """The spec of `view`."""
    return view(value).to_dict(validate=False)


def view(value: float = 1) -> View:
    """A point that is clipped, so that the renderer writes an id and a reference to it."""
    rows = alt.Chart(alt.InlineData(values=[{"a": value}], name="rows"))
    clipped: View = rows.mark_point(clip=True).encode(x="a:Q").properties(width=100, height=20)
    return clipped


@pytest.fixture
def renders(monkeypatch: pytest.MonkeyPatch) -> list[dict[str, Any]]:
    """The specs that went to the renderer."""
    seen: list[dict[str, Any]] = []
    really = render_svg.render

    def render(spec: dict[str, Any]) -> str:
        seen.append(spec)
        return really(spec)

    monkeypatch.setattr(render_svg, "render", render)
    return seen


def test_same_chart_is_rendered_once(tmp_path: Path, renders: list[dict[str, Any]]) -> None:
    first, second = bake(chart(), tmp_path), bake(chart(), tmp_path)
    assert first == second
    assert len(renders) == 1


def test_changed_chart_is_rendered_again(tmp_path: Path, renders: list[dict[str, Any]]) -> None:
    assert bake(chart(1), tmp_path) != bake(chart(2), tmp_path)
    assert len(renders) == 2


def test_changed_theme_is_rendered_again(
    tmp_path: Path, renders: list[dict[str, Any]], monkeypatch: pytest.MonkeyPatch
) -> None:
    bake(chart(), tmp_path)
    monkeypatch.setattr(render_svg, "config", lambda: {"bar": {"color": "red"}})
    bake(chart(), tmp_path)
    assert len(renders) == 2


def test_two_bakes_agree_to_the_byte(tmp_path: Path) -> None:
    assert bake(chart(), tmp_path / "a") == bake(chart(), tmp_path / "b")


@pytest.fixture
def worked_out(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """The widths that Altair was asked for a spec of."""
    seen: list[int] = []
    really = Drawing.spec

    def spec(self: Drawing, width: int) -> dict[str, Any]:
        seen.append(width)
        return really(self, width)

    monkeypatch.setattr(Drawing, "spec", spec)
    return seen


def drawn(catalog: Catalog, cache: Path, gpu: str = "h100-sxm", model: str = "llama-3-8b") -> Drawn:
    base = describe(catalog, {"model": "llama-3-70b", "gpu": gpu, "precision": "fp16"})
    return draw("steps", catalog, base, {"models": [model]}, cache)


def test_same_question_is_worked_out_once(
    tmp_path: Path, catalog: Catalog, worked_out: list[int]
) -> None:
    first, second = drawn(catalog, tmp_path), drawn(catalog, tmp_path)
    assert sorted(worked_out) == sorted(WIDTHS.values())
    assert (first.svgs, first.specs) == (second.svgs, second.specs)


@pytest.mark.parametrize("changed", [{"gpu": "b200"}, {"model": "llama-3-70b"}])
def test_other_question_is_worked_out_for_itself(
    tmp_path: Path, catalog: Catalog, worked_out: list[int], changed: dict[str, str]
) -> None:
    first, other = drawn(catalog, tmp_path), drawn(catalog, tmp_path, **changed)
    assert len(worked_out) == 2 * len(WIDTHS)
    assert first.svgs != other.svgs


def test_changed_fact_is_another_question(
    tmp_path: Path, catalog: Catalog, worked_out: list[int]
) -> None:
    first = drawn(catalog, tmp_path)
    h100 = catalog.gpu("h100-sxm")
    faster = replace(h100, bandwidth=replace(h100.bandwidth, value=4e12))
    changed = replace(catalog, gpus={**catalog.gpus, "h100-sxm": faster})
    assert drawn(changed, tmp_path).svgs != first.svgs
    assert len(worked_out) == 2 * len(WIDTHS)


def test_chart_that_is_gone_from_the_cache_is_worked_out_again(
    tmp_path: Path, catalog: Catalog, worked_out: list[int]
) -> None:
    first = drawn(catalog, tmp_path)
    shutil.rmtree(tmp_path)
    assert drawn(catalog, tmp_path).svgs == first.svgs
    assert len(worked_out) == 2 * len(WIDTHS)


def test_chart_of_other_code_is_worked_out_again_but_not_rendered_if_its_spec_is_the_same(
    tmp_path: Path,
    catalog: Catalog,
    worked_out: list[int],
    renders: list[dict[str, Any]],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    first = drawn(catalog, tmp_path)
    kept = sorted(tmp_path.rglob("*.kept"))
    monkeypatch.setattr(cached_layout, "code", lambda: "another law")
    assert drawn(catalog, tmp_path).svgs == first.svgs
    assert len(worked_out) == 2 * len(WIDTHS)
    assert len(renders) == len(WIDTHS)
    assert sorted(tmp_path.rglob("*.kept")) == kept  # what is made anew takes the old one's place


def test_damaged_chart_is_never_shown(tmp_path: Path, catalog: Catalog) -> None:
    first = drawn(catalog, tmp_path)
    wholes = {file: file.read_bytes() for file in tmp_path.rglob("*.kept")}
    assert len(wholes) == 2 * 2 * len(WIDTHS)  # SVG and Vega, by question and by spec
    for share in (0, 0.001, 0.3, 0.6, 0.999):
        for file, whole in wholes.items():
            place = int(share * len(whole))
            file.write_bytes(whole[:place] + bytes([whole[place] ^ 4]) + whole[place + 1 :])
        again = drawn(catalog, tmp_path)
        assert (again.svgs, again.specs) == (first.svgs, first.specs)
        assert {file: file.read_bytes() for file in wholes} == wholes


def test_chart_needs_no_folder_to_keep_it_in(tmp_path: Path, catalog: Catalog) -> None:
    (tmp_path / "charts").write_text("in the way", "utf-8")
    assert drawn(catalog, tmp_path / "charts").svgs == drawn(catalog, tmp_path / "other").svgs


def test_ids_and_their_references_take_the_prefix(tmp_path: Path) -> None:
    svg = with_own_ids(bake(chart(), tmp_path), "chart-x-wide")
    ids = re.findall(r'\bid="([^"]+)"', svg)
    references = re.findall(r"url\(#([^)]+)\)", svg)
    assert ids
    assert set(references) == set(ids)
    assert all(id.startswith("chart-x-wide-") for id in ids)


def test_ids_stay_unique_when_a_chart_stands_twice_on_a_page(tmp_path: Path) -> None:
    svgs = {"wide": bake(chart(), tmp_path), "narrow": bake(chart(), tmp_path)}
    drawn = Drawn("x", svgs, Drawing(lambda _: view(), "", ("Row", "Value"), ()))
    page = drawn.markup("A title", "A caption") + drawn.markup("A title", "A caption", nth=2)
    ids = re.findall(r'\bid="([^"]+)"', page)
    assert len(ids) == len(set(ids)) == 6  # two figures, each with a clip in two layouts


def test_finding_is_told_once_though_the_chart_has_two_layouts(tmp_path: Path) -> None:
    svgs = {"wide": bake(chart(), tmp_path), "narrow": bake(chart(2), tmp_path)}
    drawn = Drawn("x", svgs, Drawing(lambda _: view(), "8 < 70", ("Row", "Value"), ()))
    page = drawn.markup("A title", "A caption")
    assert page.count('aria-label="8 &lt; 70"') == 1
    assert page.count('aria-hidden="true"') == page.count("<svg") == 2


def test_svg_holds_nothing_that_a_strict_policy_refuses(tmp_path: Path) -> None:
    root = ElementTree.fromstring(bake(chart(), tmp_path))
    assert root.get("aria-hidden") == "true"
    for element in root.iter():
        assert element.tag not in {"script", "style", "title"}
        assert not [name for name in element.attrib if name == "style" or name.startswith("on")]


def test_text_keeps_digits_that_coordinates_lose() -> None:
    svg = '<svg><g class="a"><text x="1.23456">0.12345 ms</text></g><g><g/></g></svg>'
    assert tidy(svg).endswith('><text x="1.23">0.12345 ms</text></svg>')


def test_group_carries_what_its_marks_share() -> None:
    marks = '<path d="M0" fill="blue"/>' * 2 + '<path d="M1" fill="red"/>'
    svg = tidy(f'<svg><g transform="scale(2)">{marks}</g></svg>')
    assert '<g transform="scale(2)" fill="blue"><path d="M0"/><path d="M0"/>' in svg
    assert '<path d="M1" fill="red"/></g>' in svg


def test_groups_that_say_nothing_dissolve() -> None:
    svg = tidy('<svg><g class="a"><g><path d="M0" fill="red"/></g><g/><path d=""/></g></svg>')
    assert svg.endswith('"><g fill="red"><path d="M0"/></g></svg>')


def test_unknown_chart_names_the_nearest(tmp_path: Path, catalog: Catalog) -> None:
    with pytest.raises(ScenarioError, match="'naiv' is not a chart; did you mean 'naive'"):
        draw("naiv", catalog, None, {}, tmp_path)


@pytest.mark.parametrize(
    ("values", "domain"),
    [([4.13, 61_580], (2, 100_000)), ([15.6, 1_016], (10, 2_000)), ([10], (5, 20))],
)
def test_log_domain_ends_at_round_numbers_around_the_values(
    values: list[float], domain: tuple[float, float]
) -> None:
    assert log_domain(values) == domain


@pytest.mark.parametrize(
    ("most", "ticks"),
    [
        (9, [10, 20, 50, 100, 200, 500, 1_000, 2_000]),
        (5, [10, 100, 1_000]),
        (2, [10, 1_000]),
    ],
)
def test_log_ticks_thin_out(most: int, ticks: list[float]) -> None:
    assert log_ticks((10, 2_000), most) == ticks
