"""Every section looks as recorded in `snapshots/`, in both themes; and what a snapshot is blind to.

A snapshot is of layout and colour. What is written is tested elsewhere, and fonts differ from one
machine to the next: so every character is a box (`views.py`) and pictures are coarse
(`pictures.py`). After a change that is wanted, `make snapshots` records anew what looks different.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from building import ROOT, contents
from pictures import difference, read, write
from PIL import Image
from playwright.sync_api import Browser
from views import DESK, VIEWS, View, picture

RECORDED = ROOT / "tests" / "browser" / "snapshots"
FAILED = ROOT / ".cache" / "snapshots"
RECORDING = "RECORD_SNAPSHOTS" in os.environ

Sections = dict[str, Image.Image]


def complaints(folder: Path, failed: Path, seen: Sections) -> Iterator[str]:
    """What is wrong with a folder of snapshots, given how the sections look now."""
    shutil.rmtree(failed, ignore_errors=True)
    for name, now in seen.items():
        snapshot, sheet = folder / f"{name}.png", failed / f"{name}.png"
        if not snapshot.exists():
            yield f"#{name} has no snapshot"
        elif found := difference(read(snapshot), now):
            failed.mkdir(parents=True, exist_ok=True)
            found.side_by_side().save(sheet)
            yield f"#{name} looks different: {found}\n  side by side: {sheet}"
    for orphan in sorted({path.stem for path in folder.glob("*")} - set(seen)):
        yield f"#{orphan} has a snapshot, but is no section"


def record(folder: Path, seen: Sections) -> None:
    """Write what looks different or is new, and drop what is gone; the rest keeps its bytes."""
    for path in folder.glob("*"):
        if path.stem not in seen:
            path.unlink()
    for name, now in seen.items():
        snapshot = folder / f"{name}.png"
        if not snapshot.exists() or difference(read(snapshot), now):
            write(now, snapshot)


@pytest.mark.browser
@pytest.mark.parametrize("view", VIEWS, ids=str)
def test_every_section_looks_as_recorded(view: View, browser: Browser, address: str) -> None:
    with view.opened(browser, address) as page:
        seen = view.sections(page)
    if RECORDING:
        record(RECORDED / str(view), seen)
    if found := list(complaints(RECORDED / str(view), FAILED / str(view), seen)):
        wanted = "If this is wanted, `make snapshots` records it."
        pytest.fail("\n".join([str(view), *found, wanted]), pytrace=False)


def test_every_snapshot_is_of_a_page_that_is_looked_at() -> None:
    folders = {str(path.parent.relative_to(RECORDED)) for path in RECORDED.rglob("*.png")}
    assert folders == {str(view) for view in VIEWS}


DEFECTS = {
    "a hue a little off": "[data-md-color-scheme] { --de-memory: #0a6a9c; }",
    "paper a little off": "[data-md-color-scheme] { --de-paper: #f0ede7; }",
    "a wider widget": ".md-typeset .widget { margin-inline: -20px !important; }",
    "no caption": "figcaption { display: none; }",
    "an invisible caption": "figcaption { visibility: hidden; }",
    "no chart": ".chart { visibility: hidden; }",
    "fainter text": ".md-typeset p { opacity: 0.7; }",
    "closer lines": ".md-typeset p { line-height: 1.5 !important; }",
    "a theme lost": "[data-md-color-scheme='slate'] { --de-paper: #faf7f1; }",
}


@pytest.mark.browser
def test_a_snapshot_sees_what_goes_wrong_with_styles(browser: Browser, address: str) -> None:
    home = View("", "dark", DESK)
    with home.opened(browser, address) as page:
        sound = picture(page, 0, 900)
        assert not difference(sound, picture(page, 0, 900))
        for defect, style in DEFECTS.items():
            planted = page.add_style_tag(content=style)
            assert difference(sound, picture(page, 0, 900)), defect
            planted.evaluate("style => style.remove()")


@pytest.mark.browser
def test_no_font_of_the_machine_shows(browser: Browser, address: str) -> None:
    home = View("", "light", DESK)
    texts = ["iiii", "WWWW", "−≥→²", "漢字かな", "абвг", "🚀🚀🚀🚀"]
    with home.opened(browser, address) as page:
        widths = page.evaluate(
            """async texts => (await document.fonts.load("16px Boxes")) && texts.map(text => {
              const span = document.querySelector("article p").appendChild(document.createElement("span"));
              span.textContent = text;
              return span.getBoundingClientRect().width;
            })""",
            texts,
        )
    assert len(set(widths)) == 1


PLAIN, OTHER = Image.new("RGB", (90, 60), "#faf7f1"), Image.new("RGB", (90, 60), "#f2ede3")


def test_a_missing_and_a_left_over_snapshot_are_named(tmp_path: Path) -> None:
    record(tmp_path / "kept", {"old": PLAIN})
    assert list(complaints(tmp_path / "kept", tmp_path / "failed", {"new": PLAIN})) == [
        "#new has no snapshot",
        "#old has a snapshot, but is no section",
    ]


def test_a_different_look_is_shown_in_a_sheet_and_gone_once_it_is_recorded(tmp_path: Path) -> None:
    kept, failed = tmp_path / "kept", tmp_path / "failed"
    record(kept, {"top": PLAIN})
    (complaint,) = complaints(kept, failed, {"top": OTHER})
    assert complaint.startswith("#top looks different: 5400 of 5400 cells differ")
    assert str(failed / "top.png") in complaint
    assert (failed / "top.png").exists()
    record(kept, {"top": OTHER})
    assert list(complaints(kept, failed, {"top": OTHER})) == []
    assert not failed.exists()


def test_recording_rewrites_only_what_looks_different(tmp_path: Path) -> None:
    record(tmp_path, {"top": PLAIN, "gone": PLAIN})
    before = (tmp_path / "top.png").read_bytes()
    record(tmp_path, {"top": PLAIN.point(lambda value: value - 1)})
    assert contents(tmp_path) == {"top.png": before}
