"""What tests share: one built site, copies to break, and a browser."""

from __future__ import annotations

import fcntl
import os
import re
import shutil
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path

import chromium
import pytest
from bs4 import BeautifulSoup
from building import ROOT, Project, WarmBuilder, copy_of, small_copy_of
from hypothesis import settings
from playwright.sync_api import Browser, sync_playwright
from serving import serving

from macros.catalog import Catalog, load
from macros.evidence.rows import Measured, measured
from macros.scenario import Scenario, describe

# A busy machine is no defect.
settings.register_profile("patient", deadline=None)
settings.load_profile("patient")

Page = Callable[[str], BeautifulSoup]


@pytest.fixture(scope="session")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The site of this repository, built once for all workers of a test run.

    `TESTED_SITE` names one that was built before: the very artifact that is to be published.
    """
    if "TESTED_SITE" in os.environ:
        return Path(os.environ["TESTED_SITE"])
    shared = tmp_path_factory.getbasetemp()
    if "PYTEST_XDIST_WORKER" in os.environ:
        shared = shared.parent
    built = shared / "built-site"
    with (shared / "built-site.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not built.exists():
            build = Project(ROOT).build("--site-dir", str(built))
            assert build.returncode == 0, build.stdout
    return built


@pytest.fixture(scope="session")
def page(site: Path) -> Page:
    """Gives a built page, parsed, by its address: `page("learn/decode-bottleneck/")`."""

    @cache
    def parsed(address: str) -> BeautifulSoup:
        text = (site / address / "index.html").read_text("utf-8")
        return BeautifulSoup(text, "html.parser")

    return parsed


@pytest.fixture(scope="session")
def addresses(site: Path) -> list[str]:
    """The address of every page, relative to the site."""
    pages = (path.parent.relative_to(site).as_posix() for path in site.rglob("index.html"))
    return sorted("" if address == "." else f"{address}/" for address in pages)


@pytest.fixture(scope="session")
def catalog() -> Catalog:
    """The catalog as it stands."""
    return load(ROOT / "catalog")


@pytest.fixture(scope="session")
def base(catalog: Catalog) -> Scenario:
    """The scenario that the core page argues with."""
    return describe(catalog, {"model": "llama-3-70b", "gpu": "h100-sxm", "precision": "fp16"})


@pytest.fixture(scope="session")
def rows(catalog: Catalog) -> tuple[Measured, ...]:
    """Every published row of the catalog that an analysis may use, beside its law."""
    return measured(catalog)


FEW = {"gpt-fast", "llama-cpp-apple-silicon", "llm-awq-tinychat", "silybench"}
"""Files of measurements that are enough to fit and to break."""


@pytest.fixture(scope="session")
def small_catalog(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The catalog with few measurements, and the sources that are left: read quickly."""
    folder = tmp_path_factory.mktemp("small") / "catalog"
    shutil.copytree(ROOT / "catalog", folder)
    for file in (folder / "measurements").iterdir():
        if file.stem not in FEW:
            file.unlink()
    sources = folder / "sources.yml"
    entries = re.split(r"^(?=[\w.-]+:$)", sources.read_text("utf-8"), flags=re.M)
    others = (path for path in folder.rglob("*.yml") if path != sources)
    cited = {word for path in others for word in re.findall(r"[\w.-]+", path.read_text("utf-8"))}
    kept = [entry for entry in entries if entry.split(":", 1)[0] in cited or entry.startswith("#")]
    sources.write_text("".join(kept), "utf-8")
    return folder


@pytest.fixture
def catalog_copy(small_catalog: Path, tmp_path: Path) -> Path:
    """A copy of a small catalog that a test may break."""
    return Path(shutil.copytree(small_catalog, tmp_path / "catalog"))


@pytest.fixture
def project(tmp_path: Path) -> Project:
    """A copy of the whole project."""
    return copy_of(ROOT, tmp_path)


@pytest.fixture
def small_project(tmp_path: Path) -> Project:
    """A copy with one small page, which builds in half the time."""
    return small_copy_of(ROOT, tmp_path)


@pytest.fixture(scope="session")
def warm(tmp_path_factory: pytest.TempPathFactory) -> Iterator[WarmBuilder]:
    """A builder for many small builds."""
    builder = WarmBuilder(tmp_path_factory.mktemp("warm"))
    yield builder
    builder.close()


@pytest.fixture(scope="session")
def address(site: Path) -> Iterator[str]:
    """Where the built site is served, ending in a slash."""
    with serving(site) as served:
        yield served.address


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """A Chromium; tests that need one are skipped where there is none."""
    if not chromium.found():
        pytest.skip("no Chromium or Chrome; `make browser` installs one")
    with sync_playwright() as playwright:
        opened = chromium.launched(playwright)
        yield opened
        opened.close()
