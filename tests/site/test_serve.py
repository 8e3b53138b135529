"""`mkdocs serve` shows what was saved, and survives what was broken."""

from __future__ import annotations

import re
import time
import urllib.request
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from building import ROOT, Project, developing, small_copy_of

pytestmark = pytest.mark.builds

PATIENCE = 120
"""Seconds that a rebuild may take on a busy machine."""

PAGE = "docs/index.md"
STEP = "macros/law/equations/step.py"


@dataclass(frozen=True)
class Served:
    """A project that is being served."""

    project: Project
    log: Path

    def page(self) -> str:
        """The first page as a browser would get it now."""
        with urllib.request.urlopen(self._address(), timeout=PATIENCE) as answer:
            return str(answer.read().decode())

    def _address(self) -> str:
        found = re.search(r"Serving on (http://\S+)", self.said())
        assert found, self.said()
        return found[1]

    def said(self) -> str:
        """Everything in the terminal so far."""
        return self.log.read_text("utf-8")

    def wait_for(self, what: str, see: Callable[[], str]) -> None:
        """Look until something is seen, and fail if it never is."""
        give_up = time.monotonic() + PATIENCE
        while what not in see():
            assert time.monotonic() < give_up, f"{what!r} never came:\n{self.said()}"
            time.sleep(0.1)


@pytest.fixture
def served(tmp_path: Path) -> Iterator[Served]:
    project = small_copy_of(ROOT, tmp_path / "project")
    project.edit(PAGE, "A step takes", 'Arithmetic takes {{ figure("compute_time") }}, a step')
    log = tmp_path / "log.txt"
    with developing(project, log):
        served = Served(project, log)
        served.wait_for("Serving on", served.said)
        yield served


def test_what_is_saved_shows_without_a_restart_and_what_is_broken_does_not(served: Served) -> None:
    project = served.project
    # 139.006e9 / 3.35e12 and / 989e12
    assert "41.5\u202fms" in served.page()
    assert "141\u202fµs" in served.page()

    # A page.
    project.edit(PAGE, "Arithmetic takes", "The arithmetic takes")
    served.wait_for("The arithmetic takes", served.page)

    # A fact of the catalog: 139.006e9 / 3.36e12 = 41.371 ms.
    project.edit("catalog/gpus/h100-sxm.yml", "value: 3.35 TB/s", "value: 3.36 TB/s")
    served.wait_for("41.4\u202fms", served.page)

    # The law: three FLOP for each parameter, so 0.140552 ms x 3 / 2 = 0.211 ms.
    project.edit(STEP, "return 2 * params_per_token", "return 3 * params_per_token")
    served.wait_for("211\u202fµs", served.page)

    # The script that reloads the page, which the server adds, is let run.
    assert "script-src 'self' 'unsafe-inline'; " in served.page()

    # A mistake is told in the terminal, and the page stays.
    project.edit(PAGE, 'figure("memory_time")', 'figure("memory_tiem")')
    served.wait_for("did you mean 'memory_time'", served.said)
    assert "41.4\u202fms" in served.page()
    assert "memory_tiem" not in served.page()

    # Mended, it serves again what is saved.
    project.edit(PAGE, 'figure("memory_tiem")', 'figure("memory_time")')
    project.edit(PAGE, "The arithmetic takes", "Its arithmetic takes")
    served.wait_for("Its arithmetic takes", served.page)

    # Code that can't even be loaded is a mistake like another.
    project.edit(STEP, "return 3 * params_per_token", "return 3 * (params_per_token")
    served.wait_for("SyntaxError", served.said)
    assert "211\u202fµs" in served.page()
    project.edit(STEP, "return 3 * (params_per_token", "return 4 * params_per_token")
    served.wait_for("281\u202fµs", served.page)

    # Code that asks for what is only saved after it is loaded once that is there.
    law = "from macros import law\n"
    project.edit("macros/law/javascript.py", law, f"{law}from macros.law import soon\n")
    served.wait_for("cannot import name 'soon'", served.said)
    project.edit(STEP, "return 4 * params_per_token", "return 5 * params_per_token")
    project.edit(
        STEP, '@equation("s", "time to read"', 'soon = True\n\n@equation("s", "time to read"'
    )
    served.wait_for("351\u202fµs", served.page)
