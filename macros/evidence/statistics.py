"""What the measurements say: every statistic of the validation, as a figure with its name.

A statistic is of a group: of rows that one engine measured, of pairs that differ in one lever, of a
form of the expected speed, of the constants of an engine. Without a group it is of all rows of one
user alone, the ones that predictions are judged by.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable, Mapping
from dataclasses import dataclass
from statistics import median
from typing import Any

from macros.catalog import Citation, Predictor
from macros.errors import ScenarioError, did_you_mean
from macros.evidence.accuracy import error_of, errors_of_expected, errors_of_law, percentile
from macros.evidence.calibration import Rescaled, setup_of
from macros.evidence.fit import speed_of
from macros.evidence.groups import UNNAMED, WHOLE, Evidence, Pairs, Predictions
from macros.evidence.levers import Pair
from macros.evidence.rows import Measured, beside_law
from macros.figures.figure import Figure
from macros.units.display import DEFAULT_DIGITS, scales_of

Noun = tuple[str, str]
"""What is counted, for one and for many."""

UNCOUNTED: Noun = ("", "")
ROWS: Noun = ("row", "rows")
SOURCES: Noun = ("source", "sources")
PAIRS: Noun = ("pair of rows", "pairs of rows")
DEVICES: Noun = ("kind of device", "kinds of device")
ENGINES: Noun = ("engine", "engines")
CONSTANTS: Noun = ("constant", "constants")
SETUPS: Noun = ("setup", "setups")
ORDERED_PAIRS: Noun = ("ordered pair of rows", "ordered pairs of rows")
MEASUREMENTS: Noun = ("published measurement", "published measurements")


@dataclass(frozen=True)
class Statistic:
    """A number computed from a group.

    Attributes:
        of: which groups it can be of: a property of `Evidence`.
        words: what it is, and how it is computed.
        compute: the number, from the evidence and a group of it.
        unit: an SI unit.
        scale: the symbol of the scale that it is shown on; "" is the one that fits.
        noun: what it counts, for one and for many; a page prints it behind the number.
    """

    of: str
    words: str
    compute: Callable[[Evidence, Any], float]
    unit: str = "1"
    scale: str = ""
    noun: Noun = UNCOUNTED


def _share_of_ceiling(group: Predictions) -> list[float]:
    return [p.entry.share for p in group]


def _left_out_shares(evidence: Evidence) -> list[float]:
    """Shares of the ceiling of rows that no analysis uses, though nothing was speculated there."""
    rows = (row for row in evidence.left_out if not row.speculative)
    found = filter(None, (beside_law(evidence.catalog, row) for row in rows))
    return [entry.share for entry in found]


def _blind(evidence: Evidence, group: Predictions) -> Predictions:
    """The same rows, predicted as if nobody had said their engines."""
    return tuple(evidence.blind[p.entry.row.id] for p in group)


def _coverages(evidence: Evidence) -> list[float]:
    """What intervals hold of each regime's rows, with the engine named and without."""
    regimes = [rows for rows in evidence.split["regime"].values() if rows]
    told = [*regimes, *(_blind(evidence, rows) for rows in regimes)]
    return [errors_of_expected(rows).covered or 0.0 for rows in told]


def _by_source(errors: Iterable[tuple[str, float]]) -> float:
    """The median over sources of each source's median error: every source counts as one."""
    of_source: defaultdict[str, list[float]] = defaultdict(list)
    for source, error in errors:
        of_source[source].append(error)
    return median(median(each) for each in of_source.values())


def _left_over(evidence: Evidence, group: Predictions) -> float:
    share = evidence.engines[UNNAMED]["achieved_share"]
    return median((p.entry.time - p.entry.step_time / share) / p.entry.layers for p in group)


def _expected_factor(evidence: Evidence, group: Pairs) -> float:
    known = evidence.validation.fit.constants
    return median(speed_of(pair.after, known) / speed_of(pair.before, known) for pair in group)


def _reads_factor(pair: Pair) -> float:
    return (pair.before.row.reads or 0) / (pair.after.row.reads or 1)


def _uncalibrated(pair: Rescaled) -> float:
    return abs(pair.before / pair.entry.row.tokens_per_second - 1)


def _calibrated(pair: Rescaled) -> float:
    return abs(pair.after / pair.entry.row.tokens_per_second - 1)


