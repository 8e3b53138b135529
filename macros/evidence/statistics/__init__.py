"""What the measurements say: every statistic of the validation, as a figure with its name.

A statistic is of a group: of rows that one engine measured, of pairs that differ in one lever, of a
form of the expected speed, of the constants of an engine. Without a group it is of all rows of one
user alone, the ones that predictions are judged by.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from macros.catalog import Citation, Predictor
from macros.errors import ScenarioError, did_you_mean
from macros.evidence.calibration import Rescaled
from macros.evidence.groups import WHOLE, Evidence
from macros.evidence.levers import Pair
from macros.evidence.rows import Measured
from macros.evidence.statistics.definition import UNCOUNTED, Statistic
from macros.evidence.statistics.of_everything import OF_EVERYTHING
from macros.evidence.statistics.of_fits import OF_FITS
from macros.evidence.statistics.of_pairs import OF_PAIRS, both
from macros.evidence.statistics.of_predictors import OF_PREDICTORS
from macros.evidence.statistics.of_rows import OF_ROWS
from macros.figures.figure import Figure
from macros.units.display import DEFAULT_DIGITS, scales_of

STATISTICS: Mapping[str, Statistic] = {
    **OF_ROWS,
    **OF_PAIRS,
    **OF_PREDICTORS,
    **OF_FITS,
    **OF_EVERYTHING,
}
"""Every statistic that a page can name."""


def statistic(
    evidence: Evidence,
    name: str,
    group: str = WHOLE,
    *,
    digits: int = DEFAULT_DIGITS,
    scale: str = "",
    noun: bool = False,
) -> Figure:
    """A statistic of a group, as a figure; a count prints its `noun` where there is a sentence.

    Raises:
        ScenarioError: no such statistic, group of it, or scale; the message names the nearest.
    """
    if name not in STATISTICS:
        raise ScenarioError(f"{name!r} is not a statistic; {did_you_mean(name, STATISTICS)}")
    known = STATISTICS[name]
    groups: Mapping[str, Any] = getattr(evidence, known.of)
    if group not in groups:
        named = [each for each in groups if each]
        hint = did_you_mean(group, named) if group else f"write group=, such as {named[0]!r}"
        raise ScenarioError(f"{name} is of no group {group!r}; {hint}")
    if scale and scale not in scales_of(known.unit):
        hint = did_you_mean(scale, list(filter(None, scales_of(known.unit))))
        raise ScenarioError(f"unit {scale!r} cannot show {name}; {hint}")
    value = known.compute(evidence, groups[group])
    return Figure(
        quantity="statistic",
        value=float(value),
        unit=known.unit,
        reference=f"{name}({group})" if group else name,
        attributes={"statistic": name, **({"group": group} if group else {})},
        formula=f"{known.words}{_members(groups[group])}",
        sources=_read_from(groups[group]),
        digits=digits,
        scale=scale or known.scale,
        noun=known.noun if noun else UNCOUNTED,
    )


def _members(group: object) -> str:
    """What stands behind a statistic: how many rows or pairs, or how another tool was run."""
    if isinstance(group, Predictor):
        return f"; {group.of}; {group.how}; unfair: {group.unfair}"
    if not isinstance(group, tuple) or not group:
        return ""
    if isinstance(group[0], Rescaled):
        return f"; {len(group)} pairs of {_sources(p.entry for p in group)}"
    if isinstance(group[0], Pair):
        return f"; {len(group)} pairs of {_sources(both(group))}"
    return f"; {len(group)} rows of {_sources(p.entry for p in group)}"


def _read_from(group: object) -> tuple[tuple[str, Citation], ...]:
    """What a statistic rests on beside the rows, which have their own sources."""
    if not isinstance(group, Predictor):
        return ()
    return tuple((group.name, citation) for citation in group.citations)


def _sources(entries: Iterable[Measured]) -> str:
    count = len({entry.source for entry in entries})
    return f"{count} sources" if count > 1 else "one source"
