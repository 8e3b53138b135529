"""The decode equation as three knobs: model, number format and GPU, turned one against another."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import product
from typing import Any

from macros.catalog import Catalog
from macros.charts.kit.axes import grouped, ticked
from macros.charts.kit.drawing import PHONE, Drawing, View, asked, needed
from macros.charts.kit.labels import label, texts
from macros.charts.kit.lazy_altair import alt
from macros.charts.kit.live_axes import Reach, with_params
from macros.charts.kit.picked import Picked, Row
from macros.charts.kit.theme import INK, MEMORY
from macros.figures.cells import Count, If, Names, Text, Value, Words
from macros.figures.figure import Figure
from macros.scenario import Scenario

ROW_HEIGHT = 21
ROOM_FOR_NAMES = 104
GUTTER = 18

PAGE = "picked"
"""Stands for the page's own GPU, format or model, which follows the picks."""


@dataclass(frozen=True)
class Turn:
    """One position of the three knobs, on the fewest GPUs that hold the weights, for one user."""

    picked: Picked
    gpu: str
    precision: str
    model: str

    @property
    def pinned(self) -> dict[str, Any]:
        """The axes that no pick moves."""
        knobs = {"gpu": self.gpu, "precision": self.precision, "model": self.model}
        return {axis: id for axis, id in knobs.items() if id != PAGE}

    @property
    def speed(self) -> Figure:
        """The ceiling."""
        return self.picked.figure("decode_tps", **self.pinned, gpus="min", batch=1)

    @property
    def holders(self) -> Figure:
        """How many GPUs hold the weights."""
        return self.picked.figure("min_gpus", **self.pinned)

    @property
    def key(self) -> str:
        """Of its row in a panel."""
        return f"{self.precision}|{self.model}"

    def named(self, axis: str) -> Any:
        """The name on one axis."""
        return self.picked.name(axis, **self.pinned)

    def row(self) -> Row:
        """The row of the chart's data."""
        count = If(self.holders, 1, Words(" ×", Count(self.holders)))
        return {
            **label(Words(Text(self.speed, bare=True), count), {}),
            "tps": Value(self.speed),
            "holders": Value(self.holders),
            "row": self.key,
            "gpu": self.gpu,
        }

    def told(self) -> Words:
        """Speed and place, in words."""
        count = If(self.holders, 1, Words(Count(self.holders), " × "))
        place = (self.named("model"), " in ", self.named("precision"), " on ", count)
        return Words(Text(self.speed), " (", *place, self.named("gpu"), ")")


def draw(catalog: Catalog, base: Scenario | None, options: Mapping[str, Any]) -> Drawing:
    """Ceilings for one user, on the smallest number of GPUs that holds the weights.

    Options, each by itself the page's own:
        gpus: ids of GPUs, a panel for each.
        precisions: ids of number formats, a group of rows for each.
        models: ids of models, a row for each in every group.
    """
    chosen = asked(options, gpus=[PAGE], precisions=[PAGE], models=[PAGE])
    picked = Picked(catalog, needed(base))
    turns = [
        Turn(picked, *knobs)
        for knobs in product(chosen["gpus"], chosen["precisions"], chosen["models"])
    ]
    by_speed = sorted(turns, key=lambda turn: turn.speed.value)
    return Drawing(
        at=lambda width: _chart(turns, width),
        told=Words(
            "The ceiling for one user, on the fewest GPUs that hold the weights, runs from ",
            by_speed[0].told(),
            " to ",
            by_speed[-1].told(),
            ": it rises with the bandwidth and falls with the parameters and their bytes.",
        ),
        headings=("GPU", "Precision", "Model", "GPUs that hold it", "Ceiling, one user"),
        rows=[
            {
                "gpu": "the GPU picked" if turn.gpu == PAGE else turn.named("gpu"),
                "precision": turn.named("precision"),
                "model": turn.named("model"),
                "gpus": turn.holders,
                "tps": turn.speed,
            }
            for turn in turns
        ],
        data={"dots": [turn.row() for turn in turns]},
        signals={
            "names": Names(
                {turn.precision: turn.named("precision") for turn in turns}
                | {turn.key: turn.named("model") for turn in turns}
            ),
            **{
                _header(turn.gpu): Words(
                    turn.named("gpu"), ", ", Text(picked.figure("bandwidth", **turn.pinned))
                )
                for turn in turns
            },
        },
    )


def _header(gpu: str) -> str:
    """The param that holds what stands over a GPU's panel."""
    return "over_" + "".join(letter if letter.isalnum() else "_" for letter in gpu)


def _chart(turns: Sequence[Turn], width: int) -> View:
    phone = width < PHONE
    gpus = list(dict.fromkeys(turn.gpu for turn in turns))
    columns = 1 if phone else len(gpus)
    inner = (width - ROOM_FOR_NAMES - GUTTER * columns) // columns
    reach = Reach.around("speed", "dots", "tps")
    # A heading row above the rows of each format.
    keys = [
        key
        for precision in dict.fromkeys(turn.precision for turn in turns)
        for key in dict.fromkeys(
            [precision, *(turn.key for turn in turns if turn.precision == precision)]
        )
    ]
    panels = [
        _panel(
            gpu,
            keys,
            reach,
            inner,
            named=phone or gpu == gpus[0],
            titled=not phone or gpu == gpus[-1],
        )
        for gpu in gpus
    ]
    return with_params(alt.concat(*panels, columns=columns, spacing=GUTTER), reach)


def _panel(
    gpu: str, keys: Sequence[str], reach: Reach, width: int, *, named: bool, titled: bool
) -> View:
    axis = ticked(reach.ticks(4), title="tok/s ceiling, one user" if titled else None)
    x = alt.X("tps:Q", scale=reach.scale(), axis=axis)
    y = alt.Y(
        "row:N",
        scale=alt.Scale(domain=list(keys)),
        axis=grouped(ROOM_FOR_NAMES, "names") if named else None,
    )
    # Each text stands where its dot leaves more room.
    left = "datum.tps < sqrt(speed_low * speed_high)"
    chart = (
        alt.Chart(alt.NamedData("dots"))
        .transform_filter(f"datum.gpu === '{gpu}'")
        .transform_calculate(
            align=f"{left} ? 'left' : 'right'",
            dx=f"{left} ? 10 : -10",
            fill=f"datum.holders > 1 ? 'transparent' : '{MEMORY}'",
        )
    )
    points = chart.mark_point(size=64, stroke=MEMORY, strokeWidth=2, opacity=1).encode(
        x=x, y=y, fill=alt.Fill("fill:N", scale=None)
    )
    header = alt.TitleParams(
        alt.ExprRef(_header(gpu)), anchor="start", frame="group", fontSize=13, color=INK, offset=4
    )
    return alt.layer(points, texts(chart, x, y)).properties(
        width=width, height=ROW_HEIGHT * len(keys), title=header
    )
