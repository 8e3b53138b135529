"""The page on trust: its statistics by hand from the catalog's files, and in a reader's hands.

Ceilings are worked out here from the YAML and counts of parameters alone: bytes of weights and
caches over the bandwidth of the GPUs that read together. A batch reads a cache for each user, and
of a mixture the experts that any user's token is routed to. No row is bound by arithmetic.
"""

from __future__ import annotations

import csv
import gzip
import io
import json
import math
import re
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path
from statistics import median
from typing import Any

import pytest
import yaml
from bs4 import BeautifulSoup
from building import ROOT, Project, WarmBuilder
from playwright.sync_api import Browser, Page

from macros.catalog import Catalog
from macros.charts import WIDTHS, draw
from macros.errors import ScenarioError
from macros.evidence.groups import evidence_of
from macros.evidence.statistics import STATISTICS, statistic

# Parameters that the models of usable rows hold, as transformers counts them.
HELD = {
    "llama-2-7b": 6_738_415_616,
    "llama-2-13b": 13_015_864_320,
    "llama-2-70b": 68_976_648_192,
    "llama-3-8b": 8_030_261_248,
    "llama-3-70b": 70_553_706_496,
    "llama-3.1-405b": 405_853_388_800,
    "llama-3.2-1b": 1_235_814_400,
    "mixtral-8x7b": 46_702_792_704,
    "qwen2.5-7b": 7_615_616_512,
    "qwen3-8b": 8_190_735_360,
    "qwen3-30b-a3b": 30_532_122_624,
    "deepseek-v3": 671_026_419_200,
    "deepseek-r1": 671_026_419_200,
    "gpt-oss-120b": 116_829_156_672,
    "llama-3.1-70b": 70_553_706_496,
    "qwen2.5-72b": 72_706_203_648,
    "qwen3-235b-a22b": 235_093_634_560,
    "qwen3-next-80b-a3b": 79_674_391_296,
}

PAGE = "validate/"
CHARTS: dict[str, dict[str, Any]] = {
    "validation": {},
    "validation_bands": {},
    "batch_sweeps": {"sources": ["llama-cpp-dgx-spark", "inferencex-828"]},
}

Row = dict[str, Any]


# --- By hand ---


def number(text: object) -> float:
    value, unit = str(text).split(" ")
    return float(value) * {"bits": 1 / 8, "MB": 1e6, "GB": 1e9, "GB/s": 1e9, "TB/s": 1e12}[unit]


@cache
def file(path: str) -> dict[str, Any]:
    """A file of the catalog."""
    found: dict[str, Any] = yaml.safe_load((ROOT / "catalog" / path).read_text("utf-8"))
    return found


@cache
def published() -> list[Row]:
    """Every row of the catalog's files, with what its source says of all its rows."""
    rows = []
    for path in sorted((ROOT / "catalog" / "measurements").glob("*.yml")):
        document = yaml.safe_load(path.read_text("utf-8"))
        rows += [
            {
                "of": document["source"],
                "benchmark": document.get("benchmark", document["source"]),
                **document.get("same", {}),
                **row,
            }
            for row in document["rows"]
        ]
    return rows


def used(row: Row) -> bool:
    return "reads" in row and "layers" in row and not {"left_out", "speculative"} & row.keys()


def together(row: Row) -> int:
    return int(row.get("concurrency", 1))


def users(row: Row) -> float:
    """Users who really decode at a time: not all that are served do."""
    return float(row.get("users", together(row)))


def alone() -> list[Row]:
    return [row for row in published() if used(row) and together(row) == 1]


def batched() -> list[Row]:
    return [row for row in published() if used(row) and together(row) > 1]


def gpus_reading(row: Row) -> int:
    return int(row.get("gpus", 1)) if row.get("layout") == "tensor" else 1


def cached_tokens(row: Row) -> float:
    """Tokens that each user's cache holds, where the model's windows are known."""
    if "model_id" not in row:
        return 0.0
    dimensions = file(f"models/{row['model_id']}.yml")["dimensions"]
    window = dimensions.get("window", {"layers": 0, "size": 0})
    share, context = window["layers"] / dimensions["layers"], row.get("context", 0)
    return float((1 - share) * context + share * min(window["size"], context))


def is_mixture(row: Row) -> bool:
    return "experts" in row or bool(mixed(row))


def mixed(row: Row) -> Row | None:
    """The dimensions of a model that is known to route tokens to experts."""
    model = file(f"models/{row['model_id']}.yml") if "model_id" in row else {}
    return model["dimensions"] if "moe" in model.get("dimensions", {}) else None


