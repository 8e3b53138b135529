"""Whatever a link asks for, the page opens, takes what it can, and shows no nonsense."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import quote

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from playwright.sync_api import Browser, Page

from macros.catalog import Catalog
from macros.errors import ScenarioError
from macros.scenario import describe

pytestmark = pytest.mark.browser

EXAMPLES = 300

VISIT = """query => {
  history.replaceState(null, "", location.pathname + query);
  dispatchEvent(new PopStateEvent("popstate"));
  const controls = document.querySelectorAll("[data-picks] [name]");
  const figures = document.querySelectorAll("[data-live]");
  return {
    picked: Object.fromEntries([...controls].map(({ name, value }) => [name, value])),
    words: [...figures].map(figure => figure.textContent).join(" "),
    notice: document.querySelector(".picks-notice p")?.textContent ?? "",
  };
}"""

NONSENSE = re.compile(r"NaN|undefined|null|Infinity|\[object|∞")
COUNTS = {"gpus": (1, 1024), "batch": (1, 4096)}


@pytest.fixture(scope="module")
def visited(browser: Browser, address: str) -> Iterator[tuple[Page, list[str]]]:
    """The calculator, which has every axis, and what it complains of."""
    page = browser.new_page()
    complaints: list[str] = []
    page.on("console", lambda message: complaints.append(message.text))
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.goto(f"{address}calculate/")
    page.wait_for_selector("#picks-status", state="attached")
    yield page, complaints
    page.close()


def wishes(catalog: Catalog) -> st.SearchStrategy[list[tuple[str, str]]]:
    """Axes and values as links hold them: good ones, near misses, and anything at all."""
    names = {
        "model": st.sampled_from(sorted(catalog.models)),
        "gpu": st.sampled_from(sorted(catalog.gpus)),
        "precision": st.sampled_from(sorted(catalog.precisions)),
        "kv": st.sampled_from(sorted(catalog.precisions)),
        "math": st.sampled_from(["", "fp16", "fp8", "fp4", "int8"]),
        "memory": st.sampled_from(["label", "reported"]),
        "gpus": st.integers(-1, 1100).map(str),
        "batch": st.integers(-1, 5000).map(str),
        "context": st.integers(-1, 11_000_000).map(str),
    }
    junk = st.one_of(st.text(max_size=20), st.sampled_from(["__proto__", "toString", "1e3", "0x1"]))
    pairs = [st.tuples(st.just(axis), st.one_of(good, junk)) for axis, good in names.items()]
    return st.lists(st.one_of(*pairs, st.tuples(junk, junk)), max_size=9)


def is_good(catalog: Catalog, axis: str, value: str) -> bool:
    """Whether a value can be taken whatever the others are."""
    if axis in COUNTS:
        least, most = COUNTS[axis]
        return bool(re.fullmatch(r"[0-9]{1,9}", value)) and least <= int(value) <= most
    named = {"model": catalog.models, "gpu": catalog.gpus, "precision": catalog.precisions}
    return axis in named and value in named[axis]


def scenario_of(picked: Mapping[str, str]) -> dict[str, Any]:
    counts = {axis: int(picked[axis]) for axis in (*COUNTS, "context")}
    return {axis: value for axis, value in {**picked, **counts}.items() if value != ""}


def test_any_query_leaves_a_scenario_that_the_law_knows(
    visited: tuple[Page, list[str]], catalog: Catalog
) -> None:
    page, complaints = visited

    @settings(max_examples=EXAMPLES)
    @given(wishes(catalog))
    def check(pairs: list[tuple[str, str]]) -> None:
        query = "?" + "&".join(
            f"{quote(axis, errors='replace')}={quote(value, errors='replace')}"
            for axis, value in pairs
        )
        shown = page.evaluate(VISIT, query)
        picked = scenario_of(shown["picked"])
        describe(catalog, picked)
        assert all(least <= picked[axis] <= most for axis, (least, most) in COUNTS.items())
        first: dict[str, str] = {}
        for axis, value in pairs:
            first.setdefault(axis, value)
        for axis, value in first.items():
            if is_good(catalog, axis, value):
                assert shown["picked"][axis] == str(int(value) if axis in COUNTS else value)
        assert not NONSENSE.search(shown["words"])
        assert len(shown["notice"]) < 1000
        assert complaints == []

    check()


def test_a_scenario_that_is_none_would_be_seen(catalog: Catalog) -> None:
    with pytest.raises(ScenarioError):
        describe(catalog, {"model": "__proto__", "gpu": "b200", "precision": "fp16"})
