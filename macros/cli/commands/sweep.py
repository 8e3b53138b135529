"""`sweep`: a table over any axes, written as it is computed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import click

from macros.cli import parse_values
from macros.cli.cached_facts import Known
from macros.cli.cases import math_format
from macros.cli.exit_codes import OK
from macros.cli.find_by_name import find, find_all
from macros.cli.options import command, engine_option, option

if TYPE_CHECKING:
    from macros.cli.grid import Grid

FORMATS = ("csv", "json", "table")
"""Functions of `macros.cli.grid_text`."""

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
    from macros.cli import grid_text  # late: who asks for help waits for no arrays

    write = getattr(grid_text, options.format)
    write(known.fit, grid_of(known, options))
    return OK


def grid_of(known: Known, options: SweepOptions) -> Grid:
    """The grid that the options name.

    Raises:
        Mistake: a name among them names nothing, or no GPU has a peak for the math.
    """
    from macros.cli.grid import Grid

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
