"""The law and its readings: as numbers here, as formula, JavaScript and straight code beside it.

Every equation is at hand under its own name, as `law.memory_time`.
"""

from __future__ import annotations

# The equations enter the graph in this order, which lists and tables of quantities keep.
from macros.law.arithmetic import Operand, Quantity
from macros.law.equations import *  # noqa: F403 # each equation under its own name
from macros.law.expected import *  # noqa: F403
from macros.law.graph import (
    EQUATIONS,
    INPUTS,
    MEANINGS,
    Meaning,
    equation,
    evaluate,
    inputs_of,
    parameters_of,
)

__all__ = [
    "EQUATIONS",
    "INPUTS",
    "MEANINGS",
    "Meaning",
    "Operand",
    "Quantity",
    "equation",
    "evaluate",
    "inputs_of",
    "parameters_of",
]
