"""Tables of scenarios: rows that differ on some axes, columns that are quantities of the law."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from macros import law
from macros.figures.figure import Figure
from macros.figures.html import Content, Markup, escape, scrolling, tag, together
from macros.figures.names import gpu_count, name_of
from macros.scenario import Scenario

CORNERS: Mapping[str, str] = {
    "model": "Model",
    "gpu": "GPU",
    "precision": "Format",
    "gpus": "GPUs",
    "batch": "Users",
    "context": "Context",
    "math": "math",
}
"""How the corner of a table names the axes that its rows vary."""

CHIPS = ("ceiling", "expected", "measured")
"""The three kinds of answer, never mixed: what a speed is, is said wherever it is shown."""


@dataclass(frozen=True)
class Column:
    """A heading with the cell of each row under it."""

    heading: str
    cells: Sequence[Content]
    kind: str = ""
    numeric: bool = True


def chip(kind: str) -> Markup:
    """The label that says whether a speed is a ceiling, expected or measured."""
    return tag("span", kind, class_=f"kind kind-{kind}")


def chipped(heading: str, kind: str) -> Content:
    """A heading with the label of its kind, if it has one."""
    return together(heading, " ", chip(kind)) if kind else heading


def _label(scenario: Scenario, axis: str) -> str:
    return gpu_count(scenario).baked() if axis == "gpus" else name_of(scenario, axis)


def row_label(scenario: Scenario, axes: Iterable[str]) -> str:
    """A row's name: what it varies, in words."""
    return ", ".join(filter(None, (_label(scenario, axis) for axis in axes)))


def law_column(
    quantity: str,
    scenarios: Sequence[Scenario],
    figure: Callable[[Scenario, str], Figure],
    hypothetical: bool = False,
) -> Column:
    """A quantity over the rows; where the weights do not fit, a speed's cell says what would.

    A `hypothetical` column shows the speed all the same.
    """
    cells = [
        _no_fit(scenario, figure)
        if scenario.lacks(quantity) and not hypothetical
        else escape(figure(scenario, quantity))
        for scenario in scenarios
    ]
    meaning = law.MEANINGS[quantity]
    return Column(meaning.words, cells, meaning.kind)


def _no_fit(scenario: Scenario, figure: Callable[[Scenario, str], Figure]) -> Markup:
    needed = figure(scenario, "min_gpus")
    return tag("span", "does not fit: needs ", needed, " GPUs", class_="nofit")


def markup(
    caption: str,
    corner: str,
    labels: Sequence[Content],
    columns: Sequence[Column],
    ids: Sequence[str] = (),
) -> Markup:
    """An accessible table in a box that scrolls by itself; `ids` are of rows."""
    headings = [chipped(column.heading, column.kind) for column in columns]
    heads = [tag("th", heading, scope="col") for heading in (corner, *headings)]
    rows = [
        tag("tr", tag("th", label, scope="row"), *_cells(columns, index), id=_id(ids, index))
        for index, label in enumerate(labels)
    ]
    body = tag("thead", tag("tr", *heads)), tag("tbody", *rows)
    table = tag("table", tag("caption", caption), *body, class_="compare")
    return scrolling(table, caption)


def _id(ids: Sequence[str], index: int) -> str | None:
    return ids[index] if ids else None


def _cells(columns: Sequence[Column], index: int) -> Iterable[Markup]:
    return (
        tag("td", column.cells[index], class_="num" if column.numeric else None)
        for column in columns
    )


def plain(caption: str, headings: Sequence[str], rows: Iterable[Mapping[str, Any]]) -> Markup:
    """A table of plain data, the first column naming the rows: what lies behind a chart."""
    lines = [list(row.values()) for row in rows]
    columns = [
        Column(heading, [line[index] for line in lines])
        for index, heading in enumerate(headings)
        if index
    ]
    return markup(caption, headings[0], [line[0] for line in lines], columns)
