"""The answer about one case, as plain data: what `predict --json` prints.

Its keys are a contract: keys may join, but none changes its meaning. Values are in SI units at full
precision, and null where nothing can be known.
"""

from __future__ import annotations

from typing import Any

from macros import law
from macros.catalog import Gpu, Measurement, Model, Precision
from macros.catalog.plain import plain
from macros.cli.cached_facts import Known
from macros.cli.cases import GIVEN, Case, GivenWeights, citations, memory_known
from macros.evidence.neighbours import Neighbour, nearest_rows
from macros.law.costs import SECONDS_PER_HOUR, TOKENS_PER_MILLION, cost_per_token, energy_per_token
from macros.law.expected import COEFFICIENTS
from macros.scenario import Scenario

NEIGHBOURS = 3

CEILING = ("decode_tps", "aggregate_tps", "step_time", "memory_time", "compute_time")
EXPECTED = {
    "decode_tps": "expected_tps",
    "low": "expected_low_tps",
    "high": "expected_high_tps",
    "aggregate_tps": "expected_aggregate_tps",
    "step_time": "expected_step_time",
    "fixed_share": "fixed_share",
}
OF_MODEL = ("total_params", "active_params", "kv_bytes_per_token")
OF_STEP = (
    "weight_bytes",
    "weight_read_bytes",
    "kv_read_bytes",
    "cache_copies",
    "step_bytes",
    "step_flops",
    "arithmetic_intensity",
)

Answer = dict[str, Any]


def about(known: Known, case: Scenario, price: float | None = None) -> Answer:
    """Everything about a scenario."""
    has_memory = memory_known(case.gpu)
    fits = case.fits if has_memory else None
    answer: Answer = {
        "model": _model(case),
        "gpu": _gpu(case.gpu),
        "precision": _precision(case.precision),
        "kv_precision": case.kv.id,
        "math": case.math_format,
        **_counts(case, case.context),
        "fits": fits,
        "fits_reported": case.fits_reported if has_memory else None,
        "min_gpus": int(case.value("min_gpus")) if has_memory else None,
        "max_batch": int(case.value("max_batch")) if has_memory else None,
        "step": {name: case.value(name) for name in OF_STEP},
        **_speeds(known, case, fits is not False, price),
        "at_min_gpus": None,
        "own": _own(known, case),
        "measured": [
            _neighbour(n) for n in nearest_rows(known.catalog, known.rows, case, NEIGHBOURS)
        ],
        "sources": citations(case),
    }
    if fits is False:
        enough = case.on(gpus=int(case.value("min_gpus")))
        answer["at_min_gpus"] = {"gpus": enough.gpus, **_speeds(known, enough, True, price)}
    return answer


def about_weights(known: Known, case: GivenWeights, price: float | None = None) -> Answer:
    """Everything about weights of which only the bytes read and the layers are known."""
    fits = case.fits
    needed = law.min_gpus(case.weight_read_bytes, case.gpu.memory.value)
    answer = {
        "model": {
            "id": GIVEN,
            "name": "given weights",
            **dict.fromkeys(OF_MODEL),
            "weight_read_bytes": case.weight_read_bytes,
            "layers": case.layers,
        },
        "gpu": _gpu(case.gpu),
        "precision": None,
        "kv_precision": None,
        "math": None,
        **_counts(case, 0),
        "fits": fits,
        "fits_reported": None,
        "min_gpus": int(needed) if fits is False else None,
        "max_batch": None,
        "step": {**dict.fromkeys(OF_STEP), "weight_read_bytes": case.weight_read_bytes},
        **_speeds(known, case, fits is not False, price),
        "at_min_gpus": None,
        "own": None,
        "measured": [],
        "sources": {},
    }
    return answer


def _counts(case: Case, context: int) -> Answer:
    return {"gpus": case.gpus, "batch": case.batch, "context": context}


def _model(case: Scenario) -> Answer:
    model: Model = case.model
    return {
        "id": model.id,
        "name": model.name,
        "total_params": round(case.value("total_params")),
        "active_params": round(case.value("active_params")),
        "kv_bytes_per_token": case.value("kv_bytes_per_token"),
        "layers": model.dimensions.layers,
        "max_context": model.max_context,
    }


