"""Leads what macros made past Markdown: an extension of it that mkdocs.yml names.

Markdown leaves a block of HTML as it is, and reads each of its tags to do so, twice. A drawing, a
long table or a page's ledger has thousands. So a block that stands whole on one line is put aside
before Markdown reads the page; the page comes out the same.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from markdown import Extension, Markdown
from markdown.postprocessors import Postprocessor
from markdown.preprocessors import Preprocessor

BLOCK = re.compile(r"<(div|dl|details|figure|section|table)\b(?!.* markdown\b).*</\1>")
LONG = 500
"""Characters from which on a block is worth it."""

CONTAINER = re.compile(r"<(/?)(?:aside|details|div|figure|section)\b")
"""What may hold other blocks over several lines; there Markdown minds each of them itself."""

BEFORE_HTML = 22
"""Whatever reads HTML in Python-Markdown and in MkDocs has a lower priority, and so runs later."""

ID = re.compile(r'\sid="([^"]+)"')


class _PutAside(Preprocessor):
    def __init__(self, md: Markdown) -> None:
        super().__init__(md)
        self.ids: set[str] = set()

    def run(self, lines: list[str]) -> list[str]:
        self.ids = set()
        return list(self._without_blocks(lines))

    def _without_blocks(self, lines: list[str]) -> Iterator[str]:
        depth = 0
        around = zip(["", *lines], lines, [*lines[1:], ""], strict=False)
        for before, line, after in around:
            if not (depth or before or after) and len(line) >= LONG and _is_one_block(line):
                self.ids.update(ID.findall(line))
                # Markdown keeps a block with the end of its line.
                yield self.md.htmlStash.store(f"{line}\n")
            else:
                depth = max(0, depth + sum(-1 if end else 1 for end in CONTAINER.findall(line)))
                yield line


def _is_one_block(line: str) -> bool:
    """Whether a line is a single element, without Markdown in it."""
    if not (found := BLOCK.fullmatch(line)):
        return False
    depth = 0
    for tag in re.finditer(rf"<(/?){found[1]}\b", line):
        depth += -1 if tag[1] else 1
        if not depth:
            return tag.start() == line.rindex("</")
    return False


class _TellIds(Postprocessor):
    """Tells those who look for the anchors of a page which ones are in the blocks put aside."""

    def __init__(self, md: Markdown, aside: _PutAside) -> None:
        super().__init__(md)
        self.aside = aside

    def run(self, text: str) -> str:
        for each in self.md.preprocessors:
            if hasattr(each, "present_anchor_ids"):
                each.present_anchor_ids |= self.aside.ids
        return text


class PastMarkdown(Extension):
    """Puts blocks of HTML aside, and back."""

    def extendMarkdown(self, md: Markdown) -> None:
        """Register both steps."""
        aside = _PutAside(md)
        md.preprocessors.register(aside, "past_markdown", BEFORE_HTML)
        md.postprocessors.register(_TellIds(md, aside), "ids_past_markdown", 0)


def makeExtension(**_: Any) -> PastMarkdown:
    """What Markdown asks a module for that is named in its configuration."""
    return PastMarkdown()
