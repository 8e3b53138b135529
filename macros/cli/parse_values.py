"""Values as people type them: counts, ranges, sizes and rates."""

from __future__ import annotations

import math
import re

from macros.errors import Mistake
from macros.units.parsing import BANDWIDTH, COMPUTE, MEMORY, POWER, Kind, Quantity, parse

_COUNT = re.compile(r"(\d{1,9})([kK]?)")
_SIZE = re.compile(r"([\d.]+)\s*([A-Za-z/]+)")
_PRICE = re.compile(r"\d{1,9}(?:\.\d{1,9})?")
_FEWEST: dict[str, int] = {"gpus": 1, "batch": 1, "context": 0, "layers": 1, "limit": 1}
MOST_IN_RANGE = 64


def count(axis: str, text: str) -> int:
    """A whole number, `8k` for 8192 tokens.

    Raises:
        Mistake: it is none, or less than the axis allows.
    """
    found = _COUNT.fullmatch(text.strip())
    number = int(found[1]) * (1024 if found[2] else 1) if found else -1
    if number < _FEWEST[axis]:
        raise Mistake(f"{axis}: {text!r} is not a whole number of at least {_FEWEST[axis]}")
    return number


def counts(axis: str, text: str) -> tuple[int, ...]:
    """Whole numbers from a list such as `1,4,16` or a range such as `1..128`, which doubles.

    Raises:
        Mistake: one of them is none.
    """
    found: list[int] = []
    for part in text.split(","):
        first, dots, last = part.partition("..")
        number, end = count(axis, first), count(axis, last if dots else first)
        if end < number:
            raise Mistake(f"{axis}: {part!r} ends before it starts")
        found.append(number)
        while dots and found[-1] < end:
            found.append(min(max(2 * found[-1], 1), end))
            if len(found) > MOST_IN_RANGE:
                raise Mistake(f"{axis}: {part!r} is too long")
    return tuple(dict.fromkeys(found))


def size(text: str) -> Quantity:
    """Bytes, such as `4.6GB`."""
    return _quantity(text, MEMORY)


def bandwidth(text: str) -> Quantity:
    """Bytes a second, such as `448GB/s`."""
    return _quantity(text, BANDWIDTH)


def peak(text: str) -> Quantity:
    """FLOP a second, such as `989TFLOP/s`."""
    return _quantity(text, COMPUTE)


def power(text: str) -> Quantity:
    """Watts, such as `700W`."""
    return _quantity(text, POWER)


def price(text: str) -> float:
    """Currency per GPU-hour, above zero.

    Raises:
        Mistake: it is no such number.
    """
    if not _PRICE.fullmatch(text.strip()) or not 0 < float(text) < math.inf:
        raise Mistake(f"{text!r} is not a price per GPU-hour; write it like '2.50'")
    return float(text)


def _quantity(text: str, kind: Kind) -> Quantity:
    found = _SIZE.fullmatch(text.strip())
    try:
        return parse(f"{found[1]} {found[2]}" if found else text, kind)
    except ValueError:
        units = ", ".join(kind.symbols)
        example = kind.example.replace(" ", "")
        raise Mistake(
            f"{text!r} is not a {kind.name}; write it like {example!r} (units: {units})"
        ) from None
