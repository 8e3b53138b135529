"""The expected speed's constants and intervals, and what was predicted of a row.

All of it is read, and nothing found: `macros.evidence.cross_validation` finds it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from macros import law
from macros.catalog import Gpu
from macros.evidence import form
from macros.evidence.form import expectation
from macros.evidence.intervals import Curves, factors_at
from macros.evidence.peers import Peers, classes_of, nearest
from macros.evidence.pooled import Constants
from macros.evidence.rows import Measured, class_of, link_of


@dataclass(frozen=True)
class Prediction:
    """A row predicted by a fit that has not seen its source, in tokens per second and user.

    Attributes:
        entry: the row.
        expected, low, high: its speed, and the interval of it.
        fixed_share: the share of the expected time in which nothing is read.
    """

    entry: Measured
    expected: float
    low: float
    high: float
    fixed_share: float

    @property
    def ratio(self) -> float:
        """Measured over expected speed."""
        return self.entry.row.tokens_per_second / self.expected

    @property
    def covered(self) -> bool:
        """Whether the interval holds the measurement."""
        return self.low <= self.entry.row.tokens_per_second <= self.high


@dataclass(frozen=True)
class Fit:
    """The expected speed's constants, its intervals, and what they were read from.

    Attributes:
        constants: natural logarithms, by the names of `form.terms`.
        named, blind: the intervals where the engine is known, and where it is not.
        peers: the classes of rows that there are enough of, by name.
        rows, sources: how many were fitted.
    """

    constants: Constants
    named: Curves
    blind: Curves
    peers: Mapping[str, Peers]
    rows: int
    sources: int

    def coefficients(self, gpu: Gpu, engine: str = "") -> dict[str, float]:
        """The coefficients of `macros.law.expected` on a GPU, for an engine of today."""
        device = class_of(gpu)
        return form.coefficients(self.constants, device, link_of(device, gpu.name), engine)

    def peers_of(self, gpu: Gpu, gpus: int, batch: int) -> Peers:
        """The rows that stand behind the expected speed of a setup."""
        return nearest(self.peers, classes_of(gpu.id, class_of(gpu), gpus, batch))

    def inputs(self, known: Mapping[str, float], gpu: Gpu, engine: str = "") -> dict[str, float]:
        """All that the expected speed needs beside a scenario's own inputs.

        Args:
            known: these inputs.
            gpu: that the scenario runs on.
            engine: its id; "" where it is not known.
        """
        coefficients = self.coefficients(gpu, engine)
        share = float(law.evaluate("fixed_share", {**known, **coefficients}))
        gpus, batch = int(known["gpus"]), int(known["batch"])
        low, high = factors_at((self.named if engine else self.blind).of(batch), share)
        peers = self.peers_of(gpu, gpus, batch)
        return {
            **coefficients,
            "low_factor": low,
            "high_factor": high,
            "peer_rows": peers.rows,
            "peer_sources": peers.sources,
            "peer_error": peers.error if engine else peers.blind_error,
        }


def speed_of(entry: Measured, constants: Constants) -> float:
    """Tokens per second and user that constants expect of a row."""
    return float(law.expected_tps(expectation(entry, constants).time))
