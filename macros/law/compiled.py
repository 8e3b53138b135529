"""The law as straight Python: for a grid of scenarios, where each call of an equation counts.

`law.evaluate` looks equations up and calls them one in another. Here the bodies of the same functions
are set one after the other in a new function, in stages: what depends on the model alone is computed
once for the model, and only what depends on the innermost axis is computed for every row. The
arithmetic is the law's, operation by operation, so every value is the same to the last bit.
"""

from __future__ import annotations

import ast
import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from macros import law
from macros.law import formulas

FUNCTIONS: Mapping[str, Callable[..., float]] = {
    "maximum": max,
    "minimum": min,
    "ceil": lambda a: float(math.ceil(a)),
    "floor": lambda a: float(math.floor(a)),
}
"""What the law's helpers do with numbers."""


@dataclass(frozen=True)
class Stage:
    """What can be computed once some inputs are known.

    Attributes:
        needs: the names of what must be known, in the order that `bound` takes them.
        free: the names of what the bound function is called with.
        gives: the names of the values that it returns.
        bound: takes what is known, and gives the function that computes the rest.
    """

    needs: tuple[str, ...]
    free: tuple[str, ...]
    gives: tuple[str, ...]
    bound: Callable[..., Callable[..., tuple[float, ...]]]

    def on(self, known: Mapping[str, float]) -> Callable[..., tuple[float, ...]]:
        """The function of the free inputs, with all others known."""
        return self.bound(*[known[name] for name in self.needs])

    def add_to(self, known: dict[str, float]) -> None:
        """Compute what this stage gives from what is known, free inputs included, and add it."""
        values = self.on(known)(*[known[name] for name in self.free])
        known.update(zip(self.gives, values, strict=True))


def stages(targets: Iterable[str], levels: Sequence[Iterable[str]]) -> tuple[Stage, ...]:
    """One stage for each level of inputs, each computing all that it can; the last gives targets.

    Args:
        targets: the quantities wanted in the end.
        levels: the names that become known level by level; equations among them are not computed.
            The last level's are the free inputs of the last stage.

    Raises:
        KeyError: a target needs something that no level makes known.
    """
    targets = tuple(targets)
    given = {name for level in levels for name in level}
    equations = _in_order(targets, given)
    known: set[str] = set()
    waiting = list(equations)
    made = []
    for level in levels:
        known |= set(level)
        here = []
        for name in waiting:
            if set(law.parameters_of(name)) <= known:
                here.append(name)
                known.add(name)
        waiting = [name for name in waiting if name not in here]
        later = {p for name in waiting for p in law.parameters_of(name)}
        free = tuple(level) if level is levels[-1] else ()
        made.append(_stage(here, free, [name for name in here if name in later | set(targets)]))
    if waiting:
        raise KeyError(f"not known: what {waiting[0]} is computed from")
    return tuple(made)


def _in_order(targets: Iterable[str], given: set[str]) -> list[str]:
    """The equations behind some quantities, each after those that it needs."""
    order: dict[str, None] = {}

    def visit(name: str) -> None:
        if name in given or name in order:
            return
        for parameter in law.parameters_of(name):
            visit(parameter)
        order[name] = None

    for target in targets:
        visit(target)
    return list(order)


def _stage(equations: Sequence[str], free: tuple[str, ...], gives: Sequence[str]) -> Stage:
    needed = dict.fromkeys(p for name in equations for p in law.parameters_of(name))
    needs = tuple(p for p in needed if p not in equations and p not in free)
    source = "\n".join(
        [
            f"def bound({', '.join(needs)}):",
            f"    def stage({', '.join(free)}):",
            *(f"        {name} = {ast.unparse(formulas.body_of(name))}" for name in equations),
            f"        return ({''.join(f'{name}, ' for name in gives)})",
            "    return stage",
        ]
    )
    scope: dict[str, Any] = dict(FUNCTIONS)
    exec(compile(source, "<the law>", "exec"), scope)
    return Stage(needs, free, tuple(gives), scope["bound"])
