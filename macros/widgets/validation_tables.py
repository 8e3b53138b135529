"""The validation as a page: its tables, every row with its ceiling, and the same for machines."""

from __future__ import annotations

import csv
import io
import json
import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import groupby
from typing import Any

from macros.catalog import Measurement
from macros.catalog.plain import plain
from macros.evidence.fit import Prediction
from macros.evidence.groups import Evidence
from macros.evidence.rows import beside_law
from macros.evidence.statistics import statistic
from macros.figures import tables
from macros.figures.figure import Figure
from macros.figures.html import Content, Markup, scrolling, tag, together
from macros.units.display import show

Cite = Callable[[Figure], Markup]
"""Enters a figure into the page's ledger, and gives its markup."""

ERRORS = (
    ("rows", "rows", ""),
    ("law_median_error", "median error", "ceiling"),
    ("expected_median_error", "median error", "expected"),
    ("expected_bias", "measured ÷ expected, median", ""),
    ("expected_coverage", "inside the interval", ""),
)
"""Columns of a table of errors: the statistic, its heading, and the kind of speed it judges."""

JUDGED = (
    ("rows", "rows", ""),
    ("sources", "sources", ""),
    ("law_median_error", "median error", "ceiling"),
    ("expected_median_error", "median error", "expected"),
    ("expected_coverage", "inside the interval", ""),
    ("blind_median_error", "median error, engine not named", ""),
    ("blind_coverage", "inside, engine not named", ""),
)
"""Columns of a table that judges the expected speed with the engine named and without."""

CLASSES = (
    ("expected_median_error", "engine named", ""),
    ("blind_median_error", "not named", ""),
    ("rows", "rows", ""),
)
"""Columns of the table that answers first."""

SPANS = (
    ("rows", "rows", ""),
    ("sources", "sources", ""),
    ("interval_low", "interval from", ""),
    ("interval_high", "to, times expected", ""),
    ("expected_median_error", "median error", "expected"),
    ("expected_coverage", "inside, out of source", ""),
)

GROUPED = {
    "classes": (
        "machine",
        "Machine",
        "Errors by machine: of the expected speed, at the median, each source unseen",
        CLASSES,
    ),
    "regimes": ("regime", "Regime", "How far predictions were off, regime by regime", JUDGED),
    "shares": (
        "share of fixed costs",
        "Expected step, one user",
        "How far to trust a prediction, by the share of its step that reads nothing",
        SPANS,
    ),
    "today": ("engine of today", "Engine", "Builds since September 2025", JUDGED),
    "engines": ("engine", "Engine", "Errors by engine, one user", ERRORS),
    "devices": ("device class", "Device", "Errors by class of device, one user", ERRORS),
    "widths": (
        "tensor-parallel width",
        "GPUs that read together",
        "Errors by GPUs, one user",
        ERRORS,
    ),
    "limits": ("limit", "Where", "Errors by what the rows have in common", ERRORS),
}
"""Parts that split the rows: the grouping, the table's corner, its caption and its columns."""

FORMS = (
    ("form_constants", "constants"),
    ("form_median_error", "one user"),
    ("form_several_users_error", "several users"),
    ("form_error_by_source", "several users, every source as one"),
    ("form_many_gpus_error", "one user, several GPUs"),
    ("form_mixtures_error", "one user, mixtures of experts"),
)

CONSTANTS = (
    ("engine_layer_time", "a layer, HBM"),
    ("engine_link_time", "a layer, NVLink"),
    ("engine_user_time", "a layer, each further user"),
)

PARTS = (*GROUPED, "forms", "constants", "measurements")
"""What `markup` makes."""


def markup(evidence: Evidence, part: str, cite: Cite) -> Markup:
    """One of `PARTS`."""
    if part == "measurements":
        return _measurements(evidence)

    def cells(name: str, groups: Sequence[str]) -> list[Markup]:
        return [cite(statistic(evidence, name, group)) for group in groups]

    if part == "forms":
        names = list(evidence.forms)
        columns = [tables.Column(heading, cells(name, names)) for name, heading in FORMS]
        return tables.markup("Forms of the expected speed, out of source", "Form", names, columns)
    if part == "constants":
        names = list(evidence.engines)
        columns = [tables.Column(heading, cells(name, names)) for name, heading in CONSTANTS]
        return tables.markup(
            "Times that move no bytes, of today's engines", "Engine", names, columns
        )
    grouping, corner, caption, judged = GROUPED[part]
    names = [name for name, rows in evidence.split[grouping].items() if rows]
    columns = [tables.Column(words, cells(name, names), kind) for name, words, kind in judged]
    return tables.markup(caption, corner, names, columns)


