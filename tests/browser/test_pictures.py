"""What the comparison of snapshots sees, and what it passes over, on drawings of a page."""

from __future__ import annotations

from pathlib import Path

import pytest
from pictures import CELL, Difference, coarse, difference, read, write
from PIL import Image, ImageChops, ImageDraw, ImageFilter

PAPER, PANEL, INK, HUE = "#faf7f1", "#f2ede3", "#211f1b", "#0a5a9c"


def drawing(
    hue: str = HUE, ink: str = INK, left: int = 101, rule: bool = True, height: int = 400
) -> Image.Image:
    """A panel with a bar and a sloping line, a rule, and lines of text as boxes."""
    image = Image.new("RGB", (640, height), PAPER)
    draw = ImageDraw.Draw(image)
    draw.rectangle((left, 51, left + 301, 202), fill=PANEL)
    draw.rectangle((left + 33, 71, left + 97, 102), fill=hue)
    draw.line((left + 30, 180, left + 250, 90), fill=hue, width=2)
    if rule:
        draw.line((100, 230, 500, 230), fill=ink)
    for line in range(250, 380, 21):
        for word in range(100, 420, 53):
            draw.rectangle((word, line, word + 46, line + 8), fill=ink)
    return image


def compared(image: Image.Image) -> Difference:
    return difference(coarse(drawing()), coarse(image))


@pytest.mark.parametrize("step", [(1, 0), (0, 1), (1, 1), (-1, 1), (-1, -1)])
def test_a_shift_by_one_pixel_is_passed_over(step: tuple[int, int]) -> None:
    assert not compared(ImageChops.offset(drawing(), *step))


def test_smoother_edges_are_passed_over() -> None:
    assert not compared(drawing().filter(ImageFilter.GaussianBlur(0.6)))


def test_a_changed_character_is_passed_over() -> None:
    longer = drawing()
    ImageDraw.Draw(longer).rectangle((146, 250, 152, 258), fill=INK)
    assert not compared(longer)


@pytest.mark.parametrize("hue", ["#0a6a9c", "#1a5a9c", "#0a5a8c"])
def test_a_hue_that_is_a_little_off_is_seen(hue: str) -> None:
    assert compared(drawing(hue=hue))


def test_fainter_text_is_seen() -> None:
    assert compared(drawing(ink="#4a4843"))


def test_a_moved_box_is_seen() -> None:
    assert compared(drawing(left=101 + 2 * CELL))


def test_a_lost_hairline_is_seen() -> None:
    assert compared(drawing(rule=False))


def test_more_height_is_seen_even_if_nothing_is_there() -> None:
    assert not compared(drawing(height=400 + CELL))
    assert "20 px taller" in str(compared(drawing(height=420)))


def test_a_difference_says_how_much_and_where() -> None:
    more = drawing()
    draw = ImageDraw.Draw(more)
    draw.rectangle((480, 60, 519, 79), fill=HUE)
    draw.rectangle((480, 300, 519, 319), fill=HUE)
    assert str(compared(more)) == (
        "100 of 16000 cells differ; 60 to 80 px down and 480 to 520 px across; "
        "300 to 320 px down and 480 to 520 px across"
    )


def test_the_sheet_shows_both_and_marks_what_differs() -> None:
    more = drawing()
    ImageDraw.Draw(more).rectangle((480, 60, 519, 79), fill=HUE)
    sheet = compared(more).side_by_side()
    colours = [colour for _, colour in sheet.getcolors(1 << 24) or ()]
    assert (220, 0, 40) in colours
    assert sheet.width > 3 * 640 // 2


def test_a_kept_picture_is_as_good_as_what_it_was_made_of(tmp_path: Path) -> None:
    picture = coarse(drawing().filter(ImageFilter.GaussianBlur(2)))
    write(picture, tmp_path / "kept.png")
    assert difference(read(tmp_path / "kept.png"), picture).cells == 0
