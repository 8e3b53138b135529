"""A grid of scenarios and its rows, computed a block at a time, so that any grid takes little memory."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import product
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from macros import law
from macros.catalog import Gpu, Model, Precision
from macros.evidence.fit import Fit
from macros.evidence.intervals import factors_over
from macros.law.compiled import Array, compiled
from macros.law.expected import INTERVAL_FACTORS, PEERS
from macros.scenario import Scenario, model_inputs

MIDDLE = ("step_time", "decode_tps", "expected_tps")
ENDS = ("expected_low_tps", "expected_high_tps")
SPEEDS = (*MIDDLE, *ENDS)
"""The columns that a row without a speed leaves empty, as it does `caches_fit`."""

COLUMNS = (
    "model",
    "gpu",
    "precision",
    "gpus",
    "batch",
    "context",
    "fits",
    "min_gpus",
    "caches_fit",
    *SPEEDS,
    "reason",
)

Row = tuple[Any, ...]
"""The cells of `COLUMNS`; None where there is no speed."""

AT_ONCE = 4096
"""Rows that are computed together, unless more contexts than that are asked for."""

CROWDED, HELD, UNKNOWN = range(3)
"""What a row says of the caches: they do not fit, they do, or there is no speed to ask it of."""


RUN = ("gpus", "batch", "context")
MODEL = tuple(name for name, meaning in law.INPUTS.items() if meaning.axes == ("model",))
GIVEN = (*law.INPUTS.keys() - {*INTERVAL_FACTORS, *PEERS, "own_tps"},)

enough = compiled(["min_gpus"], GIVEN)
middle = compiled([*MIDDLE, "max_batch", "fixed_share"], GIVEN)
ends = compiled(ENDS, ["expected_tps", "decode_tps", *INTERVAL_FACTORS])


@dataclass(frozen=True)
class Grid:
    """The values of each axis; a precision of None is the one that a model is published in.

    A count of GPUs of None is the smallest that holds the weights. `natives` holds the format of
    each model by its id.
    """

    models: tuple[Model, ...]
    gpus: tuple[Gpu, ...]
    precisions: tuple[Precision, ...] | None
    counts: tuple[int, ...] | None
    batches: tuple[int, ...]
    contexts: tuple[int, ...]
    kv: Precision
    math: str
    engine: str
    natives: Mapping[str, Precision]


class Setup(NamedTuple):
    """GPUs with a model on them.

    Attributes:
        place: of GPU and format among the machines.
        gpu, precision: their ids.
        gpus: how many there are.
        min_gpus: how many the weights need.
        reason: why there is no speed; "" where there is one.
    """

    place: int
    gpu: str
    precision: str
    gpus: int
    min_gpus: int
    reason: str

    @property
    def fits(self) -> bool:
        """Whether the weights do."""
        return self.gpus >= self.min_gpus


@dataclass(frozen=True)
class Block:
    """Rows of one model that follow each other: each setup with all runs.

    Attributes:
        model: its id.
        setups: in the order of the rows.
        runs: users and context of each row of a setup.
        caches: of every row, one of CROWDED, HELD and UNKNOWN.
        speeds: of every row that has them, the columns from `step_time` on; of (rows, columns).
        limit: why a row of a setup with speeds may have none: its context is too long.
    """

    model: str
    setups: Sequence[Setup]
    runs: Sequence[tuple[int, int]]
    caches: NDArray[np.intp]
    speeds: Array
    limit: str

    def rows(self) -> Iterator[Row]:
        """The rows, one at a time."""
        none = (None,) * (1 + len(SPEEDS))
        caches, speeds = iter(self.caches.tolist()), iter(self.speeds.tolist())
        for setup in self.setups:
            start = (self.model, setup.gpu, setup.precision, setup.gpus)
            known = (setup.fits, setup.min_gpus)
            for run in self.runs:
                state = next(caches)
                if state == UNKNOWN:
                    yield (*start, *run, *known, *none, setup.reason or self.limit)
                else:
                    yield (*start, *run, *known, state == HELD, *next(speeds), "")


def rows(fit: Fit, grid: Grid) -> Iterator[Row]:
    """Every row of the grid, one at a time; the last axis varies fastest."""
    for block in blocks(fit, grid):
        yield from block.rows()


def blocks(fit: Fit, grid: Grid) -> Iterator[Block]:
    """Every row of the grid, in blocks; the last axis varies fastest.

    Args:
        fit: the constants and intervals of the expected speed.
        grid: the axes.
    """
    evaluation = _Evaluation(fit, grid)
    users = max(1, AT_ONCE // len(grid.contexts))
    together = max(1, AT_ONCE // (len(grid.batches) * len(grid.contexts)))
    for model in grid.models:
        for setups in _parts(evaluation.setups(model), together):
            for batches in _parts(grid.batches, users):
                yield evaluation.block(model, setups, batches)


def _parts(values: Sequence[Any], size: int) -> Iterator[Sequence[Any]]:
    return (values[start : start + size] for start in range(0, len(values), size))


@dataclass(frozen=True)
class Machines:
    """Each GPU with each format: GPUs in their order, and the formats of each.

    Attributes:
        pairs: GPU and format.
        inputs: of the law, those that such a pair decides, by name; of (pairs,).
    """

    pairs: Sequence[tuple[Gpu, Precision]]
    inputs: Mapping[str, Array]


class _Evaluation:
    """A grid's law and fit: what one model's rows share is computed once for them."""

    def __init__(self, fit: Fit, grid: Grid) -> None:
        self.fit, self.grid = fit, grid
        self.curves = fit.named if grid.engine else fit.blind
        self.machines: dict[tuple[str, ...], Machines] = {}

    def machines_of(self, model: Model) -> Machines:
        """The machines of a model; those of the same formats are found once."""
        formats = self.grid.precisions or (self.grid.natives[model.id],)
        ids = tuple(format.id for format in formats)
        if ids not in self.machines:
            pairs = list(product(self.grid.gpus, formats))
            columns = [self._inputs(model, *pair) for pair in pairs]
            inputs = {name: np.array([float(c[name]) for c in columns]) for name in columns[0]}
            self.machines[ids] = Machines(pairs, inputs)
        return self.machines[ids]

    def _inputs(self, model: Model, gpu: Gpu, format: Precision) -> dict[str, float]:
        scenario = Scenario(model, gpu, format, self.grid.kv, math=self._math(gpu))
        known = {**scenario.inputs, **self.fit.coefficients(gpu, self.grid.engine)}
        return {name: value for name, value in known.items() if name not in (*MODEL, *RUN)}

    def _math(self, gpu: Gpu) -> str:
        return self.grid.math if self.grid.math in gpu.peak_flops else ""

    def setups(self, model: Model) -> list[Setup]:
        """A model on every count of every machine."""
        machines = self.machines_of(model)
        least = enough({**_floats(model_inputs(model)), **machines.inputs})[0].tolist()
        unpublished = f"no {self.grid.math} peak is published"
        lacking = {gpu.id for gpu in self.grid.gpus if self.grid.math and not self._math(gpu)}
        found = []
        for place, (gpu, format) in enumerate(machines.pairs):
            needed = int(least[place])
            too_few, otherwise = f"needs {needed} GPUs", unpublished if gpu.id in lacking else ""
            for gpus in self.grid.counts or (needed,):
                reason = too_few if gpus < needed else otherwise
                found.append(Setup(place, gpu.id, format.id, gpus, needed, reason))
        return found

    def block(self, model: Model, setups: Sequence[Setup], batches: Sequence[int]) -> Block:
        """All runs of some setups, of so many users each."""
        contexts = self.grid.contexts
        takes = np.array([context <= model.max_context for context in contexts])
        speaks = np.array([not setup.reason for setup in setups])
        shown = np.ix_(speaks, np.full(len(batches), True), takes)
        places = [setup.place for setup in setups if not setup.reason]
        batch = np.array(batches, np.float64)[:, None]
        known = {
            **_floats(model_inputs(model)),
            **{name: of[places, None, None] for name, of in self.machines_of(model).inputs.items()},
            "gpus": np.array([s.gpus for s in setups], np.float64)[speaks, None, None],
            "batch": batch,
            "context": np.array(contexts, np.float64)[takes],
            "fixed_factor": 1.0,  # nobody measured a grid
        }
        step_time, ceiling, expected, users, share = middle(known)
        low, high = factors_over(self.curves, batch, share)
        found = dict(zip(INTERVAL_FACTORS, (low, high), strict=True))
        low, high = ends({"expected_tps": expected, "decode_tps": ceiling, **found})

        caches = np.full((len(setups), len(batches), len(contexts)), UNKNOWN)
        caches[shown] = np.where(batch <= users, HELD, CROWDED)
        speeds = np.empty((*step_time.shape, len(SPEEDS)))
        for column, values in enumerate((step_time, ceiling, expected, low, high)):
            speeds[..., column] = values
        return Block(
            model=model.id,
            setups=setups,
            runs=list(product(batches, contexts)),
            caches=caches.ravel(),
            speeds=speeds.reshape(-1, len(SPEEDS)),
            limit=f"takes {model.max_context} tokens at most",
        )


def _floats(inputs: Mapping[str, float]) -> dict[str, float]:
    """What stands beside arrays is made of what they are made of."""
    return {name: float(value) for name, value in inputs.items()}
