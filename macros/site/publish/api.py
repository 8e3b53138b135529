"""The static JSON interface: the catalog, the measurements, and every page's figures and claims.

Version 1 may gain fields; none is taken away, and none changes its meaning.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from macros.catalog import Catalog, Gpu, Measurement, Model, Precision, Source
from macros.catalog.plain import plain
from macros.figures.ledger import LedgerData
from macros.site.publish import schemas
from macros.site.publish.about import LICENCE, About, PublishedPage

FOLDER = "api/v1"
VERSION = "1.0.0"


@dataclass(frozen=True, kw_only=True)
class _Document:
    version: str
    licence: str


@dataclass(frozen=True, kw_only=True)
class CatalogDocument(_Document):
    """Every accelerator, model and number format, with the sources of every value."""

    gpus: tuple[Gpu, ...]
    models: tuple[Model, ...]
    precisions: tuple[Precision, ...]
    sources: Mapping[str, Source]
    """By id."""


@dataclass(frozen=True, kw_only=True)
class MeasurementsDocument(_Document):
    """Every published speed that the site compares its law with."""

    measurements: tuple[Measurement, ...]
    sources: Mapping[str, Source]
    """By id."""


@dataclass(frozen=True, kw_only=True)
class FigureRow:
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
    sources: tuple[str, ...]
    """The addresses of what its inputs rest on."""


@dataclass(frozen=True, kw_only=True)
class ClaimRow:
    """A sentence that the build checks."""

    phrase: str
    holds: str
    """What was compared, with its values."""


@dataclass(frozen=True, kw_only=True)
class PageFigures:
    """One page."""

    url: str
    title: str
    description: str
    scenario: Mapping[str, Any]
    """What its figures are of, where they do not say otherwise."""
    figures: tuple[FigureRow, ...]
    claims: tuple[ClaimRow, ...]


@dataclass(frozen=True, kw_only=True)
class FiguresDocument(_Document):
    """Every figure and every claim, page by page."""

    pages: tuple[PageFigures, ...]


@dataclass(frozen=True, kw_only=True)
class Entry:
    """One document of this interface."""

    url: str
    schema_url: str
    """Its JSON Schema."""
    what: str


@dataclass(frozen=True, kw_only=True)
class IndexDocument(_Document):
    """What there is, and where."""

    site: str
    documents: Mapping[str, Entry]
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
    made = {f"{name}.json": _json(plain(doc, published=True)) for name, doc in documents.items()}
    made |= {f"schemas/{name}.json": _json(schema(name, about)) for name in SCHEMAS}
    return {f"{FOLDER}/{name}": text for name, text in made.items()}


def schema(name: str, about: About) -> dict[str, Any]:
    """The JSON Schema of a document."""
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": f"{about.address}{FOLDER}/schemas/{name}.json",
        **schemas.schema(SCHEMAS[name]),
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
        gpus=tuple(catalog.gpus.values()),
        models=tuple(catalog.models.values()),
        precisions=tuple(catalog.precisions.values()),
        sources=catalog.sources,
    )


def _measurements(catalog: Catalog) -> MeasurementsDocument:
    return MeasurementsDocument(
        version=VERSION,
        licence=LICENCE,
        measurements=catalog.measurements,
        sources={row.citation.source.id: row.citation.source for row in catalog.measurements},
    )


def _figures(
    pages: Iterable[PublishedPage],
    scenarios: Mapping[str, Mapping[str, Any]],
    ledgers: Mapping[str, LedgerData],
) -> FiguresDocument:
    made = tuple(
        _page(page, scenarios.get(page.path, {}), ledgers[page.path])
        for page in pages
        if page.path in ledgers
    )
    return FiguresDocument(version=VERSION, licence=LICENCE, pages=made)


def _page(page: PublishedPage, scenario: Mapping[str, Any], ledger: LedgerData) -> PageFigures:
    return PageFigures(
        url=page.address,
        title=page.title,
        description=page.description,
        scenario=scenario,
        figures=tuple(FigureRow(**vars(figure)) for figure in ledger.figures),
        claims=tuple(ClaimRow(**vars(claim)) for claim in ledger.claims),
    )
