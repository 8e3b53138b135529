"""The words that a page may use. Each public method is a macro; its docstring is its manual."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from html import escape
from pathlib import Path
from typing import Any

from macros import (
    animation,
    calculator,
    catalog_page,
    claims,
    evidence,
    formulas,
    law,
    live,
    tables,
    validation_page,
)
from macros.catalog import Catalog, did_you_mean
from macros.charts import draw
from macros.cli.example import example
from macros.cli.mistakes import Mistake
from macros.display import DEFAULT_DIGITS
from macros.figures import Figure, change_figure, law_figure, measured_figure, ratio_figure
from macros.fitting import Fit
from macros.ledger import Ledger
from macros.scenario import MODEL, Scenario, ScenarioError, describe

MACROS = (
    "figure",
    "ratio",
    "change",
    "expected",
    "measured",
    "statistic",
    "claim",
    "formula",
    "with_numbers",
    "name",
    "guess",
    "verdict",
    "table",
    "chart",
    "widget",
    "step_animation",
    "calculator",
    "validation",
    "command",
    "catalog_table",
    "count",
    "quantities",
    "vocabulary",
)
"""The macros, in the order in which their manual lists them."""


class Vocabulary:
    """The macros of one build, bound to its catalog and to the page that is being rendered."""

    def __init__(self, catalog: Catalog, fit: Fit, chart_cache: Path) -> None:
        self._catalog = catalog
        self._fit = fit
        self._chart_cache = chart_cache
        self._base: Scenario | None = None
        self._to_root = ""
        self._picks: Sequence[str] = live.PICKS
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
        self._picks = live.PICKS
        self._drawn = {}
        self._base = None
        self._base = self._described(scenario) if scenario else None

    def hooks(self) -> str:
        """What the live layer must know of the page: its own scenario."""
        return live.page_scenario(self._base, self._picks) if self._base else ""

    def _scenario(self, axes: Mapping[str, Any]) -> Scenario:
        if axes.get("gpus") != "min":
            return self._described(axes)
        scenario = self._described({**axes, "gpus": 1})
        return scenario.on(gpus=int(scenario.value("min_gpus")))

    def _described(self, axes: Mapping[str, Any]) -> Scenario:
        return describe(self._catalog, axes, self._base).on(fitted=self._fit.inputs)

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
        scenario; `gpus="min"` takes as many as hold the weights. `digits=4` shows more digits,
        `unit="ms"` asks for a unit. A speed whose weights do not fit stops the build unless
        `hypothetical=true` says that the sentence knows.
        """
        made = law_figure(
            self._scenario(axes),
            quantity,
            digits=digits,
            scale=unit,
            hypothetical=hypothetical,
            pinned=axes if self._live else None,
        )
        return replace(made, cite=self.ledger.cite)

    def ratio(
        self, of: Figure, to: Figure, *, digits: int = DEFAULT_DIGITS, unit: str = "×"
    ) -> Figure:
        """How many times one figure is another; `unit="%"` gives it as a share."""
        made = ratio_figure(of, to, digits=digits, scale=unit)
        return replace(made, cite=self.ledger.cite)

    def change(self, of: Figure, to: Figure, *, digits: int = DEFAULT_DIGITS) -> Figure:
        """By how many percent the first figure is larger than the second."""
        return replace(change_figure(of, to, digits=digits), cite=self.ledger.cite)

    def measured(self, row: str, *, digits: int = DEFAULT_DIGITS) -> Figure:
        """A published speed of the catalog, by the id of its row."""
        found = self._catalog.measurement(row)
        return replace(measured_figure(found, digits=digits), cite=self.ledger.cite)

    def statistic(
        self, name: str, group: str = "", *, digits: int = DEFAULT_DIGITS, unit: str = ""
    ) -> Figure:
        """What the published measurements say together: an error, a coverage, a factor.

        Without a group it is of all rows of one user alone; `group="vLLM"` takes those of one
        engine, `group="8 GPUs"`, `group="3 to 10 ms"` and the like others.
        """
        known = evidence.evidence_of(self._catalog)
        made = evidence.statistic(known, name, group, digits=digits, scale=unit)
        return replace(made, cite=self.ledger.cite)

    def expected(self, **axes: Any) -> str:
        """The speed that engines of today are likely to reach, with its interval in parentheses.

        The word inside the interval leads to how far such an interval is to be trusted.
        """
        names = ("expected_tps", "expected_low_tps", "expected_high_tps")
        tps, low, high = (self.figure(name, **axes) for name in names)
        # Picks can move a live figure to another band, so it leads to all of them.
        step_time = self._scenario(axes).value("step_time")
        anchor = "intervals" if self._live else self._fit.band(step_time).anchor
        to = (
            f'<a href="{self._to_root}validate/#{anchor}" '
            'aria-label="to; how far to trust this interval">to</a>'
        )
        return f'<span class="expected">{tps} <small>({low} {to} {high})</small></span>'

    def claim(self, phrase: str, *conditions: object) -> str:
        """A phrase that must be true: the build stops when one of its conditions is not.

        A condition compares figures with `>`, `<`, `>=`, `<=` or `==`.
        """
        return self.ledger.state(claims.check(phrase, conditions))

    def formula(self, *quantities: str, words: str = "") -> str:
        """Equations of the law, typeset from the functions that compute the figures."""
        for quantity in quantities:
            if quantity not in law.EQUATIONS:
                hint = did_you_mean(quantity, law.EQUATIONS)
                raise ScenarioError(f"{quantity!r} is not an equation of the law; {hint}")
        equations = "".join(formulas.mathml(quantity) for quantity in quantities)
        note = f'<p class="formula-words">{words}</p>' if words else ""
        label = escape(" and ".join(formulas.words_of(quantity) for quantity in quantities))
        return (
            f'\n\n<div class="formula" role="region" tabindex="0" aria-label="Formula of {label}">'
            f"{equations}{note}</div>\n\n"
        )

    def with_numbers(self, quantity: str, **axes: Any) -> str:
        """An equation with the scenario's numbers put in, and the figure that comes out."""
        made = self.figure(quantity, **axes)
        return live.worked(quantity, self._scenario(axes), made, made.live.get("live", ""))

    def name(self, axis: str) -> str:
        """The name of the page's model, GPU, format ... for a caption: it follows the picks."""
        if axis not in live.PICKS:
            raise ScenarioError(
                f"{axis!r} is not something to pick; {did_you_mean(axis, live.PICKS)}"
            )
        return live.name(self._scenario({}), axis)

    def guess(self, question: str, answer: Figure) -> str:
        """A question before a figure, which readers may answer by a guess first."""
        return f"\n\n{live.guess(question, answer)}\n\n"

    def verdict(self, **axes: Any) -> str:
        """Whether the weights fit, in words; where label and device disagree, both are told."""
        scenario = self._scenario(axes)
        # Four digits, since verdicts can hang on the fourth: 141.1 GB in 141 GB.
        weights = self.figure("weight_bytes", digits=4, **axes)
        memory = self.figure("memory", digits=4, **axes)
        on = f"{scenario.gpus} × " if scenario.gpus > 1 else ""
        if scenario.fits:
            text = f"fits: {weights} of weights, {on}{memory} of memory"
        else:
            needed = self.figure("min_gpus", **axes)
            text = f"does not fit: {weights} of weights, {on}{memory} of memory; it takes {needed}"
        if scenario.fits != scenario.fits_reported:
            reported = self.figure("memory", **{**axes, "memory": "reported"})
            in_gib = self.figure("memory", unit="GiB", **{**axes, "memory": "reported"})
            other = "fits" if scenario.fits_reported else "does not"
            text += (
                f" by the label, yet the device reports {reported} ({in_gib}), and there it {other}"
            )
        kind = "fit" if scenario.fits else "nofit"
        return f'<span class="{kind}">{text}</span>'

    def table(
        self,
        caption: str,
        *,
        rows: Sequence[Mapping[str, Any] | str],
        columns: Sequence[str | Mapping[str, Any]],
        digits: int = DEFAULT_DIGITS,
        hypothetical: bool = False,
        **axes: Any,
    ) -> str:
        """Scenarios side by side.

        `rows` names models, or gives the axes of each row, as in `{"gpu": "b200"}`; `columns`
        names quantities, or gives their options, as in `{"quantity": "memory_time", "unit": "ms"}`.
        A speed that cannot be says so in its cell, unless `hypothetical=true` and the caption says
        that the weights may not fit.
        """
        of_rows = [{MODEL: row} if isinstance(row, str) else dict(row) for row in rows]
        varied = list(dict.fromkeys(axis for row in of_rows for axis in row))
        scenarios = [self._scenario({**axes, **row}) for row in of_rows]
        made = [self._column(column, scenarios, digits, hypothetical) for column in columns]
        labels = [tables.row_label(scenario, varied) for scenario in scenarios]
        corner = " and ".join(tables.CORNERS[axis] for axis in varied)
        return f"\n\n{tables.markup(caption, corner, labels, made)}\n\n"

    def _column(
        self,
        column: str | Mapping[str, Any],
        scenarios: Sequence[Scenario],
        digits: int,
        hypothetical: bool,
    ) -> tables.Column:
        options = {"quantity": column} if isinstance(column, str) else dict(column)
        quantity = options.pop("quantity")
        if "unit" in options:
            options["scale"] = options.pop("unit")
        heading = options.pop("heading", "")

        def cell(scenario: Scenario, name: str) -> Figure:
            wanted = {"digits": digits, **(options if name == quantity else {})}
            made = law_figure(scenario, name, hypothetical=hypothetical, **wanted)
            return replace(made, cite=self.ledger.cite)

        made = tables.law_column(quantity, scenarios, cell, hypothetical)
        return replace(made, heading=heading) if heading else made

    def chart(
        self,
        name: str,
        *,
        title: str,
        pick: Sequence[str] = (),
        pinned: bool = False,
        caller: Callable[[], str] | None = None,
        **options: Any,
    ) -> str:
        """One of our charts, baked into the page with the data behind it.

        Write it as `{% call chart("naive", title="...") %} caption {% endcall %}`. Figures in the
        caption follow the reader's picks, unless the chart is `pinned=true`; `pick=["gpu"]` puts
        the controls to pick with above it.
        """
        caption = self._text_of(caller, live=not pinned)
        base = self._scenario({}) if self._base else None
        drawn = draw(name, self._catalog, base, options, self._chart_cache, live=not pinned)
        self.specs |= drawn.specs
        self._drawn[name] = self._drawn.get(name, 0) + 1
        picks = live.controls(base, pick) if base and pick else ""
        return f"\n\n{drawn.markup(title, caption, picks, self._drawn[name])}\n\n"

    def widget(
        self,
        title: str,
        *,
        caller: Callable[[], str],
        pick: Sequence[str] = live.PICKS,
        verdict: bool = True,
    ) -> str:
        """A box of live figures with the controls to pick a scenario.

        Write it as `{% call widget("...") %} lines {% endcall %}`. All figures in it follow the
        reader's picks; axes that a figure names stay as named. `verdict=false` leaves out the line
        that says whether the weights fit, on a page that says it elsewhere.
        """
        scenario = self._scenario({})
        lines = self._text_of(caller, live=True)
        says = live.cannot_run(scenario) if verdict else ""
        box = live.box(title, live.controls(scenario, pick), lines, says)
        return f"\n\n{box}\n\n"

    def _text_of(self, caller: Callable[[], str] | None, *, live: bool) -> str:
        self._live = live
        try:
            return _on_one_line(caller()) if caller else ""
        finally:
            self._live = False

    def step_animation(self, **axes: Any) -> str:
        """One step of the scenario on a time axis: reading and arithmetic in true proportion."""
        return f"\n\n{animation.markup(self._scenario(axes))}\n\n"

    def calculator(self, part: str) -> str:
        """A part of the calculator, whose figures all follow the picks.

        `"answer"` has every control, what fits, and what a step costs; `"levers"` one step of each
        lever from where the reader stands; `"compare"` scenarios side by side.
        """
        if part not in calculator.PARTS:
            hint = did_you_mean(part, calculator.PARTS)
            raise ScenarioError(f"{part!r} is not a part of the calculator; {hint}")
        self._picks = (*live.PICKS, *live.MORE_PICKS)
        made = calculator.PARTS[part](self._catalog, self._scenario({}), self.ledger.cite)
        return f"\n\n{made}\n\n"

    def validation(self, part: str) -> str:
        """A part of the validation: a table of statistics, or every row with what was expected.

        `"engines"`, `"devices"`, `"widths"`, `"bands"` and `"limits"` split the rows; `"forms"`
        compares what was tried; `"measurements"` lists all rows, and writes them as files beside
        the page.
        """
        if part not in validation_page.PARTS:
            hint = did_you_mean(part, validation_page.PARTS)
            raise ScenarioError(f"{part!r} is not a part of the validation; {hint}")
        known = evidence.evidence_of(self._catalog)
        if part == "measurements":
            self.ledger.files["validation.csv"] = validation_page.as_csv(known)
            self.ledger.files["validation.json"] = validation_page.as_json(known)
        return f"\n\n{validation_page.markup(known, part, self.ledger.cite)}\n\n"

    def command(self, line: str, *, lines: int = 0) -> str:
        """A command line, and what the command prints there as the site is built.

        `command("predict llama-3-8b b200")` shows it all; `lines=10` its first lines.
        """
        try:
            shown = example(line, lines)
        except Mistake as mistake:
            raise ScenarioError(str(mistake)) from None
        return f"\n\n```console\n{shown}\n```\n\n"

    def catalog_table(self, kind: str) -> str:
        """Every fact of one kind, with its source: gpus, models, precisions, measurements."""
        return f"\n\n{catalog_page.markup(self._catalog, kind)}\n\n"

    def count(self, kind: str) -> Figure:
        """How many entries of one kind the catalog holds."""
        return replace(catalog_page.count(self._catalog, kind), cite=self.ledger.cite)

    def quantities(self) -> str:
        """Every quantity that `figure` knows: its name, what it is, its unit and its equation."""
        rows = [
            {
                "name": name,
                "words": meaning.words,
                "unit": "" if meaning.unit == "1" else meaning.unit,
                "equation": formulas.in_words(name) if name in law.EQUATIONS else "an input",
            }
            for name, meaning in law.MEANINGS.items()
        ]
        headings = ("Quantity", "What it is", "SI unit", "Equation")
        return f"\n\n{tables.plain('Quantities of the law', headings, rows)}\n\n"

    def vocabulary(self) -> str:
        """This manual: every macro with its text, read from the code."""
        items = "".join(f"<dt><code>{name}</code></dt><dd>{_manual(name)}</dd>" for name in MACROS)
        return f'\n\n<dl class="vocabulary">{items}</dl>\n\n'


def _on_one_line(text: str) -> str:
    # Not `split()`, which takes the thin space between a number and its unit for a blank.
    return re.sub(r"[ \n]+", " ", text).strip(" ")


def _manual(name: str) -> str:
    text = " ".join((getattr(Vocabulary, name).__doc__ or "").split())
    pieces = escape(text).split("`")
    return "".join(f"<code>{p}</code>" if i % 2 else p for i, p in enumerate(pieces))
