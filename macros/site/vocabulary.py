"""The words that a page may use."""

from __future__ import annotations

from macros.site import manual
from macros.site.block_macros import Blocks
from macros.site.inline_macros import Inline

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


class Vocabulary(Inline, Blocks):
    """The macros of one build. Each public method is one, and its docstring is its manual."""

    def vocabulary(self) -> str:
        """This manual: every macro with its text and its examples, all read from the code.

        Example:
            {{ vocabulary() }}
        """
        entries = [manual.entry(name, getattr(self, name).__doc__ or "") for name in MACROS]
        return manual.markdown(entries, self._render)