def experts(dimensions: Row) -> float:
    """Parameters of all routed experts."""
    moe = dimensions["moe"]
    wide, inner = dimensions["hidden"], moe["intermediate"]
    biases = 2 * inner + wide if moe.get("expert_biases") else 0
    return float(moe["layers"] * moe["routed"] * (3 * wide * inner + biases))


def asleep(row: Row, users: float) -> float:
    """Share of the experts that no user's token wakes."""
    dimensions = mixed(row)
    if not dimensions:
        return 0.0
    moe = dimensions["moe"]
    return float((1 - moe["per_token"] / moe["routed"]) ** users)


def bits(precision: str, part: str) -> float:
    """Bytes per parameter of a part of the model, in a format that may spare some."""
    format = file("precisions.yml")[precision]
    return number(format.get(part, format["bits"])["value"])


def weights(row: Row) -> float:
    """Bytes of weights that a step reads.

    Of a model and format of the catalog: its blocks, its head, and the experts that are awake; of
    any other what the row says, and the experts that further users wake.
    """
    model, precision = row.get("model_id"), row.get("precision_id")
    if "experts" in row and not (model and precision):
        missed = 1 - row["experts_per_token"] / row["experts"]
        woken = float(missed - missed ** users(row))
        return number(row["reads"]) + number(row["expert_bytes"]) * woken
    if not model:
        return number(row["reads"])
    described = file(f"models/{model}.yml")
    dimensions = described["dimensions"]
    routed = experts(dimensions) if mixed(row) else 0.0
    if not precision:
        own = bits(described["native_precision"], "experts")
        return number(row["reads"]) + routed * (asleep(row, 1) - asleep(row, users(row))) * own
    head = float(dimensions["vocab"] * dimensions["hidden"])
    embedding = 0 if dimensions["tied_embeddings"] else head
    return (
        (HELD[model] - embedding - head - routed) * bits(precision, "blocks")
        + head * bits(precision, "vocabulary")
        + routed * (1 - asleep(row, users(row))) * bits(precision, "experts")
    )


def copies(row: Row) -> float:
    """How often the GPUs hold each cache: its KV heads can be split no further."""
    dimensions = file(f"models/{row['model_id']}.yml")["dimensions"] if "model_id" in row else {}
    heads = 1 if "mla" in dimensions else dimensions.get("kv_heads", 1)
    heads = row["kv_heads"] if "kv_read" in row else heads
    return gpus_reading(row) / min(gpus_reading(row), int(heads))


def token_bytes(row: Row) -> float:
    """Bytes that a token takes in a user's cache: 2 a value, or 1 where the row says 8 bits."""
    dimensions = file(f"models/{row['model_id']}.yml")["dimensions"] if "model_id" in row else {}
    if not dimensions:
        return 0.0
    caching = dimensions["layers"] - dimensions.get("linear_attention", {"layers": 0})["layers"]
    if latent := dimensions.get("mla"):
        values = latent["kv_lora_rank"] + latent["rope_head_dim"]
    else:
        values = 2 * dimensions["kv_heads"] * dimensions["head_dim"]
    return float(caching * values * {"fp8": 1}.get(row.get("kv_precision_id", ""), 2))


def ceiling(row: Row) -> float:
    of_model = cached_tokens(row) * token_bytes(row)
    cache = number(row["kv_read"]) if "kv_read" in row else of_model
    caches = users(row) * cache * copies(row)
    return number(row["bandwidth"]) * gpus_reading(row) / (weights(row) + caches)


def share(row: Row) -> float:
    return float(row["tokens_per_second"]) / ceiling(row)


def off(rows: list[Row]) -> float:
    return median(abs(1 / share(row) - 1) for row in rows)


def memory(row: Row) -> str:
    """The kind of memory of a row's device: by the catalog's file, or else by hand."""
    if "gpu_id" in row:
        known = str(file(f"gpus/{row['gpu_id']}.yml")["memory"]["type"])
        return re.match("HBM|GDDR|LPDDR", known)[0]  # type: ignore[index]
    by_hand = {"CPU": "DDR", "Apple": "LPDDR", "Jetson": "LPDDR", "iGPU": "LPDDR", "MI250X": "HBM"}
    return next((kind for name, kind in by_hand.items() if name in row["gpu"]), "GDDR")


def on(kind: str) -> list[Row]:
    return [row for row in alone() if memory(row) == kind]


