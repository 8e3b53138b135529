"""The law over arrays: for a grid of scenarios, where each call of an equation counts.

`law.evaluate` looks equations up and calls them one in another, a scenario at a time. Here the
bodies of the same functions are set one after the other in a new function, which numpy computes.
Each quantity is an array of the axes that it depends on and no others, as operands are broadcast:
what a model alone decides is one number, however large the grid. The arithmetic is the law's,
operation by operation, so every value is the same to the last bit.
"""

from __future__ import annotations

import ast
import operator
from collections.abc import Callable, Iterable, Mapping
from copy import deepcopy
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from macros import law
from macros.law import formulas

Array: TypeAlias = NDArray[np.float64]


def maximum(a: Array, b: Array) -> Array:
    """Python's `max`: the first, unless the second is larger."""
    return np.where(np.greater(b, a), b, a)


def minimum(a: Array, b: Array) -> Array:
    """Python's `min`: the first, unless the second is smaller."""
    return np.where(np.less(b, a), b, a)


def ceil(a: Array) -> Array:
    """The smallest whole number that is not below; zero has no sign, as from `math.ceil`."""
    return np.ceil(a) + 0.0


def floor(a: Array) -> Array:
    """The largest whole number that is not above; zero has no sign, as from `math.floor`."""
    return np.floor(a) + 0.0


def power(a: Array, b: Array) -> Array:
    """Python's power, number by number: the last bits of numpy's differ with the processor."""
    return np.asarray(_powers(a, b), np.float64)


_powers = np.frompyfunc(operator.pow, 2, 1)

FUNCTIONS = (maximum, minimum, ceil, floor, power)
"""What the law's helpers, and its powers, do with arrays."""


class _Powers(ast.NodeTransformer):
    """Calls `power` in place of the operator."""

    def visit_BinOp(self, node: ast.BinOp) -> ast.expr:
        self.generic_visit(node)
        if not isinstance(node.op, ast.Pow):
            return node
        return ast.Call(ast.Name("power", ast.Load()), [node.left, node.right], [])


def compiled(
    targets: Iterable[str], given: Iterable[str]
) -> Callable[[Mapping[str, Array | float]], tuple[Array, ...]]:
    """The function that gives some quantities from a table of known ones.

    Args:
        targets: the quantities wanted, in SI units. Each comes in the shape that the known ones it
            depends on have together.
        given: the names that will be known; equations among them are not computed. Their values are
            floats, or arrays of floats that can be broadcast together.

    Raises:
        KeyError: a target needs something that is not given.
    """
    targets, known = tuple(targets), set(given)
    equations = _in_order(targets, known)
    bodies = {
        name: ast.unparse(_Powers().visit(deepcopy(formulas.body_of(name)))) for name in equations
    }
    parameters = (p for name in equations for p in law.parameters_of(name))
    needs = dict.fromkeys(name for name in (*parameters, *targets) if name in known)
    source = "\n".join(
        [
            f"def compute({', '.join(needs)}):",
            *(f"    {name} = {body}" for name, body in bodies.items()),
            f"    return ({''.join(f'{name}, ' for name in targets)})",
        ]
    )
    scope: dict[str, Any] = {function.__name__: function for function in FUNCTIONS}
    exec(compile(source, "<the law>", "exec"), scope)
    compute = scope["compute"]
    return lambda values: compute(*[values[name] for name in needs])


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
