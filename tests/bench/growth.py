"""How the cost of a build grows with the catalog and with the pages, in CPU time.

Where growth is linear, an entry or a page costs the same in the second step as in the first.
"""

from __future__ import annotations

import re
import tempfile
from collections.abc import Iterator
from itertools import cycle, islice
from pathlib import Path
from typing import Any

import yaml
from building import ROOT, Project, small_copy_of
from measuring import PAGE_CACHE, build, cpu_of, forget, row

from macros.catalog.reading import read

ENTRIES = (20, 200, 2000)
PAGES = (10, 100, 1000)
MORE_PAGES = 40
RUNS = 5

NAMED = ("llama-3-70b", "llama-3-8b", "llama-3.1-405b", "h100-sxm", "h200-sxm")
"""The entries that the page and the card name."""

PAGE = """\
---
title: Page {number}
description: A section as the core page has them.
scenario: {{model: llama-3-70b, gpu: h100-sxm, precision: fp16}}
---

# Page {number} {{ #top }}

Of {{{{ figure("weight_bytes") }}}} every step reads all, in {{{{ figure("memory_time") }}}}.
The arithmetic of {number} users takes {{{{ figure("compute_time", batch={number}, unit="ms") }}}},
so the matrix units idle for {{{{ figure("idle_share", batch={number}, unit="%") }}}},
and the ridge is {{{{ figure("ridge_point") }}}} away.
An 8B model reads {{{{ figure("weight_bytes", model="llama-3-8b") }}}} in
{{{{ figure("memory_time", model="llama-3-8b") }}}}:
{{{{ ratio(figure("memory_time"), figure("memory_time", model="llama-3-8b")) }}}} less,
{{{{ claim("nearly nine times", ratio(figure("memory_time"), figure("memory_time", model="llama-3-8b")) > 8.5) }}}}.
On the next GPU the step takes {{{{ figure("memory_time", gpu="h200-sxm", batch={number}) }}}}
and the ceiling is {{{{ figure("aggregate_tps", gpu="h200-sxm", gpus=2, batch={number}) }}}}.

{{{{ formula("memory_time", "compute_time", "step_time") }}}}

{{{{ table("Two GPUs", rows=[{{"gpu": "h100-sxm"}}, {{"gpu": "h200-sxm"}}],
   columns=["bandwidth", "peak_flops", "ridge_point"]) }}}}

{{% call chart("naive", title="One multiple for every model", pick=["model", "gpu"]) %}}
On one {{{{ name("gpu") }}}}: {{{{ figure("naive_tps") }}}} against {{{{ figure("decode_tps", hypothetical=true) }}}}.
{{% endcall %}}
"""

CONFIG = """\
INHERIT: site.yml
nav:
  - Home: index.md
extra_css: []
validation: {omitted_files: info}
"""
"""Only one page stands in the navigation: the theme writes all of that into every page."""


def bench() -> None:
    """Measure both."""
    with tempfile.TemporaryDirectory() as folder:
        of_one_page = bench_catalog(Path(folder))
        bench_pages(Path(folder))
    few, many = of_one_page.values()
    row(f"a page with {ENTRIES[0]} entries in the catalog, and with {ENTRIES[-1]:,}",
        f"{few * 1000:.0f} and {many * 1000:.0f} ms", "the same")  # fmt: skip


def bench_catalog(folder: Path) -> dict[int, float]:
    """Builds of one page; gives what a page costs with the smallest catalog and the largest."""
    times, of_one_page = [], {}
    for entries in ENTRIES:
        project = _project(folder / f"entries-{entries}")
        _resize(project.root / "catalog", entries)
        build(project)
        # The least of some: what else runs on the machine can only add to it.
        times.append(min(_paged(project, 1) for _ in range(RUNS)))
        if entries in (ENTRIES[0], ENTRIES[-1]):
            of_one_page[entries] = (_paged(project, 1 + MORE_PAGES) - times[-1]) / MORE_PAGES
    _grown("entries of the catalog", ENTRIES, times)
    return of_one_page


