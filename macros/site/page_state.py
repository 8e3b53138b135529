"""The page that is being rendered: its scenario, its ledger, and what has been put into it so far."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from macros.catalog import Catalog
from macros.errors import ScenarioError
from macros.evidence.fit import Fit
from macros.figures.figure import Figure
from macros.figures.ledger import Ledger
from macros.scenario import Scenario, describe
from macros.widgets import live_hooks


class Page:
    """What macros share, through one build: the catalog, the fit, and the page they stand on.

    Attributes:
        ledger: of the page.
        specs: what the page's live charts fetch, by its path in the site.
    """

    def __init__(
        self, catalog: Catalog, fit: Fit, chart_cache: Path, render: Callable[[str], str]
    ) -> None:
        """Bind the macros to what they speak of; `render` gives a template's text its macros."""
        self._catalog = catalog
        self._fit = fit
        self._chart_cache = chart_cache
        self._render = render
        self._base: Scenario | None = None
        self._to_root = ""
        self._picks: Sequence[str] = live_hooks.PICKS
        self._live = False
        self._drawn: dict[str, int] = {}
        self.ledger = Ledger()
        self.specs: dict[str, str] = {}

    def open_page(self, scenario: Mapping[str, Any], to_root: str = "") -> None:
        """Turn to a page, with the scenario of its front matter and its way up to the home page.

        Raises:
            ScenarioError: the front matter names something that does not exist.
        """
        if not isinstance(scenario, Mapping):
            raise ScenarioError(f"scenario: {scenario!r} is not a list of axes and names")
        self.ledger = Ledger()
        self._to_root = to_root
        self._picks = live_hooks.PICKS
        self._drawn = {}
        self.specs = {}
        self._base = None
        self._base = self._described(scenario) if scenario else None

    def hooks(self) -> str:
        """What the live layer must know of the page: its own scenario."""
        return live_hooks.page_scenario(self._base, self._picks) if self._base else ""

    def closing(self) -> str:
        """What stands behind the page's text: its ledger, if it shows a figure, and the hooks."""
        return f"{self.ledger.markup()}\n\n{self.hooks()}" if self.ledger else ""

    def _scenario(self, axes: Mapping[str, Any]) -> Scenario:
        if axes.get("gpus") != "min":
            return self._described(axes)
        scenario = self._described({**axes, "gpus": 1})
        return scenario.on(gpus=int(scenario.value("min_gpus")))

    def _described(self, axes: Mapping[str, Any]) -> Scenario:
        return describe(self._catalog, axes, self._base).on(fitted=self._fit.inputs)

    def _cited(self, figure: Figure) -> Figure:
        """The figure, which enters the ledger where it is shown."""
        return replace(figure, cite=self.ledger.cite)

    def _text_of(self, caller: Callable[[], str] | None, *, live: bool) -> str:
        """What stands between `call` and `endcall`."""
        self._live = live
        try:
            return _on_one_line(caller()) if caller else ""
        finally:
            self._live = False


def _on_one_line(text: str) -> str:
    # Not `split()`, which takes the thin space between a number and its unit for a blank.
    return re.sub(r"[ \n]+", " ", text).strip(" ")
