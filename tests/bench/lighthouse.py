"""What `make lighthouse` prints: the scores of the core page on a phone, as Lighthouse finds them.

Scores of speed differ from run to run and from machine to machine, so no test asserts them: the
budget of bytes in test_budget.py is what a change is held to.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from statistics import median

import chromium
from building import CORE, fresh_site
from checkers import LIGHTHOUSE, NODE
from serving import serving

RUNS = 5
FLAGS = "--headless=new --no-sandbox --disable-gpu --disable-background-networking"


def scores(address: str) -> dict[str, float]:
    """The score of each category, out of a hundred, in one run."""
    run = subprocess.run(
        [*NODE, LIGHTHOUSE, address, "--output=json", "--quiet", f"--chrome-flags={FLAGS}"],
        env={**os.environ, "CHROME_PATH": chromium.found()},
        capture_output=True,
        text=True,
    )
    if run.returncode:
        sys.exit(run.stderr)
    categories = json.loads(run.stdout)["categories"]
    return {name: 100 * (found["score"] or 0) for name, found in categories.items()}


def main() -> None:
    """Build, serve as public hosts do, and measure."""
    with fresh_site() as site, serving(site, packed=True) as served:
        runs = [scores(served.address + CORE) for _ in range(RUNS)]
    for name in runs[0]:
        print(f"{name}: {median(run[name] for run in runs):.0f}, the median of {RUNS} runs")


if __name__ == "__main__":
    main()
