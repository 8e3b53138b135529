"""`predict`: the three speeds of one scenario."""

from __future__ import annotations

from argparse import Namespace

from macros.catalog import Gpu, Model, Precision
from macros.cli import parse_values, print_json
from macros.cli.answers import Answer, about, about_weights
from macros.cli.cached_facts import Known
from macros.cli.cases import GivenWeights, given_gpu, precision_of, scenario
from macros.cli.exit_codes import NO_FIT, OK
from macros.cli.find_by_name import find
from macros.cli.report import report
from macros.errors import Mistake


def run(known: Known, options: Namespace) -> int:
    """Print the answer."""
    answer = answered(known, options)
    if options.json:
        print_json(answer)
    else:
        print(report(answer))
    return NO_FIT if answer["fits"] is False else OK


def answered(known: Known, options: Namespace) -> Answer:
    """The answer as plain data.

    Raises:
        Mistake: what was asked for does not exist, or not enough was said.
    """
    if options.config and options.weights:
        raise Mistake("--config and --weights both stand for the model; give one")
    if options.weights:
        return _of_weights(known, options)
    if options.layers:
        raise Mistake("--layers goes with --weights; a model has its own")
    names = _names(options, [] if options.config else ["MODEL"])
    model, precision, notes = _model(known, options, names)
    gpu = _gpu(known, options, names)
    answer = about(known, scenario(known, model, gpu, precision, options), options.price)
    return {**answer, "notes": notes}


def _names(options: Namespace, before: list[str]) -> list[str]:
    wanted = [*before, *([] if options.bandwidth else ["GPU"])]
    if len(options.names) < len(wanted):
        missing = wanted[len(options.names)]
        instead = "--config or --weights" if missing == "MODEL" else "--bandwidth"
        raise Mistake(f"no {missing} is named; write `predict {' '.join(wanted)}`, or {instead}")
    if len(options.names) > len(wanted):
        name = options.names[len(wanted)]
        hint = " (--bandwidth stands for the GPU)" if options.bandwidth else ""
        raise Mistake(f"{name!r} is one name too many{hint}")
    if not options.bandwidth:
        for given in ("memory", "peak", "power"):
            if getattr(options, given):
                raise Mistake(f"--{given} goes with --bandwidth; a GPU of the catalog has its own")
    return list(options.names)


def _model(
    known: Known, options: Namespace, names: list[str]
) -> tuple[Model, Precision, list[str]]:
    if not options.config:
        model = find("model", names.pop(0), known.catalog.models)
        return model, precision_of(known, options.precision, model), []
    from macros.hf_config.reading import read_config  # late: it loads what checks dimensions

    config = read_config(options.config)
    asked = None if options.precision == "native" else options.precision
    if asked is None and config.precision is None:
        choices = ", ".join(known.catalog.precisions)
        raise Mistake(f"{options.config}: {config.notes[0]}; say --precision: {choices}")
    notes = [] if asked else [config.notes[0]]
    notes += config.notes[1:]
    return config.model, precision_of(known, asked, config.model), notes


def _gpu(known: Known, options: Namespace, names: list[str]) -> Gpu:
    if options.bandwidth:
        return given_gpu(options)
    return find("GPU", names.pop(0), known.catalog.gpus)


def _of_weights(known: Known, options: Namespace) -> Answer:
    if not options.layers:
        raise Mistake("--weights goes with --layers: each layer costs a fixed time")
    for name, usual in (("precision", None), ("context", "0"), ("math", None)):
        if getattr(options, name) != usual:
            raise Mistake(
                f"--{name} means nothing with --weights: count all bytes that a token reads"
            )
    names = _names(options, [])
    gpu = _gpu(known, options, names)
    if options.gpus == "min":
        raise Mistake("--gpus min needs a model, whose weights in memory are known")
    case = GivenWeights(
        weight_read_bytes=options.weights.value,
        layers=parse_values.count("layers", options.layers),
        gpu=gpu,
        gpus=parse_values.count("gpus", options.gpus),
        batch=parse_values.count("batch", options.batch),
        fit=known.fit,
    )
    return {**about_weights(known, case, options.price), "notes": []}