# --- Every row ---

RENAMED = {"concurrency": "users", "users": "users_decoding", "reads": "weight_bytes_per_token"}
"""Columns of a record that have another name here."""

TOLD_ELSEWHERE = {
    *("tokens_per_second", "left_out", "date", "trust", "citation"),  # by columns further on
    *("title", "read_via", "reads_how", "notes", "speculative"),  # by the page, and the interface
    *("model_id", "precision_id", "gpu_id", "bandwidth", "kv_bytes_per_token"),  # by the interface
    *("math", "experts", "experts_per_token", "expert_bytes", "active", "hidden", "benchmark"),
}
"""Fields of a record that are no columns of the setting."""


def records(evidence: Evidence) -> list[dict[str, Any]]:
    """Every published row with its ceiling, and what was expected of it out of source."""
    predictions = {p.entry.row.id: p for p in evidence.validation.predictions}
    return [
        _record(evidence, row, predictions.get(row.id)) for row in evidence.catalog.measurements
    ]


def _record(evidence: Evidence, row: Measurement, prediction: Prediction | None) -> dict[str, Any]:
    entry = prediction.entry if prediction else beside_law(evidence.catalog, row)
    source = row.citation.source
    return {
        **dict(_setting(row)),
        "step_time": entry.step_time if entry else None,
        "ceiling_tps": entry.ceiling if entry else None,
        "expected_tps": prediction.expected if prediction else None,
        "expected_low_tps": prediction.low if prediction else None,
        "expected_high_tps": prediction.high if prediction else None,
        "measured_tps": row.tokens_per_second,
        "share_of_ceiling": row.tokens_per_second / entry.ceiling if entry else None,
        "inside_interval": prediction.covered if prediction else None,
        "fixed_share": prediction.fixed_share if prediction else None,
        "fitted": prediction is not None,
        "left_out": _why_left_out(row),
        "date": row.date,
        "trust": row.trust,
        "source": source.id,
        "url": source.url,
        "where": row.citation.where,
    }


def _setting(row: Measurement) -> Iterator[tuple[str, Any]]:
    """What was measured and how, by column: all that the record holds and no other column tells."""
    for name, value in plain(row).items():
        if name not in TOLD_ELSEWHERE:
            yield RENAMED.get(name, name), value
        if name == "gpus":
            yield "gpus_reading", row.gpus_reading


def _why_left_out(row: Measurement) -> str | None:
    """Why no analysis uses a row, if none does."""
    if row.left_out:
        return row.left_out
    if row.speculative:
        return "speculation: several tokens come out of one read of the weights"
    if not row.reads:
        return "the bytes read per token are not known"
    return None if row.layers else "the number of layers is not known"


def as_csv(evidence: Evidence) -> str:
    """Every row as a table; speeds in tokens per second and user, everything in SI units."""
    lines = records(evidence)
    out = io.StringIO()
    writer = csv.DictWriter(out, list(lines[0]), lineterminator="\n")
    writer.writeheader()
    writer.writerows(lines)
    return out.getvalue()


def as_json(evidence: Evidence) -> str:
    """The fit, its intervals, and every row."""
    found = evidence.validation.fit
    document = {
        "fit": {
            "constants": {name: math.exp(log) for name, log in found.constants.items()},
            "rows": found.rows,
            "sources": found.sources,
        },
        "intervals": plain({"engine named": found.named, "engine not named": found.blind}),
        "classes": plain(tuple(found.peers.values())),
        "rows": records(evidence),
    }
    return json.dumps(document, ensure_ascii=False, indent=1) + "\n"


SETTINGS: Mapping[str, Callable[[dict[str, Any]], str]] = {
    "machine": lambda r: _machine(r),
    "engine": lambda r: f"{r['engine']} {r['version']}",
    "users": lambda r: str(r["users"]),
    "context": lambda r: f"{r['context']:,}",
}
"""Columns of the table of every row that say how it was measured."""

SPEEDS: Mapping[str, Callable[[dict[str, Any]], Content]] = {
    "ceiling": lambda r: _speed(r["ceiling_tps"]),
    "expected": lambda r: _expected(r),
    "measured": lambda r: _speed(r["measured_tps"], 4),
    "of the ceiling": lambda r: (
        show(r["share_of_ceiling"], "1", 2, "%") if r["share_of_ceiling"] else ""
    ),
}
"""Its other columns."""

