"""What a catalog's measurements say, in the groups that statistics are of.

A group is of rows that one engine measured or one limit holds for, of pairs that differ in one
lever; or it is one form of the expected speed, or one band of its intervals.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cached_property, lru_cache

from macros.catalog import Catalog, Measurement
from macros.evidence.accuracy import GROUPINGS, LIMITS, Validation, validate
from macros.evidence.alternatives import Trial, trials
from macros.evidence.fit import Prediction
from macros.evidence.intervals import Band
from macros.evidence.levers import Pair, four_bit_pairs, least_realised, model_pairs
from macros.evidence.rows import Measured, measured, single_user

FEW = 3
"""An engine with fewer rows is one of the others: it has no median to speak of."""

OTHER_ENGINES = "other engines"
SEVERAL_USERS = "several users"
WHOLE = ""

MORE_LIMITS: Mapping[str, Callable[[Measured], bool]] = {
    "vLLM of 2023": lambda e: e.row.engine == "vLLM" and e.row.date.startswith("2023"),
    "a mixture of experts on eight GPUs, one user": lambda e: (
        e.mixture and e.row.gpus_reading >= 8 and e.row.concurrency == 1
    ),
    "a dense model under batch": lambda e: (
        e.row.concurrency > 1 and e.cache_known and not e.mixture
    ),
    "published in 2025 or later": lambda e: e.row.date >= "2025" and e.row.concurrency == 1,
}
"""Groups of rows that explain a limit, beside `accuracy.LIMITS`."""

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
        width, bands = found["tensor-parallel width"], found["ideal time per token"]
        found["tensor-parallel width"] = {
            f"{count} GPUs" if count != "1" else "1 GPU": width[count]
            for count in sorted(width, key=int)
        }
        order = [band.name for band in self.validation.fit.bands]
        found["ideal time per token"] = {name: bands[name] for name in order}
        found["limit"] = {
            name: tuple(p for p in self.validation.predictions if holds(p.entry))
            for name, holds in {**LIMITS, **MORE_LIMITS}.items()
        }
        found["users"] = {
            WHOLE: self.validation.single_user,
            SEVERAL_USERS: self.validation.batched,
        }
        return found

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
        }
        return {name: pairs for name, pairs in found.items() if pairs}

    @cached_property
    def forms(self) -> Mapping[str, Trial]:
        """Every form of the expected speed that was tried, by its name."""
        made = trials(self.rows, self.validation.predictions)
        return {trial.form.name: trial for trial in made}

    @property
    def bands(self) -> Mapping[str, Band]:
        """The bands of the intervals, by their names."""
        return {band.name: band for band in self.validation.fit.bands}

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
