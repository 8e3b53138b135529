"""A record that is kept as JSON comes back as it was, and nothing else can come of it."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, Literal

import pytest

from macros.cache.codec import decode, encode


@dataclass(frozen=True)
class Source:
    name: str
    read: date


@dataclass(frozen=True)
class Fact:
    value: float
    places: tuple[Source, ...] = ()
    contested: Fact | None = None
    note: str | None = None


@dataclass(frozen=True)
class Gpu:
    id: str
    trust: Literal["A", "B"]
    memory: Fact
    peaks: Mapping[str, Fact]
    sizes: dict[str, int] = field(default_factory=dict)
    notes: tuple[str, ...] = ()
    apart: tuple[date, ...] = ()
    working: bool = True


CARD = Source("card", date(2024, 2, 29))
MEMORY = Fact(80e9, (CARD, Source("paper", date(2026, 1, 1))), contested=Fact(79.6, (CARD,)))
GPU = Gpu(
    "h100",
    "A",
    MEMORY,
    {"fp16": Fact(math.inf), "fp8": MEMORY},
    {"layers": 80},
    ("8 × 2\u2009GB", "\ud800"),
    (date(1999, 12, 31),),
    working=False,
)


def test_a_record_comes_back_as_it_was() -> None:
    assert decode(Gpu, encode(GPU)) == GPU
    assert decode(Fact, encode(Fact(1.5))) == Fact(1.5)


def test_whole_numbers_stay_whole_and_others_keep_their_last_digit() -> None:
    values = [decode(Fact, encode(Fact(value))).value for value in (3, 3.0, 0.1 + 0.2, 1e-320)]
    assert [repr(value) for value in values] == ["3", "3.0", "0.30000000000000004", "1e-320"]


def test_what_two_records_share_is_written_once_and_is_one_thing_again() -> None:
    content = encode(GPU)
    assert content.count(b"2024-02-29") == 1
    back = decode(Gpu, content)
    assert back.memory is back.peaks["fp8"]
    assert back.memory.contested
    assert back.memory.contested.places[0] is back.memory.places[0]


@dataclass(frozen=True)
class Holder:
    held: Any


class Text(str):
    """A text that means more than its signs."""


@pytest.mark.parametrize(
    "held", [{1, 2}, [1], b"bytes", 1j, Source, Text("a"), datetime(2024, 2, 29), print, object()]
)
def test_what_would_not_come_back_is_refused(held: object) -> None:
    with pytest.raises(TypeError, match="is no record, nor a plain value of one"):
        encode(Holder(held))


@dataclass(frozen=True)
class Shelf:
    holders: tuple[Holder, ...]


def test_a_field_may_hold_one_thing_or_none_and_records_of_more_than_one_class() -> None:
    shelf = Shelf((Holder(None), Holder(CARD), Holder(MEMORY), Holder(None)))
    assert decode(Shelf, encode(shelf)) == shelf


@pytest.mark.parametrize("other", [1, "a", date(2024, 2, 29), (CARD,), {"card": CARD}])
def test_what_is_a_record_here_and_something_else_there_is_refused(other: object) -> None:
    with pytest.raises(TypeError, match="one thing or none"):
        encode(Shelf((Holder(CARD), Holder(other))))


@pytest.mark.parametrize("values", [(0.0, -0.0), (1, 1.0), (1, True), ((1,), (1.0,)), ("", None)])
def test_what_only_looks_alike_stays_apart(values: tuple[object, object]) -> None:
    back = decode(Shelf, encode(Shelf(tuple(map(Holder, values)))))
    assert [repr(holder.held) for holder in back.holders] == [repr(value) for value in values]


def test_what_all_records_have_in_common_is_written_once() -> None:
    shelf = Shelf(tuple(Holder("the very same") for _ in range(100)))
    content = encode(shelf)
    assert content.count(b"the very same") == 1
    assert decode(Shelf, content) == shelf


@pytest.mark.parametrize("name", ["subprocess Popen", "macros.none Gpu", "builtins open", ""])
def test_nothing_is_made_but_dataclasses_that_are_loaded(name: str) -> None:
    document = {
        "count": 1,
        "kinds": [{"kind": name, "at": [0], "columns": [["args", None, ["true"], None]]}],
    }
    with pytest.raises(TypeError, match="no dataclass that is loaded"):
        decode(Gpu, json.dumps(document).encode())


def test_another_record_than_was_asked_for_is_refused() -> None:
    with pytest.raises(TypeError, match="Source was kept, not Gpu"):
        decode(Gpu, encode(CARD))
