"""Records as plain data, which JSON can hold."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import is_dataclass
from datetime import date
from functools import partial
from typing import Any

from macros.catalog.architecture import Dimensions, ParameterCounts
from macros.catalog.fields import Mark, fields_of


def plain(value: Any, *, published: bool = False) -> Any:
    """A value, with all that it holds, as mappings, lists, texts and numbers.

    Args:
        value: a record, or what a field of one holds.
        published: under the names that the site's interface gives to fields, and without those
            that it leaves out.
    """
    inner = partial(plain, published=published)
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, tuple | list):
        return [inner(item) for item in value]
    if isinstance(value, Mapping):
        return {key: inner(item) for key, item in value.items()}
    if isinstance(value, ParameterCounts):
        return {**vars(value), "total": value.total}
    if isinstance(value, Dimensions):  # a part that a model does not have is not told
        return {name: inner(part) for name, part in vars(value).items() if part is not None}
    if is_dataclass(value):
        return {name: inner(held) for name, held in _fields(value, published)}
    return value


def _fields(record: Any, published: bool) -> Iterator[tuple[str, Any]]:
    for field in fields_of(type(record)):
        name = field.published if published else field.name
        held = getattr(record, field.name)
        if name is not None:
            yield name, held.id if Mark.BY_ID in field.marks else held
