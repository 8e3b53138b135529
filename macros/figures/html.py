"""HTML that is escaped by construction: what is put into an element is text unless it is HTML.

Whatever has an `__html__` method counts as HTML: `Markup`, which only elements and templates are
made as, and a figure. Any other value is written as text, so that nobody can forget to escape it.
"""

from __future__ import annotations

import functools
from collections.abc import Iterable, Mapping
from typing import Protocol, TypeAlias

from markupsafe import Markup, escape

__all__ = ["Content", "Markup", "escape", "json_script", "lines", "scrolling", "tag", "together"]


class HasHtml(Protocol):
    """What can say itself in HTML."""

    def __html__(self) -> str:
        """Its HTML."""


Content: TypeAlias = str | int | HasHtml
"""What may stand in an element: text, a number, or HTML."""

VOID: Mapping[str, str] = {"br": ">", "input": ">", "meta": ">", "rect": "/>"}
"""How elements end that hold nothing: those of HTML have no end tag, those of SVG close themselves."""


def tag(name: str, /, *children: Content, **attributes: str | int | None) -> Markup:
    """An element.

    Args:
        name: of the element.
        children: what stands in it. A figure enters its page's ledger here, so two figures whose
            order matters stand in one element, or are `escape`d in that order before.
        attributes: in the order of the page, always as text; `class_` is written `class`, and
            `data_live` is `data-live`. True writes the name alone; False and None write nothing.
    """
    opening = name + "".join(
        f" {_written(key)}" if value is True else f' {_written(key)}="{escape(str(value))}"'
        for key, value in attributes.items()
        if value is not None and value is not False
    )
    if name in VOID:
        return Markup(f"<{opening}{VOID[name]}")
    return Markup(f"<{opening}>{''.join(map(escape, children))}</{name}>")


@functools.cache
def _written(key: str) -> str:
    return key.rstrip("_").replace("_", "-")


def together(*parts: Content) -> Markup:
    """Text and HTML in a row."""
    return Markup().join(map(escape, parts))


def lines(parts: Iterable[Content]) -> Markup:
    """Text and HTML, each on a line of its own."""
    return Markup("<br>").join(map(escape, parts))


def scrolling(wide: Markup, label: str) -> Markup:
    """A box that scrolls by itself on a narrow screen; `label` says what is in it."""
    return tag("div", wide, class_="table-scroll", role="region", tabindex=0, aria_label=label)


def json_script(text: str, type: str = "application/json", **attributes: str) -> Markup:
    """A script element that holds JSON, in which nothing can end the element."""
    # A script's text is no HTML: there entities would stay entities.
    held = Markup(text.replace("<", "\\u003c"))
    return tag("script", held, type=type, **attributes)
