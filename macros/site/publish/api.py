"""The static JSON interface: the catalog, the measurements, and every page's figures and claims.

Version 1 may gain fields; none is taken away, and none changes its meaning.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from pydantic import BaseModel, ConfigDict

from macros.catalog import Catalog, entries
from macros.figures.ledger import LedgerData
from macros.site.publish.about import LICENCE, About, PublishedPage

FOLDER = "api/v1"
VERSION = "1.0.0"


class _Plain(BaseModel):
    model_config = ConfigDict(frozen=True, use_attribute_docstrings=True)


class Place(_Plain):
    """A place in a source."""

    source: str
    """The id of the source, a key of `sources`."""
    where: str
    """The table, row or line in it."""


class Source(_Plain):
    """Something that was read."""

    url: str
    what: str
    read: date


class Fact(_Plain):
    """A published value."""

    value: float
    """In `unit`."""
    unit: str
    """B, B/s, FLOP/s or W; else `parameters` or `bits`."""
    printed: str
    """As the catalog writes it."""
    places: list[Place]
    """Where it was read; at least one."""
    source_prints: str | None
    """What the source prints, where that had to be altered."""
    how: str | None
    """How it was altered."""
    contested: Fact | None
    """What another credible source says."""
    why: str | None
    """What speaks for a contested value."""
    convention: str | None
    """What a count of parameters counts."""


class Gpu(_Plain):
    """An accelerator, per device."""

    id: str
    name: str
    vendor: str
    architecture: str
    announced: str | None
    memory_type: str
    memory: Fact
    """What the label says."""
    memory_reported: Fact | None
    """What the device reports to software."""
    bandwidth: Fact
    peak_flops: dict[str, Fact]
    """By number format: dense, FP32 accumulation."""
    link: Fact | None
    """To other devices, both directions together."""
    board_power: Fact | None
    notes: list[str]
    places: list[Place]


class Model(_Plain):
    """A language model."""

    id: str
    name: str
    developer: str
    licence: str
    released: str
    max_context: int
    """In tokens."""
    native_precision: str
    """The id of a precision."""
    dimensions: dict[str, Any]
    """As its configuration gives them; without those that it does not have."""
    parameters: dict[str, int]
    """Counted from the dimensions: by part, and `total`."""
    published_total: Fact
    published_active: Fact | None
    differs: str | None
    """Why the published total is not the counted one."""
    notes: list[str]
    places: list[Place]


class Precision(_Plain):
    """A number format of weights, in true bits per parameter, scales included."""

    id: str
    name: str
    math: str
    """The format that the matrix units multiply in."""
    block_bits: Fact
    expert_bits: Fact
    vocabulary_bits: Fact
    layout: str
    notes: list[str]


class _Document(_Plain):
    version: str
    licence: str


class CatalogDocument(_Document):
    """Every accelerator, model and number format, with the sources of every value."""

    gpus: list[Gpu]
    models: list[Model]
    precisions: list[Precision]
    sources: dict[str, Source]
    """By id."""


class Measurement(_Plain):
    """A published decode speed; names as its source prints them, ids where the catalog has it."""

    id: str
    place: Place
    title: str
    date: str
    trust: str
    """A, read at a pinned commit, to C, doubtful."""
    read_via: str
    model: str
    model_id: str | None
    precision: str
    precision_id: str | None
    gpu: str
    gpu_id: str | None
    bandwidth: float
    """Of one device; B/s."""
    gpus: int
    layout: str
    """`single`, `tensor` (devices read at once) or `layer` (one after another)."""
    engine: str
    engine_version: str
    concurrency: int
    """Users decoded together."""
    context: int
    """Tokens in each user's context, on average over the run."""
    reads: float | None
    """Bytes of weights read for one token of one user."""
    reads_how: str | None
    layers: int | None
    kv_bytes_per_token: int | None
    tokens_per_second: float
    """For one user."""
    speculative: bool
    notes: list[str]
    left_out: str | None
    """Why no analysis may use the row, if so."""


