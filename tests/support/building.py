"""Builds of the site as an editor runs them: in a process of their own, on the repository or a copy."""

from __future__ import annotations

import json
import os
import shutil
import socket
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[2]
CORE = "learn/decode-bottleneck/"
"""The address of the page that argues the law."""

PARTS = ("docs", "macros", "catalog")
CHART_CACHE = Path(".cache") / "charts"
RUNTIME = Path(".cache") / "runtime"

SMALL_PAGE = """\
---
title: A small page
description: One page without charts, so that a build takes little time.
scenario: {model: llama-3-70b, gpu: h100-sxm, precision: fp16}
---

# A small page { #top }

A step takes {{ figure("memory_time") }}.
"""


def environment(root: Path, **more: str) -> dict[str, str]:
    """The variables of a build in a folder: that folder's own `macros` come first."""
    return {**os.environ, "NO_MKDOCS_2_WARNING": "1", "PYTHONPATH": str(root), **more}


@dataclass(frozen=True)
class Project:
    """A folder that holds the whole project, or as much of it as a build needs.

    Attributes:
        python: what builds it.
    """

    root: Path
    python: str = sys.executable

    @property
    def site(self) -> Path:
        return self.root / "site"

    def start(self, *options: str, **more: str) -> subprocess.Popen[str]:
        """Start `mkdocs build`; what it says on either stream is in `stdout`."""
        return subprocess.Popen(
            [self.python, "-m", "mkdocs", "build", "--strict", *options],
            cwd=self.root,
            env=environment(self.root, **more),
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )

    def build(self, *options: str, **more: str) -> subprocess.CompletedProcess[str]:
        """Run `mkdocs build` to its end."""
        started = self.start(*options, **more)
        said, _ = started.communicate(timeout=300)
        return subprocess.CompletedProcess(started.args, started.returncode, said)

    def edit(self, path: str, old: str, new: str) -> None:
        """Replace the first `old` in a file, as an editor would: the file must hold it."""
        file = self.root / path
        text = file.read_text("utf-8")
        assert old in text, f"{path} does not hold {old!r}"
        file.write_text(text.replace(old, new, 1), "utf-8")

    def line_of(self, path: str, text: str) -> int:
        """The number of the first line that holds a text."""
        lines = (self.root / path).read_text("utf-8").splitlines()
        return next(number for number, line in enumerate(lines, 1) if text in line)


class WarmBuilder:
    """Builds like `Project.build`, in forks of a process that has its libraries loaded."""

    def __init__(self, folder: Path) -> None:
        self._says = folder / "says.txt"
        self._process = subprocess.Popen(
            [sys.executable, ROOT / "tests" / "support" / "warm_builder.py"],
            cwd=folder,
            env=environment(folder),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def build(self, project: Project) -> subprocess.CompletedProcess[str]:
        """Run `mkdocs build --strict`; what it says on either stream is in `stdout`."""
        assert self._process.stdin
        assert self._process.stdout
        order = {"root": str(project.root), "says": str(self._says)}
        print(json.dumps(order), file=self._process.stdin, flush=True)
        code = int(self._process.stdout.readline())
        return subprocess.CompletedProcess(["mkdocs", "build"], code, self._says.read_text("utf-8"))

    def close(self) -> None:
        """End the process."""
        self._process.communicate(timeout=60)


def copy_of(root: Path, target: Path, cache: bool = True) -> Project:
    """A copy of a project that shares its rendered charts, unless it is to render its own."""
    for part in PARTS:
        shutil.copytree(root / part, target / part, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy2(root / "mkdocs.yml", target)
    if cache:
        (root / CHART_CACHE).mkdir(parents=True, exist_ok=True)
        (target / CHART_CACHE).parent.mkdir()
        (target / CHART_CACHE).symlink_to(root / CHART_CACHE, target_is_directory=True)
    if cache and (root / RUNTIME).exists():
        (target / RUNTIME).symlink_to(root / RUNTIME, target_is_directory=True)
    return Project(target)


def small_copy_of(root: Path, target: Path) -> Project:
    """A copy with one small page instead of the site's own."""
    project = copy_of(root, target)
    shutil.rmtree(target / "docs")
    (target / "docs").mkdir()
    (target / "docs" / "index.md").write_text(SMALL_PAGE, "utf-8")
    (target / "mkdocs.yml").rename(target / "site.yml")
    # `extra_css` and the icon stand in the folder of pages that is gone.
    small = "INHERIT: site.yml\nnav:\n  - Home: index.md\nextra_css: []\n"
    (target / "mkdocs.yml").write_text(small, "utf-8")
    return project


@contextmanager
def fresh_site() -> Iterator[Path]:
    """The site of this repository, built in a folder that goes with the context.

    Raises:
        SystemExit: it can't be built; the message is what the build says.
    """
    with tempfile.TemporaryDirectory() as folder:
        site = Path(folder) / "site"
        build = Project(ROOT).build("--site-dir", str(site))
        if build.returncode:
            sys.exit(build.stdout)
        yield site


def contents(folder: Path) -> dict[str, bytes]:
    """Every file under a folder, by its path there."""
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


@contextmanager
def developing(project: Project, log: Path) -> Iterator[None]:
    """Run `mkdocs serve` on a project for as long as the context lasts; what it says goes to a log."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = int(free.getsockname()[1])
    with log.open("w") as output:
        server = subprocess.Popen(
            [sys.executable, "-m", "mkdocs", "serve", "--dev-addr", f"127.0.0.1:{port}"],
            cwd=project.root,
            env=environment(project.root),
            stdout=output,
            stderr=subprocess.STDOUT,
        )
        try:
            yield
        finally:
            server.terminate()
            server.wait(timeout=120)