def four_bits() -> list[tuple[Row, Row]]:
    """Rows of 16 bits with rows of about four: all else equal."""
    settings = ("of", "engine", "version", "gpu", "gpus", "layout", "context", "model")
    return [
        (wide, narrow)
        for wide in alone()
        for narrow in alone()
        if wide.get("precision_id") in ("fp16", "bf16")
        and all(wide.get(name) == narrow.get(name) for name in settings)
        and 3.5 <= 16 * number(narrow["reads"]) / number(wide["reads"]) < 5.5
    ]


BY_HAND: dict[str, Callable[[], float]] = {
    "measurements": lambda: len(published()),
    "left_out": lambda: sum(not used(row) for row in published()),
    "rows": lambda: len(alone()),
    "rows(8 GPUs)": lambda: sum(gpus_reading(row) == 8 for row in alone()),
    "rows(ExLlamaV2)": lambda: sum(row["engine"] == "ExLlamaV2" for row in alone()),
    "sources": lambda: len({row["benchmark"] for row in alone()}),
    "law_median_error": lambda: off(alone()),
    "law_median_error(8 GPUs)": lambda: off([row for row in alone() if gpus_reading(row) == 8]),
    "law_median_error(gpt-fast (torch.compile))": lambda: off(
        [row for row in alone() if row["engine"] == "gpt-fast (torch.compile)"]
    ),
    "lowest_share_of_ceiling": lambda: min(map(share, alone())),
    "highest_share_of_ceiling": lambda: max(map(share, alone())),
    "rows(several users)": lambda: len(batched()),
    "law_median_error(a dense model, several users)": lambda: off(
        [row for row in batched() if not is_mixture(row)]
    ),
    "law_median_error(a mixture of experts, several users)": lambda: off(
        list(filter(is_mixture, batched()))
    ),
    "highest_share_of_ceiling(a mixture of experts, several users)": lambda: max(
        map(share, filter(is_mixture, batched()))
    ),
    "rows(a mean over steady traffic)": lambda: sum(
        row.get("measures") == "mean" and row.get("traffic") == "steady" for row in batched()
    ),
    "rows(data-centre GPU (HBM))": lambda: len(on("HBM")),
    "rows(graphics card (GDDR))": lambda: len(on("GDDR")),
    "rows(shared memory (LPDDR))": lambda: len(on("LPDDR")),
    "law_median_error(data-centre GPU (HBM))": lambda: off(on("HBM")),
    "law_median_error(graphics card (GDDR))": lambda: off(on("GDDR")),
    "law_median_error(shared memory (LPDDR))": lambda: off(on("LPDDR")),
    "pairs(16-bit to 4-bit)": lambda: len(four_bits()),
    "bytes_factor(16-bit to 4-bit)": lambda: median(
        number(wide["reads"]) / number(narrow["reads"]) for wide, narrow in four_bits()
    ),
    "speed_factor(16-bit to 4-bit)": lambda: median(
        narrow["tokens_per_second"] / wide["tokens_per_second"] for wide, narrow in four_bits()
    ),
}


@pytest.fixture(scope="module")
def statistics(site: Path) -> dict[str, float]:
    document = json.loads((site / PAGE / "ledger.json").read_text("utf-8"))
    return {figure["reference"]: figure["value"] for figure in document["figures"]}


@pytest.mark.parametrize("reference", BY_HAND)
def test_a_statistic_is_what_the_files_give_by_hand(
    reference: str, statistics: dict[str, float]
) -> None:
    assert statistics[reference] == pytest.approx(BY_HAND[reference](), rel=1e-9)


@pytest.fixture(scope="module")
def lines(site: Path) -> dict[str, dict[str, str]]:
    """The lines of the page's CSV, by the id of their row."""
    text = (site / PAGE / "validation.csv").read_text("utf-8")
    return {line["id"]: line for line in csv.DictReader(io.StringIO(text))}


def test_ceilings_of_every_row_are_what_the_files_give_by_hand(
    lines: dict[str, dict[str, str]],
) -> None:
    bounded = {row["id"]: row for row in published() if "reads" in row and "layers" in row}
    found = {id: float(line["ceiling_tps"]) for id, line in lines.items() if line["ceiling_tps"]}
    assert found.keys() == bounded.keys()
    assert sum(together(row) > 1 for row in bounded.values()) > 50
    for id, row in bounded.items():
        assert found[id] == pytest.approx(ceiling(row), rel=1e-9), id