def _by_setup(group: Iterable[Rescaled], error: Callable[[Rescaled], float]) -> float:
    """The median over setups of each setup's median error."""
    of_setup: defaultdict[Hashable, list[float]] = defaultdict(list)
    for pair in group:
        of_setup[setup_of(pair.entry)].append(error(pair))
    return median(map(median, of_setup.values()))


def _both(group: Pairs) -> Iterable[Measured]:
    """The rows of pairs, some in several."""
    return (entry for pair in group for entry in (pair.before, pair.after))


def _alone(entry: Measured) -> bool:
    return entry.row.concurrency == 1


def _kinds(evidence: Evidence, kind: Callable[[Measured], str]) -> Mapping[str, set[str]]:
    """The classes of device that each engine, source ... was measured on."""
    found: defaultdict[str, set[str]] = defaultdict(set)
    for p in evidence.validation.single_user:
        found[kind(p.entry)].add(p.entry.device)
    return found


def _engine(entry: Measured) -> str:
    return entry.row.engine


STATISTICS: Mapping[str, Statistic] = {
    # Of rows.
    "rows": Statistic("predictions", "published rows", lambda _, g: len(g), noun=ROWS),
    "sources": Statistic(
        "predictions",
        "sources of the rows",
        lambda _, g: len({p.entry.source for p in g}),
        noun=SOURCES,
    ),
    "law_median_error": Statistic(
        "predictions",
        "median of |ceiling ÷ measured − 1|",
        lambda _, g: errors_of_law(g).middle,
        scale="%",
    ),
    "law_p90_error": Statistic(
        "predictions",
        "90th percentile of |ceiling ÷ measured − 1|",
        lambda _, g: errors_of_law(g).p90,
        scale="%",
    ),
    "share_of_ceiling": Statistic(
        "predictions",
        "median of measured ÷ ceiling",
        lambda _, g: errors_of_law(g).ratio,
        scale="%",
    ),
    "highest_share_of_ceiling": Statistic(
        "predictions",
        "largest measured ÷ ceiling",
        lambda _, g: max(_share_of_ceiling(g)),
        scale="%",
    ),
    "lowest_share_of_ceiling": Statistic(
        "predictions",
        "smallest measured ÷ ceiling",
        lambda _, g: min(_share_of_ceiling(g)),
        scale="%",
    ),
    "rows_above_ceiling": Statistic(
        "predictions",
        "rows with measured ÷ ceiling above 1",
        lambda _, g: sum(share > 1 for share in _share_of_ceiling(g)),
        noun=ROWS,
    ),
    "expected_median_error": Statistic(
        "predictions",
        "median of |expected ÷ measured − 1|, each source left out of its own fit",
        lambda _, g: errors_of_expected(g).middle,
        scale="%",
    ),
    "expected_p90_error": Statistic(
        "predictions",
        "90th percentile of |expected ÷ measured − 1|, each source left out of its own fit",
        lambda _, g: errors_of_expected(g).p90,
        scale="%",
    ),
    "expected_bias": Statistic(
        "predictions",
        "median of measured ÷ expected, each source left out of its own fit",
        lambda _, g: errors_of_expected(g).ratio,
        scale="×",
    ),
    "lowest_over_expected": Statistic(
        "predictions",
        "smallest measured ÷ expected, each source left out of its own fit",
        lambda _, g: min(p.ratio for p in g),
        scale="×",
    ),
    "highest_over_expected": Statistic(
        "predictions",
        "largest measured ÷ expected, each source left out of its own fit",
        lambda _, g: max(p.ratio for p in g),
        scale="×",
    ),
    "expected_coverage": Statistic(
        "predictions",
        "share of measured speeds inside their interval, each source left out of its own fit",
        lambda _, g: errors_of_expected(g).covered or 0.0,
        scale="%",
    ),
    "expected_error_by_source": Statistic(
        "predictions",
        "median over sources of each source's median of |expected ÷ measured − 1|",
        lambda _, g: _by_source((p.entry.source, error_of(p)) for p in g),
        scale="%",
    ),
    "blind_median_error": Statistic(
        "predictions",
        "median of |expected ÷ measured − 1|, engine not named, each source left out",
        lambda e, g: errors_of_expected(_blind(e, g)).middle,
        scale="%",
    ),
    "blind_coverage": Statistic(
        "predictions",
        "share of measured speeds inside their interval, engine not named, each source left out",
        lambda e, g: errors_of_expected(_blind(e, g)).covered or 0.0,
        scale="%",
    ),
    "interval_low": Statistic(
        "predictions",
        "median of the interval's low end ÷ expected",
        lambda _, g: median(p.low / p.expected for p in g),
        scale="×",
    ),
    "interval_high": Statistic(
        "predictions",
        "median of the interval's high end ÷ expected",
        lambda _, g: median(p.high / p.expected for p in g),
        scale="×",
    ),
    "time_left_per_layer": Statistic(
        "predictions",
        "median of (measured step − law's step ÷ achieved share) ÷ layers",
        _left_over,
        unit="s",
    ),
    # Of pairs.
    "pairs": Statistic(
        "pairs", "pairs of rows that differ in one thing", lambda _, g: len(g), noun=PAIRS
    ),
    "pair_sources": Statistic(
        "pairs",
        "sources of the pairs",
        lambda _, g: len({entry.source for entry in _both(g)}),
        noun=SOURCES,
    ),
    "pair_devices": Statistic(
        "pairs",
        "kinds of device of the pairs",
        lambda _, g: len({p.before.row.gpu for p in g}),
        noun=DEVICES,
    ),
    "bytes_factor": Statistic(
        "pairs",
        "median ratio of the weight bytes read per token",
        lambda _, g: median(map(_reads_factor, g)),
        scale="×",
    ),
    "law_factor": Statistic(
        "pairs",
        "median ratio of the ceilings",
        lambda _, g: median(pair.law_factor for pair in g),
        scale="×",
    ),
    "expected_factor": Statistic(
        "pairs", "median ratio of the expected speeds", _expected_factor, scale="×"
    ),
    "speed_factor": Statistic(
        "pairs",
        "median ratio of the measured speeds",
        lambda _, g: median(pair.speed_factor for pair in g),
        scale="×",
    ),
    "lowest_speed_factor": Statistic(
        "pairs",
        "smallest ratio of the measured speeds",
        lambda _, g: min(pair.speed_factor for pair in g),
        scale="×",
    ),
    "highest_speed_factor": Statistic(
        "pairs",
        "largest ratio of the measured speeds",
        lambda _, g: max(pair.speed_factor for pair in g),
        scale="×",
    ),
    "p90_speed_factor": Statistic(
        "pairs",
        "nine in ten ratios of the measured speeds are at most this",
        lambda _, g: percentile((pair.speed_factor for pair in g), 90),
        scale="×",
    ),
    "midway_error": Statistic(
        "pairs",
        "median of √(faster ÷ slower) − 1: how far off a forecast is that stands between both",
        lambda _, g: median(math.sqrt(pair.speed_factor) - 1 for pair in g),
        scale="%",
    ),
    # Of other tools that predict.
    "predictor_rows": Statistic(
        "predictors", "rows that it was asked for", lambda _, tool: tool.rows, noun=ROWS
    ),
    "predictor_median_error": Statistic(
        "predictors",
        "median of |predicted ÷ measured − 1|",
        lambda _, tool: tool.median_error,
        scale="%",
    ),
    "predictor_p90_error": Statistic(
        "predictors_with_tails",
        "90th percentile of |predicted ÷ measured − 1|",
        lambda _, tool: tool.p90_error,
        scale="%",
    ),
    "predictor_own_rows": Statistic(
        "predictors",
        "rows of this site's figure beside it",
        lambda _, tool: tool.own_rows,
        noun=ROWS,
    ),
    "predictor_own_median_error": Statistic(
        "predictors",
        "the same of this site's expected speed of that day",
        lambda _, tool: tool.own_median_error,
        scale="%",
    ),
    "predictor_own_p90_error": Statistic(
        "predictors_with_tails",
        "90th percentile of the same of this site's expected speed of that day",
        lambda _, tool: tool.own_p90_error,
        scale="%",
    ),
    # Of pairs inside a setup.
    "setup_pairs": Statistic(
        "calibrations",
        "ordered pairs of rows inside a setup",
        lambda _, g: len(g),
        noun=ORDERED_PAIRS,
    ),
    "setups": Statistic(
        "calibrations",
        "setups with two rows or more",
        lambda _, g: len({setup_of(pair.entry) for pair in g}),
        noun=SETUPS,
    ),
    "uncalibrated_error": Statistic(
        "calibrations",
        "median of |expected ÷ measured − 1|, each source left out of its own fit",
        lambda _, g: median(map(_uncalibrated, g)),
        scale="%",
    ),
    "calibrated_error": Statistic(
        "calibrations",
        "the same, the fixed time rescaled by another row of the setup",
        lambda _, g: median(map(_calibrated, g)),
        scale="%",
    ),
    "calibrated_error_by_setup": Statistic(
        "calibrations",
        "median over setups of each setup's median error, the fixed time rescaled",
        lambda _, g: _by_setup(g, _calibrated),
        scale="%",
    ),
    "uncalibrated_error_by_setup": Statistic(
        "calibrations",
        "median over setups of each setup's median error, each source left out of its own fit",
        lambda _, g: _by_setup(g, _uncalibrated),
        scale="%",
    ),
    # Of forms of the expected speed.
    "form_constants": Statistic(
        "forms", "constants of the form", lambda _, t: t.constants, noun=CONSTANTS
    ),
    "form_median_error": Statistic(
        "forms",
        "median of |predicted ÷ measured − 1|, one user, each source left out of its own fit",
        lambda _, trial: trial.errors(_alone).middle,
        scale="%",
    ),
    "form_several_users_error": Statistic(
        "forms",
        "the same, of several users",
        lambda _, trial: trial.errors(lambda e: not _alone(e)).middle,
        scale="%",
    ),
    "form_error_by_source": Statistic(
        "forms",
        "several users: median over sources of each source's median error, left out of its own fit",
        lambda _, trial: _by_source(
            (entry.source, abs(tps / entry.row.tokens_per_second - 1))
            for entry, tps in trial.pairs
            if not _alone(entry)
        ),
        scale="%",
    ),
    "form_many_gpus_error": Statistic(
        "forms",
        "the same, of one user on two GPUs or more that read together",
        lambda _, trial: trial.errors(lambda e: _alone(e) and e.row.gpus_reading > 1).middle,
        scale="%",
    ),
    "form_mixtures_error": Statistic(
        "forms",
        "the same, of one user of a mixture of experts",
        lambda _, trial: trial.errors(lambda e: _alone(e) and e.mixture).middle,
        scale="%",
    ),
    # Of engines, and of kinds of memory.
    "engine_layer_time": Statistic(
        "engines", "fixed time per layer on HBM", lambda _, c: c["layer_time"], unit="s"
    ),
    "engine_link_time": Statistic(
        "engines", "time per layer over NVLink", lambda _, c: c["link_time"], unit="s"
    ),
    "engine_user_time": Statistic(
        "engines", "time per layer of each further user", lambda _, c: c["user_time"], unit="s"
    ),
    "memory_layer_time": Statistic(
        "memories", "fixed time per layer, engine not named", lambda _, c: c["layer_time"], unit="s"
    ),
    # Of everything.
    "measurements": Statistic(
        "whole",
        "published rows in the catalog",
        lambda e, _: len(e.catalog.measurements),
        noun=MEASUREMENTS,
    ),
    "left_out": Statistic(
        "whole",
        "rows that no analysis uses, each with its reason",
        lambda e, _: len(e.left_out),
        noun=ROWS,
    ),
    "left_out_above_ceiling": Statistic(
        "whole",
        "rows left out without speculation, with measured ÷ ceiling above 1",
        lambda e, _: sum(share > 1 for share in _left_out_shares(e)),
        noun=ROWS,
    ),
    "left_out_highest_share": Statistic(
        "whole",
        "largest measured ÷ ceiling of rows left out without speculation",
        lambda e, _: max(_left_out_shares(e), default=0.0),
        scale="%",
    ),
    "constants": Statistic(
        "whole",
        "constants of the fit",
        lambda e, _: len(e.validation.fit.constants),
        noun=CONSTANTS,
    ),
    "achieved_share": Statistic(
        "whole",
        "achieved share of the printed rates, fitted to all rows",
        lambda e, _: e.engines[UNNAMED]["achieved_share"],
        scale="%",
    ),
    "mixture_time": Statistic(
        "whole",
        "time per layer in which tokens find their experts, fitted to all rows",
        lambda e, _: e.engines[UNNAMED]["mixture_time"],
        unit="s",
    ),
    "pcie_time": Statistic(
        "whole",
        "time per layer over PCIe, fitted to all rows",
        lambda e, _: e.memories["HBM"]["link_time"],
        unit="s",
    ),
    "prefill_share": Statistic(
        "whole",
        "share of the peak that prompts achieve, fitted to all rows",
        lambda e, _: math.exp(-e.validation.fit.constants["prefill"]),
        scale="%",
    ),
    "exchange_share": Statistic(
        "whole",
        "share of the link's rate that prompts' activations achieve, fitted to all rows",
        lambda e, _: math.exp(-e.validation.fit.constants["exchange"]),
        scale="%",
    ),
    "lowest_coverage": Statistic(
        "whole",
        "smallest coverage of a regime, engine named or not, each source left out of its own fit",
        lambda e, _: min(_coverages(e)),
        scale="%",
    ),
    "highest_coverage": Statistic(
        "whole",
        "largest coverage of a regime, engine named or not, each source left out of its own fit",
        lambda e, _: max(_coverages(e)),
        scale="%",
    ),
    "median_context": Statistic(
        "whole",
        "median context of the rows of one user",
        lambda e, _: median(p.entry.row.context for p in e.validation.single_user),
        unit="tokens",
    ),
    "engines": Statistic("whole", "engines", lambda e, _: len(_kinds(e, _engine)), noun=ENGINES),
    "engines_of_one_kind": Statistic(
        "whole",
        "engines whose rows are all of one class of device",
        lambda e, _: sum(len(kinds) == 1 for kinds in _kinds(e, _engine).values()),
        noun=ENGINES,
    ),
}
"""Every statistic that a page can name."""


