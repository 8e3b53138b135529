"""The calculator: one scenario with every knob, whose figures follow the reader's picks.

As baked it shows the page's own scenario. It holds no arithmetic but the geometry of two bars.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from macros import law
from macros.catalog import Catalog
from macros.evidence.neighbours import nearest_rows
from macros.evidence.rows import measured
from macros.figures import tables
from macros.figures.figure import Figure
from macros.figures.html import Content, Markup, tag, together
from macros.figures.make import law_figure, ratio_figure
from macros.figures.rules import turned
from macros.scenario import GPU, PRECISION, Scenario, describe
from macros.widgets import live_hooks, own_speed, published_rows
from macros.widgets.sentences import said

Cite = Callable[[Figure], Markup]

CONTROLS = ("model", "gpu", "gpus", "precision", "math", "kv", "batch", "context", "engine")


@dataclass(frozen=True)
class Lever:
    """One step of one lever: what it pins, or by which rule it turns an axis.

    Attributes:
        label: the row's name.
        shows: the quantity that the lever moves.
        pins: axes that the lever sets.
        rules: axes that the lever turns from where the reader stands.
        unit: what is written behind the figure of a plain count.
    """

    label: str
    shows: str
    pins: Mapping[str, str] = field(default_factory=dict)
    rules: Mapping[str, str] = field(default_factory=dict)
    unit: str = ""


LEVERS = (
    Lever("Weights in FP8", "stored_bytes_per_param", {PRECISION: "fp8"}, unit="a parameter"),
    Lever("Weights in INT4, by the book", "stored_bytes_per_param", {PRECISION: "int4"}, unit="a parameter"),
    Lever("Weights in INT4 AWQ, as files are", "stored_bytes_per_param", {PRECISION: "int4-awq"}, unit="a parameter"),
    Lever("On H200 SXM", "bandwidth", {GPU: "h200-sxm"}),
    Lever("On B200", "bandwidth", {GPU: "b200"}),
    Lever("Twice the GPUs", "gpus", rules={"gpus": "×2"}, unit="GPUs"),
    Lever("Twice the users", "batch", rules={"batch": "×2"}, unit="users"),
    Lever("Shorter context", "context", rules={"context": "÷2"}),
    Lever("Longer context", "context", rules={"context": "×2"}),
)  # fmt: skip
"""The rows of "what if"."""


class _Shown:
    """Figures of one scenario that follow the reader's picks, entered into the page's ledger."""

    def __init__(self, scenario: Scenario, cite: Cite, lever: Lever | None = None) -> None:
        self._lever = lever or Lever("", "")
        self.scenario = turned(scenario, self._lever.rules)
        self._cite = cite

    def plain(self, quantity: str, memory: str = "label", **options: Any) -> Figure:
        """A figure, whose reading of the memory never follows: no control turns it."""
        made = law_figure(
            self.scenario.on(memory=memory),
            quantity,
            pinned={"memory", *self._lever.pins},
            **options,
        )
        return made.ruled(**self._lever.rules)

    def __call__(self, quantity: str, memory: str = "label", **options: Any) -> Markup:
        return self._cite(self.plain(quantity, memory, **options))

    def ratio(self, of: str, to: str, scale: str = "×") -> Markup:
        """One quantity over another, both of this scenario."""
        made = ratio_figure(self.plain(of), self.plain(to), scale=scale)
        return self._cite(made)


def _with(catalog: Catalog, scenario: Scenario, pins: Mapping[str, str]) -> Scenario:
    return describe(catalog, pins, scenario)


# --- The answer ---


def answer(catalog: Catalog, scenario: Scenario, cite: Cite) -> Markup:
    """Controls, the two ceilings, what fits, and what a step is made of."""
    shown = _Shown(scenario, cite)
    cache = {id: catalog.precision(id).name for id in live_hooks.CACHE_FORMATS}
    choices = {"kv": cache, "math": live_hooks.MATH, "engine": live_hooks.ENGINE}
    controls = live_hooks.controls(scenario, CONTROLS, choices)
    crowded = " is-crowded" if said("crowded", scenario) else ""
    near = nearest_rows(catalog, measured(catalog), scenario, published_rows.NEIGHBOURS)
    return tag(
        "figure",
        controls,
        _headline(shown),
        _verdict(shown),
        _memory(shown),
        _step(shown),
        own_speed.block("../validate/#own"),
        published_rows.list_of(near, cite),
        _actions(),
        class_=f"widget calculator{crowded}",
        data_calculator=True,
        aria_label="Calculator",
    )


def _pairs(kind: str, *pairs: tuple[str, Content, Content]) -> Markup:
    items = (
        tag(
            "div",
            tag("dt", name),
            tag("dd", text),
            class_=f"part part-{part}" if part else None,
        )
        for part, name, text in pairs
    )
    return tag("dl", *items, class_=kind)


def _headline(shown: _Shown) -> Markup:
    ceiling = tables.chip("ceiling")
    low, high = shown("expected_low_tps"), shown("expected_high_tps")
    likely = tag(
        "span",
        tables.chip("expected"),
        " ",
        shown("expected_tps"),
        " ",
        tag("small", "(", low, " to ", high, ")"),
        tag(
            "small",
            "rows like it: ",
            shown("peer_rows"),
            ", median error ",
            shown("peer_error", scale="%"),
        ),
        class_="likely",
    )
    return _pairs(
        "headline",
        ("", together("Each user ", ceiling), shown("decode_tps") + likely),
        ("", together("All users together ", ceiling), shown("aggregate_tps")),
        ("", "One step", shown("step_time")),
        ("", "Users that fit", shown("max_batch")),
    )


def _verdict(shown: _Shown) -> Markup:
    """One place for three sayings, of which one is seen: runs, weights too large, caches too large."""
    fits = tag(
        "p",
        "It fits: weights and caches take ",
        shown("held_bytes", digits=4),
        ", the memory is ",
        shown("total_memory", digits=4),
        ".",
        class_="runs",
    )
    cannot = live_hooks.cannot_run(shown.scenario)
    crowded = tag("p", said("crowded", shown.scenario), class_="cannot", data_crowded=True)
    return tag("div", cannot, crowded, fits, class_="verdicts")


def _share(shown: _Shown, part: str, whole: str) -> Markup:
    """A quantity, and what share it is of another."""
    return together(shown(part), " ", shown.ratio(part, whole, "%"))


def _memory(shown: _Shown) -> Markup:
    bar = _bar(
        shown.scenario,
        ("held_bytes", "total_memory"),
        ("room", "", "total_memory"),
        ("weights", "", "weight_bytes"),
        ("caches", "weight_bytes", "held_bytes"),
        ("over", "total_memory", "held_bytes"),
    )
    parts = _pairs(
        "parts",
        ("weights", "Weights", _share(shown, "weight_bytes", "total_memory")),
        ("caches", "Caches", _share(shown, "batch_kv_bytes", "total_memory")),
        ("room", "Free", _share(shown, "spare_bytes", "total_memory")),
        ("", "Cache of one user", shown("kv_held_bytes")),
        ("", "Copies of it over the GPUs", shown("cache_copies")),
    )  # fmt: skip
    rows = (
        ("Memory of one GPU", "memory"),
        ("Free beside the weights", "free_bytes"),
        ("Users that fit", "max_batch"),
        ("GPUs that hold the weights", "min_gpus"),
        ("GPUs that hold weights and caches (0: no number does)", "serving_gpus"),
    )
    readings = (("by the label", "label"), ("as devices report", "reported"))
    table = tables.markup(
        "Labels and devices count memory differently; where no device report is known, the label stands for it.",
        "What fits",
        [label for label, _ in rows],
        [
            tables.Column(heading, [shown(name, memory, digits=4) for _, name in rows])
            for heading, memory in readings
        ],
    )
    readings_of_memory = tag("summary", "By the label, and as devices report")
    return together(
        tag("p", "In memory", class_="widget-title"),
        bar,
        parts,
        tag("details", readings_of_memory, table),
    )


def _step(shown: _Shown) -> Markup:
    reading = _bar(
        shown.scenario,
        ("step_time",),
        ("weights", "", "weight_read_time"),
        ("caches", "weight_read_time", "memory_time"),
    )
    arithmetic = _bar(shown.scenario, ("step_time",), ("compute", "", "compute_time"))
    parts = _pairs(
        "parts",
        ("weights", "Reading weights", _share(shown, "weight_read_time", "step_time")),
        ("caches", "Reading caches", _share(shown, "kv_read_time", "step_time")),
        ("compute", "Arithmetic, meanwhile", _share(shown, "compute_time", "step_time")),
    )  # fmt: skip
    title = tag("p", "In one step", class_="widget-title")
    return together(title, reading, arithmetic, parts, _bound(shown))


def _bound(shown: _Shown) -> Markup:
    """Which side of the roofline sets the pace: each saying is baked, and one of them is seen."""
    reads = shown.scenario.value("memory_time") >= shown.scenario.value("compute_time")
    sayings = (
        ("memory", reads, (_strong("memory", "Memory"), " sets the pace: reading takes ", shown.ratio("memory_time", "compute_time"), " as long as the arithmetic.")),
        ("compute", not reads, (_strong("compute", "Compute"), " sets the pace: the arithmetic takes ", shown.ratio("compute_time", "memory_time"), " as long as reading.")),
        ("unknown", False, ("Nobody has published a matrix peak of this GPU, so only ", _strong("memory", "reading"), " is counted.")),
    )  # fmt: skip
    lines = (tag("p", *text, data_bound=side, hidden=not seen) for side, seen, text in sayings)
    return tag("div", *lines, class_="bound")


def _strong(side: str, words: str) -> Markup:
    return tag("strong", words, class_=f"q-{side}")


def _bar(scenario: Scenario, axis: Sequence[str], *parts: tuple[str, str, str]) -> Markup:
    """A bar of quantities on a common axis; the figures beside it say the same in words.

    Each part is its kind, the quantity where it starts (or nothing) and the one where it ends.
    """
    whole = max(scenario.value(quantity) for quantity in axis)
    return tag(
        "svg",
        *(_rect(scenario, whole, *part) for part in parts),
        class_="bar",
        data_bar=" ".join(axis),
        width="100%",
        height=16,
        aria_hidden="true",
        focusable="false",
    )


def _rect(scenario: Scenario, whole: float, kind: str, start: str, end: str) -> Markup:
    left = scenario.value(start) if start else 0
    width = max(scenario.value(end) - left, 0)
    return tag(
        "rect",
        class_=f"part-{kind}",
        data_start=start,
        data_end=end,
        x=_percent(left, whole),
        width=_percent(width, whole),
        height=16,
    )


def _percent(length: float, whole: float) -> str:
    return f"{length / whole * 100:.2f}%"


ACTIONS = (
    ("keep", "Keep this one"),
    ("link", "Copy link"),
    ("csv", "Copy CSV"),
    ("json", "Copy JSON"),
    ("save-csv", "Download CSV"),
    ("save-json", "Download JSON"),
)


def _actions() -> Markup:
    buttons = (tag("button", name, type="button", data_action=action) for action, name in ACTIONS)
    return together(
        tag("div", *buttons, class_="controls actions"),
        tag("p", class_="handed", data_handed=True, hidden=True),
    )


# --- What if ---


def levers(catalog: Catalog, scenario: Scenario, cite: Cite) -> Markup:
    """One step of each lever, against the reader's own scenario."""
    own = _Shown(scenario, cite)
    rows = [_Shown(_with(catalog, scenario, lever.pins), cite, lever) for lever in LEVERS]

    def against(row: _Shown, quantity: str) -> Markup:
        made = ratio_figure(row.plain(quantity), own.plain(quantity))
        return tag("span", cite(made), class_="versus")

    moved = [
        row(lever.shows, digits=7 if lever.rules else 3) + (lever.unit and f" {lever.unit}")
        for row, lever in zip(rows, LEVERS, strict=True)
    ]
    columns = [
        tables.Column("each user", [row("decode_tps") for row in rows], "ceiling"),
        tables.Column("of yours", [against(row, "decode_tps") for row in rows]),
        tables.Column("together", [row("aggregate_tps") for row in rows], "ceiling"),
        tables.Column("of yours", [against(row, "aggregate_tps") for row in rows]),
        tables.Column("users that fit", [row("max_batch") for row in rows]),
        tables.Column("moved to", moved),
    ]
    table = tables.markup(
        "One step of each lever from your scenario, all else equal",
        "Lever",
        [lever.label for lever in LEVERS],
        columns,
    )
    return tag("div", table, class_="what-if", data_what_if=True)


