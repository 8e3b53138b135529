"""What a fact's text may say, and the one place where it becomes a number in SI units."""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal

from macros.errors import quote
from macros.units.table import UNITS

# At most fifteen digits on either side of the point: a float holds fifteen exactly, and no
# quantity kept here needs more.
_NUMBER_AND_UNIT = re.compile(r"([0-9]{1,15}(?:\.[0-9]{1,15})?) (\S+)")


@dataclass(frozen=True)
class Kind:
    """A kind of quantity: its name, its SI unit, one good example, and the symbols it is written in."""

    name: str
    unit: str
    example: str
    symbols: tuple[str, ...]


@dataclass(frozen=True)
class Quantity:
    """A value in SI units, its unit as published data names it, and the text that it was written as."""

    value: float
    unit: str
    text: str


MEMORY = Kind("memory size", "bytes", "80 GB", ("GB", "TB", "MiB", "GiB"))
BANDWIDTH = Kind("bandwidth", "bytes/s", "3.35 TB/s", ("GB/s", "TB/s", "GiB/s"))
COMPUTE = Kind("compute rate", "FLOP/s", "989 TFLOP/s", ("TFLOP/s", "PFLOP/s", "TOP/s", "POP/s"))
POWER = Kind("power", "W", "700 W", ("W", "kW"))
PARAMETERS = Kind("parameter count", "params", "70.6 B", ("M", "B", "T"))
BITS = Kind("number of bits", "bits", "8.5 bits", ("bits",))


def parse(text: object, kind: Kind) -> Quantity:
    """The quantity that a text such as `3.35 TB/s` says.

    GB is decimal (1e9 bytes) and MiB binary (2**20). The arithmetic is decimal, so that the
    value is the float nearest to what is printed, with no rounding of our own.

    Raises:
        ValueError: the text is not a positive quantity of that kind; the message quotes it and
            shows how one is written.
    """
    found = _NUMBER_AND_UNIT.fullmatch(text) if isinstance(text, str) else None
    if not isinstance(text, str) or found is None or found[2] not in kind.symbols:
        raise ValueError(f"{quote(text)} is not a {kind.name}; write it like {kind.example!r}")
    unit = UNITS[kind.unit]
    value = Decimal(found[1]) * unit.symbols[found[2]]
    if not value:
        raise ValueError(f"{text!r} is zero; a {kind.name} is above zero, like {kind.example!r}")
    return Quantity(float(value), unit.published or kind.unit, text)
