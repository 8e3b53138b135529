"""The law in the browser against the law in Python: the same numbers, the same texts, the same words."""

from __future__ import annotations

import math
import random
import struct
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Any, cast
from urllib.parse import urlsplit

import pytest
from building import ROOT
from playwright.sync_api import Browser, Page, Route

from macros import law
from macros.catalog import Catalog
from macros.catalog.engines import ENGINES
from macros.errors import ScenarioError
from macros.evidence.accuracy import validate
from macros.evidence.calibration import place_of
from macros.evidence.fit import Fit
from macros.evidence.neighbours import nearest_rows
from macros.evidence.rows import measured
from macros.figures.cells import Text, sentence
from macros.figures.figure import Figure
from macros.figures.make import NO_FIT, change_figure, law_figure, ratio_figure
from macros.figures.names import name_of, of_the_picks
from macros.figures.rules import RULES, turned
from macros.scenario import AXES, OwnSpeed, Scenario, describe
from macros.units.display import scales_of, show
from macros.widgets import law_module as printing
from macros.widgets.law_module import law_module
from macros.widgets.published_rows import rows_module
from macros.widgets.sentences import SENTENCES, said

pytestmark = pytest.mark.browser

GLUE = ROOT / "docs" / "assets" / "live"
SCENARIOS = 5_000
TOLERANCE = 1e-12
FACTS = ["bandwidth", "memory", "peak_flops"]
"""Inputs whose sources the browser knows too."""

COMPUTE = """async rows => {
  const { scenarioOf } = await import("./core/scenario.js");
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
  const { show, pyRepr } = await import("./core/format.js");
  return rows.map(([value, unit, digits, scale]) =>
    [show(value, unit, digits, scale), pyRepr(value)]);
}"""

ACCOUNTS = """async ([rows, facts]) => {
  const { scenarioOf, parseReference } = await import("./core/scenario.js");
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

WORDS = """async rows => {
  const { nameOf, sentence } = await import("./core/phrases.js");
  const { AXES, SENTENCES } = await import("./law.js");
  return rows.map(axes => [
    AXES.map(axis => nameOf(axis, axes)),
    Object.fromEntries(Object.keys(SENTENCES).map(name => [name, sentence(name, axes)])),
  ]);
}"""

TURN = """async ([rows, turns]) => {
  const { scenarioOf } = await import("./core/scenario.js");
  return rows.map(axes =>
    turns.map(([axis, rule]) => scenarioOf(axes).turn(axis, rule).axes[axis]));
}"""

FOLLOW = """async ([rows, hooks, page]) => {
  const { figureOf } = await import("./core/figure-of.js");
  return rows.map(picks => hooks.map(hooks => figureOf(hooks, page)(picks).text));
}"""

NEAREST = """async rows => {
  const { nearestRows, sharesLike } = await import("./calculator/published-rows.js");
  const { scenarioOf } = await import("./core/scenario.js");
  const published = await import("./rows.js");
  return rows.map(axes => {
    const shares = sharesLike(published, scenarioOf(axes));
    return [
      nearestRows(published, scenarioOf(axes), 5)
        .map(row => published.ROWS.indexOf(row)),
      [shares.length, shares.filter(share => share < 0.5).length],
    ];
  });
}"""

COMPARE = """async rows => {
  const { comparison, scenarioOf } = await import("./core/scenario.js");
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


@contextmanager
def running(browser: Browser, generated: str, rows: str = "") -> Iterator[Page]:
    """A page of a generated law and the written glue, and of nothing else."""

    def answer(route: Route) -> None:
        name = urlsplit(route.request.url).path[1:]
        if name in ("law.js", "rows.js"):
            body = generated if name == "law.js" else rows
            route.fulfill(body=body, content_type="text/javascript")
        elif name:
            route.fulfill(path=GLUE / name, content_type="text/javascript")
        else:
            route.fulfill(body="<!doctype html>", content_type="text/html")

    page = browser.new_page()
    page.route("**", answer)
    page.goto("http://law.test/")
    yield page
    page.close()


@pytest.fixture(scope="module")
def live(browser: Browser, catalog: Catalog) -> Iterator[Page]:
    """The law as it stands."""
    rows = rows_module(measured(catalog))
    with running(browser, law_module(catalog, fitted(catalog)), rows) as page:
        yield page


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
        "engine": draws.choice(["", draws.choice(list(ENGINES))]),
    }
    if gpu.peak_flops and draws.random() < 0.3:
        axes["math"] = draws.choice(list(gpu.peak_flops))
    return axes


