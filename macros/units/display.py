"""How a number becomes the text that people read: the one home of rounding, units and spacing."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from decimal import ROUND_HALF_UP, Context, Decimal

THIN_SPACE = "\u202f"
"""Narrow and non-breaking: a number and its unit stay on one line."""

MINUS = "\u2212"

DEFAULT_DIGITS = 3

Scale = tuple[str, Decimal]


def _decimal_scales(*symbols: tuple[str, int]) -> Sequence[Scale]:
    return [(symbol, Decimal(1).scaleb(power)) for symbol, power in symbols]


SCALES: Mapping[str, Sequence[Scale]] = {
    "s": _decimal_scales(("s", 0), ("ms", -3), ("µs", -6), ("ns", -9)),
    "bytes": _decimal_scales(("TB", 12), ("GB", 9), ("MB", 6), ("kB", 3), ("bytes", 0)),
    "bytes/s": _decimal_scales(("TB/s", 12), ("GB/s", 9), ("MB/s", 6)),
    "FLOP": _decimal_scales(("TFLOP", 12), ("GFLOP", 9), ("MFLOP", 6), ("FLOP", 0)),
    "FLOP/s": _decimal_scales(("PFLOP/s", 15), ("TFLOP/s", 12), ("GFLOP/s", 9)),
    "params": _decimal_scales(("T", 12), ("B", 9), ("M", 6)),
    "tok/s": _decimal_scales(("tok/s", 0)),
    "FLOP/byte": _decimal_scales(("FLOP/byte", 0)),
    "bytes/param": _decimal_scales(("bytes", 0)),
    "bits": _decimal_scales(("bits", 0)),
    "tokens": _decimal_scales(("tokens", 0)),
    "W": _decimal_scales(("W", 0)),
    "1": _decimal_scales(("", 0)),
}
"""The scales of each SI unit, the largest first; a number takes the largest that leaves it >= 1."""

ASKED_SCALES: Mapping[str, Sequence[Scale]] = {
    "bytes": [("GiB", Decimal(2**30)), ("MiB", Decimal(2**20))],
    "tokens": [("K tokens", Decimal(1024))],
    "1": [("%", Decimal("0.01")), ("×", Decimal(1))],
}
"""Scales that are shown only where a page asks for them."""

CLOSE_UP = {"", "×", "T", "B", "M", "K tokens"}
"""Symbols that stand right behind their number: counts of parameters are written 70.6B."""


def round_half_up(number: Decimal, digits: int) -> Decimal:
    """A number rounded to significant digits, ties away from zero as people round by hand."""
    return Context(prec=digits, rounding=ROUND_HALF_UP).plus(number)


def digits_of(value: float, digits: int, factor: Decimal) -> str:
    """The digits of a value on a scale: grouped by commas, zeros kept only where they were rounded.

    An exact 2 stays "2", while 1.999 at three digits becomes "2.00".
    """
    exact = Context(prec=60).divide(Decimal(repr(float(value))), factor)
    rounded = round_half_up(exact, digits)
    if rounded == exact:
        rounded = rounded.normalize(Context(prec=60))
    return f"{rounded:,f}".replace("-", MINUS)


def scales_of(unit: str) -> Mapping[str, Decimal]:
    """Every scale that a unit may be shown on, by symbol."""
    return dict([*SCALES[unit], *ASKED_SCALES.get(unit, [])])


def pick_scale(value: float, unit: str, digits: int) -> Scale:
    """The scale that a value is shown on when the page does not ask for one."""
    exact = Decimal(repr(abs(float(value))))
    for symbol, factor in SCALES[unit]:
        if round_half_up(exact, digits) >= factor:
            return symbol, factor
    return SCALES[unit][-1]


def show(value: float, unit: str, digits: int = DEFAULT_DIGITS, scale: str = "") -> str:
    """The text of a value given in an SI unit: `show(0.0421, "s")` is "42.1 ms".

    Args:
        value: the number in SI units.
        unit: an SI unit of `SCALES`.
        digits: significant digits.
        scale: the symbol of a scale to use instead of the one that fits best.

    Raises:
        KeyError: an unknown unit or scale.
    """
    if not math.isfinite(value):
        return "unknown"
    symbol, factor = (scale, scales_of(unit)[scale]) if scale else pick_scale(value, unit, digits)
    text = digits_of(value, digits, factor)
    if text == "1" and symbol.endswith("s") and symbol in {"bytes", "bits", "tokens"}:
        symbol = symbol[:-1]
    return text + ("" if symbol in CLOSE_UP else THIN_SPACE) + symbol
