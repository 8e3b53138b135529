"""How a number becomes the text that people read: the one home of rounding, units and spacing."""

from __future__ import annotations

import math
from collections.abc import Mapping
from decimal import ROUND_HALF_UP, Context, Decimal

from macros.units.table import UNITS

THIN_SPACE = "\u202f"
"""Narrow and non-breaking: a number and its unit stay on one line."""

MINUS = "\u2212"

DEFAULT_DIGITS = 3

Scale = tuple[str, Decimal]

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
    return {**UNITS[unit].shown, **UNITS[unit].asked}


def pick_scale(value: float, unit: str, digits: int) -> Scale:
    """The scale that a value is shown on when the page does not ask for one."""
    exact = Decimal(repr(abs(float(value))))
    rounded, scales = round_half_up(exact, digits), UNITS[unit].shown
    fitting = (symbol for symbol, factor in scales.items() if rounded >= factor)
    symbol = next(fitting, list(scales)[-1])
    return symbol, scales[symbol]


def show(value: float, unit: str, digits: int = DEFAULT_DIGITS, scale: str = "") -> str:
    """The text of a value given in an SI unit: `show(0.0421, "s")` is "42.1 ms".

    Args:
        value: the number in SI units.
        unit: an SI unit of `UNITS`.
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
