"""Pages as they came out, each on a shelf until something changes that it rests on."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from macros.cache import code, keep, name_for, read
from macros.cache.codec import decode, encode
from macros.figures.ledger import LedgerData


@dataclass(frozen=True)
class Made:
    """What the macros made of a page.

    Attributes:
        text: the page's Markdown.
        closing: what stands behind it.
        ledger: of its figures and claims.
        specs: what its live charts fetch, by path in the site.
        alone: whether the page follows from its own text, the catalog and our code.
    """

    text: str
    closing: str
    ledger: LedgerData
    specs: Mapping[str, str]
    alone: bool


def shelved(place: Path, rests_on: object, make: Callable[[], Made]) -> Made:
    """A page from its place on the shelf, or made and put there.

    Args:
        place: the page's own.
        rests_on: all that the page follows from, but for our code; it must say so in `repr`.
        make: renders the page.
    """
    key = name_for(code(), rests_on)
    found = read(place, key)
    if found is not None:
        return decode(Made, found)
    made = make()
    if made.alone:
        keep(place, key, encode(made))
    return made
