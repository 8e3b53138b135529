"""The same commit gives the same bytes, and a chart is rendered once."""

from __future__ import annotations

from pathlib import Path

import pytest
from building import CHART_CACHE, PARTS, ROOT, Project, contents, copy_of, small_copy_of

pytestmark = pytest.mark.builds

NOON = "1767268800"  # 2026-01-01 12:00 UTC

CHART = """
{% call chart("naive", title="A title", models=["llama-3-8b", "llama-3-70b"]) %}
A caption.
{% endcall %}
"""


@pytest.fixture(scope="module")
def twice(tmp_path_factory: pytest.TempPathFactory) -> tuple[Project, Project]:
    """Two copies of the project, built with different hash seeds; the second cannot render."""
    first, second = (copy_of(ROOT, tmp_path_factory.mktemp(name)) for name in ("first", "second"))
    # Found before the renderer itself.
    (second.root / "vl_convert.py").write_text("raise ImportError('rendered again')\n", "utf-8")
    for seed, project in enumerate((first, second)):
        build = project.build(SOURCE_DATE_EPOCH=NOON, PYTHONHASHSEED=str(seed))
        assert build.returncode == 0, build.stdout
    return first, second


def test_two_builds_are_identical_byte_for_byte(twice: tuple[Project, Project]) -> None:
    first, second = (contents(project.site) for project in twice)
    assert "sitemap.xml.gz" in first
    assert first.keys() == second.keys()
    assert [path for path, content in first.items() if content != second[path]] == []


def test_what_is_kept_gives_the_same_site_again(twice: tuple[Project, Project]) -> None:
    first, _ = twice
    made_anew = contents(first.site)
    assert list((first.root / ".cache" / "pages").rglob("*.kept"))
    assert first.build(SOURCE_DATE_EPOCH=NOON).returncode == 0
    assert contents(first.site) == made_anew


def test_a_second_build_renders_no_chart_again(twice: tuple[Project, Project]) -> None:
    _, second = twice
    built = (second.site / "learn" / "decode-bottleneck" / "index.html").read_text("utf-8")
    assert "<svg" in built


def test_a_build_leaves_nothing_but_the_site_and_the_cache(
    twice: tuple[Project, Project],
) -> None:
    first, _ = twice
    assert {path.name for path in first.root.iterdir()} == {*PARTS, "mkdocs.yml", ".cache", "site"}


@pytest.fixture
def charted(tmp_path: Path) -> Project:
    """A small project with one chart and a cache of its own."""
    project = small_copy_of(ROOT, tmp_path)
    (project.root / CHART_CACHE).unlink()
    with (project.root / "docs" / "index.md").open("a", encoding="utf-8") as page:
        page.write(CHART)
    return project


def rendered(project: Project) -> dict[str, int]:
    build = project.build()
    assert build.returncode == 0, build.stdout
    files = (project.root / CHART_CACHE).glob("*.svg.kept")
    return {file.name: file.stat().st_mtime_ns for file in files}


def test_a_chart_is_rendered_again_only_when_it_changes(charted: Project) -> None:
    first = rendered(charted)
    assert len(first) == 2  # for wide screens and for narrow ones

    charted.edit("docs/index.md", "A caption.", "Another caption.")
    assert rendered(charted) == first

    charted.edit("docs/index.md", '"llama-3-70b"]', '"llama-3.1-405b"]')
    changed = rendered(charted)
    assert len(changed) == 4
    assert first.items() <= changed.items()
