"""The page that is being rendered: its scenario, its ledger, and what has been put into it so far."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from macros.catalog import Catalog
from macros.errors import ScenarioError
from macros.evidence.fit import Fit
from macros.figures.figure import Figure
from macros.figures.ledger import Ledger
from macros.scenario import Scenario, axes_of_row, describe
from macros.widgets import live_hooks


@dataclass
class PageState:
    """What macros share, through one build: the catalog, the fit, and the page they stand on.

    Attributes:
        catalog: what figures are computed from.
        fit: the expected speed's coefficients and intervals.
        chart_cache: a folder for what has been rendered.
        base: the page's own scenario, if its front matter names one.
        to_root: the way up from the page to the home page.
        picks: the axes that a reader may turn on the page.
        live: whether figures follow the reader's picks just now, as they do inside a widget.
        drawn: how many charts of each name the page holds so far.
        ledger: of the page.
        specs: what the page's live charts fetch, by its path in the site.
    """

    catalog: Catalog
    fit: Fit
    chart_cache: Path
    base: Scenario | None = None
    to_root: str = ""
    picks: Sequence[str] = live_hooks.PICKS
    live: bool = False
    drawn: Counter[str] = field(default_factory=Counter)
    ledger: Ledger = field(default_factory=Ledger)
    specs: dict[str, str] = field(default_factory=dict)

    def open_page(self, scenario: Mapping[str, Any], to_root: str = "") -> None:
        """Turn to a page, with the scenario of its front matter and its way up to the home page.

        Raises:
            ScenarioError: the front matter names something that does not exist.
        """
        if not isinstance(scenario, Mapping):
            raise ScenarioError(f"scenario: {scenario!r} is not a list of axes and names")
        vars(self).update(vars(PageState(self.catalog, self.fit, self.chart_cache)))
        self.to_root = to_root
        self.base = self._described(scenario) if scenario else None

    def hooks(self) -> str:
        """What the live layer must know of the page: its own scenario."""
        return live_hooks.page_scenario(self.base, self.picks) if self.base else ""

    def closing(self) -> str:
        """What stands behind the page's text: its ledger, if it shows a figure, and the hooks."""
        return f"{self.ledger.markup()}\n\n{self.hooks()}" if self.ledger else ""

    def scenario(self, axes: Mapping[str, Any]) -> Scenario:
        """The page's scenario with other values on some axes; `gpus="min"` is as many as it takes.

        `row` takes those of a published row.

        Raises:
            ScenarioError: an axis or a name does not exist, or the row's is none of the catalog's.
        """
        if axes.get("gpus") != "min":
            return self._described(axes)
        scenario = self._described({**axes, "gpus": 1})
        return scenario.on(gpus=int(scenario.value("min_gpus")))

    def _described(self, axes: Mapping[str, Any]) -> Scenario:
        if "row" in axes:
            own = {axis: value for axis, value in axes.items() if axis != "row"}
            axes = {**axes_of_row(self.catalog.measurement(axes["row"])), **own}
        return describe(self.catalog, axes, self.base).on(fitted=self.fit.inputs)

    def cited(self, figure: Figure) -> Figure:
        """The figure, which enters the ledger where it is shown."""
        return replace(figure, cite=self.ledger.cite)

    def text_of(self, caller: Callable[[], str] | None, *, live: bool) -> str:
        """What stands between `call` and `endcall`, on one line."""
        if caller is None:
            return ""
        with self._following(live):
            # Not `split()`, which takes the thin space between a number and its unit for a blank.
            return re.sub(r"[ \n]+", " ", caller()).strip(" ")

    @contextmanager
    def _following(self, live: bool) -> Iterator[None]:
        before, self.live = self.live, live
        try:
            yield
        finally:
            self.live = before
