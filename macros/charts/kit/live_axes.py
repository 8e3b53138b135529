"""Log axes that reach as far as the data in them, whatever a reader picks.

The chart itself finds the ends and the ticks, in expressions over its rows and params.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, TypeVar

from macros.charts.kit.lazy_altair import alt

Chart = TypeVar("Chart", bound=Any)

STEPS = "{d}/5, {d}/2, " + ", ".join(
    f"{{d}}*{digit}e{power}" for power in range(9) for digit in (1, 2, 5)
)
DECADES = ", ".join(f"{{d}}*1e{power}" for power in range(12))
STRIDES = ", ".join(f"{{d}}*1e{power}" for power in range(0, 15, 2))


def least_of(dataset: str, field: str) -> str:
    """The expression of the smallest value in a dataset."""
    return f"extent(pluck(data('{dataset}'), '{field}'))[0]"


def most_of(dataset: str, field: str) -> str:
    """The expression of the largest value in a dataset."""
    return f"extent(pluck(data('{dataset}'), '{field}'))[1]"


@dataclass(frozen=True)
class Reach:
    """From one value to another on a log axis, both given as expressions.

    Attributes:
        name: begins the names of the params that hold the ends.
        low: an expression; the axis begins there.
        high: an expression; the axis ends there.
    """

    name: str
    low: str
    high: str

    @classmethod
    def around(cls, name: str, dataset: str, *fields: str) -> Reach:
        """From the round number (1, 2, 5 times a power of ten) below all values to that above."""
        least = ", ".join(least_of(dataset, field) for field in fields)
        most = ", ".join(most_of(dataset, field) for field in fields)
        return cls(name, round_below(f"min({least})"), round_above(f"max({most})"))

    def params(self) -> list[alt.Parameter]:
        """The ends, to be added to the chart."""
        low, high = f"{self.name}_low", f"{self.name}_high"
        # An unknown peak allows infinitely much: the axis then ends somewhere above the rest.
        raw = f"{high}_raw"
        return [
            alt.param(name=low, expr=self.low),
            alt.param(name=raw, expr=self.high),
            alt.param(name=high, expr=f"isFinite({raw}) ? {raw} : {low} * 1e4"),
        ]

    def scale(self, base: int = 10) -> alt.Scale:
        """The log scale between the ends."""
        ends = [alt.ExprRef(f"{self.name}_low"), alt.ExprRef(f"{self.name}_high")]
        return alt.Scale(type="log", base=base, domain=ends, nice=False)

    def ticks(self, most: int) -> alt.ExprRef:
        """At most so many round numbers to label: 1-2-5 steps, or decades, or every second one."""
        low, high = f"{self.name}_low", f"{self.name}_high"
        first = f"pow(10, ceil({_log10(low)} - 1e-9))"
        steps, decades, strides = (t.format(d=first) for t in (STEPS, DECADES, STRIDES))
        span = f"({_log10(high)} - {_log10(low)})"
        count = f"(floor({_log10(high)} + 1e-9) - ceil({_log10(low)} - 1e-9) + 1)"
        return alt.ExprRef(
            f"floor(3 * {span} + 1e-9) + 1 <= {most} ? [{steps}] "
            f": {count} <= {most} ? [{decades}] : [{strides}]"
        )


def round_below(value: str) -> str:
    """The expression of the largest round number strictly below a value."""
    power, digit = _parts(value)
    return f"{power} * ({digit} > 5 ? 5 : {digit} > 2 ? 2 : {digit} > 1 ? 1 : 0.5)"


def round_above(value: str) -> str:
    """The expression of the smallest round number strictly above a value."""
    power, digit = _parts(value)
    return f"{power} * ({digit} < 2 ? 2 : {digit} < 5 ? 5 : {digit} < 10 ? 10 : 20)"


def _parts(value: str) -> tuple[str, str]:
    power = f"pow(10, floor({_log10(value)}))"
    return power, f"(({value}) / {power})"


def _log10(value: str) -> str:
    return f"(log({value}) / LN10)"


def with_params(chart: Chart, *reaches: Reach) -> Chart:
    """A chart that knows the ends of its axes."""
    made: Chart = chart.add_params(*(param for reach in reaches for param in reach.params()))
    return made
