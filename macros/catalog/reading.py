"""YAML read strictly: every value is what it looks like, and every node knows its line."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from macros.errors import CatalogError

Loc = tuple[str | int, ...]
"""The way from a file's top to a value: field names and list positions."""

_Loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
# Numbers are plain decimals. Text such as `3.35e12` stays text, and so does anything too long
# to be meant: the field that wants a number then says so, with its line.
_WHOLE = re.compile(r"-?(0|[1-9]\d{0,14})")
_DECIMAL = re.compile(r"-?(0|[1-9]\d{0,14})\.\d{1,15}")
_WORDS = {"": None, "~": None, "null": None, "true": True, "false": False}
_DEEPEST = 20


class _Rejected(Exception):
    """A node that the catalog does not allow."""

    def __init__(self, message: str, event: Any) -> None:
        super().__init__(message)
        self.line = _line_of(event)


@dataclass(frozen=True)
class Document:
    """One file: its name as messages give it, its plain data, and the line of each value."""

    name: str
    data: Any
    lines: dict[Loc, int]

    def problem(self, loc: Loc, message: str) -> str:
        """A line for a CatalogError: file, line, field and what is wrong with it."""
        field = ".".join(map(str, loc))
        return f"{self.name}:{self._line(loc)}: {field + ': ' if field else ''}{message}"

    def _line(self, loc: Loc) -> int:
        while loc and loc not in self.lines:  # a missing field is reported where it belongs
            loc = loc[:-1]
        return self.lines.get(loc, 1)


def read(path: Path, name: str) -> Document:
    """A YAML file as plain data.

    Only `true` and `false` are booleans, only plain decimals are numbers, and dates are text.

    Raises:
        CatalogError: the file can't be read, or is not YAML of the plain kind kept here: UTF-8,
            one document, a mapping at the top, no key twice, no tags, anchors or aliases.
    """
    try:
        content = path.read_bytes()
    except OSError as error:
        raise CatalogError([f"{name}:1: can't be read: {error.strerror}"]) from error
    try:
        text = content.decode()
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        wrong = content[error.start]
        raise CatalogError([f"{name}:{line}: byte 0x{wrong:02x} is not UTF-8"]) from error
    lines: dict[Loc, int] = {}
    try:
        data = _document(yaml.parse(text, Loader=_Loader), lines)
    except _Rejected as error:
        raise CatalogError([f"{name}:{error.line}: {error}"]) from error
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        line = mark.line + 1 if mark else 1
        raise CatalogError([f"{name}:{line}: broken YAML: {error.problem}"]) from error
    except yaml.reader.ReaderError as error:
        line = text.count("\n", 0, error.position) + 1
        raise CatalogError([f"{name}:{line}: broken YAML: {error.reason}"]) from error
    if not isinstance(data, dict):
        kind = "empty" if data is None else "a list" if isinstance(data, list) else "one value"
        raise CatalogError([f"{name}:1: the file is {kind}; it should hold `field: value` lines"])
    return Document(name, data, lines)


def _document(events: Iterator[Any], lines: dict[Loc, int]) -> Any:
    """The data of the only document among a parser's events."""
    data = None
    documents = 0
    for event in events:
        if isinstance(event, yaml.DocumentStartEvent):
            documents += 1
            if documents > 1:
                raise _Rejected("a second document starts here; keep one entry a file", event)
        elif isinstance(event, yaml.NodeEvent):
            data = _node(event, events, (), lines)
    return data


def _node(event: Any, events: Iterator[Any], loc: Loc, lines: dict[Loc, int]) -> Any:
    """The value that starts with an event; takes the rest of its events and notes its lines."""
    if event.anchor is not None:
        raise _Rejected(f"anchor or alias {event.anchor!r}; write the value out", event)
    if event.tag is not None:
        raise _Rejected(f"tag {event.tag!r}; tags have no meaning here", event)
    if len(loc) > _DEEPEST:
        raise _Rejected("nested too deeply", event)
    lines.setdefault(loc, _line_of(event))
    if isinstance(event, yaml.ScalarEvent):
        return event.value if not event.implicit[0] else _plain(event.value)
    if isinstance(event, yaml.SequenceStartEvent):
        return _list(events, loc, lines)
    return _mapping(events, loc, lines)


def _list(events: Iterator[Any], loc: Loc, lines: dict[Loc, int]) -> list[Any]:
    items: list[Any] = []
    while not isinstance(event := next(events), yaml.SequenceEndEvent):
        items.append(_node(event, events, (*loc, len(items)), lines))
    return items


def _mapping(events: Iterator[Any], loc: Loc, lines: dict[Loc, int]) -> dict[str, Any]:
    mapping: dict[str, Any] = {}
    while not isinstance(event := next(events), yaml.MappingEndEvent):
        if not isinstance(event, yaml.ScalarEvent):
            raise _Rejected("a field's name is text", event)
        key = event.value
        if key in mapping:
            first = lines[(*loc, key)]
            raise _Rejected(f"{key!r} stands twice (first on line {first}); keep one", event)
        # The line of a field is its key's: that is where an editor looks for it.
        lines[(*loc, key)] = _line_of(event)
        mapping[key] = _node(next(events), events, (*loc, key), lines)
    return mapping


def _line_of(event: Any) -> int:
    line: int = event.start_mark.line
    return line + 1


def _plain(text: str) -> Any:
    """What an unquoted scalar means."""
    if text in _WORDS:
        return _WORDS[text]
    if _WHOLE.fullmatch(text):
        return int(text)
    return float(text) if _DECIMAL.fullmatch(text) else text