def drawn(catalog: Catalog, seed: int, count: int) -> list[tuple[dict[str, Any], Scenario]]:
    draws = random.Random(seed)
    made = [draw(catalog, draws) for _ in range(count)]
    known = fitted(catalog).inputs
    draws = random.Random(seed + 100)  # of its own: what the tests draw stays as it is
    for axes in made:
        bare = describe(catalog, axes).on(fitted=known)
        if bare.fits:
            own = round(bare.value("decode_tps") * draws.uniform(0.05, 0.99), 6)
            axes["measured"] = str(OwnSpeed(own or 1e-6, bare))
            other = draws.choice(list(catalog.models.values()))
            if draws.random() < 0.5 and other.max_context >= axes["context"]:
                axes["model"] = other.id  # the speed was measured with another model
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


@pytest.mark.parametrize(
    ("model", "gpus", "copies"),
    [
        ("llama-3.1-70b", 1, 1),  # 8 KV heads: on one GPU,
        ("llama-3.1-70b", 4, 1),  # on fewer than they are,
        ("llama-3.1-70b", 8, 1),  # on as many,
        ("llama-3.1-70b", 16, 2),  # and on twice as many
        ("qwen3-235b-a22b", 8, 2),  # 4 heads
        ("deepseek-v3", 1, 1),  # a latent cache is whole on every GPU
        ("deepseek-v3", 8, 8),
    ],
)
def test_caches_split_alike_by_hand_here_and_in_the_browser(
    live: Page, catalog: Catalog, model: str, gpus: int, copies: int
) -> None:
    # Bytes a token: 80 x 2 x 8 x 128 x 2; 94 x 2 x 4 x 128 x 2; 61 x (512 + 64) x 2.
    token = {"llama-3.1-70b": 327_680, "qwen3-235b-a22b": 192_512, "deepseek-v3": 70_272}[model]
    axes = {"model": model, "gpu": "h200-sxm", "precision": "fp8", "gpus": gpus}
    axes |= {"batch": 64, "context": 8192, "kv": "fp16", "memory": "label"}
    (answer,) = live.evaluate(COMPUTE, [{"axes": axes, "digits": 3, "scales": {}}])
    there = dict(zip(law.MEANINGS, answer["values"], strict=True))
    here = describe(catalog, axes)
    for name, by_hand in {
        "cache_copies": copies,
        "kv_read_time": 64 * 8192 * token * copies / (gpus * 4.8e12),
        "batch_kv_bytes": 64 * 8192 * token * copies,
    }.items():
        assert here.value(name) == pytest.approx(by_hand), name
        assert there[name] == pytest.approx(by_hand), name


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
        if value_or_none(scenario, "peak_flops") and value_or_none(scenario, "own_tps")
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


TURNS = [
    ("gpus", "min"),
    ("batch", "max"),
    *((axis, rule) for axis in ("gpus", "batch", "context") for rule in ("×2", "÷2")),
]


def near_the_edge(catalog: Catalog, seed: int, count: int) -> list[tuple[dict[str, Any], Scenario]]:
    """Scenarios that just fit, or just do not, by the label or on the device: there verdicts change."""
    draws = random.Random(seed)
    found = []
    for axes, scenario in drawn(catalog, seed, count):
        readings = [scenario.on(memory=memory) for memory in ("label", "reported")]
        gpus = int(min(reading.value("min_gpus") for reading in readings)) - draws.randint(0, 1)
        near = {**axes, "memory": "label", "gpus": max(1, gpus)}
        room = int(describe(catalog, near).value("max_batch"))
        near["batch"] = max(1, room + draws.randint(0, 1))
        found.append((near, describe(catalog, near).on(fitted=fitted(catalog).inputs)))
    return found


def kind(verdicts: dict[str, str]) -> str:
    """Which of the verdicts was given, as a reader would tell them apart."""
    cannot = verdicts["cannot_run"]
    if cannot.startswith("Fits by the label"):
        return "by the label only"
    if cannot:
        return "on the device only" if cannot.endswith("there it fits.") else "not at all"
    return "crowded" if verdicts["crowded"] else "runs"


def short_of_the_label(catalog: Catalog) -> Catalog:
    """A catalog in which some devices report less memory than their label says."""
    gpus = {
        id: replace(gpu, memory_reported=replace(gpu.memory, value=gpu.memory.value * 0.9))
        for id, gpu in list(catalog.gpus.items())[::2]
    }
    return replace(catalog, gpus={**catalog.gpus, **gpus})


def test_names_and_verdicts_are_the_same_words(browser: Browser, catalog: Catalog) -> None:
    catalog = short_of_the_label(catalog)
    sample = [*near_the_edge(catalog, 8, 300), *drawn(catalog, 9, 100)]
    with running(browser, law_module(catalog, fitted(catalog))) as page:
        answers = page.evaluate(WORDS, [axes for axes, _ in sample])
    kinds: Counter[str] = Counter()
    for (axes, scenario), (names, verdicts) in zip(sample, answers, strict=True):
        nameless = ("memory", "measured")
        wanted = ["" if axis in nameless else name_of(scenario, axis) for axis in AXES]
        assert names == wanted, axes
        assert verdicts == {name: said(name, scenario) for name in SENTENCES}, axes
        kinds[kind(verdicts)] += 1
    assert len(kinds) == 5, kinds


