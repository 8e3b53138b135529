"""`sweep`: a table over any axes, a row at a time."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain, islice, product
from typing import Any

import click

from macros import law
from macros.catalog import Gpu, Model, Precision
from macros.cli import parse_values
from macros.cli.cached_facts import Known
from macros.cli.cases import math_format
from macros.cli.exit_codes import OK
from macros.cli.find_by_name import find, find_all
from macros.cli.options import command, engine_option, option
from macros.cli.terminal import shown
from macros.evidence.fit import Fit
from macros.evidence.intervals import factors_at
from macros.law.compiled import stages
from macros.law.expected import COEFFICIENTS, INTERVAL_FACTORS, PEERS
from macros.scenario import Scenario

COLUMNS = (
    "model",
    "gpu",
    "precision",
    "gpus",
    "batch",
    "context",
    "fits",
    "min_gpus",
    "caches_fit",
    "step_time",
    "decode_tps",
    "expected_tps",
    "expected_low_tps",
    "expected_high_tps",
    "reason",
)

AT_ONCE = 512
"""Lines that are written together."""

Row = tuple[Any, ...]
"""The cells of `COLUMNS`; None where there is no speed."""

CEILING = ("step_time", "decode_tps")
MIDDLE = ("expected_tps", "fixed_share")
ENDS = ("expected_low_tps", "expected_high_tps")
NONE = (None,) * (1 + len(CEILING) + 1 + len(ENDS))

WITH_SPEED = "%s," * 9 + "%r," * 5 + "%s\n"
WITHOUT_SPEED = "%s," * 8 + "," * len(NONE) + "%s\n"
"""A line of CSV; formatting takes a third of the csv module's time."""


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


@dataclass(frozen=True)
class Grid:
    """The values of each axis; a precision of None is the one that a model is published in.

    A count of GPUs of None is the smallest that holds the weights. `natives` holds the format of
    each model by its id.
    """

    models: tuple[Model, ...]
    gpus: tuple[Gpu, ...]
    precisions: tuple[Precision, ...] | None
    counts: tuple[int, ...] | None
    batches: tuple[int, ...]
    contexts: tuple[int, ...]
    kv: Precision
    math: str
    engine: str
    natives: Mapping[str, Precision]


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


class _Law:
    """The law in the stages of the loops of `rows`, and the fit after it."""

    def __init__(self, fit: Fit, engine: str) -> None:
        run = ("gpus", "batch", "context")
        machine = [name for name, meaning in law.INPUTS.items() if meaning.axes and name not in run]
        machine = [name for name in machine if name not in (*COEFFICIENTS, *PEERS)]
        self.machine, self.gpus, self.batch, self.context = stages(
            ("min_gpus", "max_batch", *CEILING), [machine, *((name,) for name in run)]
        )
        of_setup = ("layers", "experts", "gpus", "batch", "fixed_factor", *COEFFICIENTS)
        self.fixed, self.middle = stages(MIDDLE, [of_setup, ("step_time",)])
        (ends,) = stages(ENDS, [(MIDDLE[0], "decode_tps", *INTERVAL_FACTORS)])
        self.ends = ends.on({})
        self.fit, self.engine = fit, engine

    def at(self, known: dict[str, float]) -> Callable[[int], tuple[float, ...]]:
        """The function from a context to the users that fit, step time, ceiling and expected."""
        known["fixed_factor"] = 1.0  # nobody measured a grid
        self.fixed.add_to(known)
        context, middle, ends = self.context.on(known), self.middle.on(known), self.ends
        users, time, ceiling = map(self.context.gives.index, ("max_batch", *CEILING))
        expected, share = map(self.middle.gives.index, MIDDLE)
        curve = (self.fit.named if self.engine else self.fit.blind).of(known["batch"])

        def speeds(tokens: int) -> tuple[float, ...]:
            found = context(tokens)
            step_time, tps = found[time], found[ceiling]
            made = middle(step_time)
            likely = made[expected]
            low, high = factors_at(curve, made[share])
            return (found[users], step_time, tps, likely, *ends(likely, tps, low, high))

        return speeds


def rows(fit: Fit, grid: Grid, yes: object = True, no: object = False) -> Iterator[Row]:
    """Every row of the grid, one at a time.

    Args:
        fit: the constants and intervals of the expected speed.
        grid: the axes; the last one varies fastest.
        yes: how what holds is written.
        no: how what does not is.
    """
    law = _Law(fit, grid.engine)
    for model, gpu, precision in product(grid.models, grid.gpus, grid.precisions or (None,)):
        format = precision or grid.natives[model.id]
        unpublished = grid.math and grid.math not in gpu.peak_flops
        math = "" if unpublished else grid.math
        known = dict(Scenario(model, gpu, format, grid.kv, math=math).inputs)
        known.update(fit.coefficients(gpu, grid.engine))
        law.machine.add_to(known)
        enough = int(known["min_gpus"])
        for gpus in grid.counts or (enough,):
            start = (model.id, gpu.id, format.id, gpus)
            if gpus < enough:
                reason = f"needs {enough} GPUs"
                for batch, context in product(grid.batches, grid.contexts):
                    yield (*start, batch, context, no, enough, *NONE, reason)
                continue
            known["gpus"] = gpus
            law.gpus.add_to(known)
            for batch in grid.batches:
                known["batch"] = batch
                law.batch.add_to(known)
                speeds = law.at(known)
                for context in grid.contexts:
                    if unpublished:
                        reason = f"no {grid.math} peak is published"
                        yield (*start, batch, context, yes, enough, *NONE, reason)
                        continue
                    if context > model.max_context:
                        reason = f"takes {model.max_context} tokens at most"
                        yield (*start, batch, context, yes, enough, *NONE, reason)
                        continue
                    users, *cells = speeds(context)
                    held = yes if batch <= users else no
                    yield (*start, batch, context, yes, enough, held, *cells, "")


def _csv(fit: Fit, grid: Grid) -> None:
    # No cell holds a comma or a quote: ids have none, and reasons are ours.
    _write(chain([",".join(COLUMNS) + "\n"], map(_csv_line, rows(fit, grid, "true", "false"))))


def _csv_line(row: Row) -> str:
    return WITH_SPEED % row if row[-2] is not None else WITHOUT_SPEED % (*row[:8], row[-1])


def _write(lines: Iterable[str]) -> None:
    waiting = iter(lines)
    while together := "".join(islice(waiting, AT_ONCE)):
        sys.stdout.write(together)


def _json(fit: Fit, grid: Grid) -> None:
    encode = json.JSONEncoder(ensure_ascii=False, allow_nan=False).encode
    _write(encode(dict(zip(COLUMNS, row, strict=True))) + "\n" for row in rows(fit, grid))


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
