"""`predict`: the three speeds of one scenario."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import click

from macros.catalog import Gpu, Model, Precision
from macros.cli import parse_values
from macros.cli.answers import Answer, about, about_weights
from macros.cli.cached_facts import Known
from macros.cli.cases import GivenWeights, calibrated, given_gpu, precision_of, scenario
from macros.cli.exit_codes import NO_FIT, OK
from macros.cli.find_by_name import find
from macros.cli.options import (
    ScenarioOptions,
    command,
    json_option,
    measured_option,
    option,
    scenario_options,
    split,
    usage_mistake,
)
from macros.cli.report import report
from macros.cli.terminal import print_json
from macros.errors import Mistake
from macros.scenario import Scenario
from macros.units.parsing import Quantity

MORE = """\
JSON (`--json`), SI units throughout, null where nothing can be known:
  model.total_params, model.active_params, model.kv_bytes_per_token
                         counts, and bytes that a token adds to the cache
  fits                   whether the labelled memory of the GPUs holds the weights
  fits_reported          the same by the memory that the device reports
  min_gpus, max_batch    the fewest GPUs that hold them; users whose caches fit beside them
  ceiling                decode_tps (tokens/s for each user), aggregate_tps (all users), step_time,
                         memory_time, compute_time (s), bound (memory or compute)
  expected               decode_tps, low, high (tokens/s for each user), aggregate_tps, step_time,
                         fixed_share (of the step), engine (null: not known), coefficients.*,
                         fixed_factor (1 unless --measured tells of it),
                         class.name, .rows, .sources, .median_error: published rows like it, and
                         how far they were predicted off, their source unseen; band: the same class
  own                    with --measured: tokens_per_second, share_of_ceiling, fixed_factor,
                         class.name, .rows, .rows_below: published rows like it, and how many of
                         them reach less of their ceiling; null without
  then[]                 with --then: such an answer for each
  measured[]             the nearest published rows: tokens_per_second (for each user), ceiling_tps,
                         model, gpu, precision, gpus, concurrency, context, engine, version, date,
                         same[] (what they share with the scenario), source.url, source.where ...
  at_min_gpus            where the weights do not fit: gpus, and ceiling, expected ... there
  cost                   price_per_gpu_hour, per_million_tokens.ceiling, .expected, .low, .high
  energy                 board_power (W), joules_per_token_at_most.ceiling, .expected, .low, .high
  step                   weight_bytes, weight_read_bytes, kv_read_bytes (of one user), cache_copies
                         (over the GPUs), step_bytes (read by all GPUs), step_flops ...
  model, gpu, precision, kv_precision, math, gpus, batch, context
                         the scenario as it was understood
  sources                for each input, where it was read
  notes                  with --config: what was read from the file, and what was left out

Examples:
  decode-equation predict llama-3-70b h100-sxm --precision fp8 --engine vllm
  decode-equation predict mixtral-8x7b a100-sxm-80gb --gpus min --batch 16 --context 4k
  decode-equation predict llama-3-8b rtx-4090 --precision fp16 --measured 55.2 --then llama-2-7b
  decode-equation predict --config config.json rtx-4090 --precision q4_k_m
  decode-equation predict --weights 4.6GB --layers 32 --bandwidth 448GB/s"""


@dataclass(frozen=True)
class PredictOptions(ScenarioOptions):
    """What to predict: names of the catalog, or what stands in their place.

    Attributes:
        names: the model and the GPU, less those that something else stands for.
        price: currency per GPU-hour.
        config: a config.json in place of the model, or the folder that it is in.
        weights: bytes that a token reads, in place of the model.
        layers: of those weights.
        bandwidth: of a GPU in place of the catalog's.
        memory, peak, power: of that GPU.
        measured: tokens per second that one user sees in the scenario.
        then: other scenarios of that setup, each as a model and its options.
    """

    names: tuple[str, ...]
    price: float | None
    config: Path | None
    weights: Quantity | None
    layers: int | None
    bandwidth: Quantity | None
    memory: Quantity | None
    peak: Quantity | None
    power: Quantity | None
    measured: float | None
    then: tuple[str, ...]
    json: bool


def run(known: Known, options: PredictOptions) -> int:
    """Print the answer."""
    answer = answered(known, options)
    if options.json:
        print_json(answer)
    else:
        print(report(answer))
    return NO_FIT if any(each["fits"] is False for each in (answer, *answer["then"])) else OK


def answered(known: Known, options: PredictOptions) -> Answer:
    """The answer as plain data.

    Raises:
        Mistake: what was asked for does not exist, or not enough was said.
        ConfigError: the config can't be read.
    """
    if options.config and options.weights:
        raise Mistake("--config and --weights both stand for the model; give one")
    if options.then and not options.measured:
        raise Mistake("--then goes with --measured, whose setup it stays on")
    if options.weights:
        return _of_weights(known, options, options.weights)
    if options.layers:
        raise Mistake("--layers goes with --weights; a model has its own")
    names = _names(options, [] if options.config else ["MODEL"])
    model, precision, notes = _model(known, options, names)
    gpu = _gpu(known, options, names)
    case = calibrated(scenario(known, model, gpu, precision, options), options.measured)
    then = [about(known, _then(known, case, words), options.price) for words in options.then]
    return {**about(known, case, options.price), "then": then, "notes": notes}


@dataclass(frozen=True)
class _Then(ScenarioOptions):
    """Another scenario of a setup: what is not said of it is a scenario's own."""

    names: tuple[str, ...]


