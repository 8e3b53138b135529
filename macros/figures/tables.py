"""Tables of scenarios: rows that differ on some axes, columns that are quantities of the law."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from html import escape
from typing import Any

from macros import law
from macros.figures.figure import Figure
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
    cells: Sequence[str]
    kind: str = ""
    numeric: bool = True


def chip(kind: str) -> str:
    """The label that says whether a speed is a ceiling, expected or measured."""
    return f'<span class="kind kind-{kind}">{kind}</span>'


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
        else str(figure(scenario, quantity))
        for scenario in scenarios
    ]
    meaning = law.MEANINGS[quantity]
    return Column(meaning.words, cells, meaning.kind)


def _no_fit(scenario: Scenario, figure: Callable[[Scenario, str], Figure]) -> str:
    needed = figure(scenario, "min_gpus")
    return f'<span class="nofit">does not fit: needs {needed} GPUs</span>'


def markup(
    caption: str,
    corner: str,
    labels: Sequence[str],
    columns: Sequence[Column],
    ids: Sequence[str] = (),
) -> str:
    """An accessible table in a box that scrolls by itself on a narrow screen; `ids` are of rows."""
    heads = "".join(
        f'<th scope="col">{escape(column.heading)}{" " + chip(column.kind) if column.kind else ""}'
        "</th>"
        for column in columns
    )
    rows = "".join(
        f'<tr{_id(ids, index)}><th scope="row">{escape(label)}</th>{_cells(columns, index)}</tr>'
        for index, label in enumerate(labels)
    )
    return (
        f'<div class="table-scroll" role="region" tabindex="0" aria-label="{escape(caption)}">'
        f'<table class="compare"><caption>{escape(caption)}</caption><thead><tr>'
        f'<th scope="col">{escape(corner)}</th>{heads}</tr></thead><tbody>{rows}</tbody></table>'
        "</div>"
    )


def _id(ids: Sequence[str], index: int) -> str:
    return f' id="{ids[index]}"' if ids else ""


def _cells(columns: Sequence[Column], index: int) -> str:
    return "".join(
        f"<td{' class=' + chr(34) + 'num' + chr(34) if column.numeric else ''}>"
        f"{column.cells[index]}</td>"
        for column in columns
    )


def plain(caption: str, headings: Sequence[str], rows: Iterable[Mapping[str, Any]]) -> str:
    """A table of plain data, the first column naming the rows: what lies behind a chart."""
    lines = [[str(value) for value in row.values()] for row in rows]
    columns = [
        Column(heading, [line[index] for line in lines])
        for index, heading in enumerate(headings)
        if index
    ]
    return markup(caption, headings[0], [line[0] for line in lines], columns)
