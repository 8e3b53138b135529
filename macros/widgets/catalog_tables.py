"""The catalog as a page: every entry, every number, every source.

An entry is a folded block: its summary is what one wants to compare, its inside every fact with
the places where it was read.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from html import escape
from itertools import groupby

from macros import law
from macros.catalog import Catalog, Citation, Fact, Gpu, Measurement, Model, Precision, Source
from macros.errors import ScenarioError, did_you_mean
from macros.figures import tables
from macros.figures.figure import Figure
from macros.scenario import model_inputs
from macros.units.display import show

FP16_BYTES = 2


def markup(catalog: Catalog, kind: str) -> str:
    """All entries of one kind with their facts and sources.

    Raises:
        ScenarioError: the catalog has no such kind.
    """
    blocks: Mapping[str, Callable[[Catalog], str]] = {
        "gpus": lambda c: "".join(map(_gpu, c.gpus.values())),
        "models": lambda c: "".join(map(_model, c.models.values())),
        "precisions": lambda c: "".join(map(_precision, c.precisions.values())),
        "measurements": _measurements,
        "sources": lambda c: f"<ol>{''.join(map(_source, c.sources.values()))}</ol>",
    }
    return f'<div class="catalog">{blocks[_known(kind)](catalog)}</div>'


def count(catalog: Catalog, kind: str) -> Figure:
    """How many entries of a kind there are.

    Raises:
        ScenarioError: the catalog has no such kind.
    """
    entries: Sequence[object] | Mapping[str, object] = getattr(catalog, _known(kind))
    return Figure(
        quantity="count",
        value=float(len(entries)),
        unit="1",
        reference=f"count({kind})",
        attributes={"of": kind},
        formula=f"entries of catalog/{kind}",
    )


KINDS = ("gpus", "models", "precisions", "measurements", "sources")


def _known(kind: str) -> str:
    if kind not in KINDS:
        raise ScenarioError(f"the catalog has no {kind!r}; {did_you_mean(kind, KINDS)}")
    return kind


def cite(citations: Iterable[Citation]) -> str:
    """Links to the places that a value was read from."""
    return ", ".join(
        f'<a class="source" href="{escape(c.source.url)}" rel="noopener" '
        f'title="read {c.source.read.isoformat()}">{escape(c.source.what)}</a> '
        f"({escape(c.where)})"
        for c in citations
    )


def _fact(fact: Fact) -> str:
    """A fact as printed, how it was altered, what contests it, and where it was read."""
    parts = [f"<b>{escape(fact.printed)}</b> <small>{cite(fact.citations)}</small>"]
    if fact.how:
        parts.append(
            f"<small>prints {escape(fact.source_prints or '')}: {escape(fact.how)}</small>"
        )
    if fact.convention:
        parts.append(f"<small>{escape(fact.convention)}</small>")
    if fact.contested:
        parts.append(f"<em>contested:</em> {_fact(fact.contested)}")
    if fact.why:
        parts.append(f"<small>{escape(fact.why)}</small>")
    return "<br>".join(parts)


def _entry(kind: str, id: str, name: str, key_facts: str, facts: Mapping[str, str]) -> str:
    lines = "".join(f"<dt>{escape(term)}</dt><dd>{text}</dd>" for term, text in facts.items())
    return (
        f'<details class="entry" id="{kind}-{id}"><summary><b>{escape(name)}</b> '
        f"<span>{key_facts}</span></summary><dl><dt>id</dt><dd><code>{id}</code></dd>{lines}"
        "</dl></details>"
    )


def _notes(notes: Sequence[str]) -> Mapping[str, str]:
    return {"Notes": "<br>".join(map(escape, notes))} if notes else {}


def _gpu(gpu: Gpu) -> str:
    peak = gpu.peak_flops.get("fp16")
    contested = " contested" if gpu.bandwidth.contested else ""
    summary = [gpu.memory.printed, f"{gpu.bandwidth.printed}{contested}"]
    summary.append(f"{peak.printed} FP16" if peak else "no FP16 peak published")
    facts = {"Memory by the label": f"{_fact(gpu.memory)} {escape(gpu.memory_type)}"}
    if gpu.memory_reported:
        facts["Memory as reported"] = _fact(gpu.memory_reported)
    facts["Bandwidth"] = _fact(gpu.bandwidth)
    for form, fact in gpu.peak_flops.items():
        facts[f"Dense peak, {form.upper()}"] = _fact(fact)
    if gpu.link:
        facts["Link, both directions"] = _fact(gpu.link)
    if gpu.board_power:
        facts["Board power"] = _fact(gpu.board_power)
    facts |= {"Made by": escape(f"{gpu.vendor}, {gpu.architecture}")}
    if gpu.announced:
        facts["Announced"] = escape(gpu.announced)
    if gpu.citations:
        facts["Also read"] = f"<small>{cite(gpu.citations)}</small>"
    return _entry("gpu", gpu.id, gpu.name, ", ".join(summary), {**facts, **_notes(gpu.notes)})


def _model(model: Model) -> str:
    known = model_inputs(model)
    active = law.evaluate("active_params", dict(known))
    cache = law.evaluate("kv_bytes_per_token", {**known, "bytes_per_kv_value": FP16_BYTES})
    total = model.counts.total
    summary = [show(total, "params")]
    if model.counts.experts:
        summary.append(f"{show(active, 'params')} active")
    summary.append(f"{show(cache, 'bytes')} of cache per token")
    facts = {
        "Parameters, derived": f"<b>{total:,}</b>, active {show(active, 'params', digits=4)}",
        "Published": _fact(model.published_total),
    }
    if model.differs:
        facts["Why they differ"] = escape(model.differs)
    if model.published_active:
        facts["Published, active"] = _fact(model.published_active)
    facts |= {
        "Cache of a token in FP16": show(cache, "bytes", digits=6),
        "Context": show(model.max_context, "tokens", digits=7),
        "Weights published in": f"<code>{model.native_precision}</code>",
        "Dimensions from": f"<small>{cite(model.citations)}</small>",
        "Made by": escape(f"{model.developer}, {model.released}, {model.licence}"),
    }
    return _entry(
        "model", model.id, model.name, ", ".join(summary), {**facts, **_notes(model.notes)}
    )


def _precision(precision: Precision) -> str:
    groups = {
        "Bits per weight": precision.block_bits,
        "of routed experts": precision.expert_bits,
        "of embedding and head": precision.vocabulary_bits,
    }
    uniform = len({group.printed for group in groups.values()}) == 1
    facts = {
        name: _fact(fact) for name, fact in list(groups.items())[: 1 if uniform else len(groups)]
    }
    facts["Multiplied in"] = precision.math.upper()
    facts["Layout"] = escape(precision.layout)
    summary = ", ".join(dict.fromkeys(group.printed for group in groups.values()))
    return _entry(
        "precision", precision.id, precision.name, summary, {**facts, **_notes(precision.notes)}
    )


def _measurements(catalog: Catalog) -> str:
    rows = sorted(catalog.measurements, key=lambda row: row.citation.source.id)
    return "".join(
        _measured(source, list(group))
        for source, group in groupby(rows, key=lambda row: row.citation.source)
    )


def _measured(source: Source, rows: Sequence[Measurement]) -> str:
    columns = [
        tables.Column("model", [_what(row) for row in rows], numeric=False),
        tables.Column("on", [_on(row) for row in rows], numeric=False),
        tables.Column("users", [str(row.concurrency) for row in rows]),
        tables.Column("context", [show(row.context, "tokens", digits=7) for row in rows]),
        tables.Column(
            "per user", [show(row.tokens_per_second, "tok/s", digits=4) for row in rows], "measured"
        ),
        tables.Column("where, and what to beware of", [_where(row) for row in rows], numeric=False),
    ]
    table = tables.markup(rows[0].title, "Row", [row.id for row in rows], columns)
    link = f'<a href="{escape(source.url)}" rel="noopener">{escape(source.what)}</a>'
    return (
        f'<details class="entry" id="measured-{source.id}"><summary><b>{escape(rows[0].title)}</b> '
        f"<span>{len(rows)} rows</span></summary><p>{link}, read {source.read.isoformat()}</p>"
        f"{table}</details>"
    )


def _what(row: Measurement) -> str:
    return escape(f"{row.model} {row.precision}")


def _on(row: Measurement) -> str:
    several = f"{row.gpus} × " if row.gpus > 1 else ""
    split = f", {row.layout}" if row.gpus > 1 else ""
    return escape(f"{several}{row.gpu}{split}, {row.engine} {row.version}")


def _where(row: Measurement) -> str:
    beware = [*row.notes, *([row.left_out] if row.left_out else [])]
    return escape("; ".join([row.citation.where, *beware]))


def _source(source: Source) -> str:
    return (
        f'<li id="source-{source.id}"><a href="{escape(source.url)}" rel="noopener">'
        f"{escape(source.what)}</a>, read {source.read.isoformat()}</li>"
    )
