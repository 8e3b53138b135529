"""What levers really moved: pairs of published rows that differ in one thing, be it the engine."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable
from dataclasses import dataclass
from itertools import combinations

from macros.evidence.rows import Measured


@dataclass(frozen=True)
class Pair:
    """Two rows of one machine that differ in one thing: in a lever, or in the engine."""

    before: Measured
    after: Measured

    @property
    def law_factor(self) -> float:
        """How many times faster the bytes alone would make it."""
        return self.before.step_time / self.after.step_time

    @property
    def speed_factor(self) -> float:
        """How many times faster it was."""
        return self.after.row.tokens_per_second / self.before.row.tokens_per_second


def _pairs(
    before: Iterable[Measured],
    after: Iterable[Measured],
    setting: Callable[[Measured], Hashable],
) -> tuple[Pair, ...]:
    partners: defaultdict[Hashable, list[Measured]] = defaultdict(list)
    for entry in after:
        partners[setting(entry)].append(entry)
    return tuple(Pair(one, two) for one in before for two in partners[setting(one)])


def _machine(entry: Measured) -> tuple[Hashable, ...]:
    row = entry.row
    return (
        entry.source,
        row.engine,
        row.version,
        row.gpu,
        row.gpus,
        row.layout,
        row.concurrency,
        row.context,
    )


def four_bit_pairs(rows: Iterable[Measured]) -> tuple[Pair, ...]:
    """16-bit weights and about 4-bit ones: same model, engine and machine.

    A format counts as about 4-bit by the bytes that a token reads: 3.5 to 5.5 sixteenths of the
    16-bit row's, heads and scales included.
    """
    rows = tuple(rows)
    wide = [entry for entry in rows if entry.row.precision_id in ("fp16", "bf16")]

    def setting(entry: Measured) -> Hashable:
        return *_machine(entry), entry.row.model

    pairs = _pairs(wide, rows, setting)
    return tuple(
        pair for pair in pairs if 3.5 <= 16 * _reads(pair.after) / _reads(pair.before) < 5.5
    )


def _reads(entry: Measured) -> float:
    return entry.row.reads or math.nan


def model_pairs(rows: Iterable[Measured], large: str, small: str) -> tuple[Pair, ...]:
    """A large and a small model of the catalog: same format, engine and machine."""
    rows = tuple(rows)

    def setting(entry: Measured) -> Hashable:
        return *_machine(entry), entry.row.precision

    return _pairs(
        [entry for entry in rows if entry.row.model_id == large],
        [entry for entry in rows if entry.row.model_id == small],
        setting,
    )


LIKE_CONTEXT = 1.25
"""Contexts are alike up to this ratio: benchmarks draw lengths at random around the one they name."""


def engine_pairs(rows: Iterable[Measured]) -> tuple[Pair, ...]:
    """One setup under two engines, the slower one first, whoever measured them.

    A setup is a model in a format, a kind and number of GPUs that read together, users, and a like
    context. Builds and backends of one engine are one engine here.
    """
    setups: defaultdict[Hashable, list[Measured]] = defaultdict(list)
    for entry in rows:
        setups[_setup(entry)].append(entry)
    return tuple(
        Pair(*sorted(two, key=lambda entry: entry.row.tokens_per_second))
        for entries in setups.values()
        for two in combinations(entries, 2)
        if _other_engines(*two) and _like_contexts(*two)
    )


def _setup(entry: Measured) -> tuple[Hashable, ...]:
    row = entry.row
    return (
        row.model_id or row.model,
        row.precision_id or row.precision,
        row.gpu_id or row.gpu,
        row.gpus,
        row.layout,
        row.concurrency,
    )


def _other_engines(one: Measured, two: Measured) -> bool:
    return bool(one.engine and two.engine) and one.engine != two.engine


def _like_contexts(one: Measured, two: Measured) -> bool:
    short, long = sorted((one.row.context, two.row.context))
    return long <= LIKE_CONTEXT * short


def least_realised(pairs: Iterable[Pair], share: float = 0.5) -> tuple[Pair, ...]:
    """The pairs that became less than `share` as many times faster as their bytes allow.

    Either the format had no fast kernel there and then, or fixed costs had taken over.
    """
    found = [pair for pair in pairs if pair.speed_factor < share * pair.law_factor]
    return tuple(sorted(found, key=lambda pair: pair.speed_factor / pair.law_factor))
