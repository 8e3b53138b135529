"""The macros that stand in a sentence. Each docstring is a part of the manual that pages show."""

from __future__ import annotations

from typing import Any

from macros.errors import ScenarioError, did_you_mean
from macros.evidence.groups import evidence_of
from macros.evidence.statistics import statistic
from macros.figures import claims
from macros.figures.figure import Figure
from macros.figures.html import Markup, escape, tag
from macros.figures.make import change_figure, law_figure, measured_figure, ratio_figure
from macros.site.page_state import PageState, authored
from macros.units.display import DEFAULT_DIGITS
from macros.widgets import catalog_tables, live_hooks


class InlineMacros:
    """Figures, claims and names."""

    def __init__(self, page: PageState) -> None:
        """Speak of one page after the other, as `page` turns to them."""
        self._page = page

    def figure(
        self,
        quantity: str,
        *,
        digits: int = DEFAULT_DIGITS,
        unit: str = "",
        hypothetical: bool = False,
        **axes: Any,
    ) -> Figure:
        """A quantity of the law in the page's scenario, or in one that differs on some axes.

        Add `model=`, `gpu=`, `precision=`, `gpus=`, `batch=`, `context=` and the like for another
        scenario; `gpus="min"` takes as many as hold the weights, and `row="gf-020"` is the scenario
        of a published row. `digits=4` shows more digits,
        `unit="ms"` asks for a unit. A speed whose weights do not fit stops the build unless
        `hypothetical=true` says that the sentence knows.

        Example:
            {{ figure("memory_time") }}

            {{ figure("memory_time", model="llama-3-8b", digits=4, unit="ms") }}

            {{ figure("decode_tps", precision="fp16", gpus="min") }}

            {{ ratio(measured("gf-020"), figure("decode_tps", row="gf-020"), unit="%") }}
        """
        made = law_figure(
            self._page.scenario(axes),
            quantity,
            digits=digits,
            scale=unit,
            hypothetical=hypothetical,
            # A published run stays what it was, whatever a reader picks.
            pinned=axes if self._page.live and "row" not in axes else None,
        )
        return self._page.cited(made)

    def ratio(
        self, of: Figure, to: Figure, *, digits: int = DEFAULT_DIGITS, unit: str = "×"
    ) -> Figure:
        """How many times one figure is another; `unit="%"` gives it as a share.

        Example:
            {{ ratio(figure("memory_time"), figure("memory_time", model="llama-3-8b")) }}

            {{ ratio(figure("compute_time"), figure("memory_time"), unit="%") }}
        """
        return self._page.cited(ratio_figure(of, to, digits=digits, scale=unit))

    def change(self, of: Figure, to: Figure, *, digits: int = DEFAULT_DIGITS) -> Figure:
        """By how many percent the first figure is larger than the second.

        Example:
            {{ change(figure("bandwidth", gpu="h200-sxm"), figure("bandwidth")) }}
        """
        return self._page.cited(change_figure(of, to, digits=digits))

    def measured(self, row: str, *, digits: int = DEFAULT_DIGITS) -> Figure:
        """A published speed of the catalog, by the id of its row.

        Example:
            {{ measured("gf-020") }}
        """
        return self._page.cited(measured_figure(self._page.catalog.measurement(row), digits=digits))

    def statistic(
        self,
        name: str,
        group: str = "",
        *,
        digits: int = DEFAULT_DIGITS,
        unit: str = "",
        noun: bool = True,
    ) -> Figure:
        """What the published measurements say together: an error, a coverage, a factor.

        Without a group it is of all rows of one user alone; `group="vLLM"` takes those of one
        engine, `group="8 GPUs"`, `group="15 to 35 % fixed"` and the like others.
        A count prints what it counts behind its number, so that no sentence types it; the first
        number of "5 of 34 pairs" goes without, by `noun=false`.

        Example:
            {{ statistic("expected_median_error") }}

            {{ statistic("expected_coverage", group="15 to 35 % fixed") }}

            {{ statistic("rows", "several users") }} from {{ statistic("sources", "several users") }}
        """
        known = evidence_of(self._page.catalog)
        made = statistic(known, name, group, digits=digits, scale=unit, noun=noun)
        return self._page.cited(made)

    def expected(self, **axes: Any) -> Markup:
        """The speed that engines of today are likely to reach, with its interval in parentheses.

        The word inside the interval leads to how far such an interval is to be trusted. Beside it
        stand the published rows like this scenario, and how far they were predicted off.

        Example:
            {{ expected(model="llama-3-8b") }}

            {{ expected(model="llama-3-8b", engine="vllm") }}
        """
        names = ("expected_tps", "expected_low_tps", "expected_high_tps")
        # Entered into the ledger in the order in which they are read.
        tps, low, high = (escape(self.figure(name, **axes)) for name in names)
        rows = escape(self.figure("peer_rows", **axes))
        error = escape(self.figure("peer_error", unit="%", **axes))
        to = tag(
            "a",
            "to",
            href=f"{self._page.to_root}validate/#intervals",
            aria_label="to; how far to trust this interval",
        )
        peers = ("; rows like it: ", rows, ", median error ", error)
        interval = tag("small", "(", low, " ", to, " ", high, *peers, ")")
        return tag("span", tps, " ", interval, class_="expected")

    def claim(self, phrase: str, *conditions: object) -> Markup:
        """A phrase that must be true: the build stops when one of its conditions is not.

        A condition compares figures with `>`, `<`, `>=`, `<=` or `==`.

        Example:
            A B200 reads {{ claim("more than twice as fast",
               ratio(figure("bandwidth", gpu="b200"), figure("bandwidth")) > 2) }}.
        """
        return self._page.ledger.state(claims.check(authored(phrase), conditions))

    def count(self, kind: str) -> Figure:
        """How many entries of one kind the catalog holds, and what they are.

        Example:
            {{ count("models") }} and {{ count("sources") }}
        """
        return self._page.cited(catalog_tables.count(self._page.catalog, kind))

    def with_numbers(self, quantity: str, **axes: Any) -> Markup:
        """An equation with the scenario's numbers put in, and the figure that comes out.

        Example:
            {{ with_numbers("ridge_point") }}
        """
        made = self.figure(quantity, **axes)
        return live_hooks.worked(
            quantity, self._page.scenario(axes), made, made.live.get("live", "")
        )

    def name(self, axis: str) -> Markup:
        """The name of the page's model, GPU, format ... for a caption: it follows the picks.

        Example:
            {{ name("model") }} on {{ name("gpus") }}{{ name("gpu") }}
        """
        if axis not in live_hooks.PICKS:
            raise ScenarioError(
                f"{axis!r} is not something to pick; {did_you_mean(axis, live_hooks.PICKS)}"
            )
        return live_hooks.name(self._page.scenario({}), axis)

    def verdict(self, **axes: Any) -> Markup:
        """Whether the weights fit, in words; where label and device disagree, both are told.

        Example:
            {{ verdict() }}

            {{ verdict(precision="fp16", gpu="h200-sxm") }}
        """
        scenario = self._page.scenario(axes)
        # Four digits, since verdicts can hang on the fourth: 141.1 GB in 141 GB.
        weights = self.figure("weight_bytes", digits=4, **axes)
        memory = self.figure("memory", digits=4, **axes)
        on = f"{scenario.gpus} × " if scenario.gpus > 1 else ""
        if scenario.fits:
            text = Markup("fits: {} of weights, {}{} of memory").format(weights, on, memory)
        else:
            needed = self.figure("min_gpus", **axes)
            text = Markup("does not fit: {} of weights, {}{} of memory; it takes {}").format(
                weights, on, memory, needed
            )
        if scenario.fits != scenario.fits_reported:
            reported = self.figure("memory", **{**axes, "memory": "reported"})
            in_gib = self.figure("memory", unit="GiB", **{**axes, "memory": "reported"})
            other = "fits" if scenario.fits_reported else "does not"
            text += Markup(" by the label, yet the device reports {} ({}), and there it {}").format(
                reported, in_gib, other
            )
        kind = "fit" if scenario.fits else "nofit"
        return tag("span", text, class_=kind)
