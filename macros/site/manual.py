"""The manual of the macros, made from their docstrings: words, examples, and what these give."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from inspect import cleandoc
from textwrap import dedent

from macros.errors import ScenarioError

ITSELF = "{{ vocabulary() }}"
"""The example that no page can show within itself."""


@dataclass(frozen=True)
class Entry:
    """A macro as its docstring tells it.

    Attributes:
        name: what pages call it.
        text: Markdown.
        examples: what an editor would type.
    """

    name: str
    text: str
    examples: Sequence[str]

    @property
    def anchor(self) -> str:
        """The id of its heading."""
        return f"macro-{self.name}"


def entry(name: str, docstring: str) -> Entry:
    """A macro's entry: blank lines part the examples from each other."""
    text, _, examples = cleandoc(docstring).partition("\n\nExample:\n")
    return Entry(name, text, re.split(r"\n{2,}", dedent(examples).strip()))


def markdown(entries: Sequence[Entry], render: Callable[[str], str]) -> str:
    """All entries as a part of a page, under headings of the third level.

    Args:
        entries: in their order.
        render: gives a piece of a page with its macros replaced.
    """
    index = " ".join(f"[`{entry.name}`](#{entry.anchor})" for entry in entries)
    return "\n\n".join(["", index, *(_section(entry, render) for entry in entries), ""])


def _section(entry: Entry, render: Callable[[str], str]) -> str:
    heading = f"### `{entry.name}` {{ #{entry.anchor} }}"
    shown = (
        f"```jinja\n{source}\n```\n\n{_given(entry, source, render)}" for source in entry.examples
    )
    return "\n\n".join([heading, entry.text, *shown])


def _given(entry: Entry, source: str, render: Callable[[str], str]) -> str:
    if source == ITSELF:
        return "This page: the list that you are reading."
    try:
        made = render(source)
    except Exception as error:
        # Without its name the editor would look for the mistake on the page itself.
        raise ScenarioError(f"the example of `{entry.name}` fails: {error}") from error
    # Macros that stand alone set themselves apart by blank lines; the others need a paragraph.
    text = made if made.startswith("\n\n") else f"<p>{made}</p>"
    return f'<div class="gives" data-search-exclude>{text}</div>'
