"""What all parts of the bench share: the table, and how CPU time is taken."""

from __future__ import annotations

import os
import platform
import resource
import shutil
import statistics
from collections import defaultdict
from collections.abc import Callable, Mapping
from pathlib import Path

from building import Project

PAGE_CACHE = Path(".cache") / "pages"
"""Where pages may be kept as they came out; a bench of what they cost forgets them."""


def machine() -> str:
    """The machine in a few words."""
    listed = Path("/proc/cpuinfo")
    lines = listed.read_text().splitlines() if listed.exists() else []
    names = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    cpu = names[0] if names else platform.processor()
    return f"{cpu}, {os.cpu_count()} cores, {platform.system()}, Python {platform.python_version()}"


def row(what: str, value: str, goal: str) -> None:
    """One line of the table, as soon as it is known."""
    print(f"| {what} | {value} | {goal} |", flush=True)


def cpu_of(run: Callable[[], object]) -> float:
    """User and system seconds of the processes that a call starts and waits for.

    Other work on the machine moves them far less than the time on the clock.
    """
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    run()
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime - before.ru_utime + after.ru_stime - before.ru_stime


def build(project: Project, *options: str) -> None:
    """Build a project, and stop the bench if that fails."""
    made = project.build("--quiet", *options)
    if made.returncode:
        raise SystemExit(made.stdout)


def forget(project: Project, *caches: Path) -> None:
    """Empty caches of a project, where it has them."""
    for cache in caches:
        shutil.rmtree(project.root / cache, ignore_errors=True)


def medians(runs: Mapping[str, Callable[[], float]], times: int) -> dict[str, float]:
    """The median of each measurement; they take turns, so that a busy spell meets all alike."""
    taken = defaultdict(list)
    for _ in range(times):
        for name, run in runs.items():
            taken[name].append(run())
    return {name: statistics.median(values) for name, values in taken.items()}