def test_an_interval_in_a_table_is_the_middle_one_of_its_rows(
    statistics: dict[str, float], lines: dict[str, dict[str, str]]
) -> None:
    rows = [lines[row["id"]] for row in alone()]
    reading = [line for line in rows if float(line["fixed_share"]) < 0.15]
    for end in ("low", "high"):
        ratios = [float(row[f"expected_{end}_tps"]) / float(row["expected_tps"]) for row in reading]
        found = statistics[f"interval_{end}(under 15 % fixed)"]
        assert found == pytest.approx(median(ratios), rel=1e-9)


@pytest.mark.parametrize(
    ("statistic", "counts"),
    [
        ("form_median_error", lambda row: True),
        ("form_many_gpus_error", lambda row: gpus_reading(row) > 1),
        ("form_mixtures_error", is_mixture),
    ],
)
def test_errors_of_the_kept_form_are_those_of_the_expected_speeds_on_the_page(
    statistic: str,
    counts: Callable[[Row], bool],
    statistics: dict[str, float],
    lines: dict[str, dict[str, str]],
) -> None:
    errors = [
        abs(float(lines[row["id"]]["expected_tps"]) / row["tokens_per_second"] - 1)
        for row in alone()
        if counts(row)
    ]
    found = statistics[f"{statistic}(the kept form)"]
    assert found == pytest.approx(median(errors), rel=1e-9)


# --- The page ---


def test_every_published_row_stands_on_the_page_and_in_its_files(page: Any, site: Path) -> None:
    ids = {row["id"] for row in published()}
    table = page(PAGE).select("#measured tbody tr")
    assert {row["id"] for row in table} == ids
    assert len(table) == len(published())
    document = json.loads((site / PAGE / "validation.json").read_text("utf-8"))
    assert {row["id"] for row in document["rows"]} == ids
    assert all(row["url"].startswith("https://") for row in document["rows"])
    for row in document["rows"]:
        assert (row["left_out"] is None) == (row["expected_tps"] is not None), row["id"]


def test_each_source_is_linked_beside_its_rows(page: Any) -> None:
    folds = page(PAGE).select("#measured details")
    assert len(folds) == len({row["of"] for row in published()})
    for fold in folds:
        assert fold.select_one('p > a[href^="https://"]')
        assert fold.select_one('p > a[href^="../catalog/#measured-"]')


def test_the_page_rests_on_claims_that_can_fail(page: Any) -> None:
    soup = page(PAGE)
    claims = soup.select("span.claim")
    assert len(claims) >= 12
    for figure in soup.select('data[data-quantity="statistic"]'):
        assert figure["data-statistic"] in STATISTICS
        assert figure["title"]


def test_the_page_is_light_enough_for_its_length(site: Path) -> None:
    text = (site / PAGE / "index.html").read_bytes()
    # It holds every published row, at some 700 bytes each.
    assert len(text) < 750_000
    assert len(gzip.compress(text)) < 110_000


@pytest.mark.parametrize("name", CHARTS)
def test_a_chart_of_hundreds_of_rows_is_small_and_tells_what_it_shows(
    name: str, catalog: Catalog, tmp_path: Path
) -> None:
    drawn = draw(name, catalog, None, CHARTS[name], tmp_path)
    assert drawn.svgs.keys() == WIDTHS.keys()
    assert all(len(svg) < 60_000 for svg in drawn.svgs.values())
    assert re.search(r"\d", drawn.drawing.finding)
    assert not drawn.specs  # it follows no picks


def test_the_chart_shows_every_row_twice(catalog: Catalog, tmp_path: Path) -> None:
    drawn = draw("validation", catalog, None, {}, tmp_path)
    for svg in drawn.svgs.values():
        soup = BeautifulSoup(svg, "html.parser")
        squares = soup.select("path[transform]")
        paths = [str(path["d"]) for path in soup.select("path:not([transform])")]
        dots = sum(len(re.findall(r"M[\d.,-]+Z", d)) for d in paths)
        assert (len(squares), dots) == (len(alone()), len(alone()))


# --- What is asked of it ---


def test_a_misspelt_statistic_names_the_nearest(catalog: Catalog) -> None:
    evidence = evidence_of(catalog)
    with pytest.raises(ScenarioError, match="did you mean 'expected_median_error'"):
        statistic(evidence, "expected_medien_error")
    with pytest.raises(ScenarioError, match="of no group 'vLM'; did you mean 'vLLM'"):
        statistic(evidence, "rows", "vLM")
    with pytest.raises(ScenarioError, match="write group=, such as 'one share"):
        statistic(evidence, "form_constants")
    with pytest.raises(ScenarioError, match="cannot show pcie_time"):
        statistic(evidence, "pcie_time", scale="minutes")