def _gpu(gpu: Gpu) -> Answer:
    return {
        "id": gpu.id,
        "name": gpu.name,
        "bandwidth": gpu.bandwidth.value,
        "memory": gpu.memory.value if memory_known(gpu) else None,
        "peak_flops": {kind: fact.value for kind, fact in gpu.peak_flops.items()},
        "board_power": gpu.board_power.value if gpu.board_power else None,
    }


def _precision(precision: Precision) -> Answer:
    return {"id": precision.id, "name": precision.name}


def _speeds(known: Known, case: Case, real: bool, price: float | None) -> Answer:
    if not real:
        return dict.fromkeys(("ceiling", "expected", "cost", "energy"))
    ceiling: Answer = {name: case.value(name) for name in CEILING}
    compute_bound = ceiling["compute_time"] > ceiling["memory_time"]
    ceiling["bound"] = "compute" if compute_bound else "memory"
    expected: Answer = {key: case.value(name) for key, name in EXPECTED.items()}
    expected["engine"] = case.engine or None
    expected["coefficients"] = {name: case.value(name) for name in COEFFICIENTS}
    expected["fixed_factor"] = case.value("fixed_factor")
    expected["class"] = _peers(known, case)
    # Until a fixed share took its place, the interval was that of a band of step times.
    expected["band"] = {key: expected["class"][key] for key in ("name", "rows", "sources")}
    return {
        "ceiling": ceiling,
        "expected": expected,
        "cost": _cost(case, ceiling, expected, price),
        "energy": _energy(case, ceiling, expected),
    }


def _peers(known: Known, case: Case) -> Answer:
    """The published rows that stand behind an expected speed."""
    peers = known.fit.peers_of(case.gpu, case.gpus, case.batch)
    return {
        "name": peers.name,
        "rows": peers.rows,
        "sources": peers.sources,
        "median_error": case.value("peer_error"),
    }


def _own(known: Known, case: Scenario) -> Answer | None:
    """The speed that somebody measured, and where it stands among published rows like it."""
    own = case.own
    if own is None:
        return None
    from macros.evidence.calibration import place_of  # late: few answers have one

    peers = known.fit.peers_of(own.at.gpu, own.at.gpus, own.at.batch)
    place = place_of(own.share, known.rows, peers.name)
    return {
        "tokens_per_second": own.tps,
        "model": own.at.model.id,
        "precision": own.at.precision.id,
        **_counts(own.at, own.at.context),
        "share_of_ceiling": own.share,
        "class": {"name": peers.name, "rows": place.rows, "rows_below": place.below},
        "fixed_factor": case.value("fixed_factor"),
    }


def _cost(case: Case, ceiling: Answer, expected: Answer, price: float | None) -> Answer | None:
    """Currency per million output tokens; the low speed is the dear end."""
    if price is None:
        return None
    per_second = price / SECONDS_PER_HOUR

    def per_million(tps: float) -> float:
        tokens = case.batch * tps
        return float(cost_per_token(per_second, case.gpus, tokens) * TOKENS_PER_MILLION)

    return {
        "price_per_gpu_hour": price,
        "per_million_tokens": {
            "ceiling": per_million(ceiling["decode_tps"]),
            "expected": per_million(expected["decode_tps"]),
            "low": per_million(expected["high"]),
            "high": per_million(expected["low"]),
        },
    }


def _energy(case: Case, ceiling: Answer, expected: Answer) -> Answer | None:
    """Joules per token at most, at each speed; null where no board power is published."""
    power = case.gpu.board_power
    if power is None:
        return None
    speeds = {
        "ceiling": ceiling["decode_tps"],
        "expected": expected["decode_tps"],
        "low": expected["high"],
        "high": expected["low"],
    }
    return {
        "board_power": power.value,
        "joules_per_token_at_most": {
            name: float(energy_per_token(power.value, case.gpus, case.batch * tps))
            for name, tps in speeds.items()
        },
    }


def _neighbour(neighbour: Neighbour) -> Answer:
    entry = neighbour.entry
    return {
        **row(entry.row),
        "ceiling_tps": entry.ceiling,
        "same": list(neighbour.same),
    }


def row(measurement: Measurement) -> Answer:
    """A published row as plain data: all that its record holds, and its source in full."""
    citation = measurement.citation
    source = {**plain(citation.source), "where": citation.where}
    return {**{k: v for k, v in plain(measurement).items() if k != "citation"}, "source": source}
