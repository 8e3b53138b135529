"""Pictures seen from afar: reduced to coarse cells, compared so that edges may wobble, and marked."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from PIL import Image, ImageChops, ImageDraw, ImageFilter

CELL = 4
"""Pixels of a screenshot along each side of a cell."""
COLOURS = 256
EVEN, EDGE = 6, 0.05
"""Steps of 255 that a colour may stray on an even area, and the share of the contrast on others."""
FEW = 20
"""Cells that may differ: a changed digit or a moved dot is no defect."""
APART = 6
"""Rows of equal cells that lie between two places that are reported on their own."""
PLACES = 3
ZOOM, GAP = 2, 16
RED, GREY = (220, 0, 40), (128, 128, 128)


def coarse(screenshot: Image.Image) -> Image.Image:
    """A screenshot with one pixel for each cell."""
    return screenshot.convert("RGB").reduce(CELL)


def read(path: Path) -> Image.Image:
    """A coarse picture that `write` wrote."""
    with Image.open(path) as image:
        return image.convert("RGB")


def write(picture: Image.Image, path: Path) -> None:
    """Keep a coarse picture in a small file; its colours stray by less than `EVEN`."""
    path.parent.mkdir(parents=True, exist_ok=True)
    few = picture.quantize(COLOURS, Image.Quantize.MAXCOVERAGE, dither=Image.Dither.NONE)
    few.save(path, optimize=True)


@dataclass(frozen=True)
class Difference:
    """Where two coarse pictures of one thing differ; false where that may be."""

    expected: Image.Image
    actual: Image.Image
    mask: Image.Image

    @property
    def cells(self) -> int:
        """How many cells differ."""
        return self.mask.histogram()[255]

    def __bool__(self) -> bool:
        return self.cells > FEW

    def __str__(self) -> str:
        return "; ".join(
            [f"{self.cells} of {len(self.mask.tobytes())} cells differ", *self._where()]
        )

    def _where(self) -> Iterator[str]:
        taller = (self.actual.height - self.expected.height) * CELL
        if abs(taller) > CELL:
            yield f"{abs(taller)} px {'taller' if taller > 0 else 'less tall'}"
        bands = self._bands()
        for left, top, right, bottom in bands[:PLACES]:
            yield f"{top} to {bottom} px down and {left} to {right} px across"
        if len(bands) > PLACES:
            yield f"{len(bands) - PLACES} more places further down"

    def _bands(self) -> list[tuple[int, int, int, int]]:
        """Boxes, in pixels, around rows that differ and lie close to each other."""
        bands: list[tuple[int, int, int, int]] = []
        for top in range(self.mask.height):
            if not (row := self.mask.crop((0, top, self.mask.width, top + 1)).getbbox()):
                continue
            left, right, upper = CELL * row[0], CELL * row[2], CELL * top
            if bands and upper - bands[-1][3] < CELL * APART:
                before = bands.pop()
                left, upper, right = min(left, before[0]), before[1], max(right, before[2])
            bands.append((left, upper, right, CELL * (top + 1)))
        return bands

    def side_by_side(self) -> Image.Image:
        """What was expected, what is there, and the latter faded with the differing cells in red."""
        marked = Image.new("RGB", self.mask.size, GREY)
        marked.paste(Image.blend(self.actual, Image.new("RGB", self.actual.size, GREY), 0.5))
        marked.paste(RED, mask=self.mask)
        panels = {"expected": self.expected, "actual": self.actual, "differs": marked}
        width, height = (ZOOM * length for length in self.mask.size)
        sheet = Image.new("RGB", (3 * width + 2 * GAP, height + GAP), GREY)
        for place, (name, panel) in enumerate(panels.items()):
            left = place * (width + GAP)
            ImageDraw.Draw(sheet).text((left + 4, 2), name)
            sheet.paste(panel.resize((panel.width * ZOOM, panel.height * ZOOM), 0), (left, GAP))
        return sheet


def difference(expected: Image.Image, actual: Image.Image) -> Difference:
    """Compare two coarse pictures.

    A cell may have any colour between those that the cells around it have in the other picture:
    an edge may wobble by less than a cell, whichever way a machine smooths it. Where all of them
    are alike, so must it be.
    """
    size = max(expected.width, actual.width), max(expected.height, actual.height)
    within = ImageChops.lighter(_strays(actual, expected), _strays(expected, actual))
    mask = Image.new("L", size, 0)
    mask.paste(within)
    if abs(expected.height - actual.height) > 1 or expected.width != actual.width:
        mask.paste(255, (0, within.height, *size))
        mask.paste(255, (within.width, 0, *size))
    return Difference(expected, actual, mask)


def _strays(image: Image.Image, other: Image.Image) -> Image.Image:
    """White where a picture has a colour that is not found around the same place in another."""
    low, high = other.filter(ImageFilter.MinFilter(3)), other.filter(ImageFilter.MaxFilter(3))
    slack = ImageChops.subtract(high, low).point(lambda contrast: EVEN + contrast * EDGE)
    below = ImageChops.subtract(ImageChops.subtract(low, slack), image)
    above = ImageChops.subtract(image, ImageChops.add(high, slack))
    red, green, blue = ImageChops.lighter(below, above).split()
    farthest = ImageChops.lighter(ImageChops.lighter(red, green), blue)
    return farthest.point(lambda distance: 255 if distance else 0)