def _then(known: Known, case: Scenario, words: str) -> Scenario:
    """Another model, format, batch or context on the machine and the engine of a scenario."""
    of_setup = ("gpus", "engine")
    taken = [option for option in scenario_options() if option.name not in of_setup]
    names = click.Argument(["names"], nargs=-1)
    reader = click.Command("--then", params=[names, *taken], add_help_option=False)
    try:
        given = reader.make_context("--then", split(words)).params
    except click.UsageError as error:
        raise usage_mistake(reader, error) from None
    options = _Then(**given, gpus=case.gpus, engine=case.engine)
    if len(options.names) > 1:
        raise Mistake(f"--then: {options.names[1]!r} is one name too many; the GPU stays")
    model = case.model
    if options.names:
        model = find("model", options.names[0], known.catalog.models)
    precision = precision_of(known, options.precision, model)
    return scenario(known, model, case.gpu, precision, options).on(measured=case.measured)


def _names(options: PredictOptions, before: list[str]) -> list[str]:
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
        own = {"memory": options.memory, "peak": options.peak, "power": options.power}
        for name, given in own.items():
            if given:
                raise Mistake(f"--{name} goes with --bandwidth; a GPU of the catalog has its own")
    return list(options.names)


def _model(
    known: Known, options: PredictOptions, names: list[str]
) -> tuple[Model, Precision, list[str]]:
    if not options.config:
        model = find("model", names.pop(0), known.catalog.models)
        return model, precision_of(known, options.precision, model), []
    from macros.hf_config.reading import read_config  # late: it loads what checks dimensions

    config = read_config(str(options.config))
    asked = None if options.precision == "native" else options.precision
    if asked is None and config.precision is None:
        choices = ", ".join(known.catalog.precisions)
        raise Mistake(f"{options.config}: {config.notes[0]}; say --precision: {choices}")
    notes = [] if asked else [config.notes[0]]
    notes += config.notes[1:]
    return config.model, precision_of(known, asked, config.model), notes


def _gpu(known: Known, options: PredictOptions, names: list[str]) -> Gpu:
    if options.bandwidth:
        return given_gpu(options.bandwidth, options.memory, options.peak, options.power)
    return find("GPU", names.pop(0), known.catalog.gpus)


def _of_weights(known: Known, options: PredictOptions, weights: Quantity) -> Answer:
    if not options.layers:
        raise Mistake("--weights goes with --layers: each layer costs a fixed time")
    idle = {
        "precision": options.precision,
        "context": options.context,
        "math": options.math,
        "measured": options.measured,
    }
    for name, given in idle.items():
        if given:
            raise Mistake(
                f"--{name} means nothing with --weights: count all bytes that a token reads"
            )
    names = _names(options, [])
    gpu = _gpu(known, options, names)
    if options.gpus is None:
        raise Mistake("--gpus min needs a model, whose weights in memory are known")
    case = GivenWeights(
        weight_read_bytes=weights.value,
        layers=options.layers,
        gpu=gpu,
        gpus=options.gpus,
        batch=options.batch,
        engine=options.engine,
        fit=known.fit,
    )
    return {**about_weights(known, case, options.price), "then": [], "notes": []}


COMMAND = command(
    "predict",
    "ceiling, expected and measured speed of a model on a GPU",
    PredictOptions,
    run,
    [
        click.Argument(
            ["names"],
            nargs=-1,
            metavar="[MODEL] [GPU]",
            help="of the catalog, as `list` shows them",
        ),
        *scenario_options(),
        option(
            "--price",
            "P",
            "your currency per GPU-hour: gives cost per million tokens",
            parse_values.price,
        ),
        json_option(),
        click.Option(
            ["--config"],
            type=click.Path(path_type=Path),
            metavar="FILE",
            help="for MODEL: a config.json from Hugging Face",
        ),
        option(
            "--weights",
            "SIZE",
            "for MODEL: bytes that a token reads, like 4.6GB",
            parse_values.size,
        ),
        option("--layers", "N", "layers of those weights", parse_values.count),
        option(
            "--bandwidth",
            "RATE",
            "for GPU: its specification, like 448GB/s",
            parse_values.bandwidth,
        ),
        measured_option(),
        click.Option(
            ["--then"],
            multiple=True,
            metavar="'MODEL ...'",
            help="another model, format, batch or context on that setup, in the same options",
        ),
        option("--memory", "SIZE", "of one such GPU, like 16GB", parse_values.size),
        option("--peak", "RATE", "dense FP16 of it, like 100TFLOP/s", parse_values.peak),
        option("--power", "WATTS", "of its board, like 300W", parse_values.power),
    ],
    MORE,
)
