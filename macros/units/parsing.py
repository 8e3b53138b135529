"""What a fact's text may say, and the one place where it becomes a number in SI units."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from macros.errors import quote

# At most fifteen digits on either side of the point: a float holds fifteen exactly, and no
# quantity kept here needs more.
_NUMBER_AND_UNIT = re.compile(r"([0-9]{1,15}(?:\.[0-9]{1,15})?) (\S+)")

_KILO, _MEGA, _GIGA, _TERA, _PETA = (Decimal(10) ** power for power in (3, 6, 9, 12, 15))
_MEBI, _GIBI = Decimal(2) ** 20, Decimal(2) ** 30


@dataclass(frozen=True)
class Kind:
    """A kind of quantity: its name, its SI unit, one good example, and what each unit is worth."""

    name: str
    unit: str
    example: str
    units: Mapping[str, Decimal]


@dataclass(frozen=True)
class Quantity:
    """A value in SI units, with the text that it was written as."""

    value: float
    unit: str
    text: str


MEMORY = Kind("memory size", "B", "80 GB", {"GB": _GIGA, "TB": _TERA, "MiB": _MEBI, "GiB": _GIBI})
BANDWIDTH = Kind("bandwidth", "B/s", "3.35 TB/s", {"GB/s": _GIGA, "TB/s": _TERA, "GiB/s": _GIBI})
# Integer formats are printed in operations; each counts as the FLOP that it stands for.
COMPUTE = Kind(
    "compute rate",
    "FLOP/s",
    "989 TFLOP/s",
    {"TFLOP/s": _TERA, "PFLOP/s": _PETA, "TOP/s": _TERA, "POP/s": _PETA},
)
POWER = Kind("power", "W", "700 W", {"W": Decimal(1), "kW": _KILO})
PARAMETERS = Kind("parameter count", "parameters", "70.6 B", {"M": _MEGA, "B": _GIGA, "T": _TERA})
BITS = Kind("number of bits", "bits", "8.5 bits", {"bits": Decimal(1)})


def parse(text: object, kind: Kind) -> Quantity:
    """The quantity that a text such as `3.35 TB/s` says.

    GB is decimal (1e9 bytes) and MiB binary (2**20). The arithmetic is decimal, so that the
    value is the float nearest to what is printed, with no rounding of our own.

    Raises:
        ValueError: the text is not a positive quantity of that kind; the message quotes it and
            shows how one is written.
    """
    found = _NUMBER_AND_UNIT.fullmatch(text) if isinstance(text, str) else None
    if not isinstance(text, str) or found is None or found[2] not in kind.units:
        raise ValueError(f"{quote(text)} is not a {kind.name}; write it like {kind.example!r}")
    value = Decimal(found[1]) * kind.units[found[2]]
    if not value:
        raise ValueError(f"{text!r} is zero; a {kind.name} is above zero, like {kind.example!r}")
    return Quantity(float(value), kind.unit, text)
