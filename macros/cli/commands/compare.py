"""`compare`: several scenarios side by side."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

import click

from macros.cli import parse_values
from macros.cli.answers import Answer, about
from macros.cli.cached_facts import Known
from macros.cli.cases import precision_of, scenario
from macros.cli.exit_codes import OK
from macros.cli.find_by_name import find
from macros.cli.options import ScenarioOptions, command, json_option, scenario_options
from macros.cli.terminal import print_json, shown, table
from macros.errors import Mistake

_GPUS = re.compile(r"(?:([0-9]+|min)\s*[xX×]\s*)?(.+)")
_COUNT = parse_values.or_min(parse_values.count)

MORE = """\
A case is a model, a GPU and, if you like, a number format, with @ between them. A count before the
GPU, as in 2xh100-sxm or minxh100-sxm, goes before --gpus.

JSON: scenarios[], each with the keys of predict's.

Example:
  decode-equation compare llama-3-8b@h100-sxm llama-3-70b@2xh100-sxm llama-3-70b@h100-sxm@fp8"""


@dataclass(frozen=True)
class CompareOptions(ScenarioOptions):
    """What to set side by side: scenarios, and the axes that they do not say themselves."""

    cases: tuple[str, ...]
    json: bool


def run(known: Known, options: CompareOptions) -> int:
    """Print the answers."""
    answers = [_answer(known, text, options) for text in options.cases]
    if options.json:
        print_json({"scenarios": answers})
    else:
        print(_table(answers))
    return OK


def _answer(known: Known, text: str, options: CompareOptions) -> Answer:
    parts = [part.strip() for part in text.split("@")]
    if len(parts) not in (2, 3) or not all(parts):
        raise Mistake(f"{text!r} is no case; write it like 'llama-3-70b@h100-sxm@fp8'")
    found = _GPUS.fullmatch(parts[1])
    assert found  # the second group takes any text that is not empty
    model = find("model", parts[0], known.catalog.models)
    gpu = find("GPU", found[2], known.catalog.gpus)
    precision = precision_of(known, parts[2] if len(parts) == 3 else options.precision, model)
    if found[1]:
        try:
            options = replace(options, gpus=_COUNT(found[1]))
        except Mistake as mistake:
            raise Mistake(f"{text!r}: {mistake}") from None
    return about(known, scenario(known, model, gpu, precision, options))


def _table(answers: list[Answer]) -> str:
    headings = ("Model", "GPU", "Format", "Ceiling", "Expected", "Low to high", "Against the first")
    first = answers[0]["ceiling"]
    return table(headings, [_row(answer, first) for answer in answers], numeric=(3, 4, 5, 6))


def _row(answer: Answer, first: Answer | None) -> tuple[str, ...]:
    start = (
        answer["model"]["name"],
        f"{answer['gpus']} × {answer['gpu']['name']}",
        answer["precision"]["name"],
    )
    ceiling, expected = answer["ceiling"], answer["expected"]
    if ceiling is None:
        return (*start, f"needs {answer['min_gpus']}", "-", "-", "-")
    factor = ceiling["decode_tps"] / first["decode_tps"] if first else None
    return (
        *start,
        shown(ceiling["decode_tps"], "tok/s"),
        shown(expected["decode_tps"], "tok/s"),
        f"{shown(expected['low'], 'tok/s')} to {shown(expected['high'], 'tok/s')}",
        shown(factor, "1", scale="×"),
    )


COMMAND = command(
    "compare",
    "several scenarios side by side",
    CompareOptions,
    run,
    [
        click.Argument(
            ["cases"],
            nargs=-1,
            required=True,
            metavar="MODEL@GPU[@FORMAT]...",
            help="as llama-3-70b@2xh100-sxm@fp8",
        ),
        *scenario_options(),
        json_option(),
    ],
    MORE,
)
