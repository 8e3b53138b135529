"""How captions, rows and sentences name what stands on each axis of a scenario."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from macros.catalog.engines import ENGINES
from macros.figures.cells import Cell, Count, If, Words, sentence, value_of
from macros.figures.figure import Figure
from macros.figures.make import law_figure
from macros.figures.rules import turned
from macros.scenario import Scenario
from macros.units.display import DEFAULT_DIGITS


def of_the_picks(
    scenario: Scenario,
    quantity: str,
    *,
    digits: int = DEFAULT_DIGITS,
    scale: str = "",
    memory: str = "",
    **rules: str,
) -> Figure:
    """A quantity of whatever scenario is picked: its hooks name nothing but what is pinned.

    So words around it have one recipe, whichever scenario they were made in.

    Args:
        scenario: what it is baked for.
        quantity: of the law.
        digits: significant digits.
        scale: the symbol of a scale to show it on.
        memory: the reading of the memory, where that is pinned.
        rules: what decides an axis in the place of a pick, such as `gpus="min"`.
    """
    pinned = {"memory": memory} if memory else {}
    made = law_figure(
        turned(scenario.on(**pinned), rules),
        quantity,
        digits=digits,
        scale=scale,
        hypothetical=True,
        pinned={*pinned, *rules},
    )
    return replace(made, attributes=pinned).ruled(**rules)


def users(count: Figure) -> Words:
    """A count of users in words."""
    return Words(Count(count), If(count, 1, " users", " user"))


def gpu_count(scenario: Scenario) -> Words:
    """The count of GPUs in words."""
    count = of_the_picks(scenario, "gpus")
    return Words(Count(count), If(count, 1, " GPUs", " GPU"))


def _times(scenario: Scenario) -> Cell:
    count = of_the_picks(scenario, "gpus")
    return If(count, 1, Words(Count(count), " × "))


def math_name(kind: str) -> str:
    """The name of a format of the matrix units; "" is the precision's own, which needs none."""
    return f"{kind.upper()} math" if kind else ""


def engine_name(id: str) -> str:
    """The name of an engine; "" is one that nobody named."""
    return ENGINES.get(id, "not known")


NAMES: Mapping[str, Callable[[Scenario], str | Cell]] = {
    "model": lambda s: s.model.name,
    "gpu": lambda s: s.gpu.name,
    "precision": lambda s: s.precision.name,
    "gpus": _times,
    "batch": lambda s: users(of_the_picks(s, "batch")),
    "context": lambda s: sentence("{count} tokens", count=Count(of_the_picks(s, "context"))),
    "math": lambda s: math_name(s.math),
    "kv": lambda s: s.kv.name,
    "engine": lambda s: engine_name(s.engine),
}
"""The name of each axis; the count of GPUs stands before their name.

A name that is no cell is that of an entry, which the browser knows from the catalog.
"""


def name_of(scenario: Scenario, axis: str) -> str:
    """What stands on an axis, in words."""
    return str(value_of(NAMES[axis](scenario)))


@dataclass(frozen=True)
class Name:
    """The name of what is picked on one axis of the scenario, such as the GPU's."""

    scenario: Scenario
    axis: str

    def baked(self) -> str:
        """The name in the page's scenario."""
        return name_of(self.scenario, self.axis)

    def recipe(self) -> Any:
        """The axis."""
        return {"name": self.axis}