# --- Side by side ---

NAMED = (
    ("Model", ("model",)),
    ("Weights in", ("precision",)),
    ("On", ("gpus", "gpu")),
    ("Users", ("batch",)),
    ("Context", ("context",)),
    ("Cache in", ("kv",)),
    ("Engine", ("engine",)),
)
"""The rows that say what is compared."""

COMPARED = (
    ("Each user", "decode_tps", "label"),
    ("Each user", "expected_tps", "label"),
    ("All users together", "aggregate_tps", "label"),
    ("One step", "step_time", "label"),
    ("of it reading weights", "weight_read_time", "label"),
    ("of it reading caches", "kv_read_time", "label"),
    ("arithmetic, meanwhile", "compute_time", "label"),
    ("Weights", "weight_bytes", "label"),
    ("Cache of one user", "kv_held_bytes", "label"),
    ("Memory", "total_memory", "label"),
    ("Free beside weights and caches", "spare_bytes", "label"),
    ("Users that fit", "max_batch", "label"),
    ("Users that fit, as devices report", "max_batch", "reported"),
    ("GPUs for the weights", "min_gpus", "label"),
    ("GPUs for the weights, as devices report", "min_gpus", "reported"),
)
"""The rows of results: a name, a quantity, a reading of the memory."""


def compare(catalog: Catalog, scenario: Scenario, cite: Cite) -> Markup:
    """The reader's scenario, beside which others can be kept."""
    shown = _Shown(scenario, cite)
    named = (
        (label, together(*(live_hooks.name(scenario, axis) for axis in axes)))
        for label, axes in NAMED
    )
    results = (
        (tables.chipped(label, law.MEANINGS[quantity].kind), shown(quantity, memory))
        for label, quantity, memory in COMPARED
    )
    rows = (
        tag("tr", tag("th", label, scope="row"), tag("td", cell, class_="num"))
        for label, cell in (*named, *results)
    )
    caption = "Your scenario, and those that you keep"
    head = tag("thead", tag("tr", tag("td"), tag("th", "Yours now", scope="col")))
    table = tag("table", tag("caption", caption), head, tag("tbody", *rows), class_="compare")
    return together(
        tag(
            "div",
            table,
            class_="table-scroll comparison",
            data_compare=True,
            role="region",
            tabindex=0,
            aria_label=caption,
        ),
        tag("p", class_="compare-note", data_compare_note=True, hidden=True),
    )


PARTS: Mapping[str, Callable[[Catalog, Scenario, Cite], Markup]] = {
    "answer": answer,
    "levers": levers,
    "compare": compare,
}
"""The parts that a page can place."""
