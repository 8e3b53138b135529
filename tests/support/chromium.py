"""The Chromium that tests and measurements open pages in."""

from __future__ import annotations

import subprocess

from building import ROOT
from playwright.sync_api import Browser, Playwright


def found() -> str:
    """Where it is; empty where there is none."""
    search = subprocess.run(
        [ROOT / "tests" / "support" / "find-chromium"], stdout=subprocess.PIPE, text=True
    )
    return search.stdout.strip()


def launched(playwright: Playwright) -> Browser:
    """A new one, which asks for nothing but what pages ask for."""
    return playwright.chromium.launch(
        executable_path=found(),
        args=[
            "--no-sandbox",
            "--disable-gpu",
            "--disable-background-networking",
            "--disable-component-update",
        ],
    )
