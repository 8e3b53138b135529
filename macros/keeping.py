"""Texts that one build keeps for the next, in files whose names follow from what the texts rest on."""

from __future__ import annotations

import hashlib
import os
import sys
from collections.abc import Callable
from functools import cache
from importlib.metadata import version
from pathlib import Path

CODE = Path(__file__).parent
PACKAGES = ("altair", "vl-convert-python")


def kept(place: Path, make: Callable[[], str]) -> Path:
    """A file, with a text that is made if it is not there yet."""
    if not place.exists():
        keep(place, make())
    return place


def keep(place: Path, text: str) -> None:
    """Put a text into a file; a build in parallel sees all of it or nothing."""
    place.parent.mkdir(parents=True, exist_ok=True)
    partial = place.with_suffix(f"{place.suffix}.{os.getpid()}.part")
    partial.write_text(text, "utf-8")
    partial.replace(place)


def name_for(*parts: object) -> str:
    """A short name for what follows from some values, which must say all of themselves in `repr`."""
    return hashlib.sha256(repr(parts).encode()).hexdigest()[:16]


@cache
def code() -> str:
    """A name for all that is computed with: every module of ours, Python, and what draws charts."""
    digest = hashlib.sha256(repr([sys.version, *map(version, PACKAGES)]).encode())
    for file in sorted(CODE.rglob("*.py")):
        digest.update(f"\n{file.relative_to(CODE)}\n".encode() + file.read_bytes())
    return digest.hexdigest()
