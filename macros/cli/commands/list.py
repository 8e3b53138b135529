"""`list`: what the catalog holds."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import click

from macros import law
from macros.catalog import Catalog
from macros.cli import parse_values
from macros.cli.answers import Answer, row
from macros.cli.cached_facts import Known
from macros.cli.exit_codes import OK
from macros.cli.options import command, json_option
from macros.cli.terminal import print_json, shown, table
from macros.errors import Mistake
from macros.scenario import model_inputs

MORE = """\
JSON: a list of objects, each with id and name, and the facts of its kind in SI units.

Examples:
  decode-equation list models qwen
  decode-equation list measurements 4090"""


@dataclass(frozen=True)
class ListOptions:
    """The entries to list: those of a kind that hold all of the words."""

    kind: str
    words: tuple[str, ...]
    json: bool


def run(known: Known, options: ListOptions) -> int:
    """Print the entries of one kind that hold all of the words."""
    entries = [entry for entry in KINDS[options.kind](known.catalog) if _has(entry, options.words)]
    if options.json:
        print_json(entries)
        return OK
    if not entries:
        words = " ".join(options.words)
        raise Mistake(f"no {options.kind} hold {words!r}; `list {options.kind}` shows them all")
    columns, numeric = TABLES[options.kind]
    lines = [[write(entry) for write in columns.values()] for entry in entries]
    print(table(tuple(columns), lines, numeric))
    return OK


def _has(entry: Answer, words: Sequence[str]) -> bool:
    plain = ("id", "name", "model", "gpu", "precision", "engine", "developer", "vendor")
    text = " ".join(str(entry.get(key, "")) for key in plain).lower()
    return all(word.lower() in text for word in words)


def _models(catalog: Catalog) -> list[Answer]:
    return [
        {
            "id": model.id,
            "name": model.name,
            "developer": model.developer,
            "released": model.released,
            "total_params": model.counts.total,
            "active_params": round(law.evaluate("active_params", dict(model_inputs(model)))),
            "layers": model.dimensions.layers,
            "max_context": model.max_context,
            "native_precision": model.native_precision,
        }
        for model in catalog.models.values()
    ]


def _gpus(catalog: Catalog) -> list[Answer]:
    return [
        {
            "id": gpu.id,
            "name": gpu.name,
            "vendor": gpu.vendor,
            "memory": gpu.memory.value,
            "memory_reported": gpu.memory_reported.value if gpu.memory_reported else None,
            "bandwidth": gpu.bandwidth.value,
            "peak_flops": {kind: fact.value for kind, fact in gpu.peak_flops.items()},
            "board_power": gpu.board_power.value if gpu.board_power else None,
        }
        for gpu in catalog.gpus.values()
    ]


def _precisions(catalog: Catalog) -> list[Answer]:
    return [
        {
            "id": precision.id,
            "name": precision.name,
            "bits": precision.block_bits.value,
            "expert_bits": precision.expert_bits.value,
            "vocabulary_bits": precision.vocabulary_bits.value,
            "math": precision.math,
            "layout": precision.layout,
        }
        for precision in catalog.precisions.values()
    ]


def _measurements(catalog: Catalog) -> list[Answer]:
    return [row(measurement) for measurement in catalog.measurements]


KINDS: Mapping[str, Callable[[Catalog], list[Answer]]] = {
    "models": _models,
    "gpus": _gpus,
    "precisions": _precisions,
    "measurements": _measurements,
}


def _text(key: str) -> Callable[[Answer], str]:
    return lambda entry: "-" if entry[key] is None else str(entry[key])


def _value(key: str, unit: str) -> Callable[[Answer], str]:
    return lambda entry: shown(entry[key], unit)


def _fp16_peak(entry: Answer) -> str:
    return shown(entry["peak_flops"].get("fp16"), "FLOP/s")


def _bits(key: str) -> Callable[[Answer], str]:
    return lambda entry: f"{entry[key]:g}"


Columns = Mapping[str, Callable[[Answer], str]]

TABLES: Mapping[str, tuple[Columns, tuple[int, ...]]] = {
    "models": (
        {
            "Id": _text("id"),
            "Name": _text("name"),
            "Parameters": _value("total_params", "params"),
            "Active": _value("active_params", "params"),
            "Layers": _text("layers"),
            "Context": _value("max_context", "tokens"),
            "Format": _text("native_precision"),
        },
        (2, 3, 4, 5),
    ),
    "gpus": (
        {
            "Id": _text("id"),
            "Name": _text("name"),
            "Memory": _value("memory", "bytes"),
            "Bandwidth": _value("bandwidth", "bytes/s"),
            "FP16 peak": _fp16_peak,
            "Board": _value("board_power", "W"),
        },
        (2, 3, 4, 5),
    ),
    "precisions": (
        {
            "Id": _text("id"),
            "Name": _text("name"),
            "Bits": _bits("bits"),
            "Experts": _bits("expert_bits"),
            "Vocabulary": _bits("vocabulary_bits"),
            "Math": _text("math"),
        },
        (2, 3, 4),
    ),
    "measurements": (
        {
            "Id": _text("id"),
            "Model": _text("model"),
            "GPU": lambda entry: f"{entry['gpus']} × {entry['gpu']}",
            "Format": _text("precision"),
            "Users": _text("concurrency"),
            "Each user": _value("tokens_per_second", "tok/s"),
            "Engine": _text("engine"),
        },
        (4, 5),
    ),
}


COMMAND = command(
    "list",
    "the models, GPUs, precisions or measurements of the catalog",
    ListOptions,
    run,
    [
        click.Argument(
            ["kind"],
            metavar="KIND",
            help=", ".join(KINDS),
            callback=lambda _, __, text: parse_values.one_of("kind of entry", KINDS)(text),
        ),
        click.Argument(
            ["words"], nargs=-1, metavar="[WORD]...", help="only entries with these words"
        ),
        json_option(),
    ],
    MORE,
)
