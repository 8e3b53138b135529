"""The words that a page may use."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from macros.errors import ScenarioError
from macros.site import manual
from macros.site.block_macros import BlockMacros
from macros.site.inline_macros import InlineMacros
from macros.site.page_state import PageState

MACROS = (
    "figure",
    "ratio",
    "change",
    "expected",
    "measured",
    "statistic",
    "claim",
    "count",
    "with_numbers",
    "name",
    "verdict",
    "formula",
    "guess",
    "table",
    "chart",
    "widget",
    "step_animation",
    "calculator",
    "validation",
    "command",
    "catalog_table",
    "quantities",
    "vocabulary",
)
"""The macros, in the order in which their manual lists them."""


@dataclass(frozen=True)
class Macro:
    """A word of the vocabulary: a page calls it, and may not print it.

    Attributes:
        name: what pages call it.
        function: what it does; its docstring is its manual.
    """

    name: str
    function: Callable[..., object]

    def __call__(self, *positional: object, **named: object) -> object:
        """What the macro gives."""
        return self.function(*positional, **named)

    def __str__(self) -> str:
        raise ScenarioError(f"{self.name!r} stands without its call; write {self.name}(...)")


class OwnManual:
    """The macro that shows all others, and itself."""

    def __init__(self, render: Callable[[str], str]) -> None:
        """Bind the macro to what gives a piece of a page with its macros replaced."""
        self._render = render

    def vocabulary(self) -> str:
        """This manual: every macro with its text and its examples, all read from the code.

        Example:
            {{ vocabulary() }}
        """
        return manual.markdown([entry_of(name) for name in MACROS], self._render)


WORDS = (InlineMacros, BlockMacros, OwnManual)
"""Each public method of these classes is a macro, and its docstring is its manual."""


def entry_of(name: str) -> manual.Entry:
    """What the manual says of a macro.

    Raises:
        StopIteration: there is none of that name.
    """
    method = next(vars(words)[name] for words in WORDS if name in vars(words))
    return manual.entry(name, method.__doc__ or "")


def macros_of(page: PageState, render: Callable[[str], str]) -> Mapping[str, Macro]:
    """The macros of one build, by name.

    Args:
        page: what they speak of.
        render: gives a piece of a page with its macros replaced.
    """
    words = (InlineMacros(page), BlockMacros(page), OwnManual(render))
    found = {name: getattr(word, name) for word in words for name in MACROS if hasattr(word, name)}
    return {name: Macro(name, found[name]) for name in MACROS}
