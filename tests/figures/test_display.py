"""How numbers become text: rounded half up as by hand, on the unit that reads best."""

from __future__ import annotations

import math
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from macros.units.display import THIN_SPACE, pick_scale, round_half_up, scales_of, show
from macros.units.parsing import (
    BANDWIDTH,
    BITS,
    COMPUTE,
    MEMORY,
    PARAMETERS,
    POWER,
    Kind,
    parse,
)
from macros.units.table import UNITS

THIN = "\u202f"


@pytest.mark.parametrize(
    ("value", "digits", "text"),
    [
        # Ties as people see them in decimal, whatever the nearest binary fraction is.
        (1.25, 2, "1.3"),
        (2.675, 3, "2.68"),
        (0.125, 2, "0.13"),
        (1.005, 3, "1.01"),
        (8.785, 3, "8.79"),
        (2.5, 1, "3"),
        (1.35, 2, "1.4"),
        # Either side of a tie.
        (1.2499999, 2, "1.2"),
        (1.2500001, 2, "1.3"),
    ],
)
def test_a_tie_rounds_up(value: float, digits: int, text: str) -> None:
    assert show(value, "1", digits) == text


def test_a_negative_tie_rounds_away_from_zero() -> None:
    assert round_half_up(Decimal("-1.25"), 2) == Decimal("-1.3")


def test_a_negative_number_takes_a_minus_sign() -> None:
    assert show(-0.0654, "1", scale="%") == f"\u22126.54{THIN}%"


@pytest.mark.parametrize(
    ("value", "text"), [(2.0, "2"), (1.999, "2.00"), (4.70, "4.7"), (4.698, "4.70")]
)
def test_only_a_rounded_number_keeps_its_zeros(value: float, text: str) -> None:
    assert show(value, "1") == text


@pytest.mark.parametrize(
    ("value", "unit", "text"),
    [
        (0.04212, "s", f"42.1{THIN}ms"),
        (0.00014268, "s", f"143{THIN}µs"),
        (1.5, "s", f"1.5{THIN}s"),
        (141_107_412_992, "bytes", f"141{THIN}GB"),
        (327_680, "bytes", f"328{THIN}kB"),
        (3.35e12, "bytes/s", f"3.35{THIN}TB/s"),
        (300e9, "bytes/s", f"300{THIN}GB/s"),
        (989e12, "FLOP/s", f"989{THIN}TFLOP/s"),
        (2250e12, "FLOP/s", f"2.25{THIN}PFLOP/s"),
        (70_553_706_496, "params", "70.6B"),
        (671_026_419_200, "params", "671B"),
        (23.7408, "tok/s", f"23.7{THIN}tok/s"),
        (295.22, "FLOP/byte", f"295{THIN}FLOP/byte"),
        (1, "bytes/param", f"1{THIN}byte"),
        (0.5, "bytes/param", f"0.5{THIN}bytes"),
        # What rounds up to the next scale is shown on it.
        (999_600_000, "bytes", f"1.00{THIN}GB"),
        (999_400_000, "bytes", f"999{THIN}MB"),
    ],
)
def test_a_number_takes_the_largest_scale_that_leaves_it_at_least_one(
    value: float, unit: str, text: str
) -> None:
    assert show(value, unit) == text


@pytest.mark.parametrize(
    ("value", "unit", "scale", "text"),
    [
        (85_520_809_984, "bytes", "GiB", f"79.6{THIN}GiB"),  # / 2^30 = 79.647
        (131_072, "tokens", "K tokens", "128K tokens"),
        (0.9966127, "1", "%", f"99.7{THIN}%"),
        (8.786, "1", "×", "8.79×"),
        (0.00014268, "s", "ms", f"0.143{THIN}ms"),
    ],
)
def test_a_page_may_ask_for_a_scale(value: float, unit: str, scale: str, text: str) -> None:
    assert show(value, unit, scale=scale) == text


def test_large_numbers_are_grouped_by_commas() -> None:
    assert show(61_579.57, "tok/s", digits=4) == f"61,580{THIN}tok/s"


def test_the_space_before_a_unit_is_narrow_and_does_not_break() -> None:
    assert THIN_SPACE == THIN


def test_an_unknown_number_says_so() -> None:
    assert show(math.inf, "FLOP/s") == "unknown"


def test_an_unknown_scale_is_an_error() -> None:
    with pytest.raises(KeyError):
        show(1.0, "s", scale="GB")


@given(value=st.floats(1e-9, 1e15), unit=st.sampled_from(sorted(UNITS)))
def test_the_text_is_within_half_a_digit_of_the_value(value: float, unit: str) -> None:
    symbol, factor = pick_scale(value, unit, 3)
    number = show(value, unit).removesuffix(symbol.removesuffix("s")).removesuffix(symbol)
    read = float(number.strip(THIN).replace(",", "")) * float(factor)
    assert read == pytest.approx(value, rel=0.005 * (1 + 1e-9))


@pytest.mark.parametrize("kind", [MEMORY, BANDWIDTH, COMPUTE, POWER, PARAMETERS, BITS])
def test_a_fact_is_shown_in_the_unit_that_it_was_written_in(kind: Kind) -> None:
    for symbol in set(kind.symbols) & set(scales_of(kind.unit)):
        value = parse(f"7.25 {symbol}", kind).value
        text = show(value, kind.unit, scale=symbol).replace(THIN, "")
        assert text == f"7.25{symbol}"


def test_what_devices_report_is_binary_when_read_and_when_shown() -> None:
    # 80 x 1,073,741,824 = 85,899,345,920 bytes
    value = parse("80 GiB", MEMORY).value
    assert show(value, "bytes", scale="GiB") == f"80{THIN}GiB"
    assert show(value, "bytes") == f"85.9{THIN}GB"
