"""Files that fit their shapes become records: text turns into facts, source ids into sources."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, TypeVar

from macros.catalog.fact_shapes import Cited, ContestedShape, CountShape, FactShape, Place
from macros.catalog.fields import Mark, fields_of
from macros.catalog.reading import Document, Loc
from macros.catalog.records import Citation, Fact, Measurement, Precision, Predictor, Source
from macros.catalog.shapes import ByKey, Part
from macros.errors import did_you_mean
from macros.units.parsing import Quantity

Record = TypeVar("Record")


@dataclass(frozen=True)
class File:
    """A file that fits its shape; `id` is its name without `.yml`."""

    id: str
    document: Document
    content: Any


@dataclass(frozen=True)
class Library:
    """The sources that files may cite, those that they did cite, and the ids that were unknown."""

    sources: Mapping[str, Source]
    cited: set[str]
    problems: list[str]


def sources(file: File) -> dict[str, Source]:
    """Every source by its id, in the order of the file."""
    return _keyed(Source, file, Library({}, set(), []))


def entry(kind: type[Record], file: File, library: Library) -> Record:
    """The record that a file describes."""
    return _Reader(file.document, library).record(kind, (), file.content, id=file.id)


def precisions(file: File, library: Library) -> dict[str, Precision]:
    """Every number format by its id, in the order of the file."""
    return _keyed(Precision, file, library)


def predictors(file: File, library: Library) -> dict[str, Predictor]:
    """Every other tool by its id, in the order of the file."""
    return _keyed(Predictor, file, library)


def measurements(file: File, library: Library) -> Iterator[Measurement]:
    """The rows that one source measured."""
    content, reader = file.content, _Reader(file.document, library)
    fields = fields_of(Measurement)
    head = {f.name: getattr(content, f.name) for f in fields if Mark.HEAD in f.marks}
    for cited in reader.citations([((), Place(source=content.source, where=content.title))]):
        for position, row in enumerate(content.rows):
            citation = Citation(cited.source, row.where)
            loc: Loc = ("rows", position)
            yield reader.record(Measurement, loc, row, citation=citation, **head)


def _keyed(kind: type[Record], file: File, library: Library) -> dict[str, Record]:
    reader = _Reader(file.document, library)
    return {
        id: reader.record(kind, (id,), content, id=id) for id, content in file.content.root.items()
    }


@dataclass(frozen=True)
class _Reader:
    """Makes what records hold of what stands in a document."""

    document: Document
    library: Library

    def record(self, kind: type[Record], loc: Loc, content: Any, **known: Any) -> Record:
        """The record of what stands at a place; what is known of it already does not stand there."""
        values, cited = dict(known), list[Citation]()
        for field in fields_of(kind):
            if not field.given or field.name in known:
                continue
            at = (*loc, *field.path)
            written = field.written(content)
            value = self._value(at, written)
            if field.otherwise:
                usual = self._value((*loc, field.otherwise), getattr(content, field.otherwise))
                value = usual if value is None else value
            if Mark.CITED in field.marks:
                cited += self._cited(at, written)
            values[field.name] = value
        if cited:
            values["citations"] = (*cited, *values["citations"])
        return kind(**values)

    def citations(self, places: Iterable[tuple[Loc, Place]]) -> Iterator[Citation]:
        """The citations of places in sources; a source that is not there is a problem."""
        for loc, place in places:
            source = self.library.sources.get(place.source)
            if source is None:
                hint = did_you_mean(place.source, self.library.sources)
                message = f"no source {place.source!r} in sources.yml; {hint}"
                self.library.problems.append(self.document.problem((*loc, "source"), message))
            else:
                self.library.cited.add(source.id)
                yield Citation(source, place.where)

    def _cited(self, loc: Loc, shape: Cited) -> tuple[Citation, ...]:
        """Where something was read, and the further places that say the same."""
        return (*self.citations([(loc, shape)]), *self._value((*loc, "also"), shape.also))

    def _value(self, loc: Loc, written: Any) -> Any:
        """What stands at a place, as a record holds it."""
        match written:
            case None | str() | int() | float():  # first, as most are
                return written
            case FactShape():
                return self._fact(loc, written)
            case ByKey():
                given = {key: value for key, value in written if value is not None}
                return {key: self._value((*loc, key), value) for key, value in given.items()}
            case Part():
                return written.made()
            case Quantity():
                return written.value
            case [Place(), *_]:
                places = (((*loc, position), place) for position, place in enumerate(written))
                return tuple(self.citations(places))
            case list():
                return tuple(written)
        return written

    def _fact(self, loc: Loc, shape: FactShape) -> Fact:
        contested = shape.contested
        return Fact(
            value=shape.value.value,
            unit=shape.value.unit,
            printed=shape.value.text,
            citations=self._cited(loc, shape),
            source_prints=shape.printed,
            how=shape.how,
            contested=self._contested((*loc, "contested"), contested) if contested else None,
            convention=shape.convention if isinstance(shape, CountShape) else None,
        )

    def _contested(self, loc: Loc, shape: ContestedShape) -> Fact:
        return Fact(
            value=shape.value.value,
            unit=shape.value.unit,
            printed=shape.value.text,
            citations=tuple(self.citations([(loc, shape)])),
            why=shape.why,
        )
