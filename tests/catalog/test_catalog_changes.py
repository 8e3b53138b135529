"""A changed fact moves every figure that rests on it, and no word; a new one needs no code."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import pytest
from bs4 import BeautifulSoup
from building import ROOT, Project, contents, copy_of, small_copy_of

pytestmark = pytest.mark.builds

H100 = "catalog/gpus/h100-sxm.yml"
CORE = "learn/decode-bottleneck"
WITH_BANDWIDTH = {"bandwidth", "decode_tps", "aggregate_tps", "attainable_flops"}
AGAINST_BANDWIDTH = {
    "memory_time",
    "plain_step_time",
    "napkin_step_time",
    "step_time",
    "ridge_point",
    "critical_batch",
}
OF_SEVERAL = {"ratio", "change", "idle_share"}
"""Quantities that may move or not, as what they compare does; so may what is fitted."""


def soup(site: Path, page: str) -> BeautifulSoup:
    return BeautifulSoup((site / page / "index.html").read_text("utf-8"), "html.parser")


def prose(site: Path, page: str) -> str:
    """The words of a page's article, without figures, charts, their tables, and the ledger."""
    article = soup(site, page).article
    assert article
    computed = "data.figure, svg, details.data, section.ledger, .worked, .step-animation, .cannot"
    for element in article.select(computed):
        element.replace_with("#")
    return " ".join(article.get_text(" ").split())


def figures(site: Path, page: str) -> list[tuple[str, str, float]]:
    return [
        (str(f["data-quantity"]), str(f.get("data-gpu")), float(str(f["value"])))
        for f in soup(site, page).select("data.figure")
    ]


@pytest.fixture(scope="module")
def faster(tmp_path_factory: pytest.TempPathFactory) -> Project:
    """The project with an H100 of 3.36 TB/s instead of 3.35: 1.002985 times the bandwidth."""
    project = copy_of(ROOT, tmp_path_factory.mktemp("faster"))
    project.edit(H100, "value: 3.35 TB/s", "value: 3.36 TB/s")
    build = project.build()
    assert build.returncode == 0, build.stdout
    return project


def test_a_changed_bandwidth_moves_every_figure_that_rests_on_it(
    site: Path, faster: Project
) -> None:
    before, after = figures(site, CORE), figures(faster.site, CORE)
    moved = 0
    for (quantity, gpu, old), (same, _, new) in zip(before, after, strict=True):
        assert quantity == same
        of_h100 = gpu == "h100-sxm"
        if of_h100 and quantity in WITH_BANDWIDTH:
            assert new / old == pytest.approx(3.36 / 3.35)
        elif of_h100 and quantity in AGAINST_BANDWIDTH:
            assert old / new == pytest.approx(3.36 / 3.35)
        elif quantity not in OF_SEVERAL and not quantity.startswith("expected_"):
            assert old == new, quantity
        moved += old != new
    assert moved > 50


def test_a_changed_bandwidth_moves_not_one_word(site: Path, faster: Project) -> None:
    for page in ("", CORE, "glossary"):
        assert prose(faster.site, page) == prose(site, page)


def test_a_change_that_makes_a_sentence_false_stops_at_its_line(project: Project) -> None:
    # With eight times the bandwidth the ridge is at 36.9: not "almost three hundred".
    for file in project.root.glob("catalog/measurements/*.yml"):
        text = file.read_text("utf-8")
        file.write_text(text.replace("bandwidth: 3350 GB/s", "bandwidth: 26800 GB/s"), "utf-8")
    project.edit(H100, "value: 3.35 TB/s", "value: 26.8 TB/s")
    build = project.build()
    assert build.returncode != 0
    stopped = re.search(
        r"(docs/\S+\.md):(\d+): the claim '(.+?)' does not hold: (.*)", build.stdout
    )
    assert stopped, build.stdout
    file_name, line, phrase, account = stopped.groups()
    assert phrase in (project.root / file_name).read_text("utf-8").splitlines()[int(line) - 1]
    assert "h100-sxm" in account
    assert not project.site.exists()


def test_a_new_gpu_is_one_file(tmp_path: Path) -> None:
    project = small_copy_of(ROOT, tmp_path)
    shutil.copy(ROOT / "docs" / "catalog.md", project.root / "docs")
    (project.root / "docs" / "index.md").write_text(
        """---
title: A chart of the new GPU
description: One page that names it.
scenario: {model: llama-3-8b, gpu: dream-1, precision: fp16}
---

# A chart of {{ name("gpu") }} { #top }

{{ figure("memory_time") }}

{% call chart("knobs", title="A new GPU", gpus=["dream-1"], precisions=["fp16"], models=["llama-3-8b"]) %}
It is drawn.
{% endcall %}
""",
        "utf-8",
    )
    before = set(contents(project.root / "catalog"))
    shutil.copy(project.root / H100, project.root / "catalog" / "gpus" / "dream-1.yml")
    project.edit("catalog/gpus/dream-1.yml", "name: H100 SXM", "name: Dream One")
    # A tenth of the time of an H100: 15.0098 GB at 33.5 TB/s take 0.448 ms.
    project.edit("catalog/gpus/dream-1.yml", "value: 3.35 TB/s", "value: 33.5 TB/s")
    assert set(contents(project.root / "catalog")) - before == {"gpus/dream-1.yml"}
    project.edit("mkdocs.yml", "  - Home: index.md", "  - Home: index.md\n  - Catalog: catalog.md")

    build = project.build()
    assert build.returncode == 0, build.stdout
    catalog = soup(project.site, "catalog").get_text()
    assert "Dream One" in catalog
    assert "33.5 TB/s" in catalog
    page = soup(project.site, "")
    figure = page.select_one("data.figure")
    assert figure
    assert figure.get_text() == "448\u202fµs"
    drawing = page.select_one("figure.widget svg")
    assert drawing
    assert "Dream One" in drawing.get_text()