def statistic(
    evidence: Evidence,
    name: str,
    group: str = WHOLE,
    *,
    digits: int = DEFAULT_DIGITS,
    scale: str = "",
    noun: bool = False,
) -> Figure:
    """A statistic of a group, as a figure; a count prints its `noun` where there is a sentence.

    Raises:
        ScenarioError: no such statistic, group of it, or scale; the message names the nearest.
    """
    if name not in STATISTICS:
        raise ScenarioError(f"{name!r} is not a statistic; {did_you_mean(name, STATISTICS)}")
    known = STATISTICS[name]
    groups: Mapping[str, Any] = getattr(evidence, known.of)
    if group not in groups:
        named = [each for each in groups if each]
        hint = did_you_mean(group, named) if group else f"write group=, such as {named[0]!r}"
        raise ScenarioError(f"{name} is of no group {group!r}; {hint}")
    if scale and scale not in scales_of(known.unit):
        hint = did_you_mean(scale, list(filter(None, scales_of(known.unit))))
        raise ScenarioError(f"unit {scale!r} cannot show {name}; {hint}")
    value = known.compute(evidence, groups[group])
    return Figure(
        quantity="statistic",
        value=float(value),
        unit=known.unit,
        reference=f"{name}({group})" if group else name,
        attributes={"statistic": name, **({"group": group} if group else {})},
        formula=f"{known.words}{_members(groups[group])}",
        sources=_read_from(groups[group]),
        digits=digits,
        scale=scale or known.scale,
        noun=known.noun if noun else UNCOUNTED,
    )


def _members(group: object) -> str:
    """What stands behind a statistic: how many rows or pairs, or how another tool was run."""
    if isinstance(group, Predictor):
        return f"; {group.of}; {group.how}; unfair: {group.unfair}"
    if not isinstance(group, tuple) or not group:
        return ""
    if isinstance(group[0], Rescaled):
        return f"; {len(group)} pairs of {_sources(p.entry for p in group)}"
    if isinstance(group[0], Pair):
        return f"; {len(group)} pairs of {_sources(_both(group))}"
    return f"; {len(group)} rows of {_sources(p.entry for p in group)}"


def _read_from(group: object) -> tuple[tuple[str, Citation], ...]:
    """What a statistic rests on beside the rows, which have their own sources."""
    if not isinstance(group, Predictor):
        return ()
    return tuple((group.name, citation) for citation in group.citations)


def _sources(entries: Iterable[Measured]) -> str:
    count = len({entry.source for entry in entries})
    return f"{count} sources" if count > 1 else "one source"
