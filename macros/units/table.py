"""The one table of units: every symbol that a text may hold, under its SI unit, and its worth.

GB is decimal, as sellers print it, and GiB binary, as devices report. Integer formats are rated in
operations (TOP/s); each counts as the FLOP that it stands for.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal

ONE, KILO, MEGA, GIGA, TERA, PETA = (Decimal(1).scaleb(power) for power in range(0, 18, 3))
MILLI, MICRO, NANO = (Decimal(1).scaleb(-power) for power in (3, 6, 9))
KIBI, MEBI, GIBI = (Decimal(1024) ** power for power in (1, 2, 3))


@dataclass(frozen=True)
class Unit:
    """An SI unit: the symbols of its multiples, and what each is worth.

    Attributes:
        shown: the scales that a number may be shown on, the largest first; it takes the largest
            that leaves it at least 1.
        asked: scales that are shown only where a page asks for them.
        read: what a fact may be written in besides, though no page shows it.
        published: the unit's name in the published data, where that is another.
    """

    shown: Mapping[str, Decimal]
    asked: Mapping[str, Decimal] = field(default_factory=dict)
    read: Mapping[str, Decimal] = field(default_factory=dict)
    published: str = ""

    @property
    def symbols(self) -> Mapping[str, Decimal]:
        """Every symbol with its worth."""
        return {**self.shown, **self.asked, **self.read}


UNITS: Mapping[str, Unit] = {
    "s": Unit({"s": ONE, "ms": MILLI, "µs": MICRO, "ns": NANO}),
    "bytes": Unit(
        {"TB": TERA, "GB": GIGA, "MB": MEGA, "kB": KILO, "bytes": ONE},
        asked={"GiB": GIBI, "MiB": MEBI},
        published="B",
    ),
    "bytes/s": Unit(
        {"TB/s": TERA, "GB/s": GIGA, "MB/s": MEGA}, read={"GiB/s": GIBI}, published="B/s"
    ),
    "FLOP": Unit({"TFLOP": TERA, "GFLOP": GIGA, "MFLOP": MEGA, "FLOP": ONE}),
    "FLOP/s": Unit(
        {"PFLOP/s": PETA, "TFLOP/s": TERA, "GFLOP/s": GIGA}, read={"TOP/s": TERA, "POP/s": PETA}
    ),
    "params": Unit({"T": TERA, "B": GIGA, "M": MEGA}, published="parameters"),
    "tok/s": Unit({"tok/s": ONE}),
    "FLOP/byte": Unit({"FLOP/byte": ONE}),
    "bytes/param": Unit({"bytes": ONE}),
    "bits": Unit({"bits": ONE}),
    "tokens": Unit({"tokens": ONE}, asked={"K tokens": KIBI}),
    "W": Unit({"W": ONE}, read={"kW": KILO}),
    "1": Unit({"": ONE}, asked={"%": Decimal("0.01"), "×": ONE}),
}
"""By the SI unit."""
