"""Direct labels: each stands at its own side of the point that it names."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from macros.charts.kit.lazy_altair import alt
from macros.charts.kit.theme import INK


def label(
    text: Any,
    at: Mapping[str, float],
    *,
    align: str = "left",
    dx: float = 0,
    dy: float = 0,
    colour: str = INK,
    weight: str = "normal",
) -> dict[str, Any]:
    """A row for `texts`.

    Args:
        text: what it says, also as a cell; a line break starts a second line.
        at: the fields that place the point.
        align: where the point is: at the "left", "center" or "right" of the text.
        dx: pixels to the right of the point, along the text.
        dy: pixels below the point, across the text.
        colour: of `theme`.
        weight: "normal" or "bold".
    """
    style = {"align": align, "dx": dx, "dy": dy, "colour": colour, "weight": weight}
    return {**at, **style, "text": text}


def style(
    *, align: str = "left", dx: float = 0, dy: float | str = 0, colour: str = INK
) -> dict[str, str]:
    """The style of `label` as expressions, for rows whose text the chart itself puts together."""
    words = {"align": align, "colour": colour, "weight": "normal"}
    return {**{key: f"'{word}'" for key, word in words.items()}, "dx": str(dx), "dy": str(dy)}


def texts(chart: alt.Chart, x: Any, y: Any, angle: str = "0") -> Any:
    """The layer that writes rows made by `label`; `angle` is an expression, in degrees."""
    return chart.mark_text(
        align=alt.ExprRef("datum.align"),
        dx=alt.ExprRef("datum.dx"),
        dy=alt.ExprRef("datum.dy"),
        fontWeight=alt.ExprRef("datum.weight"),
        angle=alt.ExprRef(angle),
        lineBreak="\n",
    ).encode(x=x, y=y, text=alt.Text("text:N"), color=alt.Color("colour:N", scale=None))
