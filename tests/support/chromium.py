"""The Chromium that tests and measurements open pages in."""

from __future__ import annotations

import subprocess
from dataclasses import dataclass, field

from building import ROOT
from playwright.sync_api import Browser, BrowserContext, Page, Playwright, Request, Response


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


def settled(page: Page, url: str) -> Response | None:
    """Open an address, and wait until the page is whole and asks for nothing more.

    Half a second without a request alone does not tell that: on a busy machine a long page is read
    for longer than that after its last byte has come.
    """
    response = page.goto(url, wait_until="load")
    page.wait_for_load_state("networkidle")
    return response


@dataclass
class Seen:
    """What pages asked for, and what they or the browser complained of."""

    complaints: list[str] = field(default_factory=list)
    requests: list[str] = field(default_factory=list)


def watched(context: BrowserContext) -> Seen:
    """What the pages of a context say from now on."""
    seen = Seen()

    def failed(request: Request) -> None:
        # What was still on its way as the test went to another page has not failed.
        if request.failure != "net::ERR_ABORTED":
            seen.complaints.append(f"failed: {request.url}, {request.failure}")

    context.on("request", lambda request: seen.requests.append(request.url))
    context.on("console", lambda said: seen.complaints.append(f"{said.type}: {said.text}"))
    context.on("weberror", lambda error: seen.complaints.append(str(error.error)))
    context.on("requestfailed", failed)
    return seen
