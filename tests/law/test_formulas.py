"""A formula on a page is the function that computes the figure: in words, in numbers, in MathML."""

from __future__ import annotations

import ast
import math
import re
from xml.etree import ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st

from macros import law
from macros.law import formulas


@pytest.mark.parametrize(
    ("quantity", "words"),
    [
        ("plain_step_time", "parameters read × bytes per parameter ÷ bandwidth"),
        ("memory_time", "step bytes ÷ (GPUs × bandwidth)"),
        ("step_time", "max(memory time, compute time)"),
        ("decode_tps", "1 ÷ step time"),
        ("idle_share", "1 − compute time ÷ step time"),
        ("step_flops", "batch × (FLOP per token + attention FLOP)"),
        ("experts_touched", "1 − (1 − experts per token ÷ experts)^batch"),
        ("min_gpus", "⌈weight bytes ÷ memory⌉"),
        ("max_batch", "⌊free bytes ÷ (KV held bytes × cache copies)⌋"),
        ("free_bytes", "max(GPUs × memory − weight bytes, 0)"),
    ],
)
def test_an_equation_in_words_has_the_parentheses_it_needs_and_no_more(
    quantity: str, words: str
) -> None:
    assert formulas.in_words(quantity) == words


def test_an_equation_with_numbers_is_the_same_line() -> None:
    shown = {"step_bytes": "141 GB", "gpus": "2", "bandwidth": "3.35 TB/s"}
    assert formulas.substituted("memory_time", shown) == "141 GB ÷ (2 × 3.35 TB/s)"


SIGNS = {"×": "*", "÷": "/", "−": "-", "^": "**"}
FUNCTIONS = {"max": max, "min": min, "ceil": math.ceil, "floor": math.floor}


def read_as_arithmetic(line: str) -> float:
    line = re.sub(r"⌈(.*)⌉", r"ceil(\1)", re.sub(r"⌊(.*)⌋", r"floor(\1)", line))
    for sign, operator in SIGNS.items():
        line = line.replace(sign, operator)
    return float(eval(line, {"__builtins__": {}}, FUNCTIONS))


@pytest.mark.parametrize("quantity", law.EQUATIONS)
@given(numbers=st.lists(st.integers(2, 99), min_size=9, max_size=9))
def test_a_line_worked_out_by_the_rules_of_arithmetic_gives_what_the_function_gives(
    quantity: str, numbers: list[int]
) -> None:
    inputs = dict(zip(law.parameters_of(quantity), numbers, strict=False))
    line = formulas.substituted(quantity, {name: str(value) for name, value in inputs.items()})
    assert read_as_arithmetic(line) == pytest.approx(float(law.EQUATIONS[quantity](**inputs)))


@pytest.mark.parametrize("quantity", law.EQUATIONS)
def test_every_equation_is_well_formed_mathml(quantity: str) -> None:
    math = ElementTree.fromstring(formulas.mathml(quantity))
    assert math.tag == "math"
    assert math.get("display") == "block"
    for name in ("mfrac", "msup"):
        assert all(len(element) == 2 for element in math.iter(name))
    equals = [element for element in math.iter("mo") if element.text == "="]
    assert len(equals) == 1


@pytest.mark.parametrize("quantity", law.EQUATIONS)
def test_every_equation_typesets_every_quantity_that_it_is_computed_from(quantity: str) -> None:
    math = ElementTree.fromstring(formulas.mathml(quantity))
    names = {element.text for element in math.iter("mtext")}
    needed = {formulas.words_of(q) for q in (quantity, *law.parameters_of(quantity))}
    assert names == needed


def test_a_division_is_typeset_as_a_fraction_without_parentheses() -> None:
    math = ElementTree.fromstring(formulas.mathml("memory_time"))
    fraction = next(math.iter("mfrac"))
    assert ["".join(part.itertext()) for part in fraction] == ["step bytes", "GPUs×bandwidth"]
    assert "(" not in "".join(math.itertext())


def test_quantities_of_memory_and_of_compute_are_marked_as_such() -> None:
    assert law.MEANINGS["bandwidth"].side == "memory"
    assert law.MEANINGS["memory_time"].side == "memory"
    assert law.MEANINGS["peak_flops"].side == "compute"
    assert law.MEANINGS["compute_time"].side == "compute"
    assert law.MEANINGS["step_time"].side == ""
    assert law.MEANINGS["ridge_point"].side == ""


def two_statements(a: float, b: float) -> float:
    c = a + b
    return c * 2


def test_an_equation_of_more_than_one_expression_is_refused(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setitem(law.EQUATIONS, "two_statements", two_statements)
    with pytest.raises(ValueError, match="two_statements: an equation of the law returns one"):
        formulas.body_of("two_statements")


def test_what_no_sign_stands_for_is_refused() -> None:
    node = ast.parse("a if b else c", mode="eval").body
    with pytest.raises(ValueError, match="cannot show 'a if b else c'"):
        formulas.write(node, formulas._MathMl())
