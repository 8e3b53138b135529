"""A law function, read from its source: as typeset MathML, as words, or with numbers put in.

Nobody writes a formula by hand: the function that computes a figure is the formula that is shown.
"""

from __future__ import annotations

import ast
import inspect
import textwrap
from collections.abc import Callable, Mapping
from functools import cache
from typing import Protocol, TypeVar

from markupsafe import Markup

from macros import law

T = TypeVar("T")

OPERATORS: Mapping[type[ast.operator], tuple[str, int]] = {
    ast.Add: ("+", 1),
    ast.Sub: ("−", 1),
    ast.Mult: ("×", 2),
    ast.Div: ("÷", 2),
    ast.Pow: ("^", 3),
}
FENCES = {"ceil": ("⌈", "⌉"), "floor": ("⌊", "⌋")}
SHORT_CALLS = {"maximum": "max", "minimum": "min"}
ATOM = 9

LONG = 100
"""Letters of an equation in words beyond which it is wider than a page of paper."""


class Notation(Protocol[T]):
    """How one notation writes the pieces of a formula."""

    def name(self, name: str) -> T:
        """A quantity."""

    def number(self, value: float) -> T:
        """A constant."""

    def group(self, inner: T) -> T:
        """Something in parentheses."""

    def binary(self, operator: str, left: T, right: T) -> T:
        """Two operands and the sign between them."""

    def call(self, function: str, arguments: list[T]) -> T:
        """A maximum, a minimum, a rounding."""


@cache
def body_of(quantity: str) -> ast.expr:
    """The expression that an equation returns. An equation is one expression, and no more.

    Raises:
        ValueError: the function does something else than return one expression.
    """
    tree = ast.parse(textwrap.dedent(inspect.getsource(law.EQUATIONS[quantity])))
    function = tree.body[0]
    assert isinstance(function, ast.FunctionDef)
    statements = [node for node in function.body if not _is_docstring(node)]
    if len(statements) != 1 or not isinstance(statements[0], ast.Return) or not statements[0].value:
        raise ValueError(f"{quantity}: an equation of the law returns one expression")
    return statements[0].value


def _is_docstring(node: ast.stmt) -> bool:
    return isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)


def write(node: ast.expr, notation: Notation[T]) -> T:
    """A formula's tree in a notation, with parentheses only where the order needs them.

    Raises:
        ValueError: the tree holds something that formulas have no sign for.
    """
    return _write(node, notation)[0]


def _write(node: ast.expr, notation: Notation[T]) -> tuple[T, int]:
    match node:
        case ast.Name(id=name):
            return notation.name(name), ATOM
        case ast.Constant(value=int() | float() as value):
            return notation.number(value), ATOM
        case ast.BinOp(left=left, op=op, right=right):
            sign, strength = OPERATORS[type(op)]
            fraction = sign == "÷" and not isinstance(notation, _Line)
            # A fraction's bar groups by itself; on one line `a ÷ (b × c)` needs its parentheses.
            left_floor = 0 if fraction else strength + (sign == "^")
            right_floor = 0 if fraction else strength + (sign in "÷−^" and sign != "^")
            return (
                notation.binary(
                    sign,
                    _grouped(left, notation, left_floor),
                    _grouped(right, notation, 0 if sign == "^" else right_floor),
                ),
                ATOM if fraction else strength,
            )
        case ast.Call(func=ast.Name(id=function), args=arguments):
            return notation.call(function, [_write(a, notation)[0] for a in arguments]), ATOM
    raise ValueError(f"a formula cannot show {ast.unparse(node)!r}")


def _grouped(node: ast.expr, notation: Notation[T], floor: int) -> T:
    inner, strength = _write(node, notation)
    return notation.group(inner) if strength < floor else inner


class _Line:
    """One line of text: `step bytes ÷ (gpus × bandwidth)`."""

    def __init__(self, name: Callable[[str], str]) -> None:
        self.name = name

    def number(self, value: float) -> str:
        return f"{value:g}"

    def group(self, inner: str) -> str:
        return f"({inner})"

    def binary(self, operator: str, left: str, right: str) -> str:
        return f"{left}^{right}" if operator == "^" else f"{left} {operator} {right}"

    def call(self, function: str, arguments: list[str]) -> str:
        if function in FENCES:
            opening, closing = FENCES[function]
            return f"{opening}{arguments[0]}{closing}"
        return f"{SHORT_CALLS[function]}({', '.join(arguments)})"


class _MathMl:
    """Static MathML; browsers typeset it without any script."""

    def name(self, name: str) -> Markup:
        meaning = law.MEANINGS[name]
        if not meaning.side:
            return Markup("<mtext>{}</mtext>").format(meaning.short)
        return Markup('<mtext class="q-{}">{}</mtext>').format(meaning.side, meaning.short)

    def number(self, value: float) -> Markup:
        return Markup("<mn>{:g}</mn>").format(value)

    def group(self, inner: Markup) -> Markup:
        return Markup("<mrow><mo>(</mo>{}<mo>)</mo></mrow>").format(inner)

    def binary(self, operator: str, left: Markup, right: Markup) -> Markup:
        if operator == "÷":
            return Markup("<mfrac><mrow>{}</mrow><mrow>{}</mrow></mfrac>").format(left, right)
        if operator == "^":
            return Markup("<msup><mrow>{}</mrow><mrow>{}</mrow></msup>").format(left, right)
        # Inside a fraction browsers set operators tight, which runs our words together.
        gap = Markup('<mspace width="0.22em"/>')
        return Markup("{}{}<mo>{}</mo>{}{}").format(left, gap, operator, gap, right)

    def call(self, function: str, arguments: list[Markup]) -> Markup:
        if function in FENCES:
            opening, closing = FENCES[function]
            fenced = Markup("<mrow><mo>{}</mo>{}<mo>{}</mo></mrow>")
            return fenced.format(opening, arguments[0], closing)
        inner = Markup("<mo>,</mo>").join(arguments)
        called = Markup("<mrow><mi>{}</mi><mo>(</mo>{}<mo>)</mo></mrow>")
        return called.format(SHORT_CALLS[function], inner)


def words_of(quantity: str) -> str:
    """A quantity as a formula writes it."""
    return law.MEANINGS[quantity].short


def in_words(quantity: str) -> str:
    """The right-hand side of an equation on one line: `step bytes ÷ (gpus × bandwidth)`."""
    return write(body_of(quantity), _Line(words_of))


def substituted(quantity: str, shown: Mapping[str, str]) -> str:
    """The right-hand side with the text of each quantity put in: `141 GB ÷ (1 × 3.35 TB/s)`."""
    return write(body_of(quantity), _Line(lambda name: shown[name]))


def mathml(quantity: str) -> Markup:
    """The whole equation as a MathML block.

    Raises:
        KeyError: the law has no such equation.
    """
    left = _MathMl().name(quantity)
    right = write(body_of(quantity), _MathMl())
    # What is long is set smaller where there is no room: a formula is not broken into lines.
    kind = Markup(' class="long"') if len(in_words(quantity)) > LONG else ""
    equation = Markup('<math display="block"{}><mrow>{}<mo>=</mo>{}</mrow></math>')
    return equation.format(kind, left, right)
