"""The how-to, followed to the letter: each file as printed there, each promise, each mistake."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from bs4 import BeautifulSoup
from building import ROOT, Project, WarmBuilder, copy_of

pytestmark = pytest.mark.builds

HOW_TO = (ROOT / "docs" / "contributing" / "how-to.md").read_text("utf-8")
BLOCK = re.compile(r"^(?P<words>\S[^\n]*:)\n\n```\w+\n(?P<content>.*?)^```$", re.M | re.S)
FILE = r"\*\*`(?P<path>[^`]+)`\*\*"
NEW = re.compile(rf"Make the file {FILE}:")
AT_END = re.compile(rf"At the end of {FILE}, add:")
BELOW = re.compile(rf"[Ii]n {FILE}, below `(?P<line>[^`]+)`, add:")
SLIP = re.compile(rf"Type `(?P<new>[^`]+)` for `(?P<old>[^`]+)` in {FILE}, and the build says:")


@dataclass(frozen=True)
class Slip:
    """A mistake that the page describes, and what the build is to say of it."""

    path: str
    old: str
    new: str
    says: str


def blocks() -> Iterator[tuple[str, str]]:
    return ((block["words"], block["content"]) for block in BLOCK.finditer(HOW_TO))


def slips() -> list[Slip]:
    found = ((SLIP.search(words), content) for words, content in blocks())
    return [Slip(s["path"], s["old"], s["new"], says.strip()) for s, says in found if s]


def follow(root: Path) -> None:
    """Do what the page says, in its order."""
    for words, content in blocks():
        if new := NEW.search(words):
            assert not (root / new["path"]).exists()
            (root / new["path"]).write_text(content, "utf-8")
        elif at_end := AT_END.search(words):
            with (root / at_end["path"]).open("a", encoding="utf-8") as file:
                file.write(content)
        elif below := BELOW.search(words):
            file_at = root / below["path"]
            before, line, after = file_at.read_text("utf-8").partition(f"{below['line']}\n")
            assert line, f"{below['path']} has no line {below['line']!r}"
            file_at.write_text(before + line + content + after, "utf-8")
        else:
            assert SLIP.search(words), f"no rule how to follow {words!r}"


@pytest.fixture(scope="module")
def followed(tmp_path_factory: pytest.TempPathFactory, warm: WarmBuilder) -> Project:
    """The project as it is after all recipes."""
    project = copy_of(ROOT, tmp_path_factory.mktemp("followed"))
    follow(project.root)
    build = warm.build(project)
    assert build.returncode == 0, build.stdout
    return project


def soup(project: Project, address: str) -> BeautifulSoup:
    return BeautifulSoup((project.site / address / "index.html").read_text("utf-8"), "html.parser")


def text(project: Project, address: str, selector: str) -> str:
    (found,) = soup(project, address).select(selector)
    return found.get_text(" ")


def figures(project: Project) -> list[str]:
    return [figure.get_text() for figure in soup(project, "learn/example").select("p data.figure")]


def test_every_block_of_the_page_is_followed_or_is_a_mistake_to_try() -> None:
    assert HOW_TO.count("\n```\n") == len(list(blocks()))


@pytest.mark.parametrize("recipe", ["page", "claim", "gpu", "model", "measurement", "mend"])
def test_each_recipe_has_its_steps_and_says_what_you_see(recipe: str) -> None:
    section = HOW_TO.partition(f"{{ #{recipe} }}\n")[2].partition("\n## ")[0]
    assert "**1.**" in section
    assert "\nYou see " in section
    assert SLIP.search(section)


def test_the_page_is_in_the_menu_and_shows_its_figures(followed: Project) -> None:
    menu = soup(followed, "").select(".md-nav__link")
    assert "An example page" in [link.get_text(strip=True) for link in menu]
    # 7,504,924,672 parameters that are read, of two bytes, at 3.35 TB/s.
    assert figures(followed)[:2] == ["15.0\u202fGB", "4.48\u202fms"]


def test_the_claim_is_shown_and_listed_with_what_was_compared(followed: Project) -> None:
    claim = "more than a hundred times as long as the arithmetic"
    assert text(followed, "learn/example", ".claim") == claim
    assert claim in text(followed, "learn/example", ".ledger ul")


def test_the_gpu_is_in_the_catalog_and_has_a_speed(followed: Project) -> None:
    entry = text(followed, "catalog", "#gpu-example-gpu")
    for fact in (
        "Example GPU",
        "2 TB/s",
        "400 TFLOP/s",
        "prints 800 TFLOP/s",
        "datasheet, Example",
    ):
        assert fact in entry
    # 15.01 GB at 2 TB/s: 7.505 ms.
    assert "133\u202ftok/s" in figures(followed)


def test_the_model_is_in_the_catalog_and_has_a_weight(followed: Project) -> None:
    assert "1,641,121,792" in text(followed, "catalog", "#model-example-2b")
    # as many parameters, of two bytes each
    assert "3.28\u202fGB" in figures(followed)


def test_the_measurement_is_listed_and_held_against_the_law(followed: Project) -> None:
    assert "example-001" in text(followed, "catalog", "#measured-example-benchmark")
    assert "Example benchmark of one H100" in text(followed, "validate", "#measured")


def test_the_contested_value_keeps_both_sides_where_it_is_used(followed: Project) -> None:
    entry = text(followed, "catalog", "#gpu-example-gpu")
    assert "contested" in entry
    assert "1.9 TB/s" in entry
    row = next(
        row.get_text(" ")
        for row in soup(followed, "learn/example").select(".ledger tr")
        if "decode_tps" in row.get_text()
    )
    assert "contested" in row


@pytest.mark.parametrize("id", ["example-gpu", "example-2b"])
def test_what_is_new_can_be_picked(followed: Project, id: str) -> None:
    assert f'"{id}":' in (followed.site / "assets" / "live" / "law.js").read_text("utf-8")


@pytest.mark.parametrize("slip", [pytest.param(slip, id=slip.new) for slip in slips()])
def test_the_build_says_of_a_mistake_what_the_page_says(
    followed: Project, warm: WarmBuilder, slip: Slip
) -> None:
    file = followed.root / slip.path
    right = file.read_text("utf-8")
    followed.edit(slip.path, slip.old, slip.new)
    try:
        build = warm.build(followed)
    finally:
        file.write_text(right, "utf-8")
    assert build.returncode == 1
    assert slip.says in build.stdout
    assert (followed.site / "learn" / "example" / "index.html").exists()
