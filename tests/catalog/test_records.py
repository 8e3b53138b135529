"""A record is defined in one place, and everything that holds its fields is made from there."""

from __future__ import annotations

import json
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from building import ROOT, Project, copy_of, environment

from macros.catalog import Catalog, Measurement
from macros.catalog.fields import docs_of, fields_of
from macros.catalog.plain import plain

RECORDS = "macros/catalog/records.py"
GPT_FAST = "catalog/measurements/gpt-fast.yml"

# The other kinds of records, and a line of each that one more field follows.
OTHERS = {
    "gpu": "    vendor: Text\n",
    "model": "    developer: Text\n",
    "precision": "    layout: Text\n",
    "source": "    read: Day\n",
}

# All places that show a measurement's fields, as a copy of the project makes them.
SHOW = """
import json
from pathlib import Path
from macros.catalog import load, schemas
from macros.cli.answers import row
from macros.evidence.groups import evidence_of
from macros.site.publish import About, api
from macros.widgets import validation_tables

catalog = load(Path("catalog"))
about = About("A Site", "What it is about.", "https://example.org/site/", "2026-01-01")
files = api.files(about, catalog, [], {}, {})
evidence = evidence_of(catalog)
print(json.dumps({
    "entry": catalog.measurement("gf-001").power_cap,
    "editors": json.loads(schemas.schema("measurements")),
    "others": {name: json.loads(schemas.schema(name)) for name in schemas.SHAPES},
    "catalog": json.loads(files["api/v1/catalog.json"]),
    "document": json.loads(files["api/v1/measurements.json"])["measurements"],
    "schema": json.loads(files["api/v1/schemas/measurements.json"]),
    "command": [row(measurement) for measurement in catalog.measurements],
    "table": json.loads(validation_tables.as_json(evidence))["rows"],
    "sheet": validation_tables.as_csv(evidence).splitlines()[0].split(","),
}))
"""


def python(project: Project, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Runs Python on a copy of the project."""
    return subprocess.run(
        [sys.executable, *arguments],
        cwd=project.root,
        env=environment(project.root),
        capture_output=True,
        text=True,
    )


@pytest.fixture(scope="module")
def with_more_fields(tmp_path_factory: pytest.TempPathFactory) -> Project:
    """The project with one more field of each record; a row fills that of measurements."""
    project = copy_of(ROOT, tmp_path_factory.mktemp("more-fields"))
    project.edit(
        RECORDS,
        "    reads_how: Text | None = None\n",
        "    power_cap: Count | None = None\n"
        '    """What the board was limited to; W."""\n'
        "    reads_how: Text | None = None\n",
    )
    project.edit(GPT_FAST, "    layers: 32\n", "    layers: 32\n    power_cap: 330\n")
    for line in OTHERS.values():
        project.edit(RECORDS, line, f"{line}    colour: Text | None = None\n")
    return project


@pytest.fixture(scope="module")
def shown(with_more_fields: Project) -> dict[str, Any]:
    run = python(with_more_fields, "-c", SHOW)
    assert run.returncode == 0, run.stderr
    found: dict[str, Any] = json.loads(run.stdout)
    return found


def by_id(rows: list[dict[str, Any]]) -> dict[str, Any]:
    return {row["id"]: row["power_cap"] for row in rows}


def test_a_field_added_to_a_record_is_read(shown: dict[str, Any]) -> None:
    assert shown["entry"] == 330


@pytest.mark.parametrize("place", ["document", "command", "table"])
def test_a_field_added_to_a_record_is_in_every_row_that_is_given_out(
    shown: dict[str, Any], place: str
) -> None:
    found = by_id(shown[place])
    assert (found["gf-001"], found["gf-002"]) == (330, None)


def test_a_field_added_to_a_record_is_a_column_of_the_sheet(shown: dict[str, Any]) -> None:
    assert "power_cap" in shown["sheet"]


@pytest.mark.parametrize("place", ["editors", "schema"])
def test_a_field_added_to_a_record_is_in_its_schemas_with_what_it_means(
    shown: dict[str, Any], place: str
) -> None:
    field = shown[place]["$defs"]["Measurement"]["properties"]["power_cap"]
    assert field["description"] == "What the board was limited to; W."
    assert {part["type"] for part in field["anyOf"]} == {"integer", "null"}


@pytest.mark.parametrize("kind", OTHERS)
def test_every_kind_of_record_is_defined_in_one_place(shown: dict[str, Any], kind: str) -> None:
    schemas = shown["others"]
    editors = schemas[kind] if kind in schemas else schemas[f"{kind}s"]["$defs"][kind.title()]
    assert "colour" in editors["properties"]
    entries = shown["catalog"][f"{kind}s"]
    assert all("colour" in entry for entry in (entries.values() if kind == "source" else entries))


def test_a_field_added_to_a_record_is_checked(with_more_fields: Project, tmp_path: Path) -> None:
    project = copy_of(with_more_fields.root, tmp_path)
    project.edit(GPT_FAST, "power_cap: 330", "power_cap: low")
    line = project.line_of(GPT_FAST, "power_cap: low")
    load = "from pathlib import Path; from macros.catalog import load; load(Path('catalog'))"
    said = python(project, "-c", load).stderr.splitlines()[-1]
    assert said.endswith(f"{GPT_FAST}:{line}: rows.0.power_cap: 'low' is text, not a whole number")


def test_records_need_no_checker() -> None:
    script = (
        "import sys; import macros.catalog.plain, macros.catalog.records; "
        "print([name for name in ('annotated_types', 'pydantic', 'yaml') if name in sys.modules])"
    )
    run = subprocess.run(
        [sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert run.stdout.strip() == "[]"


@dataclass(frozen=True)
class Sample:
    """A sample."""

    id: str
    """Its name."""
    size: int
    notes: tuple[str, ...] = ()
    """What to beware of,
    in sentences."""


def test_what_stands_under_a_field_is_what_it_means() -> None:
    assert docs_of(Sample) == {
        "id": "Its name.",
        "notes": "What to beware of,\nin sentences.",
    }


def test_a_record_as_plain_data_is_all_that_json_can_hold(catalog: Catalog) -> None:
    row = catalog.measurement("xd-001")
    found = plain(row)
    assert list(found) == [field.name for field in fields_of(Measurement)]
    assert json.loads(json.dumps(found)) == found
    # A source is named by its id; the interface alone has names of its own.
    assert found["citation"] == {"source": row.citation.source.id, "where": row.citation.where}
    renamed = {field.name: field.published for field in fields_of(Measurement)}
    assert {name: new for name, new in renamed.items() if name != new} == {
        "citation": "place",
        "version": "engine_version",
    }
    assert list(plain(row, published=True)) == list(renamed.values())


def test_a_dimension_that_a_model_does_not_have_is_not_told(catalog: Catalog) -> None:
    dense = plain(catalog.model("llama-3-8b").dimensions)
    assert "moe" not in dense
    assert (dense["layers"], dense["kv_heads"]) == (32, 8)
    assert plain(catalog.model("deepseek-v3").dimensions)["moe"]["per_token"] == 8
