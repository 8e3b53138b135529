"""One measurement of one's own: where it stands, and what it tells of the setup's other speeds."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import permutations

from macros import law
from macros.evidence.form import expectation, own_factor
from macros.evidence.peers import classes_of_row
from macros.evidence.pooled import Constants
from macros.evidence.rows import Measured


@dataclass(frozen=True)
class Place:
    """Where a share of the ceiling stands among those of published rows.

    Attributes:
        rows: how many there are.
        below: how many of them reach less of their ceiling.
    """

    rows: int
    below: int


def place_of(share: float, rows: Iterable[Measured], peers: str) -> Place:
    """Where a share of the ceiling stands among the rows of a class, by its name."""
    shares = [entry.share for entry in rows if peers in classes_of_row(entry)]
    return Place(len(shares), sum(other < share for other in shares))


@dataclass(frozen=True)
class Rescaled:
    """A row predicted twice by a fit that has not seen its source.

    Attributes:
        by: another row of its setup, which is taken for the reader's own measurement.
        entry: the row.
        before: expected tokens per second and user, as of any machine.
        after: the same with the fixed time that the other row tells.
    """

    by: Measured
    entry: Measured
    before: float
    after: float


def setup_of(entry: Measured) -> Hashable:
    """What must be the same before one row may tell of another: machine, engine, kind of model.

    The rows are of one source; a mixture spends its fixed time on other things than a dense model.
    """
    row = entry.row
    machine = (row.gpu, row.gpus, row.layout)
    return entry.source, row.engine, row.version, *machine, entry.mixture


def rescaled(
    rows: Sequence[Measured], constants: Mapping[str, Constants], blind: bool = False
) -> tuple[Rescaled, ...]:
    """Every row of a setup by every other of it.

    Args:
        rows: of any number of users.
        constants: by the source that they have not seen.
        blind: as if nobody had said which engine a row was measured with.
    """
    setups: defaultdict[Hashable, list[Measured]] = defaultdict(list)
    for entry in rows:
        setups[setup_of(entry)].append(entry)

    # A row's time is linear in the factor: without the fixed time, and with it once.
    ends = {
        entry.row.id: tuple(
            expectation(entry, constants[entry.source], blind, factor).time for factor in (0, 1)
        )
        for entry in rows
    }

    def speed(entry: Measured, factor: float) -> float:
        without, whole = ends[entry.row.id]
        return float(law.expected_tps(without + factor * (whole - without)))

    before = {entry.row.id: speed(entry, 1) for entry in rows}
    factors = {entry.row.id: own_factor(entry, constants[entry.source], blind) for entry in rows}
    return tuple(
        Rescaled(by, entry, before[entry.row.id], speed(entry, factors[by.row.id]))
        for members in setups.values()
        for by, entry in permutations(members, 2)
    )
