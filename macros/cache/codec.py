"""Records as JSON and back: frozen dataclasses of plain values, written column by column.

A record that others share is written once, and is one object again when it is read. A column says
once what its values are, and where they are few each stands once, with the places that it takes; so
reading thousands of records takes little more than reading their JSON. Reading makes no object but
of dataclasses that are loaded, and runs no code of theirs: what was checked when it was made is not
checked again.
"""

from __future__ import annotations

import gc
import json
import sys
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import fields, is_dataclass
from datetime import date
from types import NoneType
from typing import Any, TypeVar

T = TypeVar("T")

AS_IT_IS = (str, int, float, bool, NoneType)
"""What JSON holds by itself."""

Shape = Any
"""What values are, as JSON: "plain", "date", "record", ["tuple", shape] or ["mapping", shape].

None where nothing is known: no value was there.
"""


def encode(record: object) -> bytes:
    """A dataclass of scalars, dates, tuples, mappings by text, and dataclasses, as JSON.

    Raises:
        TypeError: something in it is of another kind, or a field holds now a record and now
            something else; the message names it.
    """
    records: list[Any] = []
    places: dict[int, int] = {}

    def place(value: Any) -> int:
        if id(value) not in places:
            places[id(value)] = len(records)
            records.append(value)
        return places[id(value)]

    place(record)
    columns: dict[type, list[tuple[int, list[Any]]]] = {}
    for number, made in enumerate(records):  # grows as records are found in records
        held = [_written(getattr(made, field.name), place) for field in fields(made)]
        columns.setdefault(type(made), []).append((number, held))
    return json.dumps(
        {"count": len(records), "kinds": [_table(*each) for each in columns.items()]},
        separators=(",", ":"),
    ).encode()


def _written(value: Any, place: Callable[[Any], int]) -> tuple[Any, Shape]:
    """A value as JSON has it, and its shape."""
    if value is None:
        return None, None
    if type(value) in AS_IT_IS:
        return value, "plain"
    if type(value) is date:
        return value.isoformat(), "date"
    if type(value) is tuple:
        inside = [_written(each, place) for each in value]
        return [each for each, _ in inside], ["tuple", _common(shape for _, shape in inside)]
    if isinstance(value, Mapping):
        named = {key: _written(each, place) for key, each in value.items()}
        shape = ["mapping", _common(shape for _, shape in named.values())]
        return {key: each for key, (each, _) in named.items()}, shape
    if is_dataclass(value) and not isinstance(value, type):
        return place(value), "record"
    raise TypeError(f"{value!r} is no record, nor a plain value of one")


def _common(shapes: Iterable[Shape]) -> Shape:
    """The one shape that values have."""
    found: Shape = None
    for shape in shapes:
        if isinstance(found, list) and isinstance(shape, list) and found[0] == shape[0]:
            found = [found[0], _common((found[1], shape[1]))]
        elif found is None or shape is None or found == shape:
            found = shape if found is None else found
        else:
            raise TypeError(
                f"a record holds one thing or none, not {found!r} here and {shape!r} there"
            )
    return found


def _table(kind: type, rows: Sequence[tuple[int, list[tuple[Any, Shape]]]]) -> dict[str, Any]:
    """All records of a class: their places, and a column for each field."""
    numbers, held = zip(*rows, strict=True)
    columns = []
    for field, column in zip(fields(kind), zip(*held, strict=True), strict=True):
        texts = [json.dumps(value) for value, _ in column]
        distinct = dict(zip(texts, (value for value, _ in column), strict=True))
        shape = _common(shape for _, shape in column)
        if 2 * len(distinct) > len(texts) > 1:
            columns.append([field.name, shape, [value for value, _ in column], None])
        else:
            place = {text: n for n, text in enumerate(distinct)}
            columns.append([field.name, shape, [*distinct.values()], [place[t] for t in texts]])
    return {"kind": f"{kind.__module__} {kind.__qualname__}", "at": numbers, "columns": columns}


def decode(kind: type[T], content: bytes) -> T:
    """The record of a class that `encode` wrote.

    Args:
        kind: the class.
        content: what `encode` gave.

    Raises:
        TypeError: it holds records of something that is no dataclass, or not loaded.
    """
    collects = gc.isenabled()
    gc.disable()  # nothing here is garbage yet, and looking for some takes a third of the time
    try:
        records = _records(json.loads(content))
    finally:
        if collects:
            gc.enable()
    first = records[0]
    if type(first) is not kind:
        raise TypeError(f"{type(first).__name__} was kept, not {kind.__name__}")
    return first


def _records(document: Mapping[str, Any]) -> list[Any]:
    """All that a document holds; the first is the one that was written."""
    # All are there before any is filled: so each can hold each.
    records: list[Any] = [None] * document["count"]
    for table in document["kinds"]:
        made = _class_named(table["kind"])
        for number in table["at"]:
            records[number] = object.__new__(made)
    for table in document["kinds"]:
        names = [name for name, *_ in table["columns"]]
        columns = [_column(shape, values, at, records) for _, shape, values, at in table["columns"]]
        for number, held in zip(table["at"], zip(*columns, strict=True), strict=True):
            records[number].__dict__.update(zip(names, held, strict=True))
    return records


def _class_named(name: str) -> type:
    module, _, qualified = name.partition(" ")
    found: Any = sys.modules.get(module)
    for part in qualified.split("."):
        found = getattr(found, part, None)
    if not isinstance(found, type) or not is_dataclass(found):
        raise TypeError(f"{name!r} is no dataclass that is loaded")
    return found


def _column(
    shape: Shape, values: list[Any], at: list[int] | None, records: Sequence[Any]
) -> list[Any]:
    read = _reader(shape, records)
    if read:
        values = [None if value is None else read(value) for value in values]
    return values if at is None else [values[n] for n in at]


def _reader(shape: Shape, records: Sequence[Any]) -> Callable[[Any], Any] | None:
    """How a value that is there is read; nothing for what stays as JSON has it."""
    if shape == "record":
        return records.__getitem__
    if shape == "date":
        return date.fromisoformat
    if not isinstance(shape, list):
        return None
    read = _reader(shape[1], records)
    if shape[0] == "tuple":
        return (lambda held: tuple([read(each) for each in held])) if read else tuple
    return read and (lambda held: {key: read(each) for key, each in held.items()})
