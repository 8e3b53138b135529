"""What machines read is what the pages show, in the form that its schema states."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from building import ROOT
from jsonschema import Draft202012Validator

from macros.catalog import Catalog
from macros.site.publish import About, api

DOCUMENTS = ("index", "catalog", "measurements", "figures")
ABOUT = About("A Site", "What it is about.", "https://example.org/site/", "2026-01-01")


def document(site: Path, name: str) -> dict[str, Any]:
    read: dict[str, Any] = json.loads((site / "api" / "v1" / f"{name}.json").read_text("utf-8"))
    return read


def schema(site: Path, name: str) -> dict[str, Any]:
    return document(site, f"schemas/{name}")


def closed(part: Any) -> Any:
    """A schema that allows nothing that it does not name."""
    if isinstance(part, list):
        return [closed(inner) for inner in part]
    if not isinstance(part, dict):
        return part
    inner = {name: closed(value) for name, value in part.items()}
    return {**inner, "additionalProperties": False} if "properties" in part else inner


def complaints(made: dict[str, Any], by: dict[str, Any]) -> list[str]:
    Draft202012Validator.check_schema(by)
    return [error.message for error in Draft202012Validator(by).iter_errors(made)]


@pytest.mark.parametrize("name", DOCUMENTS)
def test_a_document_has_all_that_its_schema_names_and_nothing_else(site: Path, name: str) -> None:
    stated = schema(site, name)
    assert complaints(document(site, name), closed(stated)) == []
    assert document(site, name)["version"].startswith("1.")
    assert stated["$id"].endswith(f"/api/v1/schemas/{name}.json")


def test_the_schema_notices_what_is_missing_strange_or_of_another_type(site: Path) -> None:
    stated = closed(schema(site, "catalog"))
    for change in ({"name": None}, {"colour": "green"}, {"bandwidth": "3.35 TB/s"}):
        made = document(site, "catalog")
        made["gpus"][0] |= change
        assert complaints(made, stated), change
    made = document(site, "catalog")
    del made["gpus"][0]["bandwidth"]
    assert complaints(made, stated)


def test_every_field_that_needs_words_has_them(site: Path) -> None:
    units = schema(site, "catalog")["$defs"]["Fact"]["properties"]["unit"]
    assert "FLOP/s" in units["description"]


def test_the_index_leads_to_every_document_and_its_schema(site: Path) -> None:
    index = document(site, "index")
    assert set(index["documents"]) == {f"{name}.json" for name in DOCUMENTS if name != "index"}
    for entry in index["documents"].values():
        for address in (entry["url"], entry["schema_url"]):
            assert (site / address.removeprefix(index["site"])).is_file(), address


def test_the_catalog_is_all_there_with_the_place_of_every_value(
    site: Path, catalog: Catalog
) -> None:
    made = document(site, "catalog")
    for kind in ("gpus", "models", "precisions"):
        assert [entry["id"] for entry in made[kind]] == list(getattr(catalog, kind))
    assert set(made["sources"]) == set(catalog.sources)
    facts = list(every(made, "printed"))
    # Each accelerator has a memory and a bandwidth at least, each format three widths.
    assert len(facts) > 2 * len(catalog.gpus) + len(catalog.models) + 3 * len(catalog.precisions)
    for fact in facts:
        assert fact["places"], fact
        assert fact["unit"]
    for place in every(made, "where"):
        assert place["source"] in made["sources"]


def every(part: Any, key: str) -> Any:
    """Every mapping that has a key, at any depth."""
    if isinstance(part, dict):
        if key in part:
            yield part
        part = list(part.values())
    if isinstance(part, list):
        for inner in part:
            yield from every(inner, key)


def test_a_bandwidth_is_given_in_the_unit_it_names(site: Path) -> None:
    gpus = {gpu["id"]: gpu for gpu in document(site, "catalog")["gpus"]}
    h100 = gpus["h100-sxm"]["bandwidth"]
    assert (h100["value"], h100["unit"], h100["printed"]) == (3.35e12, "B/s", "3.35 TB/s")
    models = {model["id"]: model for model in document(site, "catalog")["models"]}
    assert models["llama-3-8b"]["parameters"]["total"] == 8_030_261_248


def test_the_measurements_are_all_there_with_their_sources(site: Path, catalog: Catalog) -> None:
    made = document(site, "measurements")
    assert len(made["measurements"]) == len(catalog.measurements)
    for row in made["measurements"]:
        assert row["place"]["source"] in made["sources"]
        assert row["tokens_per_second"] > 0


def test_the_figures_of_a_page_are_those_of_its_ledger(site: Path) -> None:
    index, made = document(site, "index"), document(site, "figures")
    ledgers = {path.parent for path in site.rglob("ledger.json")}
    pages = {site / page["url"].removeprefix(index["site"]): page for page in made["pages"]}
    assert pages.keys() == ledgers
    for folder, page in pages.items():
        ledger = json.loads((folder / "ledger.json").read_text("utf-8"))
        assert page["figures"] == ledger["figures"], page["url"]
        assert page["claims"] == ledger["claims"], page["url"]
        assert page["title"]
    core = pages[site / "learn" / "decode-bottleneck"]
    assert core["scenario"] == {"model": "llama-3-70b", "gpu": "h100-sxm", "precision": "fp16"}


def test_a_number_that_json_cannot_write_stops_the_build(catalog: Catalog) -> None:
    with pytest.raises(ValueError, match="JSON compliant"):
        api._json({"value": float("inf")})


def test_the_manual_names_every_document() -> None:
    manual = (ROOT / "docs" / "contributing" / "api.md").read_text("utf-8")
    for name in DOCUMENTS:
        assert f"{name}.json" in manual