class MeasurementsDocument(_Document):
    """Every published speed that the site compares its law with."""

    measurements: list[Measurement]
    sources: dict[str, Source]
    """By id."""


class FigureRow(_Plain):
    """A figure that a page shows."""

    quantity: str
    reference: str
    """The figure in writing: its quantity and its scenario."""
    value: float
    unit: str
    text: str
    """As the page shows it."""
    formula: str
    """How it was computed, in one line."""
    sources: list[str]
    """The addresses of what its inputs rest on."""


class ClaimRow(_Plain):
    """A sentence that the build checks."""

    phrase: str
    holds: str
    """What was compared, with its values."""


class PageFigures(_Plain):
    """One page."""

    url: str
    title: str
    description: str
    scenario: dict[str, Any]
    """What its figures are of, where they do not say otherwise."""
    figures: list[FigureRow]
    claims: list[ClaimRow]


class FiguresDocument(_Document):
    """Every figure and every claim, page by page."""

    pages: list[PageFigures]


class Entry(_Plain):
    """One document of this interface."""

    url: str
    schema_url: str
    """Its JSON Schema."""
    what: str


class IndexDocument(_Document):
    """What there is, and where."""

    site: str
    documents: dict[str, Entry]
    """By file name."""


DOCUMENTS: Mapping[str, str] = {
    "catalog.json": "accelerators, models and number formats: every value with unit and sources",
    "measurements.json": "published decode speeds, each with its source and its setting",
    "figures.json": "every figure and every checked claim, page by page",
}
SCHEMAS: Mapping[str, type[_Document]] = {
    "index": IndexDocument,
    "catalog": CatalogDocument,
    "measurements": MeasurementsDocument,
    "figures": FiguresDocument,
}


def files(
    about: About,
    catalog: Catalog,
    pages: Iterable[PublishedPage],
    scenarios: Mapping[str, Mapping[str, Any]],
    ledgers: Mapping[str, LedgerData],
) -> dict[str, str]:
    """The documents and their schemas, by their path in the site."""
    documents = {
        "index": _index(about),
        "catalog": _catalog(catalog),
        "measurements": _measurements(catalog),
        "figures": _figures(pages, scenarios, ledgers),
    }
    made = {f"{name}.json": _json(doc.model_dump(mode="json")) for name, doc in documents.items()}
    made |= {f"schemas/{name}.json": _json(schema(name, about)) for name in SCHEMAS}
    return {f"{FOLDER}/{name}": text for name, text in made.items()}


def schema(name: str, about: About) -> dict[str, Any]:
    """The JSON Schema of a document."""
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": f"{about.address}{FOLDER}/schemas/{name}.json",
        **SCHEMAS[name].model_json_schema(mode="serialization"),
    }


def _json(data: Mapping[str, Any]) -> str:
    return json.dumps(data, ensure_ascii=False, allow_nan=False, indent=1) + "\n"


def _index(about: About) -> IndexDocument:
    base = f"{about.address}{FOLDER}/"
    entries = {
        name: Entry(url=f"{base}{name}", schema_url=f"{base}schemas/{name}", what=what)
        for name, what in DOCUMENTS.items()
    }
    return IndexDocument(version=VERSION, licence=LICENCE, site=about.address, documents=entries)


def _catalog(catalog: Catalog) -> CatalogDocument:
    return CatalogDocument(
        version=VERSION,
        licence=LICENCE,
        gpus=[_gpu(gpu) for gpu in catalog.gpus.values()],
        models=[_model(model) for model in catalog.models.values()],
        precisions=[_precision(precision) for precision in catalog.precisions.values()],
        sources=_sources(catalog.sources.values()),
    )


def _sources(sources: Iterable[entries.Source]) -> dict[str, Source]:
    return {s.id: Source(url=s.url, what=s.what, read=s.read) for s in sources}


