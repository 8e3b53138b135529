"""What a catalog's measurements say, in the groups that statistics are of.

A group is of rows that one engine measured or one limit holds for, of pairs that differ in one
lever; or it is one form of the expected speed, or the constants of one engine.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cached_property, lru_cache

from macros.catalog import Catalog, Measurement, Predictor
from macros.catalog.engines import ENGINES
from macros.evidence.accuracy import (
    GROUPINGS,
    LIMITS,
    REGIMES,
    SHARE_SPANS,
    STEP_SPANS,
    Validation,
    validate,
)
from macros.evidence.alternatives import Trial, trials
from macros.evidence.calibration import Rescaled, rescaled
from macros.evidence.fit import Prediction
from macros.evidence.form import TODAY, coefficients, era_of
from macros.evidence.levers import Pair, engine_pairs, four_bit_pairs, least_realised, model_pairs
from macros.evidence.peers import ENOUGH
from macros.evidence.rows import DEVICE_CLASSES, Measured, measured, single_user

FEW = 3
"""An engine with fewer rows is one of the others: it has no median to speak of."""

OTHER_ENGINES = "other engines"
SEVERAL_USERS = "several users"
UNNAMED = "engine not named"
SPANS = {"ideal time per token": STEP_SPANS, "share of fixed costs": SHARE_SPANS}
"""Groupings by size, with their groups in order."""

WHOLE = ""

MORE_LIMITS: Mapping[str, Callable[[Measured], bool]] = {
    "vLLM of 2023": lambda e: e.row.engine == "vLLM" and e.row.date.startswith("2023"),
    "a mixture of experts on eight GPUs, one user": lambda e: (
        e.mixture and e.row.gpus_reading >= 8 and e.alone
    ),
    "a mixture of experts on eight MI300X, one user": lambda e: (
        e.mixture and e.row.gpus_reading >= 8 and e.alone and e.row.gpu_id == "mi300x"
    ),
    "published in 2025 or later": lambda e: e.year >= 2025 and e.alone,
    "a mean over steady traffic": lambda e: e.prompts_between,
    "one run on one H100": lambda e: e.source == "silybench",
}
"""Groups of rows that explain a limit, beside `accuracy.LIMITS`."""


def _of_today(engine: str, several: bool) -> Callable[[Measured], bool]:
    return lambda e: e.engine == engine and era_of(e.year) == TODAY and e.alone != several


TODAYS: Mapping[str, Callable[[Measured], bool]] = {
    f"{name} of today, {'several users' if several else 'one user'}": _of_today(id, several)
    for id, name in ENGINES.items()
    for several in (False, True)
}
"""Rows of builds of the newest era, by engine and users."""

CALIBRATIONS: Mapping[str, Callable[[Rescaled], bool]] = {
    WHOLE: lambda pair: True,
    "by the same model": lambda pair: pair.by.row.model == pair.entry.row.model,
    "by another model": lambda pair: pair.by.row.model != pair.entry.row.model,
    "to one user": lambda pair: pair.entry.alone,
    "to several users": lambda pair: not pair.entry.alone,
}
"""Groups of pairs of which one row tells of the other."""


def _of_class(device: str, several: bool) -> Callable[[Measured], bool]:
    return lambda e: e.device == device and e.alone != several


MACHINES: Mapping[str, Callable[[Measured], bool]] = {
    f"{words}, {SEVERAL_USERS if several else 'one user'}": _of_class(device, several)
    for device, words in DEVICE_CLASSES.items()
    for several in (False, True)
}
"""Rows by class of machine and users."""

Predictions = tuple[Prediction, ...]
Pairs = tuple[Pair, ...]


class Evidence:
    """The rows of a catalog, predicted out of source, and the groups that statistics are of."""

    def __init__(self, catalog: Catalog) -> None:
        self.catalog = catalog

    @cached_property
    def rows(self) -> tuple[Measured, ...]:
        """The rows that an analysis may use."""
        return measured(self.catalog)

    @cached_property
    def validation(self) -> Validation:
        """The fit, and every row predicted by a fit that has not seen its source."""
        return validate(self.rows)

    @property
    def left_out(self) -> tuple[Measurement, ...]:
        """The published rows that no analysis uses, each with its reason."""
        used = {entry.row.id for entry in self.rows}
        return tuple(row for row in self.catalog.measurements if row.id not in used)

    @cached_property
    def split(self) -> Mapping[str, Mapping[str, Predictions]]:
        """Rows of one user alone by each of the groupings, in an order to show them in."""
        found = {grouping: dict(self.validation.grouped(grouping)) for grouping in GROUPINGS}
        found["engine"] = _with_others(found["engine"])
        width = found["tensor-parallel width"]
        found["tensor-parallel width"] = {
            f"{count} GPUs" if count != "1" else "1 GPU": width[count]
            for count in sorted(width, key=int)
        }
        for grouping, edges in SPANS.items():
            found[grouping] = {name: found[grouping].get(name, ()) for name in edges}
        for name, kinds in {
            "regime": REGIMES,
            "limit": {**LIMITS, **MORE_LIMITS},
            "engine of today": TODAYS,
            "machine": MACHINES,
        }.items():
            found[name] = {
                kind: tuple(p for p in self.validation.predictions if holds(p.entry))
                for kind, holds in kinds.items()
            }
        found["machine"] = {
            name: rows for name, rows in found["machine"].items() if len(rows) >= ENOUGH
        }
        found["users"] = {
            WHOLE: self.validation.single_user,
            SEVERAL_USERS: self.validation.batched,
        }
        return found

    @cached_property
    def blind(self) -> Mapping[str, Prediction]:
        """Every row predicted as if nobody had said its engine, by its id."""
        return {p.entry.row.id: p for p in self.validation.blind}

    def blind_of(self, rows: Predictions) -> Predictions:
        """The same rows, predicted as if nobody had said their engines."""
        return tuple(self.blind[p.entry.row.id] for p in rows)

    @cached_property
    def predictions(self) -> Mapping[str, Predictions]:
        """Every group of rows by its name; a group without rows is none."""
        return {
            name: rows for groups in self.split.values() for name, rows in groups.items() if rows
        }

    @cached_property
    def pairs(self) -> Mapping[str, Pairs]:
        """Pairs of rows that differ in one lever, by its name."""
        alone = single_user(self.rows)
        bits = four_bit_pairs(alone)
        found = {
            "16-bit to 4-bit": bits,
            "formats without a fast kernel": least_realised(bits),
            # The small model is the lever's better end.
            "70B to 8B": model_pairs(alone, "llama-3-70b", "llama-3-8b"),
            "two engines on one setup": engine_pairs(self.rows),
        }
        return {name: pairs for name, pairs in found.items() if pairs}

    @cached_property
    def calibrations(self) -> Mapping[str, tuple[Rescaled, ...]]:
        """Pairs inside a setup, of which one row tells of the other, by group."""
        constants = self.validation.constants
        pairs = rescaled(self.rows, constants)
        found = {name: tuple(filter(holds, pairs)) for name, holds in CALIBRATIONS.items()}
        return {**found, UNNAMED: rescaled(self.rows, constants, blind=True)}

    @cached_property
    def forms(self) -> Mapping[str, Trial]:
        """Every form of the expected speed that was tried, by its name."""
        known = self.validation
        made = trials(self.rows, known.predictions, len(known.fit.constants))
        return {trial.form.name: trial for trial in made}

    @cached_property
    def engines(self) -> Mapping[str, Mapping[str, float]]:
        """The coefficients of the expected speed on HBM and NVLink, by the engine's name."""
        known = self.validation.fit.constants
        return {
            name: coefficients(known, "HBM", "nvlink", id)
            for id, name in {"": UNNAMED, **ENGINES}.items()
        }

    @cached_property
    def memories(self) -> Mapping[str, Mapping[str, float]]:
        """The same of an engine that nobody named, by kind of memory."""
        known = self.validation.fit.constants
        return {kind: coefficients(known, kind, "pcie", "") for kind in DEVICE_CLASSES}

    @property
    def predictors(self) -> Mapping[str, Predictor]:
        """Other tools, as they were run on rows of the catalog, by name and version."""
        return {tool.name: tool for tool in self.catalog.predictors.values()}

    @property
    def predictors_with_tails(self) -> Mapping[str, Predictor]:
        """Those whose 90th percentile is known, and this site's beside it."""
        return {
            name: tool
            for name, tool in self.predictors.items()
            if tool.p90_error and tool.own_p90_error
        }

    @property
    def whole(self) -> Mapping[str, Evidence]:
        """The one group of statistics that are of everything."""
        return {WHOLE: self}


@lru_cache(maxsize=1)
def evidence_of(catalog: Catalog) -> Evidence:
    """What a catalog's measurements say; made once and kept while the same catalog is asked for."""
    return Evidence(catalog)


def _with_others(engines: Mapping[str, Predictions]) -> dict[str, Predictions]:
    known = {name: rows for name, rows in engines.items() if len(rows) >= FEW}
    others = tuple(p for name, rows in engines.items() if name not in known for p in rows)
    return {**known, OTHER_ENGINES: others} if others else known
