"""The calculator: one scenario with every knob, whose figures follow the reader's picks.

As baked it shows the page's own scenario. It holds no arithmetic but the geometry of two bars.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from html import escape
from typing import Any

from macros import law
from macros.catalog import Catalog
from macros.figures import tables
from macros.figures.figure import Figure
from macros.figures.make import law_figure, ratio_figure
from macros.figures.rules import turned
from macros.scenario import GPU, PRECISION, Scenario, describe
from macros.widgets import live_hooks
from macros.widgets.sentences import said

Cite = Callable[[Figure], str]

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

    def __call__(self, quantity: str, memory: str = "label", **options: Any) -> str:
        return str(replace(self.plain(quantity, memory, **options), cite=self._cite))

    def ratio(self, of: str, to: str, scale: str = "×") -> str:
        """One quantity over another, both of this scenario."""
        made = ratio_figure(self.plain(of), self.plain(to), scale=scale)
        return str(replace(made, cite=self._cite))


def _with(catalog: Catalog, scenario: Scenario, pins: Mapping[str, str]) -> Scenario:
    return describe(catalog, pins, scenario)


# --- The answer ---


def answer(catalog: Catalog, scenario: Scenario, cite: Cite) -> str:
    """Controls, the two ceilings, what fits, and what a step is made of."""
    shown = _Shown(scenario, cite)
    cache = {id: catalog.precision(id).name for id in live_hooks.CACHE_FORMATS}
    choices = {"kv": cache, "math": live_hooks.MATH, "engine": live_hooks.ENGINE}
    controls = live_hooks.controls(scenario, CONTROLS, choices)
    crowded = " is-crowded" if said("crowded", scenario) else ""
    return (
        f'<figure class="widget calculator{crowded}" data-calculator aria-label="Calculator">'
        f"{controls}{_headline(shown)}{_verdict(shown)}{_memory(shown)}{_step(shown)}{_actions()}"
        "</figure>"
    )


def _pairs(kind: str, *pairs: tuple[str, str, str]) -> str:
    items = "".join(
        f"<div{f' class={chr(34)}part part-{part}{chr(34)}' if part else ''}><dt>{name}</dt>"
        f"<dd>{text}</dd></div>"
        for part, name, text in pairs
    )
    return f'<dl class="{kind}">{items}</dl>'


def _headline(shown: _Shown) -> str:
    ceiling = tables.chip("ceiling")
    low, high = shown("expected_low_tps"), shown("expected_high_tps")
    likely = (
        f'<span class="likely">{tables.chip("expected")} {shown("expected_tps")} '
        f"<small>({low} to {high}; rows like it: {shown('peer_rows')}, "
        f"median error {shown('peer_error', scale='%')})</small></span>"
    )
    return _pairs(
        "headline",
        ("", f"Each user {ceiling}", shown("decode_tps") + likely),
        ("", f"All users together {ceiling}", shown("aggregate_tps")),
        ("", "One step", shown("step_time")),
        ("", "Users that fit", shown("max_batch")),
    )


def _verdict(shown: _Shown) -> str:
    """One place for three sayings, of which one is seen: runs, weights too large, caches too large."""
    fits = (
        f"It fits: weights and caches take {shown('held_bytes', digits=4)}, "
        f"the memory is {shown('total_memory', digits=4)}."
    )
    cannot = live_hooks.cannot_run(shown.scenario)
    crowded = escape(said("crowded", shown.scenario))
    return (
        f'<div class="verdicts">{cannot}<p class="cannot" data-crowded>{crowded}</p>'
        f'<p class="runs">{fits}</p></div>'
    )


def _memory(shown: _Shown) -> str:
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
        ("weights", "Weights", f"{shown('weight_bytes')} {shown.ratio('weight_bytes', 'total_memory', '%')}"),
        ("caches", "Caches", f"{shown('batch_kv_bytes')} {shown.ratio('batch_kv_bytes', 'total_memory', '%')}"),
        ("room", "Free", f"{shown('spare_bytes')} {shown.ratio('spare_bytes', 'total_memory', '%')}"),
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
    return (
        f'<p class="widget-title">In memory</p>{bar}{parts}'
        f"<details><summary>By the label, and as devices report</summary>{table}</details>"
    )


def _step(shown: _Shown) -> str:
    reading = _bar(
        shown.scenario,
        ("step_time",),
        ("weights", "", "weight_read_time"),
        ("caches", "weight_read_time", "memory_time"),
    )
    arithmetic = _bar(shown.scenario, ("step_time",), ("compute", "", "compute_time"))
    parts = _pairs(
        "parts",
        ("weights", "Reading weights", f"{shown('weight_read_time')} {shown.ratio('weight_read_time', 'step_time', '%')}"),
        ("caches", "Reading caches", f"{shown('kv_read_time')} {shown.ratio('kv_read_time', 'step_time', '%')}"),
        ("compute", "Arithmetic, meanwhile", f"{shown('compute_time')} {shown.ratio('compute_time', 'step_time', '%')}"),
    )  # fmt: skip
    return f'<p class="widget-title">In one step</p>{reading}{arithmetic}{parts}{_bound(shown)}'


def _bound(shown: _Shown) -> str:
    """Which side of the roofline sets the pace: each saying is baked, and one of them is seen."""
    reads = shown.scenario.value("memory_time") >= shown.scenario.value("compute_time")
    sayings = (
        ("memory", reads, f'<strong class="q-memory">Memory</strong> sets the pace: reading takes {shown.ratio("memory_time", "compute_time")} as long as the arithmetic.'),
        ("compute", not reads, f'<strong class="q-compute">Compute</strong> sets the pace: the arithmetic takes {shown.ratio("compute_time", "memory_time")} as long as reading.'),
        ("unknown", False, 'Nobody has published a matrix peak of this GPU, so only <strong class="q-memory">reading</strong> is counted.'),
    )  # fmt: skip
    lines = "".join(
        f'<p data-bound="{side}"{"" if seen else " hidden"}>{text}</p>'
        for side, seen, text in sayings
    )
    return f'<div class="bound">{lines}</div>'


def _bar(scenario: Scenario, axis: Sequence[str], *parts: tuple[str, str, str]) -> str:
    """A bar of quantities on a common axis; the figures beside it say the same in words.

    Each part is its kind, the quantity where it starts (or nothing) and the one where it ends.
    """
    whole = max(scenario.value(quantity) for quantity in axis)
    rects = "".join(_rect(scenario, whole, *part) for part in parts)
    return (
        f'<svg class="bar" data-bar="{" ".join(axis)}" width="100%" height="16" '
        f'aria-hidden="true" focusable="false">{rects}</svg>'
    )


def _rect(scenario: Scenario, whole: float, kind: str, start: str, end: str) -> str:
    left = scenario.value(start) if start else 0
    width = max(scenario.value(end) - left, 0)
    return (
        f'<rect class="part-{kind}" data-start="{start}" data-end="{end}" x="{_percent(left, whole)}" '
        f'width="{_percent(width, whole)}" height="16"/>'
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


def _actions() -> str:
    buttons = "".join(
        f'<button type="button" data-action="{action}">{name}</button>' for action, name in ACTIONS
    )
    return f'<div class="controls actions">{buttons}</div><p class="handed" data-handed hidden></p>'


# --- What if ---


def levers(catalog: Catalog, scenario: Scenario, cite: Cite) -> str:
    """One step of each lever, against the reader's own scenario."""
    own = _Shown(scenario, cite)
    rows = [_Shown(_with(catalog, scenario, lever.pins), cite, lever) for lever in LEVERS]

    def against(row: _Shown, quantity: str) -> str:
        made = ratio_figure(row.plain(quantity), own.plain(quantity))
        return f'<span class="versus">{replace(made, cite=cite)}</span>'

    moved = [
        f"{row(lever.shows, digits=7 if lever.rules else 3)} {lever.unit}".rstrip()
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
    return f'<div class="what-if" data-what-if>{table}</div>'


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


def compare(catalog: Catalog, scenario: Scenario, cite: Cite) -> str:
    """The reader's scenario, beside which others can be kept."""
    shown = _Shown(scenario, cite)
    named = [
        (label, "".join(live_hooks.name(scenario, axis) for axis in axes)) for label, axes in NAMED
    ]
    results = [
        (label + _chip(law.MEANINGS[quantity].kind), shown(quantity, memory))
        for label, quantity, memory in COMPARED
    ]
    rows = "".join(
        f'<tr><th scope="row">{label}</th><td class="num">{cell}</td></tr>'
        for label, cell in [*named, *results]
    )
    caption = "Your scenario, and those that you keep"
    return (
        f'<div class="table-scroll comparison" data-compare role="region" tabindex="0" '
        f'aria-label="{escape(caption)}"><table class="compare"><caption>{escape(caption)}</caption>'
        f'<thead><tr><td></td><th scope="col">Yours now</th></tr></thead><tbody>{rows}</tbody>'
        '</table></div><p class="compare-note" data-compare-note hidden></p>'
    )


def _chip(kind: str) -> str:
    return f" {tables.chip(kind)}" if kind else ""


PARTS: Mapping[str, Callable[[Catalog, Scenario, Cite], str]] = {
    "answer": answer,
    "levers": levers,
    "compare": compare,
}
"""The parts that a page can place."""
