"""Scripts and the law that is generated for them keep to one declaration, which a checker reads."""

from __future__ import annotations

import re

import pytest
import typecheck
from building import ROOT

from macros.catalog import Catalog
from macros.evidence.groups import evidence_of
from macros.widgets.law_module import law_module

pytestmark = pytest.mark.builds

DECLARATION = ROOT / "macros" / "widgets" / "law.d.ts"


@pytest.fixture(scope="module")
def module(catalog: Catalog) -> str:
    return law_module(catalog, evidence_of(catalog).validation.fit)


def test_scripts_and_the_law_are_typed_without_a_finding(module: str) -> None:
    assert typecheck.problems(module) == ""


def test_everything_generated_is_declared(module: str) -> None:
    declared = re.findall(r"^export const (\w+):", DECLARATION.read_text("utf-8"), flags=re.M)
    assert sorted(re.findall(r"^export const (\w+)=", module, flags=re.M)) == sorted(declared)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ('export const NO_FIT="does not fit"', "export const NO_FIT=4"),
        ('"peaks":', '"peak":'),
        ("export const DIGITS", "export const DIGIT"),
    ],
    ids=["of another type", "without a field", "without a constant"],
)
def test_a_law_that_is_not_as_declared_is_found(module: str, old: str, new: str) -> None:
    assert old in module
    assert "error TS" in typecheck.problems(module.replace(old, new))
