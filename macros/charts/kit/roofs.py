"""What the roofline draws with: the roof of a GPU, and points under it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from macros.charts.kit.law_on_rows import on_rows
from macros.charts.kit.lazy_altair import alt
from macros.charts.kit.picked import Picked, Row
from macros.figures.cells import Text, Value
from macros.figures.figure import Figure

if TYPE_CHECKING:
    from altair.expr.core import Expression

Edges = tuple[float, float]


class Roof:
    """The roof of one GPU with the math of one format, and where decode stands under it."""

    def __init__(self, picked: Picked, **pinned: Any) -> None:
        self.picked = picked
        self.pinned: Mapping[str, Any] = {"gpus": 1, "batch": 1, **pinned}
        self.ridge = self.figure("ridge_point")
        self.peak = self.figure("peak_flops")
        self.bandwidth = self.figure("bandwidth")
        self.intensity = self.figure("arithmetic_intensity")
        self.attainable = self.figure("attainable_flops")

    def figure(self, quantity: str) -> Figure:
        """A quantity under this roof."""
        return self.picked.figure(quantity, **self.pinned)

    @property
    def gpu(self) -> Any:
        """The GPU's name."""
        return self.picked.name("gpu", **self.pinned)

    def row(self, **more: Any) -> Row:
        """What the chart needs to draw the roof and to find the height of any point under it."""
        return {
            "peak_flops": Value(self.peak),
            "bandwidth": Value(self.bandwidth),
            "ridge": Value(self.ridge),
            "gpu": self.gpu,
            **more,
        }

    def labelled(self) -> Row:
        """The roof with its bandwidth and its ridge as text."""
        words = {"width": Text(self.bandwidth), "at": Text(self.ridge, bare=True)}
        return self.row(**words, corner=Text(self.ridge))

    def point(self, name: str, short: str) -> Row:
        """Decode under the roof, with its name for a desk and for a phone."""
        return self.row(intensity=Value(self.intensity), name=name, short=short)


def under(rows: alt.Chart, intensity: str) -> alt.Chart:
    """Rows of roofs at an intensity, an expression; their height there is the law's own."""
    at: alt.Chart = rows.transform_calculate(intensity=intensity).transform_calculate(
        flops=height(alt.datum.intensity)
    )
    return at


def height(intensity: Expression) -> Expression:
    """The law's own roof over an intensity, for the chart to evaluate on each row."""
    roof = {"peak_flops": alt.datum.peak_flops, "bandwidth": alt.datum.bandwidth}
    return on_rows("attainable_flops", {**roof, "arithmetic_intensity": intensity})
