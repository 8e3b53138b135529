# /// script
# dependencies = ["fonttools==4.68.0"]
# ///
"""Makes `boxes.ttf`, in which every character is the same box: `uv run tests/support/boxes.py`.

Snapshots are set in it, so that they look alike whatever fonts a machine has.
"""

# mypy: disable-error-code="import-not-found,import-untyped,no-any-return"

from __future__ import annotations

from pathlib import Path
from typing import Any

from fontTools.fontBuilder import FontBuilder
from fontTools.pens.ttGlyphPen import TTGlyphPen
from fontTools.ttLib.tables._c_m_a_p import CmapSubtable

EM, ASCENT, DESCENT = 1000, 900, 250
ADVANCES = {".notdef": 500, "box": 500, "space": 250, "nothing": 0}
SPACES = {0x20, 0xA0, *range(0x2000, 0x200B), 0x202F, 0x205F, 0x3000}
# Controls, soft hyphens, joiners, and the marks that stand over the character before them.
NOTHING = {
    *range(0x20),
    *(0xAD, 0xFEFF),
    *range(0x300, 0x370),
    *range(0x200B, 0x2010),
    *range(0x2028, 0x202F),
    *range(0x2060, 0x2070),
}


def _outline(name: str) -> Any:
    pen = TTGlyphPen(None)
    if name in {".notdef", "box"}:
        # As high as lowercase letters are, so that lines of text stay apart.
        pen.moveTo((0, 0))
        for corner in ((0, 500), (500, 500), (500, 0)):
            pen.lineTo(corner)
        pen.closePath()
    return pen.glyph()


def _glyph_of(character: int) -> str:
    return "space" if character in SPACES else "nothing" if character in NOTHING else "box"


def _every_character() -> Any:
    # Format 13 gives one glyph to a whole range of characters: it keeps the font small.
    table = CmapSubtable.newSubtable(13)
    table.platformID, table.platEncID, table.reserved, table.language = 3, 10, 0, 0
    table.cmap = {character: _glyph_of(character) for character in range(0x20000)}
    return table


def _make(path: Path) -> None:
    builder = FontBuilder(EM, isTTF=True)
    builder.setupGlyphOrder(list(ADVANCES))
    builder.setupGlyf({name: _outline(name) for name in ADVANCES})
    builder.setupHorizontalMetrics({name: (advance, 0) for name, advance in ADVANCES.items()})
    # Said three times, because systems disagree about which to believe.
    builder.setupHorizontalHeader(ascent=ASCENT, descent=-DESCENT)
    builder.setupNameTable({"familyName": "Boxes", "styleName": "Regular"})
    builder.setupCharacterMap({ord("x"): "box"})
    builder.setupOS2(
        sTypoAscender=ASCENT,
        sTypoDescender=-DESCENT,
        sTypoLineGap=0,
        usWinAscent=ASCENT,
        usWinDescent=DESCENT,
        sxHeight=500,
        sCapHeight=500,
    )
    builder.setupPost(keepGlyphNames=False)
    builder.font["cmap"].tables = [_every_character()]
    builder.font.recalcTimestamp = False
    builder.font["head"].created = builder.font["head"].modified = 0
    builder.save(path)


if __name__ == "__main__":
    _make(Path(__file__).with_suffix(".ttf"))