def _place(citation: entries.Citation) -> Place:
    return Place(source=citation.source.id, where=citation.where)


def _places(citations: Iterable[entries.Citation]) -> list[Place]:
    return [_place(citation) for citation in citations]


def _fact(fact: entries.Fact) -> Fact:
    return Fact(
        value=fact.value,
        unit=fact.unit,
        printed=fact.printed,
        places=_places(fact.citations),
        source_prints=fact.source_prints,
        how=fact.how,
        contested=_maybe(fact.contested),
        why=fact.why,
        convention=fact.convention,
    )


def _maybe(fact: entries.Fact | None) -> Fact | None:
    return _fact(fact) if fact else None


def _gpu(gpu: entries.Gpu) -> Gpu:
    return Gpu(
        id=gpu.id,
        name=gpu.name,
        vendor=gpu.vendor,
        architecture=gpu.architecture,
        announced=gpu.announced,
        memory_type=gpu.memory_type,
        memory=_fact(gpu.memory),
        memory_reported=_maybe(gpu.memory_reported),
        bandwidth=_fact(gpu.bandwidth),
        peak_flops={name: _fact(fact) for name, fact in gpu.peak_flops.items()},
        link=_maybe(gpu.link),
        board_power=_maybe(gpu.board_power),
        notes=list(gpu.notes),
        places=_places(gpu.citations),
    )


def _model(model: entries.Model) -> Model:
    read = {"source", "where", "also"}
    dimensions = model.dimensions.model_dump(mode="json", exclude_none=True, exclude=read)
    return Model(
        id=model.id,
        name=model.name,
        developer=model.developer,
        licence=model.licence,
        released=model.released,
        max_context=model.max_context,
        native_precision=model.native_precision,
        dimensions=dimensions,
        parameters={**vars(model.counts), "total": model.counts.total},
        published_total=_fact(model.published_total),
        published_active=_maybe(model.published_active),
        differs=model.differs,
        notes=list(model.notes),
        places=_places(model.citations),
    )


def _precision(precision: entries.Precision) -> Precision:
    return Precision(
        id=precision.id,
        name=precision.name,
        math=precision.math,
        block_bits=_fact(precision.block_bits),
        expert_bits=_fact(precision.expert_bits),
        vocabulary_bits=_fact(precision.vocabulary_bits),
        layout=precision.layout,
        notes=list(precision.notes),
    )


def _measurements(catalog: Catalog) -> MeasurementsDocument:
    cited = {row.citation.source.id: row.citation.source for row in catalog.measurements}
    return MeasurementsDocument(
        version=VERSION,
        licence=LICENCE,
        measurements=[_measurement(row) for row in catalog.measurements],
        sources=_sources(cited.values()),
    )


def _measurement(row: entries.Measurement) -> Measurement:
    plain = {name: value for name, value in vars(row).items() if name in Measurement.model_fields}
    written = {
        "place": _place(row.citation),
        "engine_version": row.version,
        "notes": list(row.notes),
    }
    return Measurement.model_validate({**plain, **written})


def _figures(
    pages: Iterable[PublishedPage],
    scenarios: Mapping[str, Mapping[str, Any]],
    ledgers: Mapping[str, LedgerData],
) -> FiguresDocument:
    made = [
        _page(page, scenarios.get(page.path, {}), ledgers[page.path])
        for page in pages
        if page.path in ledgers
    ]
    return FiguresDocument(version=VERSION, licence=LICENCE, pages=made)


def _page(page: PublishedPage, scenario: Mapping[str, Any], ledger: LedgerData) -> PageFigures:
    return PageFigures(
        url=page.address,
        title=page.title,
        description=page.description,
        scenario=dict(scenario),
        figures=[FigureRow.model_validate(vars(figure)) for figure in ledger.figures],
        claims=[ClaimRow.model_validate(vars(claim)) for claim in ledger.claims],
    )
