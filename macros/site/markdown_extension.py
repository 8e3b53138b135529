"""What our pages ask of Markdown beyond its own: every engine runs an extension, and mkdocs.yml names it.

Behind a page with figures stands its ledger. Macros can't put it there, for they know only what
stands before them. And what may scroll, a table or code, is in reach of the keyboard.
"""

from __future__ import annotations

from collections.abc import Callable
from contextvars import ContextVar
from typing import Any
from xml.etree.ElementTree import Element

from markdown import Extension, Markdown
from markdown.postprocessors import Postprocessor
from markdown.preprocessors import Preprocessor
from markdown.treeprocessors import Treeprocessor

AFTER_MACROS = 34
"""Zensical renders macros as a preprocessor of priority 35; MkDocs has done so before Markdown."""

AFTER_INLINE = 15
"""When the words of a heading are known: Markdown's own inline patterns have priority 20."""

AFTER_BLOCKS = 5
"""When blocks of code are in their places: Markdown puts raw HTML there with priority 30."""

_of_the_open_page: ContextVar[Callable[[], str] | None] = ContextVar("closing", default=None)


def close_with(text: Callable[[], str]) -> None:
    """Say what is put behind the page that is being rendered, once its macros have run."""
    _of_the_open_page.set(text)


class _Closing(Preprocessor):
    def run(self, lines: list[str]) -> list[str]:
        text = _of_the_open_page.get()
        _of_the_open_page.set(None)
        return [*lines, "", *text().split("\n")] if text else lines


class _Tables(Treeprocessor):
    def run(self, root: Element) -> None:
        for parent in list(root.iter()):
            for place, child in enumerate(parent):
                if child.tag == "table":
                    parent[place] = _scrolling(child)


def _scrolling(table: Element) -> Element:
    heading = next(table.iter("th"), None)
    name = "" if heading is None else "".join(heading.itertext()).strip()
    box = Element("div", {"class": "table-scroll", "role": "region", "tabindex": "0"})
    box.set("aria-label", f"Table: {name}" if name else "Table")
    box.append(table)
    table.set("class", "plain")
    for cell in table.iter():
        # The pages' policy refuses a style in an attribute.
        aligned = cell.attrib.pop("style", "").removeprefix("text-align: ").rstrip(";")
        if aligned:
            cell.set("class", f"to-{aligned}")
    return box


class _Code(Postprocessor):
    def run(self, text: str) -> str:
        return text.replace("<pre><code", '<pre><code tabindex="0"')


class Pages(Extension):
    """Puts a page's ledger behind its text, and within reach what scrolls."""

    def extendMarkdown(self, md: Markdown) -> None:
        """Register all three."""
        md.preprocessors.register(_Closing(md), "closing", AFTER_MACROS)
        md.treeprocessors.register(_Tables(md), "scrolling-tables", AFTER_INLINE)
        md.postprocessors.register(_Code(md), "scrolling-code", AFTER_BLOCKS)


def makeExtension(**_: Any) -> Pages:
    """What Markdown asks a module for that is named in its configuration."""
    return Pages()
