"""How long readers wait: for live figures, for a chart to come alive, for an answer at a prompt."""

from __future__ import annotations

import statistics
import subprocess
import sys
from functools import partial

from building import CORE, ROOT, fresh_site
from chromium import launched
from measuring import cpu_of, row
from playwright.sync_api import Browser, Page, sync_playwright
from serving import serving

PICKS = 200
PAINTS = 20
RUNS = 10

PICK_MANY = """async count => {
  const select = document.querySelector('.controls select[name="gpu"]');
  const wait = time => new Promise(done => setTimeout(done, time));
  const ids = [...select.options].map(option => option.value);
  const times = [];
  for (let n = 0; n < count; n++) {
    select.value = ids[(n * 7 + 1) % ids.length];
    const start = performance.now();
    select.dispatchEvent(new Event("change", { bubbles: true }));
    times.push(performance.now() - start);
    await wait(5);
  }
  return times;
}"""

PICK_AND_PAINT = """async count => {
  const select = document.querySelector('.controls select[name="gpu"]');
  const ids = [...select.options].map(option => option.value);
  const { port1, port2 } = new MessageChannel();
  const painted = () => new Promise(done => {
    port1.onmessage = done;
    requestAnimationFrame(() => port2.postMessage(""));
  });
  const times = [];
  for (let n = 0; n < count; n++) {
    select.value = ids[(n * 7 + 1) % ids.length];
    const start = performance.now();
    select.dispatchEvent(new Event("change", { bubbles: true }));
    await painted();
    times.push(performance.now() - start);
    while (document.querySelector("[data-spec][aria-busy]")) await painted();
  }
  return times;
}"""

ALL_ALIVE = """() => !document.querySelector("[data-spec][aria-busy]")
  && [...document.querySelectorAll("[data-spec]")].every(box => box.querySelector("svg.marks"))"""

WATCH_CHART = """() => {
  const box = document.querySelector("[data-chart]");
  const times = {};
  window.firstChart = new Promise(done => {
    document.addEventListener("pointerover", ({ target }) => {
      if (box.contains(target)) times.touched ??= performance.now();
    }, true);
    new MutationObserver(() => done(performance.now() - times.touched))
      .observe(box, { childList: true, subtree: true });
  });
}"""


def opened(browser: Browser, address: str, slowdown: int) -> Page:
    """The core page in a fresh profile, with a slower processor if asked."""
    page = browser.new_page(viewport={"width": 1280, "height": 900})
    if slowdown > 1:
        client = page.context.new_cdp_session(page)
        client.send("Emulation.setCPUThrottlingRate", {"rate": slowdown})
    page.goto(address)
    page.wait_for_function("document.querySelectorAll('select[name=gpu] option').length > 1")
    return page


def bench_picks(browser: Browser, address: str) -> None:
    """From the change of a picker to all live figures."""
    for slowdown, goal in ((1, "< 4 ms"), (4, "< 10 ms")):
        page = opened(browser, address, slowdown)
        median = statistics.median(page.evaluate(PICK_MANY, PICKS))
        row(f"a pick to all live figures, median of {PICKS}, {slowdown}× slower CPU",
            f"{median:.2f} ms", goal)  # fmt: skip
        page.close()


def bench_paints(browser: Browser, address: str) -> None:
    """From the change of a picker to the next picture of a page whose charts are all alive."""
    for slowdown, goal in ((1, "< 30 ms"), (4, "< 100 ms")):
        page = opened(browser, address + "?gpu=b200", slowdown)
        page.wait_for_function(ALL_ALIVE, timeout=60_000)
        median = statistics.median(page.evaluate(PICK_AND_PAINT, PAINTS))
        row(f"a pick to the next paint, charts alive, median of {PAINTS}, {slowdown}× slower CPU",
            f"{median:.0f} ms", goal)  # fmt: skip
        page.close()


def bench_first_chart(browser: Browser, address: str) -> None:
    """From the first touch of a chart, in a fresh profile, to its live drawing."""
    times = []
    for _ in range(3):
        page = opened(browser, address, 1)
        page.evaluate(WATCH_CHART)
        page.locator("[data-chart]").first.hover()
        times.append(page.evaluate("() => window.firstChart"))
        page.close()
    row("first chart live after its first touch", f"{statistics.median(times):.0f} ms", "< 400 ms")


def bench_command() -> None:
    """The command line's most common answer."""
    command = [sys.executable, "-m", "macros.cli"]
    asked = [*command, "predict", "llama-3-70b", "h100-sxm", "--precision", "fp8"]
    ask = partial(subprocess.run, asked, cwd=ROOT, check=True, capture_output=True)
    times = [cpu_of(ask) for _ in range(RUNS)]
    row(f"`decode-equation predict`, CPU, median of {RUNS}",
        f"{statistics.median(times):.2f} s", "< 0.5 s")  # fmt: skip


def bench() -> None:
    """Build once, and measure."""
    with fresh_site() as site, serving(site) as served, sync_playwright() as playwright:
        browser = launched(playwright)
        bench_picks(browser, served.address + CORE)
        bench_paints(browser, served.address + CORE)
        bench_first_chart(browser, served.address + CORE)
        browser.close()
    bench_command()
