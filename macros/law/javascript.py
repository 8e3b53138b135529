"""Equations of the law in JavaScript: each function, called with symbols, is written out again."""

from __future__ import annotations

import json
from collections.abc import Callable
from inspect import signature
from typing import Any

from altair.expr import core

from macros import law

FUNCTIONS = {
    "max": "Math.max",
    "min": "Math.min",
    "ceil": "Math.ceil",
    "floor": "Math.floor",
    "pow": "Math.pow",
}
"""Vega's names for what the law calls, and JavaScript's."""


class _Symbol(core.Expression):
    """A quantity by name, which JavaScript looks up: `q.bandwidth`."""

    def __repr__(self) -> str:
        return f"q.{self.name}"


def written_out(function: Callable[..., law.Quantity]) -> str:
    """What a function in the law's arithmetic returns, over its parameters' names in `q`."""
    symbols = {name: _Symbol(name=name) for name in signature(function).parameters}
    return _write(function(**symbols))


def _write(node: Any) -> str:
    match node:
        case _Symbol():
            return repr(node)
        case core.BinaryExpression(op=op, lhs=left, rhs=right):
            return f"({_write(left)}{op}{_write(right)})"
        case core.FunctionExpression(name=name, args=arguments):
            return f"{FUNCTIONS[name]}({','.join(map(_write, arguments))})"
        case int() | float():
            return json.dumps(node)
    raise ValueError(f"the law uses {node!r}, which has no form in JavaScript yet")
