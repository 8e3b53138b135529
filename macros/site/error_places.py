"""Where on a page a mistake stands."""

from __future__ import annotations

import re
from pathlib import Path

TEMPLATE_FILE = "<template>"
"""What Jinja calls a template that comes from no file."""


def template_line(error: BaseException) -> int | None:
    """The line of the page that an error came from: the last frame that runs the template."""
    line, trace = None, error.__traceback__
    while trace:
        if trace.tb_frame.f_code.co_filename == TEMPLATE_FILE:
            line = trace.tb_lineno
        trace = trace.tb_next
    return line


def front_matter_lines(source: Path, markdown: str) -> int:
    """How many lines of a page's file stand before its Markdown."""
    return source.read_text("utf-8").count("\n") - markdown.count("\n")


def line_of(source: Path, message: str) -> int:
    """The first line of a page that holds a value which the message quotes."""
    values = re.findall(r"'([^']+)'", message)
    lines = source.read_text("utf-8").splitlines()
    hits = (n for value in values for n, line in enumerate(lines, 1) if value in line)
    return next(hits, 1)
