"""Published rows near a scenario, as the page bakes them, and the rows that the browser turns to.

The browser orders rows by `nearness` of macros/evidence/neighbours.py, written out; it fetches the
module with them when a reader first picks something else, or types a speed of his own.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Hashable, Iterable
from typing import Any

from macros.cache import remembered
from macros.evidence.neighbours import Neighbour, nearness, run_of
from macros.evidence.rows import Measured
from macros.figures import tables
from macros.figures.figure import Figure
from macros.figures.html import Content, Markup, tag, together
from macros.figures.make import measured_figure

Cite = Callable[[Figure], Markup]

NEIGHBOURS = 3
"""How many stand beside a scenario."""


def list_of(neighbours: Iterable[Neighbour], cite: Cite) -> Markup:
    """The rows nearest to the page's scenario; the live layer turns to those of the reader's."""
    return together(
        tag("p", "Measured nearby ", tables.chip("measured"), class_="widget-title"),
        tag(
            "ol",
            *(_item(neighbour.entry, cite) for neighbour in neighbours),
            class_="neighbours",
            data_neighbours=NEIGHBOURS,
        ),
        tag("p", "Nobody has published a row near it.", data_no_neighbours=True, hidden=True),
    )


def _item(entry: Measured, cite: Cite) -> Markup:
    source = entry.row.citation.source
    speed = tag("strong", cite(measured_figure(entry.row)))
    where: Content = tag("a", entry.row.title, href=source.url)
    return tag("li", speed, " each: ", in_words(entry), "; ", where)


def in_words(entry: Measured) -> str:
    """What was measured, less its speed and its source."""
    row = entry.row
    users = "1 user" if row.concurrency == 1 else f"{row.concurrency:,} users"
    # A context that is not counted was not told either.
    context = f", {row.context:,} tokens of context" if row.context else ""
    split = " (split by layers)" if row.layout == "layer" else ""
    machine = f"{row.gpus} × {row.gpu}{split}" if row.gpus > 1 else row.gpu
    when = row.measured or row.date
    return f"{row.model}, {row.precision}, {machine}, {users}{context}, {row.engine}, {when}"


def rows_module(rows: Iterable[Measured]) -> str:
    """The generated JavaScript module of all rows that an analysis may use."""
    sources: dict[tuple[str, str], int] = {}
    runs: dict[Hashable, int] = {}
    listed = [
        [
            *_plain(entry),
            runs.setdefault(run_of(entry), len(runs)),
            sources.setdefault((entry.row.title, entry.row.citation.source.url), len(sources)),
        ]
        for entry in rows
    ]
    written = {"SOURCES": list(sources), "ROWS": listed}
    exports = "".join(f"export const {name}={_json(value)};\n" for name, value in written.items())
    order = f"export const nearness=q=>{remembered('nearness', None, _written)};\n"
    return f"// Generated from the catalog; edit that.\n{exports}{order}"


def _plain(entry: Measured) -> list[Any]:
    """A row in the order of `Row` in rows.d.ts, less its run and its source."""
    row = entry.row
    return [
        row.model_id or "",
        row.gpu_id or row.gpu,
        entry.device,
        row.precision_id or "",
        row.gpus_reading,
        row.concurrency,
        entry.step_time,
        row.tokens_per_second,
        entry.year,
        in_words(entry),
    ]


def _written() -> str:
    from macros.law.javascript import written_out  # late, with the Altair that it brings

    return written_out(nearness)


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))