def test_the_nearest_published_rows_and_those_of_the_class_are_the_same(
    live: Page, catalog: Catalog
) -> None:
    rows, fit = measured(catalog), fitted(catalog)
    place = {entry.row.id: index for index, entry in enumerate(rows)}
    sample = drawn(catalog, 14, 300)
    answers = live.evaluate(NEAREST, [axes for axes, _ in sample])
    for (axes, scenario), (nearest, like) in zip(sample, answers, strict=True):
        wanted = nearest_rows(catalog, rows, scenario, count=5)
        assert nearest == [place[near.entry.row.id] for near in wanted], axes
        peers = fit.peers_of(scenario.gpu, scenario.gpus, scenario.batch)
        known = place_of(0.5, rows, peers.name)
        assert like == [known.rows, known.below], axes


def test_rules_turn_axes_to_the_same_place(live: Page, catalog: Catalog) -> None:
    sample = drawn(catalog, 10, 1_000)
    answers = live.evaluate(TURN, [[axes for axes, _ in sample], TURNS])
    for (axes, scenario), answer in zip(sample, answers, strict=True):
        wanted = [getattr(turned(scenario, {axis: rule}), axis) for axis, rule in TURNS]
        assert answer == wanted, axes


def test_a_figure_follows_its_axes_and_rules_to_the_same_text(live: Page, catalog: Catalog) -> None:
    page: dict[str, Any] = {"model": "llama-3-70b", "gpu": "h100-sxm", "precision": "fp16"}
    page |= {"gpus": 2, "batch": 1, "context": 0}
    base = describe(catalog, page).on(fitted=fitted(catalog).inputs)
    figures = [
        law_figure(base, "decode_tps", pinned=()),
        law_figure(base, "decode_tps", pinned=("gpus",)).ruled(gpus="min"),
        law_figure(base, "held_bytes", pinned=("gpu",), digits=4, scale="GiB"),
        ratio_figure(
            law_figure(base, "decode_tps", pinned=()),
            law_figure(base, "decode_tps", pinned=("gpu",)),
        ),
    ]
    sample = [
        {**axes, "math": "", "kv": "fp16", "memory": "label"} for axes, _ in drawn(catalog, 11, 500)
    ]
    answers = live.evaluate(FOLLOW, [sample, [figure.hooks() for figure in figures], page])
    for picks, texts in zip(sample, answers, strict=True):
        theirs = describe(catalog, {axis: picks[axis] for axis in page})
        own_gpu = theirs.on(gpu=base.gpu)
        ratio = theirs.value("decode_tps") / own_gpu.value("decode_tps")
        fits = theirs.fits and own_gpu.fits
        assert texts == [
            show(theirs.value("decode_tps"), "tok/s") if theirs.fits else NO_FIT,
            show(turned(theirs, {"gpus": "min"}).value("decode_tps"), "tok/s"),
            show(own_gpu.value("held_bytes"), "bytes", 4, "GiB"),
            show(ratio, "1", scale="×") if fits else NO_FIT,
        ], picks


def test_a_sentence_or_a_rule_is_changed_in_one_place(
    browser: Browser, catalog: Catalog, monkeypatch: pytest.MonkeyPatch
) -> None:
    def other(scenario: Scenario) -> Any:
        memory = Text(of_the_picks(scenario, "memory", memory="reported"))
        return sentence("Memory of {memory} will not do.", memory=memory)

    monkeypatch.setitem(cast("dict[str, Any]", SENTENCES), "cannot_run", other)
    monkeypatch.setitem(cast("dict[str, Any]", RULES), "×2", lambda here: here * 2 + 1)
    # What was printed before is kept, by the code that it was printed from.
    monkeypatch.setattr(printing, "remembered", lambda _name, _rests_on, make: make())
    axes, scenario = drawn(catalog, 12, 1)[0]
    with running(browser, law_module(catalog, fitted(catalog))) as page:
        ((_, verdicts),) = page.evaluate(WORDS, [axes])
        ((turned_there,),) = page.evaluate(TURN, [[axes], [("gpus", "×2")]])
    assert verdicts["cannot_run"] == said("cannot_run", scenario)
    assert verdicts["cannot_run"].endswith("will not do.")
    assert turned_there == turned(scenario, {"gpus": "×2"}).gpus == scenario.gpus * 2 + 1


def test_recipes_are_the_same_whichever_scenario_they_were_made_in(catalog: Catalog) -> None:
    first, *others = [
        {name: make(scenario).recipe() for name, make in SENTENCES.items()}
        for _, scenario in drawn(catalog, 13, 20)
    ]
    assert all(recipes == first for recipes in others)
