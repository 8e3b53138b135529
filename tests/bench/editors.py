"""How long editors wait: for a build, and for saved prose to show; beside the same prose in Markdown.

Times of builds are CPU time of the whole process. Those under `mkdocs serve` are on the clock.
"""

from __future__ import annotations

import re
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

from building import CHART_CACHE, CORE, ROOT, RUNTIME, Project, copy_of, developing
from chromium import launched
from measuring import PAGE_CACHE, build, cpu_of, forget, medians, row
from plain import plain_copy_of
from playwright.sync_api import Browser, Page, sync_playwright

BUILDS = 5
SAVES = 5
PATIENCE = 120
"""Seconds that anything may take before the bench gives up."""

SAVED = "Two words first"
"""Words of the core page that the bench edits."""

SHOWS = "text => document.querySelector('article')?.textContent.includes(text)"


def bench() -> None:
    """Make both sites, and measure them in turns."""
    with tempfile.TemporaryDirectory() as folder:
        ours = copy_of(ROOT, Path(folder) / "ours", cache=False)
        (ours.root / RUNTIME).parent.mkdir(exist_ok=True)
        (ours.root / RUNTIME).symlink_to(ROOT / RUNTIME, target_is_directory=True)
        plain = plain_copy_of(ours, Path(folder) / "plain")
        bench_builds(ours, plain)
        bench_saves(ours, plain)


def bench_builds(ours: Project, plain: Project) -> None:
    """Builds with less and less of what earlier ones kept: all, charts only, nothing."""

    def after_forgetting(*caches: Path) -> Callable[[], float]:
        def took() -> float:
            forget(ours, *caches)
            return cpu_of(lambda: build(ours))

        return took

    runs = {
        "plain": lambda: cpu_of(lambda: build(plain)),
        "cold": after_forgetting(CHART_CACHE, PAGE_CACHE),
        "warm": after_forgetting(PAGE_CACHE),
        "kept": after_forgetting(),
    }
    took = medians(runs, BUILDS)
    pages = (ours.root / "site").rglob("index.html")
    charts = sum(len(re.findall('id="chart-', page.read_text("utf-8"))) for page in pages)
    row(f"a build of the same prose without macros, CPU, median of {BUILDS}",
        f"{took['plain']:.2f} s", "")  # fmt: skip
    row("a build with all charts in the cache, every page made anew",
        f"{took['warm']:.2f} s, {took['warm'] / took['plain']:.2f}×", "≤ 1.3×")  # fmt: skip
    row("a build in which nothing has changed",
        f"{took['kept']:.2f} s, {took['kept'] / took['plain']:.2f}×", "")  # fmt: skip
    row(f"each of {charts} charts that is not in the cache, on top",
        f"{(took['cold'] - took['warm']) / charts * 1000:.0f} ms", "≤ 60 ms")  # fmt: skip


# --- Under `mkdocs serve` ---


@dataclass
class Served:
    """A project that is being served, and its core page in a browser."""

    project: Project
    page: Page
    saves: int = 0

    def save(self) -> float:
        """Save a changed word; the seconds until the browser shows it."""
        before, after = (f"{SAVED}{f' ({n})' if n else ''}" for n in (self.saves, self.saves + 1))
        self.saves += 1
        self.page.bring_to_front()
        start = time.monotonic()
        self.project.edit(f"docs/{CORE.rstrip('/')}.md", before, after)
        self.page.wait_for_function(SHOWS, arg=after, timeout=PATIENCE * 1000, polling=10)
        return time.monotonic() - start


@contextmanager
def served(project: Project, browser: Browser) -> Iterator[Served]:
    """Serve a project, with its core page open."""
    log = project.root.with_suffix(".log")
    with developing(project, log):
        page = browser.new_context().new_page()
        page.goto(f"{_address(log)}{CORE}")
        yield Served(project, page)


def _address(log: Path) -> str:
    give_up = time.monotonic() + PATIENCE
    while not (found := re.search(r"Serving on (http://\S+)", log.read_text("utf-8"))):
        if time.monotonic() > give_up:
            raise SystemExit(log.read_text("utf-8"))
        time.sleep(0.1)
    return found[1]


def bench_saves(ours: Project, plain: Project) -> None:
    """From a saved word of the core page to the browser."""
    with sync_playwright() as playwright, ExitStack() as stack:
        browser = launched(playwright)
        sites = {
            name: stack.enter_context(served(project, browser))
            for name, project in (("plain", plain), ("ours", ours))
        }
        for site in sites.values():
            site.save()  # the first one warms up
        took = medians({name: site.save for name, site in sites.items()}, SAVES)
        browser.close()
    row(f"saved prose in the browser without macros, median of {SAVES}",
        f"{took['plain']:.2f} s", "")  # fmt: skip
    row("saved prose in the browser",
        f"{took['ours']:.2f} s, {took['ours'] / took['plain']:.2f}×", "< 1 s, ≤ 1.2×")  # fmt: skip
