"""The law in the browser against the law in Python: the same numbers, the same texts."""

from __future__ import annotations

import math
import random
import struct
from collections.abc import Iterator
from typing import Any

import pytest
from building import ROOT
from playwright.sync_api import Browser, Page, Route

from macros import law
from macros.catalog import Catalog
from macros.errors import ScenarioError
from macros.evidence.accuracy import validate
from macros.evidence.fit import Fit
from macros.evidence.rows import measured
from macros.figures.figure import Figure
from macros.figures.make import change_figure, law_figure, ratio_figure
from macros.scenario import Scenario, describe
from macros.units.display import scales_of, show
from macros.widgets.law_module import law_module

pytestmark = pytest.mark.browser

GLUE = ROOT / "docs" / "assets" / "live"
SCENARIOS = 5_000
TOLERANCE = 1e-12
FACTS = ["bandwidth", "memory", "peak_flops"]
"""Inputs whose sources the browser knows too."""

COMPUTE = """async rows => {
  const { scenarioOf } = await import("./scenario.js");
  const { QUANTITIES } = await import("./law.js");
  const plain = value => Number.isFinite(value) ? value : null;
  return rows.map(({ axes, digits, scales }) => {
    const scenario = scenarioOf(axes);
    return {
      fits: scenario.fits,
      values: Object.keys(QUANTITIES).map(name => plain(scenario.value(name))),
      texts: Object.keys(QUANTITIES).map(name =>
        scenario.text(name, digits, scales[QUANTITIES[name].unit])),
    };
  });
}"""

SHOW = """async rows => {
  const { show, pyRepr } = await import("./display.js");
  return rows.map(([value, unit, digits, scale]) =>
    [show(value, unit, digits, scale), pyRepr(value)]);
}"""

ACCOUNTS = """async ([rows, facts]) => {
  const { scenarioOf, parseReference } = await import("./scenario.js");
  const { EQUATIONS } = await import("./law.js");
  return rows.map(axes => {
    const scenario = scenarioOf(axes);
    return [...Object.keys(EQUATIONS), ...facts].map(name => {
      const reference = scenario.reference(name);
      const again = parseReference(reference);
      return [scenario.title(name), reference, scenarioOf(again.axes).reference(again.quantity)];
    });
  });
}"""

COMPARE = """async rows => {
  const { comparison, scenarioOf } = await import("./scenario.js");
  return rows.map(([quantity, of, to, digits, scale]) => {
    const sides = [of, to].map(axes => ({ quantity: "memory_time", scenario: scenarioOf(axes) }));
    const { value, text, title } = comparison(quantity, ...sides, digits, scale);
    return [value, text, title.replace(" (contested)", "")];
  });
}"""


FITS: list[Fit] = []


def fitted(catalog: Catalog) -> Fit:
    """The fit to the catalog's measurements, made once."""
    if not FITS:
        FITS.append(validate(measured(catalog)).fit)
    return FITS[0]


@pytest.fixture(scope="module")
def live(browser: Browser, catalog: Catalog) -> Iterator[Page]:
    """A page of the generated law and the written glue, and of nothing else."""
    generated = law_module(catalog, fitted(catalog))

    def answer(route: Route) -> None:
        name = route.request.url.rsplit("/", 1)[1]
        if name == "law.js":
            route.fulfill(body=generated, content_type="text/javascript")
        elif name:
            route.fulfill(path=GLUE / name, content_type="text/javascript")
        else:
            route.fulfill(body="<!doctype html>", content_type="text/html")

    page = browser.new_page()
    page.route("**", answer)
    page.goto("http://law.test/")
    yield page
    page.close()


def draw(catalog: Catalog, draws: random.Random) -> dict[str, Any]:
    """Some scenario of the catalog: any entries, counts on a log scale, the unusual axes too."""
    model = draws.choice(list(catalog.models.values()))
    gpu = draws.choice(list(catalog.gpus.values()))
    axes: dict[str, Any] = {
        "model": model.id,
        "gpu": gpu.id,
        "precision": draws.choice(list(catalog.precisions)),
        "gpus": int(2 ** draws.uniform(0, 10)),
        "batch": draws.choice([1, int(2 ** draws.uniform(0, 12))]),
        "context": draws.choice([0, draws.randint(0, model.max_context)]),
        "kv": draws.choice(["fp16", draws.choice(list(catalog.precisions))]),
        "memory": draws.choice(["label", "reported"]),
    }
    if gpu.peak_flops and draws.random() < 0.3:
        axes["math"] = draws.choice(list(gpu.peak_flops))
    return axes


