"""What one build keeps for the next, each beside a name that follows from all that it rests on."""

from __future__ import annotations

import hashlib
import json
import os
import pickle
import sys
from collections.abc import Callable
from contextlib import suppress
from functools import cache
from pathlib import Path
from typing import Any, TypeVar

T = TypeVar("T")

CODE = Path(__file__).parent
FOLDER = CODE.parent / ".cache"
PACKAGES = ("altair", "jinja2", "vega-datasets", "vl-convert-python")


def kept(place: Path, make: Callable[[], str]) -> Path:
    """A file, with a text that is made if it is not there yet."""
    if not place.exists():
        keep(place, make())
    return place


def keep(place: Path, text: str) -> None:
    """Put a text into a file; a build in parallel sees all of it or nothing."""
    keep_bytes(place, text.encode())


def keep_bytes(place: Path, content: bytes) -> None:
    """Put bytes into a file; a build in parallel sees all of them or nothing."""
    place.parent.mkdir(parents=True, exist_ok=True)
    partial = place.with_suffix(f"{place.suffix}.{os.getpid()}.part")
    partial.write_bytes(content)
    partial.replace(place)


def recalled(place: Path, key: bytes, kind: type[T]) -> T | None:
    """What was kept under a key; nothing if the file is missing, damaged, or of another key or kind."""
    with suppress(Exception):  # damaged or foreign: as good as none
        content = place.read_bytes()
        if content.startswith(key):
            found = pickle.loads(content[len(key) :])
            return found if isinstance(found, kind) else None
    return None


def keep_pickled(place: Path, key: bytes, value: object) -> None:
    """Keep a value under a key, where that is possible."""
    with suppress(OSError, pickle.PicklingError, TypeError, AttributeError):
        keep_bytes(place, key + pickle.dumps(value, pickle.HIGHEST_PROTOCOL))


def remembered(what: str, rests_on: object, make: Callable[[], Any]) -> Any:
    """What was made last from the same by the same code, or else is made now.

    Args:
        what: names the file, which holds one result: the last.
        rests_on: what `make` works with; it must say all of itself in `repr`.
        make: gives what JSON can hold.
    """
    file, name = FOLDER / f"{what}.json", name_for(code(), rests_on)
    with suppress(OSError, ValueError, KeyError, TypeError):  # none, or damaged: as good as none
        found = json.loads(file.read_text("utf-8"))
        if found["name"] == name:
            return found["made"]
    made = make()
    with suppress(OSError):
        keep(file, json.dumps({"name": name, "made": made}))
    return made


def name_for(*parts: object) -> str:
    """A short name for what follows from some values, which must say all of themselves in `repr`."""
    return hashlib.sha256(repr(parts).encode()).hexdigest()[:16]


_LAST: list[tuple[object, str]] = []


def name_of(facts: object) -> str:
    """`name_for` of something large, kept while the same object is asked about."""
    if not _LAST or _LAST[0][0] is not facts:
        _LAST[:] = [(facts, name_for(facts))]
    return _LAST[0][1]


@cache
def code() -> str:
    """The name of the code that runs."""
    return code_now()


def code_now() -> str:
    """A name for all that is computed with: every module of ours, Python, and what draws charts."""
    from importlib.metadata import version  # late: the command line asks for no name

    digest = hashlib.sha256(repr([sys.version, *map(version, PACKAGES)]).encode())
    for file in sorted(CODE.rglob("[!.]*.py")):  # editors lay locks beside what they edit
        with suppress(OSError):
            digest.update(f"\n{file.relative_to(CODE)}\n".encode() + file.read_bytes())
    return digest.hexdigest()
