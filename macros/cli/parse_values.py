"""Values as people type them: counts, ranges, sizes and rates."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection
from decimal import Decimal
from typing import TypeVar

from macros.errors import Mistake, did_you_mean, quote
from macros.units.parsing import BANDWIDTH, COMPUTE, MEMORY, POWER, Kind, Quantity, parse

Value = TypeVar("Value")

_COUNT = re.compile(r"([0-9]+)([kK]?)")
_SIZE = re.compile(r"([0-9.]+)\s*([A-Za-z/]+)")
_DECIMAL = re.compile(r"[0-9]{1,9}(?:\.[0-9]{1,9})?")
MOST = 1_000_000_000
"""No count is larger."""
MOST_IN_RANGE = 64


def count(text: str, least: int = 1) -> int:
    """A whole number, `8k` for 8192.

    Raises:
        Mistake: it is none, less than the least, or too large.
    """
    found = _COUNT.fullmatch(text.strip())
    # Decimal, because int refuses to read thousands of digits.
    number = Decimal(found[1]) * (1024 if found[2] else 1) if found else Decimal(-1)
    if number < least:
        raise Mistake(f"{text!r} is not a whole number of at least {least}")
    if number > MOST:
        raise Mistake(f"{quote(text)} is too large; {MOST:,} at most")
    return int(number)


def context(text: str) -> int:
    """Tokens of context: a whole number, or none."""
    return count(text, least=0)


def counts(text: str, read: Callable[[str], int] = count) -> tuple[int, ...]:
    """Whole numbers from a list such as `1,4,16` or a range such as `1..128`, which doubles.

    Raises:
        Mistake: one of them is none.
    """
    found: list[int] = []
    for part in text.split(","):
        first, dots, last = part.partition("..")
        number, end = read(first), read(last if dots else first)
        if end < number:
            raise Mistake(f"{part!r} ends before it starts")
        found.append(number)
        while dots and found[-1] < end:
            found.append(min(max(2 * found[-1], 1), end))
            if len(found) > MOST_IN_RANGE:
                raise Mistake(f"{part!r} is too long")
    return tuple(dict.fromkeys(found))


def contexts(text: str) -> tuple[int, ...]:
    """Tokens of context, from a list or a range."""
    return counts(text, context)


def or_min(read: Callable[[str], Value]) -> Callable[[str], Value | None]:
    """Reads what `read` does, and `min`, the fewest that hold the weights, as None."""
    return lambda text: None if text == "min" else read(text)


def one_of(what: str, choices: Collection[str]) -> Callable[[str], str]:
    """Reads one of a few words; any other is no such thing."""

    def read(text: str) -> str:
        if text not in choices:
            raise Mistake(f"{text!r} is no {what}; {did_you_mean(text, choices)}")
        return text

    return read


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
    if not _DECIMAL.fullmatch(text.strip()) or not float(text):
        raise Mistake(f"{text!r} is not a price per GPU-hour; write it like '2.50'")
    return float(text)


def speed(text: str) -> float:
    """Tokens per second, above zero.

    Raises:
        Mistake: it is no such number.
    """
    if not _DECIMAL.fullmatch(text.strip()) or not float(text):
        raise Mistake(
            f"{quote(text)} is not a speed; write the tokens per second that one user sees, "
            "like '70.9'"
        )
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
