"""The law of decode: what one step reads and computes, and how long that takes.

Each function is one equation and is written once. Its parameters are quantities: either inputs
(the facts of a model, a format, a GPU, a run; see `inputs`) or the names of other equations. So the
same definition can be read three ways: called with numbers it gives a number; called with Altair
expressions it gives the expression that a browser evaluates; its source gives the formula that a
page typesets. Units are SI throughout: seconds, bytes, FLOP, bytes/s, FLOP/s; plain counts have
the unit "1".

The law is a ceiling. It takes the printed bandwidth and the printed peak, lets reading and
computing overlap perfectly (the roofline of Williams, Waterman and Patterson, 2009), and divides
work over tensor-parallel GPUs without any cost of talking.
"""

# ruff: noqa: F403, I001 # each equation under its own name, in the order that tables keep
from macros.law.equations.inputs import *
from macros.law.equations.weights import *
from macros.law.equations.kv_cache import *
from macros.law.equations.step import *
from macros.law.equations.roofline import *
from macros.law.equations.capacity import *
