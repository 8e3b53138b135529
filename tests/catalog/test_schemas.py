"""Editors are helped by schemas that accept what the loader accepts, and refuse what it refuses."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from building import ROOT
from jsonschema import Draft202012Validator

from macros.catalog import load, schemas
from macros.catalog.file_shapes import SHAPES
from macros.catalog.reading import read
from macros.errors import CatalogError

CATALOG = ROOT / "catalog"
FILES = sorted(path for path in CATALOG.rglob("*.yml"))

GPU, MODEL = "gpus/h100-sxm.yml", "models/llama-3-8b.yml"
MEASURED = "measurements/gpt-fast.yml"

# A file, what stands in it, and what an editor makes of it.
MISTAKES = {
    "a unit of something else": (GPU, "3.35 TB/s", "3.35 TB"),
    "a number without its unit": (GPU, "3.35 TB/s", "3350"),
    "an empty field": (GPU, "name: H100 SXM", "name:"),
    "a date in words": (GPU, "announced: 2022-03-22", "announced: March 2022"),
    "a field name with a typo": (GPU, "board_power:", "bord_power:"),
    "an unknown number format": (GPU, "  int8:", "  int3:"),
    "a field that is missing": (GPU, "architecture: Hopper GH100\n", ""),
    "text where a whole number is due": (MODEL, "layers: 32", "layers: 3.2e1"),
    "a negative number": (MODEL, "layers: 32", "layers: -32"),
    "a word for a truth value": (MODEL, "tied_embeddings: false", "tied_embeddings: no"),
    "a source without an address": (
        "sources.yml",
        "  url: https://9to5mac.com",
        "  url: 9to5mac.com",
    ),
    "an unknown choice": ("precisions.yml", "math: fp4", "math: fp6"),
    "a measured speed of zero": (MEASURED, "tokens_per_second: 104.9", "tokens_per_second: 0.0"),
    "a wrong value that all rows share": (MEASURED, "  context: 100", "  context: short"),
}


def validator(path: Path) -> Draft202012Validator:
    """The schema that a file's first line names."""
    first = path.read_text("utf-8").splitlines()[0]
    marker = "# yaml-language-server: $schema="
    assert first.startswith(marker), f"{path} names no schema for editors"
    named = (path.parent / first.removeprefix(marker)).resolve()
    schema: dict[str, Any] = json.loads(named.read_text("utf-8"))
    Draft202012Validator.check_schema(schema)
    return Draft202012Validator(schema)


def complaints(path: Path) -> list[str]:
    return [error.message for error in validator(path).iter_errors(read(path, path.name).data)]


@pytest.mark.parametrize("name", SHAPES)
def test_the_schemas_that_editors_use_are_current(name: str) -> None:
    committed = (CATALOG / "schemas" / f"{name}.json").read_text("utf-8")
    assert committed == schemas.schema(name), "run `python -m macros.catalog.schemas`"


def test_there_is_no_schema_but_those_that_are_generated() -> None:
    there = {path.name for path in (CATALOG / "schemas").iterdir()}
    assert there == {f"{name}.json" for name in SHAPES}


@pytest.mark.builds  # takes as long as a build
def test_every_file_fits_the_schema_that_its_first_line_names() -> None:
    found = {path.name: complaints(path) for path in FILES}
    assert len(found) > 100
    assert {name: said for name, said in found.items() if said} == {}


@pytest.mark.parametrize("mistake", MISTAKES)
def test_what_the_loader_refuses_is_underlined_in_the_editor(
    catalog_copy: Path, mistake: str
) -> None:
    name, old, new = MISTAKES[mistake]
    path = catalog_copy / name
    text = path.read_text("utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), "utf-8")
    assert complaints(path)
    with pytest.raises(CatalogError):
        load(catalog_copy)


def test_writing_the_schemas_makes_every_file(tmp_path: Path) -> None:
    schemas.write(tmp_path / "schemas")
    assert len(list((tmp_path / "schemas").iterdir())) == len(SHAPES)