def bench_pages(folder: Path) -> None:
    """Builds of many pages with the catalog as it is."""
    project = _project(folder / "pages")
    build(project)
    _grown("pages", PAGES, [_paged(project, pages) for pages in PAGES])


def _grown(what: str, sizes: tuple[int, int, int], times: list[float]) -> None:
    (a, b, c), (first, second, third) = sizes, times
    early, late = (second - first) / (b - a), (third - second) / (c - b)
    row(f"a build with {a}, {b} and {c:,} {what}, CPU",
        ", ".join(f"{time:.1f}" for time in times) + " s", "")  # fmt: skip
    row(f"one more of the {what}, in the first step and in the second",
        f"{early * 1000:.1f} and {late * 1000:.1f} ms", "the same (linear)")  # fmt: skip


def _project(folder: Path) -> Project:
    """A project of one page."""
    project = small_copy_of(ROOT, folder)
    (folder / "mkdocs.yml").write_text(CONFIG, "utf-8")
    _write_page(project, 1)
    return project


def _paged(project: Project, pages: int) -> float:
    """The CPU time of a build with so many pages; their chart is in the cache from the first."""
    for number in range(1, pages + 1):
        _write_page(project, number)
    forget(project, PAGE_CACHE)
    return cpu_of(lambda: build(project))


def _write_page(project: Project, number: int) -> None:
    name = "index" if number == 1 else f"page-{number}"
    (project.root / "docs" / f"{name}.md").write_text(PAGE.format(number=number), "utf-8")


# --- Catalogs of any size ---


def _resize(catalog: Path, entries: int) -> None:
    """Leave so many GPUs and models in a catalog, half of each, or copy some until there are."""
    kept = {folder: _fill(catalog / folder, entries // 2) for folder in ("gpus", "models")}
    ids = kept["gpus"] | kept["models"]
    for path in (catalog / "measurements").glob("*.yml"):
        _write(path, _without_others(_read(path), ids))
    cited = set(_cited(_read(path) for path in catalog.glob("*/*.yml")))
    cited |= set(_cited([_read(catalog / "precisions.yml")]))
    sources = catalog / "sources.yml"
    _write(sources, {id: source for id, source in _read(sources).items() if id in cited})


def _fill(folder: Path, count: int) -> set[str]:
    """Bring the number of files to a count; the ids there are then."""
    files = sorted(folder.glob("*.yml"), key=lambda path: (path.stem not in NAMED, path.stem))
    for path in files[count:]:
        path.unlink()
    templates = cycle(files[:count])
    for number, path in enumerate(islice(templates, len(files), count)):
        text = re.sub("^name: .*", rf"\g<0> no. {number}", path.read_text("utf-8"), flags=re.M)
        (folder / f"{path.stem}-{number}.yml").write_text(text, "utf-8")
    return {path.stem for path in folder.glob("*.yml")}


def _read(path: Path) -> Any:
    return read(path, path.name).data


def _write(path: Path, data: Any) -> None:
    path.write_text(yaml.safe_dump(data, allow_unicode=True, sort_keys=False), "utf-8")


def _without_others(measurements: Any, ids: set[str]) -> Any:
    """Measurements that name no entry that is gone."""
    for part in (measurements.get("same", {}), *measurements["rows"]):
        for axis in ("gpu_id", "model_id"):
            if part.get(axis) not in ids:
                part.pop(axis, None)
    return measurements


def _cited(data: Any) -> Iterator[str]:
    """Every source that is cited anywhere in some data."""
    if isinstance(data, dict):
        if isinstance(source := data.get("source"), str):
            yield source
        data = data.values()
    elif isinstance(data, str) or not hasattr(data, "__iter__"):
        return
    for part in data:
        yield from _cited(part)
