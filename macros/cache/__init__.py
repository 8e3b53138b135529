"""What one run keeps for the next: each thing in a file, under a key of all that it rests on.

A file holds the key, a digest of what is kept, and that. It is trusted only if both are right: what
was damaged, or rests on anything that has changed since, is as good as gone. What is kept is plain
text or data, so that nothing runs when it is read. Where nothing can be kept, all is made anew.
"""

from __future__ import annotations

import hashlib
import json
import os
import sys
import time
from collections.abc import Callable, Hashable, Iterable
from contextlib import suppress
from functools import cache, lru_cache
from pathlib import Path
from typing import Any

CODE = Path(__file__).parent.parent
FOLDER = CODE.parent / ".cache"

FORGOTTEN_AFTER = 60 * 24 * 60 * 60
"""Seconds for which a file stays that nobody asks for: two months."""


def kept(file: Path, key: str, make: Callable[[], bytes]) -> bytes:
    """What a file keeps under a key, or else what is made now, and kept there."""
    found = read(file, key)
    if found is None:
        found = make()
        keep(file, key, found)
    return found


def kept_text(file: Path, key: str, make: Callable[[], str]) -> str:
    """Like `kept`, for a text."""
    return kept(file, key, lambda: make().encode()).decode()


def remembered(what: str, rests_on: object, make: Callable[[], Any]) -> Any:
    """What was made last from the same by the same code, or else is made now.

    Args:
        what: names the file, which holds one result: the last.
        rests_on: what `make` works with; it must say all of itself in `repr`.
        make: gives what JSON can hold; its tuples become lists.
    """
    file, key = FOLDER / f"{what}.kept", name_for(code(), what, rests_on)
    return json.loads(kept(file, key, lambda: json.dumps(make()).encode()))


def read(file: Path, key: str) -> bytes | None:
    """What a file keeps under a key; nothing if it is missing, damaged, or of another key."""
    with suppress(OSError):
        seal, _, content = file.read_bytes().partition(b"\n")
        if seal == _seal(key, content):
            with suppress(OSError):
                os.utime(file)  # it was asked for: see `forget_unused`
            return content
    return None


def keep(file: Path, key: str, content: bytes) -> None:
    """Keep something under a key, where that is possible; a run in parallel sees all or nothing."""
    partial = file.with_name(f"{file.name}.{os.getpid()}.part")
    with suppress(OSError):
        file.parent.mkdir(parents=True, exist_ok=True)
        try:
            partial.write_bytes(_seal(key, content) + b"\n" + content)
            partial.replace(file)
        except OSError:
            partial.unlink(missing_ok=True)


def forget_unused(folder: Path) -> None:
    """Remove every file under a folder that nobody has asked for in a long time."""
    for name in names_in(folder):
        with suppress(OSError):
            if time.time() - (folder / name).stat().st_mtime > FORGOTTEN_AFTER:
                (folder / name).unlink()


def _seal(key: str, content: bytes) -> bytes:
    return f"{key} {hashlib.sha256(content).hexdigest()}".encode()


def name_for(*parts: object) -> str:
    """A short name for what follows from some values, which must say all of themselves in `repr`."""
    return hashlib.sha256(repr(parts).encode()).hexdigest()[:16]


@lru_cache(maxsize=1)
def name_of(facts: Hashable) -> str:
    """`name_for` of something large, kept while the same object is asked about."""
    return name_for(facts)


@cache
def code() -> str:
    """The name of the code that runs."""
    return code_now()


def code_now() -> str:
    """A name for all that is computed with: every module of ours, Python, and every package."""
    return name_for(tools(), content_of(CODE, names_in(CODE, ".py")))


def tools() -> str:
    """A name for what our code runs on: Python, and every installed package by its version."""
    return name_for(sys.version, installed())


def installed() -> list[str]:
    """The folders of metadata of all installed packages: name and version stand in their names.

    So it is laid down (PyPA, "Recording installed projects"). To read what is in them would take
    the command line as long as its answer.
    """
    found: set[str] = set()
    for folder in sys.path:
        with suppress(OSError):
            names = os.listdir(folder or ".")
            found.update(name for name in names if name.endswith((".dist-info", ".egg-info")))
    return sorted(found)


def names_in(folder: Path, suffix: str = "") -> list[str]:
    """The paths of all files under a folder, but for those that editors hide beside their work."""
    found = (
        os.path.join(top, name)
        for top, _, names in os.walk(folder, followlinks=True)
        for name in names
        if name.endswith(suffix) and not name.startswith(".")
    )
    return sorted(path[len(str(folder)) + 1 :] for path in found)


def content_of(folder: Path, names: Iterable[str]) -> str:
    """A name for files of a folder, by their paths in it and by all that they hold."""
    digest = hashlib.sha256()
    for name in names:
        with suppress(OSError), open(os.path.join(folder, name), "rb") as file:
            content = file.read()
            digest.update(f"\n{name} {len(content)}\n".encode() + content)
    return digest.hexdigest()
