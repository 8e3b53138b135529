"""`sweep`: a table over any axes, a row at a time."""

from __future__ import annotations

import json
import sys
from argparse import Namespace
from bisect import bisect_right
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain, islice, product
from typing import Any

from macros import law
from macros.catalog import Gpu, Model, Precision
from macros.cli import parse_values
from macros.cli.cached_facts import Known
from macros.cli.cases import math_format
from macros.cli.exit_codes import OK
from macros.cli.find_by_name import find, find_all
from macros.cli.terminal import shown
from macros.evidence.fit import Fit
from macros.law.compiled import stages
from macros.law.expected import BAND_FACTORS, COEFFICIENTS
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
EXPECTED = tuple(
    name for name in COLUMNS if name in law.MEANINGS and law.MEANINGS[name].kind == "expected"
)
NONE = (None,) * (1 + len(CEILING) + len(EXPECTED))

WITH_SPEED = "%s," * 9 + "%r," * 5 + "%s\n"
WITHOUT_SPEED = "%s," * 8 + "," * len(NONE) + "%s\n"
"""A line of CSV; formatting takes a third of the csv module's time."""


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
    natives: Mapping[str, Precision]


def run(known: Known, options: Namespace) -> int:
    """Print the rows as they are computed."""
    grid = grid_of(known, options)
    FORMATS[options.format](known.fit, grid)
    return OK


def grid_of(known: Known, options: Namespace) -> Grid:
    """The grid that the options name.

    Raises:
        Mistake: a name or a count among them cannot be.
    """
    catalog = known.catalog
    gpus = find_all("GPU", options.gpu, catalog.gpus)
    if options.math:
        peaks = {kind for gpu in gpus for kind in gpu.peak_flops}
        if options.math not in peaks:
            math_format(options.math, gpus[0])
    native = options.precision == "native"
    return Grid(
        models=find_all("model", options.model, catalog.models),
        gpus=gpus,
        precisions=None if native else find_all("precision", options.precision, catalog.precisions),
        counts=None if options.gpus == "min" else parse_values.counts("gpus", options.gpus),
        batches=parse_values.counts("batch", options.batch),
        contexts=parse_values.counts("context", options.context),
        kv=find("precision", options.kv_precision, catalog.precisions),
        math=options.math or "",
        natives={
            id: catalog.precisions[model.native_precision] for id, model in catalog.models.items()
        },
    )


class _Law:
    """The law in the stages of the loops of `rows`, and the fit after it."""

    def __init__(self, fit: Fit) -> None:
        run = ("gpus", "batch", "context")
        machine = [name for name, meaning in law.INPUTS.items() if meaning.axes and name not in run]
        self.machine, self.gpus, self.batch, self.context = stages(
            ("min_gpus", "max_batch", *CEILING), [machine, *((name,) for name in run)]
        )
        given = (*CEILING, *BAND_FACTORS)
        _, self.expected = stages(EXPECTED, [("layers", *COEFFICIENTS), given])
        self.fit = fit
        self.starts = [band.start for band in fit.bands[1:]]
        self.factors = [(band.low, band.high) for band in fit.bands]

    def at(self, known: Mapping[str, float]) -> Callable[[int], tuple[float, ...]]:
        """The function from a context to the users that fit, step time, ceiling and expected."""
        context = self.context.on(known)
        expected = self.expected.on({**known, **self.fit.coefficients})
        users, time, ceiling = map(self.context.gives.index, ("max_batch", *CEILING))
        starts, factors = self.starts, self.factors

        def speeds(tokens: int) -> tuple[float, ...]:
            found = context(tokens)
            step_time, tps = found[time], found[ceiling]
            low, high = factors[bisect_right(starts, step_time)]
            return (found[users], step_time, tps, *expected(step_time, tps, low, high))

        return speeds


def rows(fit: Fit, grid: Grid, yes: Any = True, no: Any = False) -> Iterator[Row]:
    """Every row of the grid, one at a time.

    Args:
        fit: the coefficients and bands of the expected speed.
        grid: the axes; the last one varies fastest.
        yes: how what holds is written.
        no: how what does not is.
    """
    law = _Law(fit)
    for model, gpu, precision in product(grid.models, grid.gpus, grid.precisions or (None,)):
        format = precision or grid.natives[model.id]
        math = grid.math if grid.math in gpu.peak_flops else ""
        known = dict(Scenario(model, gpu, format, grid.kv, math=math).inputs)
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
