"""The macros that stand alone. Each docstring is a part of the manual that pages show."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from macros import law
from macros.charts import draw
from macros.cli.cached_facts import Known
from macros.cli.example import example
from macros.errors import ScenarioError, did_you_mean
from macros.evidence.groups import evidence_of
from macros.figures import tables
from macros.figures.figure import Figure
from macros.figures.html import Content, Markup, lines, tag, together
from macros.figures.make import law_figure
from macros.law import formulas
from macros.scenario import MODEL, Scenario
from macros.site.page_state import PageState, authored
from macros.units.display import DEFAULT_DIGITS
from macros.widgets import animation, calculator, catalog_tables, live_hooks, validation_tables


def alone(block: Content) -> Markup:
    """HTML between blank lines, by which Markdown knows a block."""
    return together("\n\n", block, "\n\n")


class BlockMacros:
    """Formulas, tables, charts, and parts of whole pages."""

    def __init__(self, page: PageState) -> None:
        """Speak of one page after the other, as `page` turns to them."""
        self._page = page

    def formula(self, *quantities: str, words: str = "") -> Markup:
        """Equations of the law, typeset from the functions that compute the figures.

        Example:
            {{ formula("step_time", words="The slower of the two sets the pace.") }}
        """
        for quantity in quantities:
            if quantity not in law.EQUATIONS:
                hint = did_you_mean(quantity, law.EQUATIONS)
                raise ScenarioError(f"{quantity!r} is not an equation of the law; {hint}")
        label = " and ".join(formulas.words_of(quantity) for quantity in quantities)
        box = tag(
            "div",
            *map(formulas.mathml, quantities),
            tag("p", authored(words), class_="formula-words") if words else "",
            class_="formula",
            role="region",
            tabindex=0,
            aria_label=f"Formula of {label}",
        )
        return alone(box)

    def guess(self, question: str, answer: Figure, *, says: str = "The law says") -> Markup:
        """A question before a figure, which readers may answer by a guess first.

        `says="Arithmetic alone says"` tells whose answer the figure is, where it is not the law's.

        Example:
            {{ guess("How long does one step take?", figure("step_time")) }}
        """
        return alone(live_hooks.guess(question, answer, says))

    def table(
        self,
        caption: str,
        *,
        rows: Sequence[Mapping[str, Any] | str],
        columns: Sequence[str | Mapping[str, Any]],
        digits: int = DEFAULT_DIGITS,
        hypothetical: bool = False,
        **axes: Any,
    ) -> Markup:
        """Scenarios side by side.

        `rows` names models, or gives the axes of each row, as in `{"gpu": "b200"}`; `columns`
        names quantities, or gives their options, as in `{"quantity": "memory_time", "unit": "ms"}`.
        A speed that cannot be says so in its cell, unless `hypothetical=true` and the caption says
        that the weights may not fit.

        Example:
            {{ table("Two GPUs", rows=[{"gpu": "h100-sxm"}, {"gpu": "b200"}],
                     columns=["bandwidth", {"quantity": "memory_time", "unit": "ms"}, "decode_tps"]) }}
        """
        of_rows = [{MODEL: row} if isinstance(row, str) else dict(row) for row in rows]
        varied = list(dict.fromkeys(axis for row in of_rows for axis in row))
        scenarios = [self._page.scenario({**axes, **row}) for row in of_rows]
        made = [self._column(column, scenarios, digits, hypothetical) for column in columns]
        labels = [tables.row_label(scenario, varied) for scenario in scenarios]
        corner = " and ".join(tables.CORNERS[axis] for axis in varied)
        return alone(tables.markup(caption, corner, labels, made))

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
            return self._page.cited(law_figure(scenario, name, hypothetical=hypothetical, **wanted))

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
    ) -> Markup:
        """One of our charts, baked into the page with the data behind it.

        What stands between `call` and `endcall` is its caption. Figures in the caption follow the
        reader's picks, unless the chart is `pinned=true`; `pick=["gpu"]` puts the controls to pick
        with above it.

        Example:
            {% call chart("naive", title="Your takeaway", models=["llama-3-8b", "llama-3-70b"]) %}
            The caption, with figures such as {{ figure("naive_tps", digits=4) }}.
            {% endcall %}
        """
        caption = self._page.text_of(caller, live=not pinned)
        base = self._page.scenario({}) if self._page.base else None
        drawn = draw(
            name, self._page.catalog, base, options, self._page.chart_cache, live=not pinned
        )
        self._page.specs |= drawn.specs
        self._page.drawn[name] += 1
        picks = live_hooks.controls(base, pick) if base and pick else ""
        return alone(drawn.markup(authored(title), caption, picks, self._page.drawn[name]))

    def widget(
        self,
        title: str,
        *,
        caller: Callable[[], str],
        pick: Sequence[str] = live_hooks.PICKS,
        verdict: bool = True,
    ) -> Markup:
        """A box of live figures with the controls to pick a scenario.

        What stands between `call` and `endcall` are its lines. All figures in it follow the
        reader's picks; axes that a figure names stay as named. `verdict=false` leaves out the line
        that says whether the weights fit, on a page that says it elsewhere.

        Example:
            {% call widget("How long is a step?", pick=["gpu", "precision"]) %}
            Reading {{ figure("weight_bytes") }} takes {{ figure("memory_time") }}.
            {% endcall %}
        """
        scenario = self._page.scenario({})
        told = self._page.text_of(caller, live=True)
        says = live_hooks.cannot_run(scenario) if verdict else ""
        picks = live_hooks.controls(scenario, pick)
        return alone(live_hooks.box(authored(title), picks, told, says))

    def step_animation(self, **axes: Any) -> Markup:
        """One step of the scenario on a time axis: reading and arithmetic in true proportion.

        Example:
            {{ step_animation(batch=64) }}
        """
        return alone(animation.markup(self._page.scenario(axes)))

    def calculator(self, part: str) -> Markup:
        """A part of the calculator, whose figures all follow the picks.

        `"answer"` has every control, what fits, and what a step costs; `"levers"` one step of each
        lever from where the reader stands; `"compare"` scenarios side by side.

        Example:
            {{ calculator("levers") }}
        """
        if part not in calculator.PARTS:
            hint = did_you_mean(part, calculator.PARTS)
            raise ScenarioError(f"{part!r} is not a part of the calculator; {hint}")
        self._page.picks = (*live_hooks.PICKS, *live_hooks.MORE_PICKS)
        made = calculator.PARTS[part](
            self._page.catalog, self._page.scenario({}), self._page.ledger.cite
        )
        return alone(made)

    def validation(self, part: str) -> Markup:
        """A part of the validation: a table of statistics, or every row with what was expected.

        `"classes"`, `"regimes"`, `"shares"`, `"today"`, `"engines"`, `"devices"`, `"widths"` and `"limits"` split
        the rows; `"constants"` are those of today's engines; `"forms"`
        compares what was tried; `"measurements"` lists all rows, and writes them as files beside
        the page.

        Example:
            {{ validation("shares") }}
        """
        if part not in validation_tables.PARTS:
            hint = did_you_mean(part, validation_tables.PARTS)
            raise ScenarioError(f"{part!r} is not a part of the validation; {hint}")
        known = evidence_of(self._page.catalog)
        if part == "measurements":
            self._page.ledger.files["validation.csv"] = validation_tables.as_csv(known)
            self._page.ledger.files["validation.json"] = validation_tables.as_json(known)
        return alone(validation_tables.markup(known, part, self._page.ledger.cite))

    def command(self, line: str, *, lines: int | None = None) -> str:
        """A command line, and what the command prints there as the site is built.

        `lines=10` shows its first lines only.

        Example:
            {{ command("list gpus h100") }}
        """
        catalog = self._page.catalog
        shown = example(line, lines, Known(catalog, evidence_of(catalog).rows, self._page.fit))
        return f"\n\n```console\n{shown}\n```\n\n"

    def catalog_table(self, kind: str) -> Markup:
        """Every fact of one kind, with its source.

        The kinds are `"gpus"`, `"models"`, `"precisions"`, `"measurements"` and `"sources"`.

        Example:
            {{ catalog_table("precisions") }}
        """
        return alone(catalog_tables.markup(self._page.catalog, kind))

    def quantities(self) -> Markup:
        """Every quantity that `figure` knows: its name, what it is, its unit and its equation.

        Example:
            {{ quantities() }}
        """
        names = list(law.MEANINGS)
        told = tables.Column("What it is", [_told(quantity) for quantity in names], numeric=False)
        return alone(tables.markup("Quantities of the law", "Quantity", names, [told]))


def _told(quantity: str) -> Markup:
    meaning = law.MEANINGS[quantity]
    unit = "" if meaning.unit == "1" else f", in {meaning.unit}"
    how = formulas.in_words(quantity) if quantity in law.EQUATIONS else "an input"
    return lines([meaning.words + unit, tag("small", how)])
