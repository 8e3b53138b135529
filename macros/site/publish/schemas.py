"""The JSON Schemas of the documents of the static interface, made from their records."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import is_dataclass
from functools import reduce
from operator import or_
from types import GenericAlias, UnionType
from typing import Any, ForwardRef, Union, get_args, get_origin, get_type_hints

from pydantic import BaseModel, Field, create_model

from macros.catalog import Citation
from macros.catalog.architecture import Dimensions, ParameterCounts
from macros.catalog.fields import Mark, docs_of, fields_of, summary_of

NAMES: Mapping[type, str] = {Citation: "Place"}
"""Records that the interface names otherwise."""

OPEN: Mapping[type, Any] = {Dimensions: dict[str, Any], ParameterCounts: dict[str, int]}
"""Records that the interface does not fix the fields of: models to come may have others."""


def schema(document: type) -> dict[str, Any]:
    """The JSON Schema of what `plain` makes of a document, under the names of the interface."""
    return _Models().model(document).model_json_schema(mode="serialization")


class _Models(dict[type, Any]):
    """The models that a schema is made from, by the records that they stand for."""

    def model(self, record: type) -> type[BaseModel]:
        """The model of a record; what holds itself knows itself by its name."""
        name = NAMES.get(record, record.__name__)
        self[record] = ForwardRef(name)
        docs, types = docs_of(record), get_type_hints(record)
        fields: dict[str, Any] = {
            field.published: (
                str if Mark.BY_ID in field.marks else self._type(types[field.name]),
                Field(description=docs.get(field.name)),
            )
            for field in fields_of(record)
            if field.published
        }
        made: type[BaseModel] = create_model(name, __doc__=summary_of(record), **fields)
        self[record] = made
        return made

    def _type(self, type_: Any) -> Any:
        """A type of a record as the interface gives it."""
        origin, inner = get_origin(type_), get_args(type_)
        if origin in (Union, UnionType):
            return reduce(or_, map(self._type, inner))
        if origin is tuple:
            return GenericAlias(list, (self._type(inner[0]),))
        if origin is Mapping:
            return GenericAlias(dict, tuple(map(self._type, inner)))
        if type_ in OPEN:
            return OPEN[type_]
        if isinstance(type_, type) and is_dataclass(type_):
            return self[type_] if type_ in self else self.model(type_)
        return type_
