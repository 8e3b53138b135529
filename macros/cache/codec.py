"""Records as JSON and back: frozen dataclasses of plain values, read by their type hints.

A record that others share is written once, and is one object again when it is read. Reading makes
no object but of the classes that the hints name, and runs no code of theirs: what was checked when
it was made is not checked again.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import fields, is_dataclass
from datetime import date
from types import NoneType, UnionType
from typing import Any, Literal, TypeVar, Union, get_args, get_origin, get_type_hints

T = TypeVar("T")
Read = Callable[[Any], Any]

AS_IT_IS = (str, int, float, bool, NoneType)
"""What JSON holds by itself."""


def encode(record: object) -> bytes:
    """A dataclass of scalars, dates, tuples, mappings by text, and dataclasses, as JSON.

    Raises:
        TypeError: something in it is of another kind; the message names it.
    """
    kinds: dict[type, int] = {}
    places: dict[int, int] = {}
    records: list[list[Any]] = []

    def written(value: Any) -> Any:
        if type(value) in AS_IT_IS:
            return value
        if type(value) is date:
            return value.isoformat()
        if isinstance(value, tuple):
            return [written(each) for each in value]
        if isinstance(value, Mapping):
            return {key: written(each) for key, each in value.items()}
        if not is_dataclass(value) or isinstance(value, type):
            raise TypeError(f"{value!r} is no record, nor a plain value of one")
        if id(value) not in places:
            # What a record holds comes before it, so that one pass reads them all.
            held = [written(getattr(value, field.name)) for field in fields(value)]
            records.append([kinds.setdefault(type(value), len(kinds)), held])
            places[id(value)] = len(records) - 1
        return places[id(value)]

    written(record)
    document = {"kinds": [_name(kind) for kind in kinds], "records": records}
    return json.dumps(document, separators=(",", ":")).encode()


def decode(kind: type[T], content: bytes) -> T:
    """The record of a class that `encode` wrote.

    Args:
        kind: the class.
        content: what `encode` gave.
    """
    document = json.loads(content)
    records: list[Any] = []
    makers = {_name(each): _maker(each, hints, records) for each, hints in _hints_of(kind).items()}
    make = [makers[name] for name in document["kinds"]]
    for which, held in document["records"]:
        records.append(make[which](held))
    last: T = records[-1]
    return last


def _name(kind: type) -> str:
    return f"{kind.__module__}.{kind.__qualname__}"


def _hints_of(kind: type) -> dict[type, dict[str, Any]]:
    """The types of the fields of a dataclass, and of every other that its fields can hold."""
    found: dict[type, dict[str, Any]] = {}
    left: list[Any] = [kind]
    while left:
        hint = left.pop()
        if not is_dataclass(hint):
            left.extend(get_args(hint))
        elif isinstance(hint, type) and hint not in found:
            found[hint] = get_type_hints(hint)
            left.extend(found[hint].values())
    return found


def _maker(kind: type, hints: Mapping[str, Any], records: list[Any]) -> Read:
    """How an object of a class is made from what its fields held."""
    names = [field.name for field in fields(kind)]
    readers = [(n, read) for n, name in enumerate(names) if (read := _reader(hints[name], records))]

    def make(held: list[Any]) -> Any:
        for n, read in readers:
            held[n] = read(held[n])
        made: Any = object.__new__(kind)
        made.__dict__.update(zip(names, held, strict=True))
        return made

    return make


def _reader(hint: Any, records: list[Any]) -> Read | None:
    """How a value is read; nothing for what stays as JSON has it."""
    origin, inside = get_origin(hint), get_args(hint)
    if hint in AS_IT_IS or origin is Literal:
        return None
    if is_dataclass(hint):
        return records.__getitem__
    if hint is date:
        return date.fromisoformat
    if origin in (Union, UnionType):
        return _optional([_reader(each, records) for each in inside if each is not NoneType])
    if origin is tuple and inside[1:] == (...,):
        return _tuple(_reader(inside[0], records))
    if origin in (Mapping, dict):
        return _mapping(_reader(inside[1], records))
    raise TypeError(f"a record can't be read with {hint!r} in it")


def _optional(readers: list[Read | None]) -> Read | None:
    read = readers[0]
    if any(readers) and len(readers) > 1:
        raise TypeError("a record holds one thing or none, not one of several")
    return read and (lambda value: None if value is None else read(value))


def _tuple(read: Read | None) -> Read:
    return (lambda values: tuple(map(read, values))) if read else tuple


def _mapping(read: Read | None) -> Read | None:
    return read and (lambda values: {key: read(value) for key, value in values.items()})
