"""What a statistic is: a number computed from a group, in words, with its unit and its noun."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from macros.evidence.groups import Evidence

Noun = tuple[str, str]
"""What is counted, for one and for many."""

UNCOUNTED: Noun = ("", "")
ROWS: Noun = ("row", "rows")
SOURCES: Noun = ("source", "sources")
PAIRS: Noun = ("pair of rows", "pairs of rows")
DEVICES: Noun = ("kind of device", "kinds of device")
ENGINES: Noun = ("engine", "engines")
CONSTANTS: Noun = ("constant", "constants")
SETUPS: Noun = ("setup", "setups")
ORDERED_PAIRS: Noun = ("ordered pair of rows", "ordered pairs of rows")
MEASUREMENTS: Noun = ("published measurement", "published measurements")


@dataclass(frozen=True)
class Statistic:
    """A number computed from a group.

    Attributes:
        of: which groups it can be of: a property of `Evidence`.
        words: what it is, and how it is computed.
        compute: the number, from the evidence and a group of it.
        unit: an SI unit.
        scale: the symbol of the scale that it is shown on; "" is the one that fits.
        noun: what it counts, for one and for many; a page prints it behind the number.
    """

    of: str
    words: str
    compute: Callable[[Evidence, Any], float]
    unit: str = "1"
    scale: str = ""
    noun: Noun = UNCOUNTED
