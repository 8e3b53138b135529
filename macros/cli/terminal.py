"""Text for a terminal: tables that fit it, and plain ones when the output goes elsewhere."""

from __future__ import annotations

import json
import math
import os
import sys
from collections.abc import Sequence
from itertools import zip_longest

from macros.units.display import THIN_SPACE, show

NARROWEST = 8
"""No column of text is cut shorter than this; then rows become blocks of lines."""

GAP = "  "


def width() -> int | None:
    """Columns of the terminal; None where the output is no terminal and may be as wide as it is."""
    if sys.stdout.isatty() or "COLUMNS" in os.environ:
        from shutil import get_terminal_size  # late: output that goes elsewhere is not broken

        return get_terminal_size().columns
    return None


def shown(value: float | None, unit: str, digits: int = 3, scale: str = "") -> str:
    """A value as pages show it, with plain spaces; a dash where there is none."""
    if value is None or not math.isfinite(value):
        return "-"
    return show(value, unit, digits, scale).replace(THIN_SPACE, " ")


def print_json(data: object) -> None:
    """Print data as JSON; a value that is no number has no place in it."""
    print(json.dumps(data, ensure_ascii=False, indent=2, allow_nan=False))


def paragraph(text: str, indent: str = "") -> str:
    """Text broken into lines that fit."""
    room = width()
    if room is None:
        return indent + text
    lines = _wrap(text, max(room, 20) - len(indent), break_on_hyphens=False)
    return "\n".join(indent + line for line in lines)


def pairs(rows: Sequence[tuple[str, str]], indent: str = "  ") -> str:
    """Labels with what they say, one under the other."""
    label = max(len(name) for name, _ in rows)
    room = width()
    lines = []
    for name, text in rows:
        start = f"{indent}{name:<{label}}{GAP}"
        wrapped = [text] if room is None else _wrap(text, max(room - len(start), 20)) or [""]
        lines += [start + wrapped[0], *(" " * len(start) + line for line in wrapped[1:])]
    return "\n".join(line.rstrip() for line in lines)


def table(
    headings: Sequence[str], rows: Sequence[Sequence[str]], numeric: Sequence[int] = ()
) -> str:
    """Rows under headings, numbers to the right; where that is too wide, a block for each row."""
    room = width()
    widths = [max(map(len, column)) for column in zip(headings, *rows, strict=True)]
    if room is not None:
        widths = _narrowed(widths, numeric, room)
        if sum(widths) + len(GAP) * (len(widths) - 1) > room:
            return _blocks(headings, rows)
    lines = []
    for row in (headings, *rows):
        wrapped = [_wrap(text, w) for text, w in zip(row, widths, strict=True)]
        for parts in zip_longest(*wrapped, fillvalue=""):
            cells = (
                part.rjust(w) if index in numeric else part.ljust(w)
                for index, (part, w) in enumerate(zip(parts, widths, strict=True))
            )
            lines.append(GAP.join(cells).rstrip())
    rule = GAP.join("-" * w for w in widths)
    heading_lines = max(len(_wrap(h, w)) for h, w in zip(headings, widths, strict=True))
    return "\n".join([*lines[:heading_lines], rule, *lines[heading_lines:]])


def _wrap(text: str, width: int, break_on_hyphens: bool = True) -> list[str]:
    if len(text) <= width:
        return [text]
    from textwrap import wrap  # late: see `width`

    return wrap(text, width, break_on_hyphens=break_on_hyphens)


def _narrowed(widths: list[int], numeric: Sequence[int], room: int) -> list[int]:
    """Take from the widest column of text, a character at a time, until the row fits."""
    widths = list(widths)
    text = [index for index in range(len(widths)) if index not in numeric]
    while sum(widths) + len(GAP) * (len(widths) - 1) > room:
        widest = max(text, key=lambda index: widths[index], default=None)
        if widest is None or widths[widest] <= NARROWEST:
            break
        widths[widest] -= 1
    return widths


def _blocks(headings: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    return "\n\n".join(pairs(list(zip(headings, row, strict=True)), indent="") for row in rows)
