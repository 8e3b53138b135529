"""Files that fit their shapes become entries: text turns into facts, source ids into sources."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from pydantic import BaseModel

from macros.catalog import shapes
from macros.catalog.entries import Citation, Fact, Gpu, Measurement, Model, Precision, Source
from macros.catalog.reading import Document, Loc
from macros.errors import did_you_mean

FileShape = TypeVar("FileShape", bound=BaseModel)


@dataclass(frozen=True)
class File(Generic[FileShape]):
    """A file that fits its shape; `id` is its name without `.yml`."""

    id: str
    document: Document
    content: FileShape


@dataclass(frozen=True)
class Library:
    """The sources that files may cite, those that they did cite, and the ids that were unknown."""

    sources: Mapping[str, Source]
    cited: set[str]
    problems: list[str]

    def citations(
        self, document: Document, loc: Loc, place: Any, also: list[shapes.Place]
    ) -> tuple[Citation, ...]:
        """The citations of a place and of the further places that say the same."""
        further = [((*loc, "also", position), other) for position, other in enumerate(also)]
        return tuple(self._cited(document, [*([(loc, place)] if place else []), *further]))

    def fact(self, document: Document, loc: Loc, shape: Any) -> Fact:
        """The fact at a place of a document."""
        contested = shape.contested
        return Fact(
            value=shape.value.value,
            printed=shape.value.text,
            unit=shape.value.unit,
            citations=self.citations(document, loc, shape, shape.also),
            source_prints=shape.printed,
            how=shape.how,
            convention=getattr(shape, "convention", None),
            contested=contested and self._contested(document, (*loc, "contested"), contested),
        )

    def optional_fact(self, document: Document, loc: Loc, shape: Any) -> Fact | None:
        """The fact at a place of a document, if the place is filled."""
        return None if shape is None else self.fact(document, loc, shape)

    def _contested(self, document: Document, loc: Loc, shape: Any) -> Fact:
        return Fact(
            value=shape.value.value,
            printed=shape.value.text,
            unit=shape.value.unit,
            citations=self.citations(document, loc, shape, []),
            why=shape.why,
        )

    def _cited(self, document: Document, places: list[tuple[Loc, Any]]) -> Iterator[Citation]:
        for loc, place in places:
            source = self.sources.get(place.source)
            if source is None:
                self.problems.append(
                    document.problem(
                        (*loc, "source"),
                        f"no source {place.source!r} in sources.yml; "
                        f"{did_you_mean(place.source, self.sources)}",
                    )
                )
            else:
                self.cited.add(source.id)
                yield Citation(source, place.where)


def sources(file: File[shapes.SourcesFile]) -> dict[str, Source]:
    """Every source by its id, in the order of the file."""
    return {
        id: Source(id=id, url=shape.url, what=shape.what, read=shape.read)
        for id, shape in file.content.root.items()
    }


def gpu(file: File[shapes.GpuFile], library: Library) -> Gpu:
    """The accelerator that a file describes."""
    shape, document = file.content, file.document
    return Gpu(
        id=file.id,
        name=shape.name,
        vendor=shape.vendor,
        architecture=shape.architecture,
        memory_type=shape.memory.type,
        memory=library.fact(document, ("memory", "label"), shape.memory.label),
        memory_reported=library.optional_fact(
            document, ("memory", "reported"), shape.memory.reported
        ),
        bandwidth=library.fact(document, ("bandwidth",), shape.bandwidth),
        peak_flops={
            kind: library.fact(document, ("peak_flops", kind), peak)
            for kind, peak in shape.peak_flops
            if peak is not None
        },
        link=library.optional_fact(document, ("link",), shape.link),
        board_power=library.optional_fact(document, ("board_power",), shape.board_power),
        announced=shape.announced,
        notes=tuple(shape.notes),
        citations=library.citations(document, (), None, shape.also),
    )


def model(file: File[shapes.ModelFile], library: Library) -> Model:
    """The model that a file describes."""
    shape, document = file.content, file.document
    dimensions = library.citations(
        document, ("dimensions",), shape.dimensions, shape.dimensions.also
    )
    published = shape.published
    return Model(
        id=file.id,
        name=shape.name,
        developer=shape.developer,
        licence=shape.licence,
        released=shape.released,
        max_context=shape.max_context,
        native_precision=shape.native_precision,
        dimensions=shape.dimensions,
        published_total=library.fact(document, ("published", "total"), published.total),
        published_active=library.optional_fact(document, ("published", "active"), published.active),
        differs=published.differs,
        notes=tuple(shape.notes),
        citations=dimensions + library.citations(document, (), None, shape.also),
    )


def precisions(file: File[shapes.PrecisionsFile], library: Library) -> dict[str, Precision]:
    """Every number format by its id, in the order of the file."""
    return {
        id: _precision(id, shape, file.document, library) for id, shape in file.content.root.items()
    }


def _precision(
    id: str, shape: shapes.PrecisionShape, document: Document, library: Library
) -> Precision:
    bits = library.fact(document, (id, "bits"), shape.bits)
    return Precision(
        id=id,
        name=shape.name,
        block_bits=library.optional_fact(document, (id, "blocks"), shape.blocks) or bits,
        expert_bits=library.optional_fact(document, (id, "experts"), shape.experts) or bits,
        vocabulary_bits=(
            library.optional_fact(document, (id, "vocabulary"), shape.vocabulary) or bits
        ),
        math=shape.math,
        layout=shape.layout,
        notes=tuple(shape.notes),
    )


def measurements(file: File[shapes.MeasurementsFile], library: Library) -> Iterator[Measurement]:
    """The rows that one source measured."""
    shape = file.content
    place = shapes.Place(source=shape.source, where=shape.title)
    cited = library.citations(file.document, (), place, [])
    for row in shape.rows if cited else ():
        yield Measurement(
            id=row.id,
            citation=Citation(cited[0].source, row.where),
            title=shape.title,
            date=shape.date,
            trust=shape.trust,
            read_via=shape.read_via,
            model=row.model,
            model_id=row.model_id,
            precision=row.precision,
            precision_id=row.precision_id,
            gpu=row.gpu,
            gpu_id=row.gpu_id,
            bandwidth=row.bandwidth.value,
            gpus=row.gpus,
            layout=row.layout,
            engine=row.engine,
            version=row.version,
            concurrency=row.concurrency,
            context=row.context,
            reads=row.reads.value if row.reads else None,
            reads_how=row.reads_how,
            layers=row.layers,
            kv_bytes_per_token=row.kv_bytes_per_token,
            tokens_per_second=row.tokens_per_second,
            speculative=row.speculative,
            notes=tuple(row.notes),
            left_out=row.left_out,
        )
