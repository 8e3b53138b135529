"""A site is built aside, and takes the old one's place in one step when all is well.

Each process has a folder of its own, so that two builds at once do not write into each other's.
"""

from __future__ import annotations

import os
import re
import shutil
import time
from collections.abc import Iterator, MutableMapping
from contextlib import suppress
from pathlib import Path
from typing import Any

TRIES = 20
"""How often another build may be a step ahead in taking the old site's place."""

ABANDONED = 3600
"""Seconds after which a build's own folder is what is left of one that died."""


def begin(config: MutableMapping[str, Any]) -> None:
    """Turn a build's folder to one beside the site, and remove those of builds that died."""
    target = Path(config["site_dir"])
    for left in _left_behind(target):
        shutil.rmtree(left, ignore_errors=True)
    config["target_dir"] = str(target)
    config["site_dir"] = str(_own(target, "building"))


def folder(config: MutableMapping[str, Any]) -> Path:
    """Where the build writes."""
    return Path(config["site_dir"])


def finish(config: MutableMapping[str, Any]) -> None:
    """Put the built site in the old one's place.

    Raises:
        OSError: the place can't be taken, for instance because a file stands there.
    """
    target = Path(config["target_dir"])
    replace(Path(config["site_dir"]), target)
    config["site_dir"] = str(target)


def replace(new: Path, target: Path) -> None:
    """Let a folder take the place of another, whole: whoever looks sees the old or the new one.

    Raises:
        OSError: the place can't be taken.
    """
    old = _own(target, "old")
    for tries_left in reversed(range(TRIES)):
        shutil.rmtree(old, ignore_errors=True)
        with suppress(FileNotFoundError):  # the first build, or another one has just moved it away
            target.rename(old)
        try:
            new.rename(target)
            break
        except OSError:  # another build was faster: its site is the old one now
            if not tries_left:
                raise
    shutil.rmtree(old, ignore_errors=True)


def _own(target: Path, what: str) -> Path:
    return target.with_name(f".{target.name}.{os.getpid()}.{what}")


def _left_behind(target: Path) -> Iterator[Path]:
    """The folders of builds that were stopped half-way: no build works for so long."""
    name = re.compile(rf"\.{re.escape(target.name)}\.\d+\.(?:building|old)")
    for path in target.parent.glob(f".{target.name}.*"):
        if name.fullmatch(path.name) and time.time() - path.stat().st_mtime > ABANDONED:
            yield path
