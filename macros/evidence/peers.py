"""Published rows like a scenario: what stands behind its expected speed, and how far that was off."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import NamedTuple

from macros.evidence.rows import Measured

ENOUGH = 8
"""Fewer rows have no median to speak of: the next wider class stands for them."""


@dataclass(frozen=True)
class Peers:
    """Rows of one class.

    Attributes:
        name: of the class, in words.
        rows, sources: how many there are.
        error: the median of |expected / measured - 1|, each source left out of its own fit.
        blind_error: the same, as if nobody had said which engine each row was measured with.
    """

    name: str
    rows: int
    sources: int
    error: float
    blind_error: float


def classes_of(gpu: str, device: str, gpus: int, users: int) -> tuple[str, ...]:
    """The classes that a setup belongs to, the narrowest first.

    Args:
        gpu: the id of its GPU.
        device: the kind of its memory.
        gpus: how many read together.
        users: how many are decoded together.
    """
    many = "several GPUs" if gpus > 1 else "one GPU"
    together = "several users" if users > 1 else "one user"
    return (
        f"{gpu}, {many}, {together}",
        f"{device}, {many}, {together}",
        f"{device}, {together}",
        together,
    )


def classes_of_row(entry: Measured) -> tuple[str, ...]:
    """The classes that a published row belongs to, the narrowest first."""
    row = entry.row
    return classes_of(row.gpu_id or row.gpu, entry.device, row.gpus_reading, row.concurrency)


class Judged(NamedTuple):
    """A row's classes, its source, and how far its predictions were off: as it is, and blind."""

    classes: tuple[str, ...]
    source: str
    error: float
    blind_error: float


def peers_of(rows: Iterable[Judged]) -> dict[str, Peers]:
    """Every class with enough rows, by its name; the widest whatever it has."""
    from statistics import median  # late: who only reads a fit has no use for it

    found: defaultdict[str, list[Judged]] = defaultdict(list)
    widest = set()
    for row in rows:
        widest.add(row.classes[-1])
        for name in row.classes:
            found[name].append(row)
    return {
        name: Peers(
            name,
            len(members),
            len({row.source for row in members}),
            median(row.error for row in members),
            median(row.blind_error for row in members),
        )
        for name, members in sorted(found.items())
        if len(members) >= ENOUGH or name in widest
    }


def nearest(peers: Mapping[str, Peers], classes: Iterable[str]) -> Peers:
    """The narrowest class that there are enough rows of, or that of all rows there are."""
    return next((peers[name] for name in classes if name in peers), next(iter(peers.values())))
