"""Shapes that forbid what they do not name, and their errors in words that say what to mend."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, TypeVar, get_args

from pydantic import BaseModel, ConfigDict, ValidationError

from macros.catalog.reading import Document, Loc
from macros.errors import CatalogError, did_you_mean, quote


class Shape(BaseModel):
    """A mapping with these fields and no others, each exactly of its type."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)

    @classmethod
    def written_at(cls, loc: Loc, data: Any) -> Loc:
        """Where the value at a place stands in the file's data, if it was moved there."""
        return loc


AnyModel = TypeVar("AnyModel", bound=BaseModel)

_WANTED = {
    "string_type": "text",
    "int_type": "a whole number",
    "float_type": "a number",
    "bool_type": "`true` or `false`",
    "list_type": "a list",
    "dict_type": "a mapping",
    "model_type": "a mapping",
}
_KINDS = {
    str: "text",
    int: "a whole number",
    float: "a number",
    bool: "a truth value",
    list: "a list",
    dict: "a mapping",
    type(None): "nothing",
}


def check(document: Document, shape: type[AnyModel]) -> AnyModel:
    """A document's data in a shape.

    Raises:
        CatalogError: it does not fit; one problem for each field that is wrong.
    """
    try:
        return shape.model_validate(document.data)
    except ValidationError as error:
        # One value may be wrong in many places, if many rows share it.
        raise CatalogError(dict.fromkeys(_problems(document, shape, error))) from error


def _problems(document: Document, shape: type[BaseModel], error: ValidationError) -> Iterator[str]:
    for wrong in error.errors(include_url=False):
        # A wrong key of a mapping ends in this mark, which is no field.
        loc: Loc = tuple(step for step in wrong["loc"] if step != "[key]")
        if wrong["type"] == "extra_forbidden":
            message = f"unknown field; {did_you_mean(loc[-1], _fields(shape, loc[:-1]))}"
        else:
            message = _message(wrong["type"], wrong["input"], wrong)
        if issubclass(shape, Shape):
            loc = shape.written_at(loc, document.data)
        yield document.problem(loc, message)


def _message(kind: str, value: Any, wrong: Any) -> str:
    shown = quote(value)
    if kind == "missing":
        return "missing"
    if kind in _WANTED:
        return f"{shown} is {_KINDS[type(value)]}, not {_WANTED[kind]}"
    if kind == "greater_than":
        return f"{shown} is not above {wrong['ctx']['gt']:g}"
    if kind == "literal_error":
        choices = re.findall(r"'([^']*)'", wrong["ctx"]["expected"])
        return f"{shown} is not a choice; {did_you_mean(value, choices)}"
    if kind == "value_error":
        return str(wrong["ctx"]["error"])
    return f"{shown}: {wrong['msg']}"


def _fields(shape: type[BaseModel], loc: Loc) -> list[str]:
    """The names of the fields that the mapping at a place may have."""
    root = shape.model_fields.get("root")
    if root:  # all entries of a kind: the first step is an entry's key
        shape, loc = _inner(root.annotation) or shape, loc[1:]
    for step in loc:
        if step in shape.model_fields:  # else a list position
            shape = _inner(shape.model_fields[str(step)].annotation) or shape
    return list(shape.model_fields)


def _inner(annotation: Any) -> type[BaseModel] | None:
    """The shape inside an annotation such as `list[Row] | None`."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    return next(filter(None, map(_inner, get_args(annotation))), None)
