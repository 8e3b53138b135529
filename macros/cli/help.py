"""What the command says of itself: one line a command, and the contract of each one's JSON."""

from __future__ import annotations

from collections.abc import Mapping

COMMANDS: Mapping[str, str] = {
    "predict": "ceiling, expected and measured speed of a model on a GPU",
    "compare": "several scenarios side by side",
    "sweep": "a table over any axes: models, GPUs, formats, counts, users, contexts",
    "fit": "the GPUs that hold a model, the fewest first, then by ceiling",
    "list": "the models, GPUs, precisions or measurements of the catalog",
    "validate": "how far predictions stood from measurements of sources not seen",
    "explain": "a quantity: its formula, its inputs, the numbers put in, the sources",
}

INTRODUCTION = """\
How fast a language model decodes, by one law: to write one token, a model reads every active weight.

A ceiling is the law with specification values; nothing real stands above it. An expected speed is
what published measurements achieved of it, with the interval from their 10th to their 90th
percentile. A measured speed was published by someone, who is named.

Names may be short (`h100-n`), in any spelling (`"Llama 3 70B"`), or slightly misspelt. A name that
could be several things is refused with the list of them. `decode-equation COMMAND --help` says
more, and the keys of its JSON.

Exit codes: 0 an answer, 1 the catalog is wrong, 2 a mistake in what was asked, 3 an answer, but the
weights do not fit on so many GPUs."""

_PREDICT = """\
JSON (`--json`), SI units throughout, null where nothing can be known:
  model.total_params, model.active_params, model.kv_bytes_per_token
                         counts, and bytes that a token adds to the cache
  fits                   whether the labelled memory of the GPUs holds the weights
  fits_reported          the same by the memory that the device reports
  min_gpus, max_batch    the fewest GPUs that hold them; users whose caches fit beside them
  ceiling                decode_tps (tokens/s for each user), aggregate_tps (all users), step_time,
                         memory_time, compute_time (s), bound (memory or compute)
  expected               decode_tps, low, high (tokens/s for each user), aggregate_tps, step_time,
                         fixed_share (of the step), band.name, band.rows, band.sources
  measured[]             the nearest published rows: tokens_per_second (for each user), ceiling_tps,
                         model, gpu, precision, gpus, concurrency, context, engine, version, date,
                         same[] (what they share with the scenario), source.url, source.where ...
  at_min_gpus            where the weights do not fit: gpus, and ceiling, expected ... there
  cost                   price_per_gpu_hour, per_million_tokens.ceiling, .expected, .low, .high
  energy                 board_power (W), joules_per_token_at_most.ceiling, .expected, .low, .high
  step                   weight_bytes, weight_read_bytes, kv_read_bytes, step_bytes, step_flops ...
  model, gpu, precision, kv_precision, math, gpus, batch, context
                         the scenario as it was understood
  sources                for each input, where it was read
  notes                  with --config: what was read from the file, and what was left out

Examples:
  decode-equation predict llama-3-70b h100-sxm --precision fp8
  decode-equation predict mixtral-8x7b a100-sxm-80gb --gpus min --batch 16 --context 4k
  decode-equation predict --config config.json rtx-4090 --precision q4_k_m
  decode-equation predict --weights 4.6GB --layers 32 --bandwidth 448GB/s"""

_COMPARE = """\
A case is a model, a GPU and, if you like, a number format, with @ between them. A count before the
GPU, as in 2xh100-sxm or minxh100-sxm, goes before --gpus.

JSON: scenarios[], each with the keys of predict's.

Example:
  decode-equation compare llama-3-8b@h100-sxm llama-3-70b@2xh100-sxm llama-3-70b@h100-sxm@fp8"""

_SWEEP = """\
Rows come as they are computed, so that a grid of any size takes no more memory.

Columns of CSV, and keys of each line of JSON: model, gpu, precision, gpus, batch, context, fits,
min_gpus, caches_fit, step_time, decode_tps, expected_tps, expected_low_tps, expected_high_tps,
reason. Where there is no speed, those cells are empty (null), and `reason` says why.

Example:
  decode-equation sweep --model llama-3-70b --gpu h100-sxm,b200 --precision fp16,fp8 --batch 1..64 --csv"""

_FIT = """\
Without --gpus, each GPU is taken as often as weights and caches need.

JSON: model, precision, batch, context, gpus[]: id, name, gpus, min_gpus (for the weights
alone), memory, decode_tps,
expected_tps, expected_low_tps, expected_high_tps, board_power.

Example:
  decode-equation fit llama-3-70b --precision fp8 --batch 16 --context 8k"""

_LIST = """\
JSON: a list of objects, each with id and name, and the facts of its kind in SI units.

Examples:
  decode-equation list models qwen
  decode-equation list measurements 4090"""

_VALIDATE = """\
Every row of one user alone is predicted by a fit that has not seen its source. An error is
|predicted / measured - 1|.

JSON: fit (achieved_share, layer_time, rows, sources, bands[]), all and groups[], each with name,
rows, sources, law and expected: median_error, p90_error, median_ratio, covered."""

_EXPLAIN = """\
JSON: quantity, words, unit, formula, parameters[], inputs[], and with MODEL GPU: value, text,
substituted, steps[] (each equation on the way), sources.

Examples:
  decode-equation explain decode_tps
  decode-equation explain memory_time llama-3-70b h100-sxm --precision fp8"""

EPILOGUES: Mapping[str, str] = {
    "predict": _PREDICT,
    "compare": _COMPARE,
    "sweep": _SWEEP,
    "fit": _FIT,
    "list": _LIST,
    "validate": _VALIDATE,
    "explain": _EXPLAIN,
}
