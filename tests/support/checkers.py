"""Checkers of pages that come from npm, fetched by `python tests/support/checkers.py` as their lock file says."""

from __future__ import annotations

import shutil
import subprocess
import sys

from building import ROOT

from macros.site.vega_bundle import commands, fetch, in_a_line

LOCKED = ROOT / "tests" / "support" / "npm"
MODULES = ROOT / ".cache" / "checkers" / "node_modules"
AXE = MODULES / "axe-core" / "axe.min.js"
HTML_VALIDATE = MODULES / "html-validate" / "bin" / "html-validate.mjs"
LIGHTHOUSE = ROOT / ".cache" / "lighthouse" / "node_modules" / "lighthouse" / "cli" / "index.js"
NODE, _ = commands(oldest=22)


def install(name: str) -> None:
    """Fetch what one lock file names.

    Raises:
        FileNotFoundError: there is no Node.
        CalledProcessError: npm failed.
    """
    folder = ROOT / ".cache" / name
    folder.mkdir(parents=True, exist_ok=True)
    for file in (LOCKED / name).iterdir():
        shutil.copy2(file, folder)
    fetch(folder)


if __name__ == "__main__":
    try:
        install(sys.argv[1])
    except (OSError, subprocess.CalledProcessError) as error:
        sys.exit(f"The {sys.argv[1]} can't be fetched: {in_a_line(error)}")
