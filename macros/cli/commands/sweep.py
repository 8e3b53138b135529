"""`sweep`: a table over any axes, a row at a time."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import click
import numpy as np
from pydantic_core import to_json

from macros.cli import parse_values
from macros.cli.cached_facts import Known
from macros.cli.cases import math_format
from macros.cli.exit_codes import OK
from macros.cli.find_by_name import find, find_all
from macros.cli.grid import COLUMNS, UNKNOWN, Block, Grid, blocks, rows
from macros.cli.options import command, engine_option, option
from macros.cli.terminal import shown
from macros.evidence.fit import Fit
from macros.law.compiled import Array

SPELT_ALIKE = (1e-4, 1e16)
"""Between these, JSON and Python write a float alike: beyond, Python writes an exponent."""


MORE = """\
Rows come as they are computed, so that a grid of any size takes no more memory.

Columns of CSV, and keys of each line of JSON: model, gpu, precision, gpus, batch, context, fits,
min_gpus, caches_fit, step_time, decode_tps, expected_tps, expected_low_tps, expected_high_tps,
reason. Where there is no speed, those cells are empty (null), and `reason` says why: the weights
need more GPUs, the model takes no such context, or no peak in the format of --math is published.

Example:
  decode-equation sweep --model llama-3-70b --gpu h100-sxm,b200 --precision fp16,fp8 --batch 1..64 --csv"""


@dataclass(frozen=True)
class SweepOptions:
    """The axes of a sweep.

    Attributes:
        model, gpu: names with commas between them, or "all".
        precision: likewise, or "native".
        gpus: counts; None is as many as hold the weights.
        batch, context: counts of users, and of tokens in each context.
        kv_precision: the format of the cache.
        math: what the matrix units multiply in; None is what suits each precision.
        engine: its id; "" where it is not known.
        format: a key of `FORMATS`.
    """

    model: str
    gpu: str
    precision: str
    gpus: tuple[int, ...] | None
    batch: tuple[int, ...]
    context: tuple[int, ...]
    kv_precision: str
    math: str | None
    engine: str
    format: str


def run(known: Known, options: SweepOptions) -> int:
    """Print the rows as they are computed."""
    grid = grid_of(known, options)
    FORMATS[options.format](known.fit, grid)
    return OK


def grid_of(known: Known, options: SweepOptions) -> Grid:
    """The grid that the options name.

    Raises:
        Mistake: a name among them names nothing, or no GPU has a peak for the math.
    """
    catalog = known.catalog
    gpus = find_all("GPU", options.gpu, catalog.gpus)
    native = options.precision == "native"
    return Grid(
        models=find_all("model", options.model, catalog.models),
        gpus=gpus,
        precisions=None if native else find_all("precision", options.precision, catalog.precisions),
        counts=options.gpus,
        batches=options.batch,
        contexts=options.context,
        kv=find("precision", options.kv_precision, catalog.precisions),
        math=math_format(options.math, gpus) if options.math else "",
        engine=options.engine,
        natives={
            id: catalog.precisions[model.native_precision] for id, model in catalog.models.items()
        },
    )


def _csv(fit: Fit, grid: Grid) -> None:
    # No cell holds a comma or a quote: ids have none, and reasons are ours.
    print(",".join(COLUMNS))
    for block in blocks(fit, grid):
        sys.stdout.write("".join(_csv_lines(block)))


def _csv_lines(block: Block) -> Iterator[str]:
    """The lines of a block: pieces that rows share are written once."""
    runs = [f"{users},{context}," for users, context in block.runs]
    # Of a row without speed all cells stay empty, the answer on the caches among them.
    caches, unknown = block.caches, block.caches == UNKNOWN
    spelt = np.full(caches.shape, "," * (block.speeds.shape[1] - 1), object)
    spelt[~unknown] = spelled(block.speeds)
    states, speeds = iter(caches.tolist()), iter(spelt.tolist())
    for setup in block.setups:
        start = f"{block.model},{setup.gpu},{setup.precision},{setup.gpus},"
        known = f"{str(setup.fits).lower()},{setup.min_gpus},"
        middles = (f"{known}false,", f"{known}true,", f"{known},")
        ends = (",\n", ",\n", f",{setup.reason or block.limit}\n")
        for run, state, cells in zip(runs, states, speeds, strict=False):
            yield f"{start}{run}{middles[state]}{cells}{ends[state]}"


def spelled(rows: Array) -> list[str]:
    """The numbers of each row, of (rows, columns), as `repr` writes them, with commas between.

    Rust finds the same shortest digits in a seventh of the time.
    """
    if not rows.size:
        return []
    texts = to_json(rows.tolist()).decode()[2:-2].split("],[")
    least, most = SPELT_ALIKE
    for row in np.flatnonzero(((rows < least) | (rows >= most)).any(axis=1)).tolist():
        texts[row] = ",".join(map(repr, rows[row].tolist()))
    return texts


def _json(fit: Fit, grid: Grid) -> None:
    encode = json.JSONEncoder(ensure_ascii=False, allow_nan=False).encode
    for block in blocks(fit, grid):
        lines = (encode(dict(zip(COLUMNS, row, strict=True))) + "\n" for row in block.rows())
        sys.stdout.write("".join(lines))


def _table(fit: Fit, grid: Grid) -> None:
    """A plain table; its columns are as wide as the axes' names, as rows are not known ahead."""
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


FORMATS: dict[str, Callable[[Fit, Grid], None]] = {"csv": _csv, "json": _json, "table": _table}


COMMAND = command(
    "sweep",
    "a table over any axes: models, GPUs, formats, counts, users, contexts",
    SweepOptions,
    run,
    [
        option("--model", "NAMES", "names, comma between, or all", default="all"),
        option("--gpu", "NAMES", "names or all", default="all"),
        option("--precision", "NAMES", "names, native or all", default="native"),
        option(
            "--gpus",
            "LIST",
            "counts: 1,2,4 or 1..8, which doubles, or min",
            parse_values.or_min(parse_values.counts),
            "1",
        ),
        option("--batch", "LIST", "users decoded together", parse_values.counts, "1"),
        option(
            "--context", "LIST", "tokens in each context: 0,1k..32k", parse_values.contexts, "0"
        ),
        option("--kv-precision", "FORMAT", "number format of the cache", default="fp16"),
        option("--math", "FORMAT", "what the matrix units multiply in"),
        engine_option(),
        option(
            "--format",
            "FORMAT",
            f"{', '.join(FORMATS)}; json is one object a line",
            parse_values.one_of("format", FORMATS),
            "table",
        ),
        click.Option(["--csv", "format"], flag_value="csv", help="the same as --format csv"),
        click.Option(["--json", "format"], flag_value="json", help="as --format json"),
    ],
    MORE,
)
