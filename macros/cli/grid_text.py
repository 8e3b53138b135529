"""The rows of a grid as text: lines of CSV or of JSON, and a table."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.util import find_spec

import numpy as np

from macros.cli.grid import COLUMNS, SPEEDS, UNKNOWN, Block, Grid, blocks, rows
from macros.cli.terminal import shown
from macros.evidence.fit import Fit
from macros.law.compiled import Array

SPELT_ALIKE = (1e-4, 1e16)
"""Between these, JSON and Python write a float alike: beyond, Python writes an exponent."""

SPELT_AT_ONCE = 1024
"""Rows whose digits are written together: few enough for their text to stay in a core's cache."""

TEXTS = ("model", "gpu", "precision", "reason")
"""Columns of words. None holds a comma or a quote: ids have none, and reasons are ours."""


@dataclass(frozen=True)
class Notation:
    """How a row is written.

    Attributes:
        cell: gives what is written of a column, with %s for its value.
        between: what stands between cells.
        none: the value of an empty cell.
        opening, closing: of a row.
    """

    cell: Callable[[str], str]
    between: str
    none: str
    opening: str
    closing: str

    def cells(self, *columns: str) -> str:
        """Some cells, with %s for each value and what stands behind each."""
        return "".join(self.cell(column) + self.between for column in columns)


CSV = Notation(lambda column: "%s", ",", "", "", "\n")
JSON = Notation(
    lambda column: f'"{column}": "%s"' if column in TEXTS else f'"{column}": %s',
    ", ",
    "null",
    "{",
    "}\n",
)


def csv(fit: Fit, grid: Grid) -> None:
    """Write lines of CSV, with a head."""
    print(",".join(COLUMNS))
    for block in blocks(fit, grid):
        sys.stdout.writelines(lines(block, CSV))


def json(fit: Fit, grid: Grid) -> None:
    """Write an object a line."""
    for block in blocks(fit, grid):
        sys.stdout.writelines(lines(block, JSON))


def lines(block: Block, notation: Notation) -> Iterator[str]:
    """The lines of each setup; pieces that rows share are written once."""
    of_setup = notation.opening + notation.cells("model", "gpu", "precision", "gpus")
    of_run = notation.cells("batch", "context")
    of_weights, of_caches = notation.cells("fits", "min_gpus"), notation.cells("caches_fit")
    of_speeds, end = notation.cells(*SPEEDS), notation.cell("reason") + notation.closing
    no_speeds = of_speeds % ((notation.none,) * len(SPEEDS))

    @cache
    def middles(fits: bool, min_gpus: int, reason: str) -> tuple[str, str, str]:
        """What stands between a run and its speeds, by the state of its caches."""
        weights = of_weights % (str(fits).lower(), min_gpus)
        crowded, held, unknown = (weights + of_caches % w for w in ("false", "true", notation.none))
        return crowded, held, unknown + no_speeds + end % reason

    numbers = spelled(block.speeds)
    if notation is not CSV:  # of which they are cells already
        cells = of_speeds.removesuffix(notation.between)
        numbers = [cells % tuple(row.split(",")) for row in numbers]
    speeds = np.full(block.caches.shape, "", object)
    speeds[block.caches != UNKNOWN] = np.array(numbers, object) + (notation.between + end % "")
    runs = [of_run % run for run in block.runs]
    states, ends = iter(block.caches.tolist()), iter(speeds.tolist())
    for setup in block.setups:
        start = of_setup % (block.model, setup.gpu, setup.precision, setup.gpus)
        middle = middles(setup.fits, setup.min_gpus, setup.reason or block.limit)
        rows = zip(runs, states, ends, strict=False)
        yield start + start.join([f"{run}{middle[state]}{speed}" for run, state, speed in rows])


def spelled(rows: Array, digits: Callable[[Array], list[str]] | None = None) -> list[str]:
    """The numbers of each row, of (rows, columns), as `repr` writes them, with commas between.

    Writers of JSON find the same shortest digits in a small part of the time.

    Args:
        rows: to be written; none is infinite or no number.
        digits: the writer; by default the fastest at hand.
    """
    write, texts = digits or DIGITS, list[str]()
    for start in range(0, len(rows), SPELT_AT_ONCE):
        texts += write(rows[start : start + SPELT_AT_ONCE])
    least, most = SPELT_ALIKE
    for row in np.flatnonzero(((rows < least) | (rows >= most)).any(axis=1)).tolist():
        texts[row] = ",".join(map(repr, rows[row].tolist()))
    return texts


def by_orjson(rows: Array) -> list[str]:
    """Straight from the array; orjson is an extra."""
    import orjson

    whole: bytes = orjson.dumps(np.ascontiguousarray(rows), option=orjson.OPT_SERIALIZE_NUMPY)
    return whole.decode()[len("[[") : -len("]]")].split("],[")


def by_pydantic(rows: Array) -> list[str]:
    """By what the catalog is checked with, which is always there."""
    from pydantic_core import to_json

    # One list of all, as Python's garbage collector would walk through one for each row.
    marked = np.column_stack([rows, np.full(len(rows), np.nan)]).ravel().tolist()
    return to_json(marked).decode()[len("[") : -len(",NaN]")].split(",NaN,")


DIGITS = by_orjson if find_spec("orjson") else by_pydantic


def table(fit: Fit, grid: Grid) -> None:
    """Write a plain table; its columns are as wide as the axes' names, as rows are not known ahead."""
    names = [
        [model.id for model in grid.models],
        [gpu.id for gpu in grid.gpus],
        [precision.id for precision in grid.precisions or grid.natives.values()],
    ]
    heads = (*COLUMNS[:6], "step", "ceiling", "expected", "low", "high", "")
    widths = [max(map(len, (head, *ids))) for head, ids in zip(heads, names, strict=False)]
    widths += [5, 6, 8, *[max(9, len(head)) for head in heads[6:-1]]]
    print(_line(heads, widths))
    for row in rows(fit, grid):
        *axes, _, _, held, step_time, tps, middle, low, high, reason = row
        speeds = [
            shown(value, "tok/s").removesuffix(" tok/s") for value in (tps, middle, low, high)
        ]
        note = reason or ("" if held else "caches do not fit")
        print(_line([*map(str, axes), shown(step_time, "s"), *speeds, note], widths))


def _line(cells: Sequence[str], widths: Sequence[int]) -> str:
    ids, numbers = 3, zip(cells[3:-1], widths[3:], strict=True)
    left = [cell.ljust(width) for cell, width in zip(cells[:ids], widths, strict=False)]
    return "  ".join([*left, *(cell.rjust(width) for cell, width in numbers), cells[-1]]).rstrip()
