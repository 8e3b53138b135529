"""Mistakes of whoever writes pages, facts or commands: one line each, with the value and its remedy.

Every error that is somebody's slip is an `EditorError`; whoever stands at an edge (the site, the
command line) catches that one class and tells it in a line, never as a traceback.
"""

from __future__ import annotations

import reprlib
from collections.abc import Iterable

_short = reprlib.Repr()
_short.maxstring = _short.maxother = 80


class EditorError(Exception):
    """Something written by a person cannot be.

    Attributes:
        problems: one line of text for each thing to mend: it quotes the value and names the remedy.
    """

    def __init__(self, *problems: str) -> None:
        self.problems = problems
        super().__init__("\n".join(problems))

    def at(self, place: str) -> str:
        """What to tell, with the place of the mistake (a file and a line) before each problem."""
        return "\n".join(f"{place}: {problem}" for problem in self.problems)


class CatalogError(EditorError):
    """The catalog is wrong; each problem begins with its own file, line and field."""

    def __init__(self, problems: Iterable[str]) -> None:
        super().__init__(*problems)


class ScenarioError(EditorError):
    """A scenario that cannot be: an unknown name, an impossible count, a quantity unknown."""


class ClaimError(EditorError):
    """A claim that does not hold, or that could not fail."""


class TooFewSources(EditorError):
    """Too few usable measurements to fit the expected speed from, and to say how far it is off."""


class ConfigError(EditorError):
    """A config.json that can't be read, or describes what no rule is known for."""


class Mistake(EditorError):
    """A command was asked for something that does not exist or cannot be."""


def quote(value: object) -> str:
    """A value as a message shows it: short, and an empty field as `nothing`."""
    return "nothing" if value is None else _short.repr(value)


def did_you_mean(wrong: object, choices: Iterable[str]) -> str:
    """A hint that ends a message: the choices nearest to a wrong name, or all when few or none."""
    from difflib import get_close_matches  # late: most runs make no mistake

    choices = list(choices)
    if not choices:
        return "there is none to choose"
    near = get_close_matches(str(wrong), choices, n=3, cutoff=0.5)
    if near:
        return f"did you mean {' or '.join(map(repr, near))}?"
    return f"choose from {', '.join(choices[:12])}{', ...' if len(choices) > 12 else ''}"
