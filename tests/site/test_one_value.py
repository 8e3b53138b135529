"""No quantity of one scenario has two values, on whichever page, table or ledger it stands.

What is read here are the built pages and their files; a scenario is the axes that a figure names.
"""

from __future__ import annotations

import csv
import io
import json
import re
from collections import defaultdict
from collections.abc import Callable
from pathlib import Path

import pytest
from bs4 import BeautifulSoup, Tag

from macros.catalog import Catalog
from macros.scenario import USUAL_AXES, describe

Page = Callable[[str], BeautifulSoup]
Key = tuple[str, ...]
Values = dict[Key, dict[float, str]]
"""Each value of a quantity in a scenario, with a place where it stands."""

NAMED = ("of", "to", "statistic", "group", "measurement", "math", "kv", "memory", "engine")
REFERENCE = re.compile(r"(?P<quantity>\w+)\((?P<axes>[^()]*)\)")


def key_of(figure: Tag) -> Key:
    """What a figure is of."""
    names = [name for name in (*USUAL_AXES, *NAMED) if f"data-{name}" in figure.attrs]
    return (str(figure["data-quantity"]), *(f"{name}={figure[f'data-{name}']}" for name in names))


@pytest.fixture(scope="module")
def shown(page: Page, addresses: list[str]) -> Values:
    """Every figure of every page."""
    found: Values = defaultdict(dict)
    for address in addresses:
        for figure in page(address).select("data.figure"):
            found[key_of(figure)].setdefault(float(str(figure["value"])), address)
    return found


def differing(found: Values) -> dict[Key, dict[float, str]]:
    return {key: values for key, values in found.items() if len(values) > 1}


def test_figures_of_one_quantity_and_one_scenario_have_one_value(shown: Values) -> None:
    assert sum(key[0] == "decode_tps" for key in shown) > 50
    assert not differing(shown)


def test_a_ledgers_row_has_the_value_of_the_figures_that_it_stands_for(
    shown: Values, site: Path, addresses: list[str]
) -> None:
    depends = {key[0]: {part.split("=")[0] for part in key[1:]} for key in shown}
    compared = 0
    for address in addresses:
        path = site / address / "ledger.json"
        for row in json.loads(path.read_text("utf-8"))["figures"] if path.exists() else ():
            reference = REFERENCE.fullmatch(row["reference"])
            if not reference or reference["quantity"] not in depends:
                continue
            quantity, standing = reference["quantity"], reference["axes"].split(",")
            usual, unusual = standing[: len(USUAL_AXES)], standing[len(USUAL_AXES) :]
            axes = zip(USUAL_AXES, usual, strict=False)
            named = [f"{axis}={value}" for axis, value in axes if axis in depends[quantity]]
            key = (quantity, *named, *unusual)
            if key in shown:
                assert shown[key].keys() == {row["value"]}, (address, row["reference"])
                compared += 1
    assert compared > 100


def test_a_published_row_has_the_ceiling_of_its_scenario(
    shown: Values, site: Path, catalog: Catalog
) -> None:
    text = (site / "validate" / "validation.csv").read_text("utf-8")
    compared, on_pages = 0, 0
    for line in csv.DictReader(io.StringIO(text)):
        row = catalog.measurement(line["id"])
        named = row.model_id and row.gpu_id and row.precision_id
        # Users who decode at a time, on average, are no whole number, as those of a scenario are.
        if not (line["ceiling_tps"] and named) or row.users:
            continue
        axes = {"model": row.model_id, "gpu": row.gpu_id, "precision": row.precision_id}
        axes |= {"kv": row.kv_precision_id} if row.kv_precision_id else {}
        counts = {"gpus": row.gpus_reading, "batch": row.concurrency, "context": row.context}
        ceiling = describe(catalog, {**axes, **counts}).value("decode_tps")
        assert float(line["ceiling_tps"]) == pytest.approx(ceiling, rel=1e-12), line["id"]
        compared += 1
        key = ("decode_tps", *(f"{axis}={value}" for axis, value in {**axes, **counts}.items()))
        on_pages += key in shown
        for value in shown.get(key, ()):
            assert value == pytest.approx(ceiling, rel=1e-12), line["id"]
    assert compared > 200
    assert on_pages >= 8


def test_llama_3_8b_in_fp16_on_an_rtx_4090_has_one_ceiling(shown: Values) -> None:
    # 15.0098 GB of weights and 256 tokens of 131,072 bytes at 1,008 GB/s: 67.0 tok/s.
    machine = ("model=llama-3-8b", "gpu=rtx-4090", "precision=fp16")
    (ceiling,) = shown[("decode_tps", *machine, "gpus=1", "batch=1", "context=256")]
    assert ceiling == pytest.approx(1008e9 / (2 * 7_504_924_672 + 256 * 131_072))
