"""A page's Markdown with its macros replaced, as it came out before where all stands as it stood."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from jinja2 import Environment, TemplateError, TemplateSyntaxError, UndefinedError, nodes
from jinja2.meta import find_referenced_templates, find_undeclared_variables

from macros.cli import reads_files
from macros.errors import EditorError, did_you_mean, quote
from macros.site.error_places import front_matter_lines, line_of, template_line
from macros.site.page_cache import Made, shelved
from macros.site.page_state import PageState

CODE = re.compile(r"^(```|~~~).*?^\1|`+[^`]*`+|<(pre|code)\b.*?</\2>", re.M | re.S)
"""What a page shows as code, where macros may stand as they are typed."""


@dataclass(frozen=True)
class Source:
    """A page as an editor wrote it.

    Attributes:
        file: where it stands.
        name: the same as messages give it.
        markdown: its text, without the front matter.
        front_matter: what stands before the text.
        url: its address from the root of the site.
    """

    file: Path
    name: str
    markdown: str
    front_matter: Mapping[str, Any]
    url: str

    @property
    def first_line(self) -> int:
        """How many lines of the file stand before the text."""
        return front_matter_lines(self.file, self.markdown)


@contextmanager
def in_front_matter(source: Source) -> Iterator[None]:
    """Tell a mistake in a page's front matter with the page and the line.

    Raises:
        EditorError: there was one.
    """
    try:
        yield
    except (EditorError, TypeError) as error:
        line = line_of(source.file, str(error))
        raise EditorError(f"{source.name}:{line}: {error}") from None


def _check_plain(front_matter: Mapping[str, Any]) -> None:
    """Refuse macros in front matter, which would be published as they are typed."""
    for field, value in front_matter.items():
        if isinstance(value, str) and re.search(r"\{\{|\{%", value):
            raise EditorError(f"{field}: {quote(value)} holds a macro; front matter is plain text")


def rendered(
    source: Source,
    place: Path,
    rests_on: object,
    page: PageState,
    macros: Collection[str],
    template: Callable[[str], str],
    jinja: Environment,
) -> Made:
    """What the macros make of a page.

    Args:
        source: the page.
        place: where what was made of it is kept.
        rests_on: what every page follows from, beside its own text and our code.
        page: the state that the macros work on.
        macros: the names of the vocabulary.
        template: gives a text with its macros replaced.
        jinja: what the text is parsed by.

    Raises:
        EditorError: an editor's mistake; each problem begins with the page and the line.
    """

    def make() -> Made:
        with in_front_matter(source):
            page.open_page(source.front_matter.get("scenario", {}), "../" * source.url.count("/"))
            _check_plain(source.front_matter)
        text = _replaced(source, macros, template)
        return Made(
            text=text,
            closing=str(page.closing()),
            ledger=page.ledger.data(),
            specs=page.specs,
            alone=stands_alone(jinja.parse(source.markdown), {*macros, *source.front_matter}),
        )

    asked = (rests_on, source.url, source.front_matter, source.markdown)
    return shelved(place, asked, make)


def _replaced(source: Source, macros: Collection[str], template: Callable[[str], str]) -> str:
    try:
        text = template(source.markdown)
    except (EditorError, TemplateError, TypeError) as error:
        within = error.lineno if isinstance(error, TemplateSyntaxError) else template_line(error)
        if isinstance(error, TypeError) and not within:
            raise
        message = str(error)
        if isinstance(error, UndefinedError) and (name := re.search(r"'(\w+)' is", message)):
            message = f"{name[1]!r} is not a macro; {did_you_mean(name[1], macros)}"
        line = (within or 0) + source.first_line
        raise EditorError(f"{source.name}:{line}: {message}") from error
    check_no_macro_is_left(source, text, macros)
    return text


def check_no_macro_is_left(source: Source, text: str, macros: Collection[str]) -> None:
    """Refuse a text that would show its readers a macro as it was typed, outside of code.

    Raises:
        EditorError: there is one; the message names the page and the line.
    """
    for typed in _left(text, macros):
        line = source.first_line + source.markdown.partition(typed)[0].count("\n") + 1
        problem = (
            f"{typed!r} would be published as it stands; write {{{{ ... }}}}, or show it as code"
        )
        raise EditorError(f"{source.name}:{line}: {problem}")


def _left(text: str, macros: Collection[str]) -> Iterator[str]:
    # A brace of any kind before a macro's name: `{ figure(`, `{ { figure(`, full-width ones.
    typed = re.compile(rf"[{{\uff5b]\s*[{{%\uff5b]?\s*(?:call\s+)?(?:{'|'.join(macros)})\(")
    return (found[0] for found in typed.finditer(CODE.sub("", text)))


def stands_alone(template: nodes.Template, known: Collection[str]) -> bool:
    """Whether a page needs no file, clock or dice: it asks for known names only, and reads nothing."""
    asked = find_undeclared_variables(template) - set(known)
    reads = any(True for _ in find_referenced_templates(template))
    dice = any(filter.name == "random" for filter in template.find_all(nodes.Filter))
    return not (asked or reads or dice or _commands_read_files(template))


def _commands_read_files(template: nodes.Template) -> bool:
    """Whether a command on the page reads a file that is not the project's, as far as can be seen."""
    calls = [
        call
        for call in template.find_all(nodes.Call)
        if isinstance(call.node, nodes.Name) and call.node.name == "command"
    ]
    lines = [
        argument.value if isinstance(argument, nodes.Const) else None
        for call in calls
        for argument in [*call.args[:1], *(g.value for g in call.kwargs if g.key == "line")][:1]
    ]
    mentions = sum(name.name == "command" for name in template.find_all(nodes.Name))
    # A line that is put together as the page is rendered, or a macro by another name, can be any.
    told = len(lines) == mentions and all(isinstance(line, str) for line in lines)
    return not told or any(reads_files(line) for line in lines if line)
