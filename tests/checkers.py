"""Checkers of pages that come from npm, fetched by `python tests/checkers.py` as their lock file says."""

from __future__ import annotations

import shutil
import subprocess
import sys

from building import ROOT

from macros.charts.runtime import commands, fetch, in_a_line

LOCKED = ROOT / "tests" / "npm"
INSTALLED = ROOT / ".cache" / "checkers"
AXE = INSTALLED / "node_modules" / "axe-core" / "axe.min.js"
NODE, _ = commands(oldest=22)
HTML_VALIDATE = INSTALLED / "node_modules" / "html-validate" / "bin" / "html-validate.mjs"


def install() -> None:
    """Fetch them.

    Raises:
        FileNotFoundError: there is no Node.
        CalledProcessError: npm failed.
    """
    INSTALLED.mkdir(parents=True, exist_ok=True)
    for file in LOCKED.glob("*.json"):
        shutil.copy2(file, INSTALLED)
    fetch(INSTALLED)


if __name__ == "__main__":
    try:
        install()
    except (OSError, subprocess.CalledProcessError) as error:
        sys.exit(f"The checkers of pages can't be fetched: {in_a_line(error)}")
