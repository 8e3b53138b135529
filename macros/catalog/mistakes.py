"""What is said of a mistake: one line that quotes the value and names the nearest right one."""

from __future__ import annotations

import reprlib
from collections.abc import Iterable

_short = reprlib.Repr()
_short.maxstring = _short.maxother = 80


class CatalogError(Exception):
    """The catalog is wrong; `problems` holds one line of text for each thing to mend."""

    def __init__(self, problems: Iterable[str]) -> None:
        self.problems = tuple(problems)
        super().__init__("\n".join(self.problems))


def quote(value: object) -> str:
    """A value as a message shows it: short, and an empty field as `nothing`."""
    return "nothing" if value is None else _short.repr(value)


def did_you_mean(wrong: object, choices: Iterable[str]) -> str:
    """A hint that ends a message: the choices nearest to a wrong name, or all when few or none."""
    from difflib import get_close_matches  # late: most runs make no mistake

    choices = list(choices)
    near = get_close_matches(str(wrong), choices, n=3, cutoff=0.5)
    if near:
        return f"did you mean {' or '.join(map(repr, near))}?"
    return f"choose from {', '.join(choices[:12])}{', ...' if len(choices) > 12 else ''}"