def drawn(catalog: Catalog, seed: int, count: int) -> list[tuple[dict[str, Any], Scenario]]:
    draws = random.Random(seed)
    made = [draw(catalog, draws) for _ in range(count)]
    known = fitted(catalog).inputs
    return [(axes, describe(catalog, axes).on(fitted=known)) for axes in made]


def value_or_none(scenario: Scenario, quantity: str) -> float | None:
    """A quantity, or None where it hangs on a peak that no one published."""
    try:
        return scenario.value(quantity)
    except ScenarioError:
        return None


def test_every_quantity_of_random_scenarios_is_the_same_in_number_and_in_text(
    live: Page, catalog: Catalog
) -> None:
    draws = random.Random(1)
    units = {meaning.unit for meaning in law.MEANINGS.values()}
    rows: list[tuple[Scenario, dict[str, Any]]] = [
        (
            scenario,
            {
                "axes": axes,
                "digits": draws.randint(1, 6),
                "scales": {unit: draws.choice(["", *scales_of(unit)]) for unit in sorted(units)},
            },
        )
        for axes, scenario in drawn(catalog, 2, SCENARIOS)
    ]
    answers = live.evaluate(COMPUTE, [row for _, row in rows])
    wrong: list[str] = []
    for (scenario, row), answer in zip(rows, answers, strict=True):
        assert answer["fits"] == scenario.fits, row
        for name, value, text in zip(law.MEANINGS, answer["values"], answer["texts"], strict=True):
            known = value_or_none(scenario, name)
            unit = law.MEANINGS[name].unit
            if known is None or value is None:
                same = known is value and text == "unknown"
            else:
                wanted = show(known, unit, row["digits"], row["scales"][unit])
                same = math.isclose(value, known, rel_tol=TOLERANCE) and text == wanted
            if not same:
                wrong.append(f"{scenario.reference(name)}: {known!r} here, {value!r} {text} there")
    assert not wrong, f"{len(wrong)} differ, such as:\n" + "\n".join(wrong[:10])


def test_any_number_has_the_same_text(live: Page) -> None:
    draws = random.Random(3)

    def number() -> float:
        kind = draws.randrange(4)
        if kind == 0:  # any bits at all
            value = float(struct.unpack("d", draws.randbytes(8))[0])
            return value if math.isfinite(value) and abs(value) < 1e60 else 0.0
        if kind == 1:  # ties, and what binary fractions make of them
            return float((draws.randrange(10_000) + 0.5) / 10 ** draws.randrange(8))
        if kind == 2:
            return float(draws.randrange(10 ** draws.randrange(1, 18)))
        return math.copysign(math.exp(draws.uniform(-28, 41)), draws.uniform(-1, 1))

    units = list(law.MEANINGS.values())
    rows = []
    for _ in range(20_000):
        unit = draws.choice(units).unit
        scale = draws.choice(["", *scales_of(unit)])
        rows.append((number(), unit, draws.randint(1, 15), scale))
    for row, (text, written) in zip(rows, live.evaluate(SHOW, rows), strict=True):
        assert (text, written) == (show(*row), repr(row[0])), row


def test_accounts_of_figures_and_references_are_the_same(live: Page, catalog: Catalog) -> None:
    sample = [
        (axes, scenario)
        for axes, scenario in drawn(catalog, 4, 300)
        if value_or_none(scenario, "peak_flops") is not None
    ]
    answers = live.evaluate(ACCOUNTS, [[axes for axes, _ in sample], FACTS])
    for (_, scenario), answer in zip(sample, answers, strict=True):
        for name, account in zip([*law.EQUATIONS, *FACTS], answer, strict=True):
            figure = law_figure(scenario, name, hypothetical=True)
            assert account == [figure.title, figure.reference, figure.reference]


def test_ratios_and_changes_are_the_same(live: Page, catalog: Catalog) -> None:
    draws = random.Random(5)
    pairs = list(
        zip(drawn(catalog, 6, 300), drawn(catalog, 7, 300), strict=True),
    )
    rows: list[list[Any]] = []
    wanted: list[Figure] = []
    for (of_axes, of), (to_axes, to) in pairs:
        digits, scale = draws.randint(1, 5), draws.choice(["×", "%"])
        sides = law_figure(of, "memory_time"), law_figure(to, "memory_time")
        rows.append(["ratio", of_axes, to_axes, digits, scale])
        wanted.append(ratio_figure(*sides, digits=digits, scale=scale))
        rows.append(["change", of_axes, to_axes, digits, "%"])
        wanted.append(change_figure(*sides, digits=digits))
    for figure, (value, text, title) in zip(wanted, live.evaluate(COMPARE, rows), strict=True):
        assert value == pytest.approx(figure.value, rel=TOLERANCE)
        assert [text, title] == [figure.text, figure.formula]
