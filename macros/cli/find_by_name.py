"""Short names: what of the catalog a reader means by `70b`, `h100 sxm` or `lama-3-70b`."""

from __future__ import annotations

import re
import sys
from collections.abc import Callable, Mapping
from typing import Protocol, TypeVar

from macros.errors import Mistake, did_you_mean

CLOSE = 0.85
"""How alike two names are, from 0 to 1, before one is taken for a misspelling of the other."""

SHOWN = 12


class Named(Protocol):
    """An entry of the catalog."""

    @property
    def id(self) -> str:
        """Its id."""

    @property
    def name(self) -> str:
        """Its name."""


Entry = TypeVar("Entry", bound=Named)


def find(kind: str, text: str, entries: Mapping[str, Entry]) -> Entry:
    """The entry that a text names: by id or name, by a part of either, or misspelt.

    The first way of reading that gives anything decides, so an exact id always means itself.

    Raises:
        Mistake: it names nothing, or more than one entry; the message says which.
    """
    if text in entries:
        return entries[text]
    for matches in (_same, _starts, _has_words):
        found = [entry for entry in entries.values() if matches(text, entry)]
        if len(found) == 1:
            return found[0]
        if found:
            ids = ", ".join(entry.id for entry in found[:SHOWN])
            more = ", ..." if len(found) > SHOWN else ""
            raise Mistake(f"{kind} {text!r} is ambiguous: {ids}{more}")
    close = _misspelt(text, entries)
    if close is not None:
        print(f"{kind} {text!r}: read as {close.id!r}", file=sys.stderr)
        return close
    raise Mistake(f"no {kind} {text!r} in the catalog; {did_you_mean(text.lower(), entries)}")


def find_all(kind: str, text: str, entries: Mapping[str, Entry]) -> tuple[Entry, ...]:
    """The entries that a list such as `h100-sxm,h200` names; `all` names every one.

    Raises:
        Mistake: one of them names nothing, or is ambiguous.
    """
    if text == "all":
        return tuple(entries.values())
    found = [find(kind, part.strip(), entries) for part in text.split(",")]
    return tuple({entry.id: entry for entry in found}.values())


def _squashed(text: str) -> str:
    return re.sub(r"[\W_]", "", text.lower())


def _words(text: str) -> list[str]:
    return re.findall(r"[a-z]+|\d+(?:\.\d+)*[a-z]*", text.lower())


def _either(test: Callable[[str], bool], entry: Named) -> bool:
    return test(entry.id) or test(entry.name)


def _same(text: str, entry: Named) -> bool:
    return _either(lambda name: _squashed(name) == _squashed(text), entry)


def _starts(text: str, entry: Named) -> bool:
    start = _squashed(text)
    return bool(start) and _either(lambda name: _squashed(name).startswith(start), entry)


def _has_words(text: str, entry: Named) -> bool:
    """Each word of the text starts a word of the name, whatever the order: `8b llama 3`."""
    wanted = _words(text)
    return bool(wanted) and _either(
        lambda name: all(any(w.startswith(word) for w in _words(name)) for word in wanted), entry
    )


def _misspelt(text: str, entries: Mapping[str, Entry]) -> Entry | None:
    """The one entry whose name is as good as the text; numbers must agree to the digit."""
    from difflib import SequenceMatcher  # late: most runs make no mistake

    def digits(name: str) -> list[str]:
        return re.findall(r"\d+", name)

    wanted = _squashed(text)
    close = [
        entry
        for entry in entries.values()
        if digits(entry.id) == digits(text)
        and SequenceMatcher(None, _squashed(entry.id), wanted).ratio() >= CLOSE
    ]
    return close[0] if len(close) == 1 else None
