"""The catalog as a page: every entry, every number, every source."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from html import escape

from macros import law
from macros.catalog import Catalog, Citation, Fact, Gpu, Measurement, Model, Precision, Source
from macros.display import show
from macros.figures import Figure
from macros.scenario import ScenarioError, model_inputs, nearest
from macros.tables import Column
from macros.tables import markup as table

FP16_BYTES = 2


def markup(catalog: Catalog, kind: str) -> str:
    """All entries of one kind as a table with their sources.

    Raises:
        ScenarioError: the catalog has no such kind.
    """
    caption, headings, rows = _table_of(catalog, kind)
    labels = [row[0] for row in rows]
    columns = [
        Column(heading, [row[index] for row in rows], numeric=False)
        for index, heading in enumerate(headings)
        if index
    ]
    return table(caption, headings[0], labels, columns)


def count(catalog: Catalog, kind: str) -> Figure:
    """How many entries of a kind there are.

    Raises:
        ScenarioError: the catalog has no such kind.
    """
    entries = len(_entries(catalog, kind))
    return Figure(
        quantity="count",
        value=float(entries),
        unit="1",
        reference=f"count({kind})",
        attributes={"of": kind},
        formula=f"entries of catalog/{kind}",
    )


def _entries(catalog: Catalog, kind: str) -> Sequence[object]:
    kinds: Mapping[str, Sequence[object]] = {
        "gpus": list(catalog.gpus.values()),
        "models": list(catalog.models.values()),
        "precisions": list(catalog.precisions.values()),
        "measurements": catalog.measurements,
        "sources": list(catalog.sources.values()),
    }
    if kind not in kinds:
        raise ScenarioError(f"the catalog has no {kind!r}; {nearest(kind, kinds)}")
    return kinds[kind]


def _table_of(catalog: Catalog, kind: str) -> tuple[str, Sequence[str], list[list[str]]]:
    entries = _entries(catalog, kind)
    rows: Mapping[str, tuple[str, Sequence[str], Callable[..., list[str]]]] = {
        "gpus": ("GPUs and accelerators", GPU_HEADINGS, _gpu),
        "models": ("Models", MODEL_HEADINGS, _model),
        "precisions": ("Number formats", PRECISION_HEADINGS, _precision),
        "measurements": ("Published measurements", MEASUREMENT_HEADINGS, _measurement),
        "sources": ("Sources", SOURCE_HEADINGS, _source_row),
    }
    caption, headings, row = rows[kind]
    return caption, headings, [row(entry) for entry in entries]


GPU_HEADINGS = ("GPU", "id", "Memory", "Bandwidth", "Dense peak", "Link", "Board power", "Notes")
MODEL_HEADINGS = (
    "Model",
    "id",
    "Parameters",
    "Active",
    "Published",
    "FP16 cache per token",
    "Context",
    "Dimensions",
    "Notes",
)
PRECISION_HEADINGS = ("Format", "id", "Bits per weight", "Math", "Layout", "Notes")
MEASUREMENT_HEADINGS = ("Row", "What", "On", "Engine", "Users", "Context", "Per user", "Source")
SOURCE_HEADINGS = ("Source", "What", "Read")


def cite(citations: Iterable[Citation]) -> str:
    """Links to the places that a value was read from."""
    return " ".join(
        f'<a class="source" href="{escape(c.source.url)}" rel="noopener" '
        f'title="{escape(c.source.what)}, read {c.source.read.isoformat()}">'
        f"{escape(c.where)}</a>"
        for c in citations
    )


def fact(value: Fact | None, label: str = "") -> str:
    """A fact as printed, how it was altered, what contests it, and where it was read."""
    if value is None:
        return "not published"
    text = f"{label}<b>{escape(value.printed)}</b> {cite(value.citations)}"
    if value.how:
        text += f" <small>prints {escape(value.source_prints or '')}: {escape(value.how)}</small>"
    if value.contested:
        text += f" <em>contested:</em> {fact(value.contested)}"
    if value.why:
        text += f" <small>{escape(value.why)}</small>"
    return text


def _lines(parts: Iterable[str]) -> str:
    return "<br>".join(filter(None, parts))


def _notes(notes: Iterable[str]) -> str:
    return _lines(f"<small>{escape(note)}</small>" for note in notes)


def _gpu(gpu: Gpu) -> list[str]:
    reported = fact(gpu.memory_reported, "reports ") if gpu.memory_reported else ""
    peaks = [fact(peak, f"{form.upper()} ") for form, peak in gpu.peak_flops.items()]
    return [
        gpu.name,
        f"<code>{gpu.id}</code>",
        _lines([f"{fact(gpu.memory)} {escape(gpu.memory_type)}", reported]),
        fact(gpu.bandwidth),
        _lines(peaks) or "not published",
        fact(gpu.link),
        fact(gpu.board_power),
        _notes(gpu.notes),
    ]


def _model(model: Model) -> list[str]:
    counts = model.counts
    known = model_inputs(model)
    active = law.evaluate("active_params", dict(known))
    kv = law.evaluate("kv_bytes_per_token", {**known, "bytes_per_kv_value": FP16_BYTES})
    published = fact(model.published_total)
    if model.published_active:
        published = _lines([published, fact(model.published_active, "active ")])
    if model.differs:
        published += f" <small>{escape(model.differs)}</small>"
    return [
        model.name,
        f"<code>{model.id}</code>",
        f"{counts.total:,}",
        show(active, "params"),
        published,
        show(kv, "bytes"),
        show(model.max_context, "tokens", digits=7),
        cite(model.citations),
        _notes(model.notes),
    ]


def _precision(precision: Precision) -> list[str]:
    groups = {
        "blocks": precision.block_bits,
        "experts": precision.expert_bits,
        "vocabulary": precision.vocabulary_bits,
    }
    same = len({group.printed for group in groups.values()}) == 1
    bits = (
        fact(precision.block_bits)
        if same
        else _lines(fact(group, f"{name} ") for name, group in groups.items())
    )
    return [
        precision.name,
        f"<code>{precision.id}</code>",
        bits,
        precision.math.upper(),
        escape(precision.layout),
        _notes(precision.notes),
    ]


def _measurement(row: Measurement) -> list[str]:
    count = f"{row.gpus} × " if row.gpus > 1 else ""
    return [
        row.id,
        f"{escape(row.model)} {escape(row.precision)}",
        f"{count}{escape(row.gpu)}",
        f"{escape(row.engine)} {escape(row.version)}",
        str(row.concurrency),
        show(row.context, "tokens", digits=7),
        show(row.tokens_per_second, "tok/s"),
        cite([row.citation]) + (f" <em>{escape(row.left_out)}</em>" if row.left_out else ""),
    ]


def _source_row(source: Source) -> list[str]:
    link = f'<a href="{escape(source.url)}" rel="noopener">{escape(source.url)}</a>'
    return [source.id, f"{escape(source.what)} {link}", source.read.isoformat()]
