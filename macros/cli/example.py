"""A command and what it prints, as a page shows them: run while the site is built."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager, redirect_stdout
from io import StringIO

from macros.cli import NAME, run
from macros.cli.cached_facts import Known
from macros.cli.options import split
from macros.errors import Mistake

COLUMNS = 92


def example(line: str, lines: int | None, known: Known) -> str:
    """What a terminal shows after a command: the first lines of it, or all.

    Args:
        line: the command's arguments.
        lines: how many lines of output to show; None shows all.
        known: what to answer from, unless the line names a catalog of its own.

    Raises:
        EditorError: the command is wrong.
    """
    if lines is not None and lines < 1:
        raise Mistake(f"lines: {lines!r} shows nothing; leave it out to show all")
    out = StringIO()
    with _columns(COLUMNS), redirect_stdout(out):
        run(split(line), known)
    shown = out.getvalue().rstrip("\n").split("\n")
    if lines and len(shown) > lines:
        shown = [*shown[:lines], "..."]
    return "\n".join([f"$ {NAME} {line}", *shown])


@contextmanager
def _columns(count: int) -> Iterator[None]:
    before = os.environ.get("COLUMNS")
    os.environ["COLUMNS"] = str(count)
    try:
        yield
    finally:
        if before is None:
            del os.environ["COLUMNS"]
        else:
            os.environ["COLUMNS"] = before