def test_every_statistic_has_a_finite_value_for_every_group(catalog: Catalog) -> None:
    evidence = evidence_of(catalog)
    for name, known in STATISTICS.items():
        for group in getattr(evidence, known.of):
            assert math.isfinite(statistic(evidence, name, group).value), (name, group)


ASKS = """\
---
title: A page of statistics
description: One page without charts, so that a build takes little time.
---

# A page of statistics { #top }

{{ statistic("rows") }}, {{ statistic("expected_median_error") }}, {{ statistic("pcie_time") }},
{{ statistic("rows", group="vLLM of 2023") }}
"""


def take_away(project: Project, source: str, which: Callable[[str], bool]) -> int:
    """Take rows out of a source's file, by their text; how many they were."""
    path = project.root / "catalog" / "measurements" / f"{source}.yml"
    head, *rows = re.split(r"(?m)^(?=  - id: )", path.read_text("utf-8"))
    kept = [row for row in rows if not which(row)]
    path.write_text(head + "".join(kept), "utf-8")
    return len(rows) - len(kept)


@pytest.mark.builds
def test_a_measurement_taken_away_moves_figures_or_stops_the_build(
    small_project: Project, warm: WarmBuilder
) -> None:
    (small_project.root / "docs" / "index.md").write_text(ASKS, "utf-8")

    def figures() -> dict[str, float]:
        text = (small_project.site / "index.html").read_text("utf-8")
        found = BeautifulSoup(text, "html.parser").select("data.figure")
        return {
            f"{f['data-statistic']} {f.get('data-group')}": float(str(f["value"])) for f in found
        }

    build = warm.build(small_project)
    assert build.returncode == 0, build.stdout
    before = figures()
    taken = take_away(small_project, "gpt-fast", lambda row: "gpus: 8" in row)
    build = warm.build(small_project)
    assert build.returncode == 0, build.stdout
    after = figures()
    assert before.pop("rows vLLM of 2023") == after.pop("rows vLLM of 2023")
    assert taken > 5
    assert before["rows None"] - taken <= after["rows None"] < before["rows None"]
    assert all(after[name] != before[name] for name in before)
    # Without its rows the group is none, and a page that speaks of it cannot stand.
    assert take_away(small_project, "mlc-llm-perf-bench", lambda row: "engine: vLLM" in row)
    build = warm.build(small_project)
    assert build.returncode != 0
    assert "index.md:9: rows is of no group 'vLLM of 2023'" in build.stdout


# --- In a reader's hands ---


@pytest.fixture
def phone(browser: Browser, address: str) -> Iterator[Page]:
    with browser.new_context(viewport={"width": 390, "height": 844}) as context:
        page = context.new_page()
        page.goto(address + PAGE)
        yield page


@pytest.mark.browser
def test_a_phone_scrolls_nothing_sideways_but_tables(phone: Page) -> None:
    phone.evaluate("document.querySelectorAll('details').forEach(fold => fold.open = true)")
    assert phone.evaluate("document.documentElement.scrollWidth") <= 390


@pytest.mark.browser
def test_words_filter_the_rows_and_an_emptied_field_shows_all(phone: Page) -> None:
    rows = phone.locator("#measured tbody tr:visible")
    assert rows.count() == 0  # all folded
    phone.fill("input[data-filter]", "405b A100")
    expected = [r for r in published() if "405B" in r["model"] and "A100" in r["gpu"]]
    assert rows.count() == len(expected) > 0
    assert f"{len(expected)} of {len(published())} rows" in phone.inner_text(".filter output")
    phone.fill("input[data-filter]", "")
    assert phone.locator("#measured details:visible").count() > 20


@pytest.mark.browser
def test_a_link_to_a_row_unfolds_it(browser: Browser, address: str) -> None:
    with browser.new_context() as context:
        page = context.new_page()
        page.goto(f"{address}{PAGE}#gf-020")
        page.wait_for_selector("#gf-020", state="visible")
        page.fill("input[data-filter]", "no such thing")
        page.evaluate("location.hash = '#xd-019'")
        page.wait_for_selector("#xd-019", state="visible")


@pytest.mark.browser
def test_without_scripts_the_page_is_whole_and_shows_no_dead_control(
    browser: Browser, address: str
) -> None:
    with browser.new_context(java_script_enabled=False) as context:
        page = context.new_page()
        page.goto(address + PAGE)
        assert not page.locator("input[data-filter]").is_visible()
        fold = page.locator("#measured details").first
        fold.locator("summary").click()
        assert fold.locator("tbody tr").first.is_visible()
        assert page.locator("svg:visible").count() >= len(CHARTS)
