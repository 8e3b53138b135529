"""`fit`: the GPUs that hold a model, the fewest first, and by their ceiling among equals."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import click

from macros.catalog import Gpu, Model, Precision
from macros.cli import parse_values
from macros.cli.answers import Answer
from macros.cli.cached_facts import Known
from macros.cli.cases import math_format, precision_of, scenario
from macros.cli.exit_codes import NO_FIT, OK
from macros.cli.find_by_name import find
from macros.cli.options import (
    ScenarioOptions,
    command,
    json_option,
    option,
    scenario_options,
)
from macros.cli.terminal import paragraph, print_json, shown, table

SPEEDS_PER_USER = ("decode_tps", "expected_tps", "expected_low_tps", "expected_high_tps")


MORE = """\
Without --gpus, each GPU is taken as often as weights and caches need. With --math, only GPUs with
such a peak are.

JSON: model, precision, batch, context, gpus[]: id, name, gpus, min_gpus (for the weights
alone), memory, decode_tps, expected_tps, expected_low_tps, expected_high_tps, board_power.

Example:
  decode-equation fit llama-3-70b --precision fp8 --batch 16 --context 8k"""


@dataclass(frozen=True)
class FitOptions(ScenarioOptions):
    """What must fit; `most` leaves out GPUs of which more are needed, unless `gpus` says so many."""

    model: str
    most: int
    json: bool


def run(known: Known, options: FitOptions) -> int:
    """Print the GPUs."""
    model = find("model", options.model, known.catalog.models)
    precision = precision_of(known, options.precision, model)
    if options.math:
        math_format(options.math, list(known.catalog.gpus.values()))
    found = sorted(
        _holders(known, options, model, precision),
        key=lambda answer: (answer["gpus"], -answer["decode_tps"]),
    )
    batch, context = options.batch, options.context
    if options.json:
        axes = {"precision": precision.id, "batch": batch, "context": context}
        print_json({"model": model.id, **axes, "gpus": found})
    elif found:
        print(_text(model, precision, batch, context, found))
    else:
        print(paragraph(f"No GPU of the catalog holds {model.name} in {precision.name} so."))
    return OK if found else NO_FIT


def _holders(
    known: Known, options: FitOptions, model: Model, precision: Precision
) -> Iterator[Answer]:
    for gpu in known.catalog.gpus.values():
        if options.math and options.math not in gpu.peak_flops:
            continue
        case = scenario(known, model, gpu, precision, options)
        needed = int(case.value("serving_gpus"))
        if not needed:
            continue
        if options.gpus is None:
            case = case.on(gpus=needed)
        if needed <= case.gpus <= (options.gpus or options.most):
            yield _answer(gpu, case.gpus, int(case.value("min_gpus"))) | {
                name: case.value(name) for name in SPEEDS_PER_USER
            }


def _answer(gpu: Gpu, gpus: int, weights_need: int) -> Answer:
    return {
        "id": gpu.id,
        "name": gpu.name,
        "gpus": gpus,
        "min_gpus": weights_need,
        "memory": gpu.memory.value,
        "board_power": gpu.board_power.value if gpu.board_power else None,
    }


def _text(model: Model, precision: Precision, batch: int, context: int, found: list[Answer]) -> str:
    users = "1 user" if batch == 1 else f"{batch:,} users"
    each = f", {context:,} tokens of context each" if context else ""
    title = paragraph(
        f"What holds {model.name} in {precision.name} and the caches of {users}{each}:"
    )
    rows = [
        (
            str(answer["gpus"]),
            answer["name"],
            shown(answer["memory"], "bytes"),
            *(shown(answer[name], "tok/s") for name in SPEEDS_PER_USER),
        )
        for answer in found
    ]
    headings = ("GPUs", "GPU", "Memory each", "Ceiling", "Expected", "Low", "High")
    return f"{title}\n\n{table(headings, rows, numeric=(0, 2, 3, 4, 5, 6))}"


COMMAND = command(
    "fit",
    "the GPUs that hold a model, the fewest first, then by ceiling",
    FitOptions,
    run,
    [
        click.Argument(["model"], metavar="MODEL", help="of the catalog, as `list` shows it"),
        option("--most", "N", "leave out GPUs that take more than N", parse_values.count, "8"),
        *scenario_options(gpus="min"),
        json_option(),
    ],
    MORE,
)