WORDS = {"machine", "engine"}
"""Those of them that hold words, not numbers."""


def _machine(record: dict[str, Any]) -> str:
    if record["gpus"] == 1:
        return str(record["gpu"])
    split = "" if record["layout"] == "tensor" else f", split by {record['layout']}"
    return f"{record['gpus']} × {record['gpu']}{split}"


def _speed(tps: float | None, digits: int = 3) -> str:
    return "" if tps is None else show(tps, "1", digits)


def _expected(record: dict[str, Any]) -> Content:
    if record["left_out"]:
        return "left out"
    low, high = _speed(record["expected_low_tps"], 2), _speed(record["expected_high_tps"], 2)
    return together(_speed(record["expected_tps"]), " ", tag("small", f"{low} to {high}"))


def _measurements(evidence: Evidence) -> Markup:
    """Every row, folded by source; the control filters them where scripts run."""
    lines = sorted(records(evidence), key=lambda record: str(record["source"]))
    titles = {row.id: row.title for row in evidence.catalog.measurements}
    blocks = (
        _block(titles[group[0]["id"]], group)
        for group in (list(rows) for _, rows in groupby(lines, key=lambda r: r["source"]))
    )
    field = tag(
        "input",
        type="search",
        data_filter="measured",
        placeholder="8B A100 vLLM",
        autocomplete="off",
    )
    control = tag(
        "p",
        tag("label", "Show rows with ", field),
        tag("output", aria_live="polite"),
        class_="controls filter",
    )
    return tag("div", control, *blocks, class_="catalog", id="measured")


def _block(title: str, rows: Sequence[dict[str, Any]]) -> Markup:
    """The rows of a source; what they have in common is said once, over the table."""
    first = rows[0]
    settings = {name: {text(row) for row in rows} for name, text in SETTINGS.items()}
    varied = [name for name, texts in settings.items() if len(texts) > 1]
    shared = {name: SETTINGS[name](first) for name in SETTINGS if name not in varied}
    count = f"{len(rows)} rows" if len(rows) > 1 else "one row"
    reasons = dict.fromkeys(row["left_out"] for row in rows if row["left_out"])
    catalog = tag("a", "catalog", href=f"../catalog/#measured-{first['source']}")
    return tag(
        "details",
        tag("summary", tag("b", title), " ", tag("span", f"{count}, {first['date']}")),
        tag(
            "p",
            tag("a", "The source", href=first["url"], rel="noopener"),
            "; the ",
            catalog,
            " has the place of each row, and notes. "
            f"{_in_words(shared)}Speeds in tok/s for each user.",
        ),
        tag("p", f"Left out: {'; '.join(reasons)}.") if reasons else "",
        _table(title, rows, varied),
        class_="entry",
        id=f"rows-{first['source']}",
    )


def _table(title: str, rows: Sequence[dict[str, Any]], varied: Sequence[str]) -> Markup:
    heads = [
        tag("th", "model", scope="col"),
        *(tag("th", name, scope="col", class_=_class(name)) for name in varied),
        *(
            tag("th", tables.chip(name) if name in tables.CHIPS else name, scope="col")
            for name in SPEEDS
        ),
    ]
    body = tag("tbody", *(_row(row, varied) for row in rows))
    table = tag("table", tag("thead", tag("tr", *heads)), body, class_="rows")
    return scrolling(table, title)


def _class(name: str) -> str | None:
    return "word" if name in WORDS else None


def _in_words(shared: Mapping[str, str]) -> str:
    """What all rows of a source have in common, as a sentence."""
    users = {"1": "one user"}.get(shared.get("users", ""), f"{shared.get('users')} users")
    parts = [
        f"on {shared['machine']}" if "machine" in shared else "",
        f"with {shared['engine']}" if "engine" in shared else "",
        users if "users" in shared else "",
        f"{shared['context']} tokens of context" if "context" in shared else "",
    ]
    words = ", ".join(filter(None, parts))
    return f"{words[0].upper()}{words[1:]}. " if words else ""


def _row(record: dict[str, Any], varied: Sequence[str]) -> Markup:
    return tag(
        "tr",
        tag("th", f"{record['model']}, {record['precision']}", scope="row"),
        *(tag("td", SETTINGS[name](record), class_=_class(name)) for name in varied),
        *(tag("td", text(record)) for text in SPEEDS.values()),
        id=record["id"],
    )
