"""The shape of a record in a file, made from the record.

How a type is written in a file is said here and in `fact_shapes`, once for each type; which fields
there are, and where they stand, the record says.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import MISSING, fields, is_dataclass
from functools import reduce
from operator import or_
from types import GenericAlias, UnionType
from typing import Annotated, Any, ClassVar, Self, Union, get_args, get_origin

from pydantic import Field, create_model, model_validator

from macros.catalog.checking import Shape
from macros.catalog.fact_shapes import FACTS, Cited, Place
from macros.catalog.fields import (
    Mark,
    OneOf,
    RecordField,
    Text,
    docs_of,
    fields_of,
    quantity,
    summary_of,
)
from macros.catalog.records import Citation, Fact
from macros.units.parsing import Kind, Quantity

# --- How a type is written ---


class ByKey(Shape):
    """A mapping whose keys are few, each of which may be missing."""


class Part(Shape):
    """A part of an entry that cites nothing: it becomes its record as soon as it is checked."""

    record: ClassVar[type]

    def made(self) -> Any:
        """The record."""
        values = {field.name: getattr(self, field.name) for field in fields(self.record)}
        return self.record(**{n: v.made() if isinstance(v, Part) else v for n, v in values.items()})

    @model_validator(mode="after")
    def _adds_up(self) -> Self:
        self.made()
        return self


def part(record: type) -> type[Part]:
    """The shape of a record without facts."""
    made: type[Part] = create_model(
        record.__name__, __base__=Part, __doc__=summary_of(record), **fields_in_file(record)
    )
    made.record = record
    return made


def _written(field: RecordField) -> Any:
    """The type of a field as a file writes it."""
    if Mark.CITED in field.marks:
        made = part(field.bare)
        return create_model(made.__name__, __base__=(Cited, made), __doc__=made.__doc__)
    return Text if field.bare is Citation else _type(field.hint, field.mark(Kind))


def _type(type_: Any, kind: Kind | None) -> Any:
    """A type as a file writes it; what is printed with a unit is of a kind."""
    bare = type_.__origin__ if get_origin(type_) is Annotated else type_
    origin, inner = get_origin(bare), get_args(bare)
    if origin in (Union, UnionType):
        return reduce(or_, (_type(each, kind) for each in inner))
    if origin is tuple:
        return GenericAlias(list, (_type(inner[0], kind),))  # `list[...]` is for types known before
    if kind and origin is Mapping:
        return _by_key(inner[0], FACTS[kind.name])
    if kind and bare is Fact:
        return FACTS[kind.name]
    if kind and bare is float:
        return Annotated[Quantity, quantity(kind)]
    if bare is Citation:
        return Place
    return part(bare) if isinstance(bare, type) and is_dataclass(bare) else type_


def _by_key(key: Any, value: Any) -> type[ByKey]:
    choices = next(mark.choices for mark in key.__metadata__ if isinstance(mark, OneOf))
    optional: dict[str, Any] = dict.fromkeys(choices, (value | None, None))
    return create_model("ByFormat", __base__=ByKey, **optional)


# --- Where a field stands ---


def shape(record: type, base: type[Shape] = Shape) -> type[Shape]:
    """The shape of a record's entry in a file."""
    return create_model(
        record.__name__, __base__=base, __doc__=summary_of(record), **fields_in_file(record)
    )


def fields_in_file(record: type, head: bool = False) -> dict[str, Any]:
    """A record's fields as pydantic defines them: those of its entry, or of its file's head."""
    docs = docs_of(record)
    found: dict[str, Any] = {}
    for field in fields_of(record):
        if field.given and Mark.KEY not in field.marks and head == (Mark.HEAD in field.marks):
            _place(found, field, docs.get(field.name))
    return {
        name: (create_model(name.title(), __base__=Shape, **inner), ...)
        if isinstance(inner, dict)
        else inner
        for name, inner in found.items()
    }


def _place(found: dict[str, Any], field: RecordField, doc: str | None) -> None:
    """Define a field where it stands: at the top, or inside another."""
    type_, default = _written(field), field.default
    if field.bare is Citation:
        found["where"] = (type_, Field(description=doc))
        return
    if field.otherwise:
        found.setdefault(field.otherwise, (type_, ...))
        type_, default = type_ | None, None
    elif default is MISSING:
        default = ...
    elif default == ():
        default = []
    elif default == {}:
        default = type_()
    *way, name = field.path
    for step in way:
        found = found.setdefault(step, {})
    found[name] = (type_, Field(default=default, description=doc))
