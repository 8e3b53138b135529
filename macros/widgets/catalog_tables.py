"""The catalog as a page: every entry, every number, every source.

An entry is a folded block: its summary is what one wants to compare, its inside every fact with
the places where it was read.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from itertools import groupby

from macros import law
from macros.catalog import Catalog, Citation, Fact, Gpu, Measurement, Model, Precision, Source
from macros.errors import ScenarioError, did_you_mean
from macros.figures import tables
from macros.figures.figure import Figure
from macros.figures.html import Content, Markup, lines, tag, together
from macros.scenario import model_inputs
from macros.units.display import show

FP16_BYTES = 2


def markup(catalog: Catalog, kind: str) -> Markup:
    """All entries of one kind with their facts and sources.

    Raises:
        ScenarioError: the catalog has no such kind.
    """
    blocks: Mapping[str, Callable[[Catalog], Iterable[Markup]]] = {
        "gpus": lambda c: map(_gpu, c.gpus.values()),
        "models": lambda c: map(_model, c.models.values()),
        "precisions": lambda c: map(_precision, c.precisions.values()),
        "measurements": _measurements,
        "sources": lambda c: [tag("ol", *map(_source, c.sources.values()))],
    }
    return tag("div", *blocks[_known(kind)](catalog), class_="catalog")


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
        noun=KINDS[kind],
    )


KINDS: Mapping[str, tuple[str, str]] = {
    "gpus": ("accelerator", "accelerators"),
    "models": ("model", "models"),
    "precisions": ("number format", "number formats"),
    "measurements": ("published measurement", "published measurements"),
    "sources": ("source", "sources"),
}
"""What the catalog holds, and what one and many of each are called."""


def _known(kind: str) -> str:
    if kind not in KINDS:
        raise ScenarioError(f"the catalog has no {kind!r}; {did_you_mean(kind, KINDS)}")
    return kind


def cite(citations: Iterable[Citation]) -> Markup:
    """Links to the places that a value was read from."""
    return Markup(", ").join(together(_cited(c.source), f" ({c.where})") for c in citations)


def _cited(source: Source) -> Markup:
    read = f"read {source.read.isoformat()}"
    return tag("a", source.what, class_="source", href=source.url, rel="noopener", title=read)


def _fact(fact: Fact) -> Markup:
    """A fact as printed, how it was altered, what contests it, and where it was read."""
    parts = [together(tag("b", fact.printed), " ", tag("small", cite(fact.citations)))]
    if fact.how:
        parts.append(tag("small", f"prints {fact.source_prints or ''}: {fact.how}"))
    if fact.convention:
        parts.append(tag("small", fact.convention))
    if fact.contested:
        parts.append(together(tag("em", "contested:"), " ", _fact(fact.contested)))
    if fact.why:
        parts.append(tag("small", fact.why))
    return lines(parts)


def _entry(kind: str, id: str, name: str, key_facts: str, facts: Mapping[str, Content]) -> Markup:
    told = [part for term, text in facts.items() for part in (tag("dt", term), tag("dd", text))]
    return tag(
        "details",
        tag("summary", tag("b", name), " ", tag("span", key_facts)),
        tag("dl", tag("dt", "id"), tag("dd", tag("code", id)), *told),
        class_="entry",
        id=f"{kind}-{id}",
    )


def _notes(notes: Sequence[str]) -> Mapping[str, Content]:
    return {"Notes": lines(notes)} if notes else {}


def _gpu(gpu: Gpu) -> Markup:
    peak = gpu.peak_flops.get("fp16")
    contested = " contested" if gpu.bandwidth.contested else ""
    summary = [gpu.memory.printed, f"{gpu.bandwidth.printed}{contested}"]
    summary.append(f"{peak.printed} FP16" if peak else "no FP16 peak published")
    facts: dict[str, Content] = {
        "Memory by the label": together(_fact(gpu.memory), f" {gpu.memory_type}")
    }
    if gpu.memory_reported:
        facts["Memory as reported"] = _fact(gpu.memory_reported)
    facts["Bandwidth"] = _fact(gpu.bandwidth)
    for form, fact in gpu.peak_flops.items():
        facts[f"Dense peak, {form.upper()}"] = _fact(fact)
    if gpu.link:
        facts["Link, both directions"] = _fact(gpu.link)
    if gpu.board_power:
        facts["Board power"] = _fact(gpu.board_power)
    facts |= {"Made by": f"{gpu.vendor}, {gpu.architecture}"}
    if gpu.announced:
        facts["Announced"] = gpu.announced
    if gpu.citations:
        facts["Also read"] = tag("small", cite(gpu.citations))
    return _entry("gpu", gpu.id, gpu.name, ", ".join(summary), {**facts, **_notes(gpu.notes)})


def _model(model: Model) -> Markup:
    known = model_inputs(model)
    active = law.evaluate("active_params", dict(known))
    cache = law.evaluate("kv_bytes_per_token", {**known, "bytes_per_kv_value": FP16_BYTES})
    total = model.counts.total
    summary = [show(total, "params")]
    if model.counts.experts:
        summary.append(f"{show(active, 'params')} active")
    summary.append(f"{show(cache, 'bytes')} of cache per token")
    shown_active = show(active, "params", digits=4)
    facts: dict[str, Content] = {
        "Parameters, derived": together(tag("b", f"{total:,}"), f", active {shown_active}"),
        "Published": _fact(model.published_total),
    }
    if model.differs:
        facts["Why they differ"] = model.differs
    if model.published_active:
        facts["Published, active"] = _fact(model.published_active)
    facts |= {
        "Cache of a token in FP16": show(cache, "bytes", digits=6),
        "Context": show(model.max_context, "tokens", digits=7),
        "Weights published in": tag("code", model.native_precision),
        "Dimensions from": tag("small", cite(model.citations)),
        "Made by": f"{model.developer}, {model.released}, {model.licence}",
    }
    return _entry(
        "model", model.id, model.name, ", ".join(summary), {**facts, **_notes(model.notes)}
    )


def _precision(precision: Precision) -> Markup:
    groups = {
        "Bits per weight": precision.block_bits,
        "of routed experts": precision.expert_bits,
        "of embedding and head": precision.vocabulary_bits,
    }
    uniform = len({group.printed for group in groups.values()}) == 1
    facts: dict[str, Content] = {
        name: _fact(fact) for name, fact in list(groups.items())[: 1 if uniform else len(groups)]
    }
    facts["Multiplied in"] = precision.math.upper()
    facts["Layout"] = precision.layout
    summary = ", ".join(dict.fromkeys(group.printed for group in groups.values()))
    return _entry(
        "precision", precision.id, precision.name, summary, {**facts, **_notes(precision.notes)}
    )


def _measurements(catalog: Catalog) -> Iterable[Markup]:
    rows = sorted(catalog.measurements, key=lambda row: row.citation.source.id)
    return (
        _measured(source, list(group))
        for source, group in groupby(rows, key=lambda row: row.citation.source)
    )


def _measured(source: Source, rows: Sequence[Measurement]) -> Markup:
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
    return tag(
        "details",
        tag("summary", tag("b", rows[0].title), " ", tag("span", f"{len(rows)} rows")),
        tag("p", *_read(source)),
        table,
        class_="entry",
        id=f"measured-{source.id}",
    )


def _what(row: Measurement) -> str:
    return f"{row.model} {row.precision}"


def _on(row: Measurement) -> str:
    several = f"{row.gpus} × " if row.gpus > 1 else ""
    split = f", {row.layout}" if row.gpus > 1 else ""
    return f"{several}{row.gpu}{split}, {row.engine} {row.version}"


def _where(row: Measurement) -> str:
    beware = [*row.notes, *([row.left_out] if row.left_out else [])]
    return "; ".join([row.citation.where, *beware])


def _source(source: Source) -> Markup:
    return tag("li", *_read(source), id=f"source-{source.id}")


def _read(source: Source) -> tuple[Markup, str]:
    """A link to a source, and the day on which it was read."""
    link = tag("a", source.what, href=source.url, rel="noopener")
    return link, f", read {source.read.isoformat()}"
