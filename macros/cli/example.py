"""A command and what it prints, as a page shows them: run while the site is built."""

from __future__ import annotations

import os
import shlex
from collections.abc import Iterator
from contextlib import contextmanager, redirect_stdout, suppress
from io import StringIO

COLUMNS = 92


def example(command: str, lines: int = 0) -> str:
    """What a terminal shows after a command: the first lines of it, or all.

    Raises:
        Mistake: the command is wrong.
    """
    from macros.cli import run

    out = StringIO()
    # --help ends by itself.
    with _columns(COLUMNS), redirect_stdout(out), suppress(SystemExit):
        run(shlex.split(command))
    shown = out.getvalue().rstrip("\n").split("\n")
    if lines and len(shown) > lines:
        shown = [*shown[:lines], "..."]
    return "\n".join([f"$ decode-equation {command}", *shown])


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
