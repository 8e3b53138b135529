"""The hooks that a page leaves for its live layer: what to pick, and what follows the picks.

A page without JavaScript is complete; these hooks only say, in attributes, what the build has done.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence

from macros.catalog.engines import ENGINES
from macros.figures.figure import Figure
from macros.figures.html import Content, Markup, json_script, tag
from macros.figures.names import engine_name, name_of
from macros.figures.tables import CORNERS
from macros.scenario import Scenario
from macros.widgets.sentences import said

PICKS = ("model", "gpu", "precision", "gpus", "batch", "context")
"""The axes that a reader may turn on a page, in the order of the query."""

MORE_PICKS = ("kv", "math", "engine", "measured")
"""What a reader may turn on the calculator besides."""

PICK_LABELS: Mapping[str, str] = {
    **CORNERS,
    "kv": "Cache",
    "math": "Math",
    "engine": "Engine",
}

CACHE_FORMATS = ("fp16", "bf16", "fp8", "int8", "q8_0", "q4_0", "nvfp4")
"""Formats that engines keep a cache in."""

MATH: Mapping[str, str] = {"": "the format’s own", "fp16": "FP16, weights only"}
"""What the matrix units multiply in: narrow weights may be widened first."""

ENGINE: Mapping[str, str] = {id: engine_name(id) for id in ("", *ENGINES)}
"""What decodes, or that it is not known."""

LIMITS: Mapping[str, tuple[int, int]] = {"gpus": (1, 1024), "batch": (1, 4096)}
"""Bounds of the counts that a reader may type."""

CONTEXTS = (0, *(1024 << power for power in range(8)))
"""The contexts that can be chosen, as far as a model takes them: powers of two, as engines set them."""


def page_scenario(scenario: Scenario, picks: Sequence[str] = PICKS) -> Markup:
    """The page's own scenario, which the reader's picks start from."""
    values = {axis: getattr(scenario, axis) for axis in picks if axis != "measured"}
    own = {"measured": scenario.axis("measured")} if "measured" in picks else {}
    text = json.dumps({axis: getattr(value, "id", value) for axis, value in values.items()} | own)
    return json_script(text, id="page-scenario")


def name(scenario: Scenario, axis: str) -> Markup:
    """The name of one axis, which follows the picks."""
    return tag("span", name_of(scenario, axis), class_="name", data_live_name=axis)


def controls(
    scenario: Scenario, axes: Sequence[str], choices: Mapping[str, Mapping[str, str]] | None = None
) -> Markup:
    """Native controls for some axes.

    The live layer fills in what else can be chosen, but for the axes of `choices`, whose lists are
    baked: they offer a few names by their ids.
    """
    known = choices or {}
    fields = (_control(scenario, axis, known.get(axis, {})) for axis in axes)
    return tag("div", *fields, class_="controls", data_picks=" ".join(axes))


def _control(scenario: Scenario, axis: str, choices: Mapping[str, str]) -> Markup:
    value = scenario.axis(axis)
    if axis in LIMITS:
        least, most = LIMITS[axis]
        kind = {"type": "number", "inputmode": "numeric"}
        field = tag("input", **kind, name=axis, min=least, max=most, value=value)
    else:
        options = (
            tag("option", name, value=id, selected=id == value)
            for id, name in (choices or {value: name_of(scenario, axis)}).items()
        )
        field = tag("select", *options, name=axis)
    return tag("label", PICK_LABELS[axis], " ", field)


def worked(quantity: str, scenario: Scenario, figure: Figure, followed: str) -> Markup:
    """An equation in words, with the scenario's numbers, and the figure that comes out."""
    axes = {f"data-{axis}": scenario.axis(axis) for axis in PICKS}
    hooks = {"data-worked": quantity, "data-live": followed, **axes} if followed else {}
    return tag("span", tag("span", figure.formula, **hooks), " = ", figure, class_="worked")


def box(title: Content, controls: Content, lines: Content, verdict: Content) -> Markup:
    """A widget without a chart: controls, live lines, and whether the scenario can run."""
    return tag(
        "figure",
        tag("figcaption", title, class_="widget-title"),
        controls,
        tag("div", lines, verdict, class_="readout"),
        class_="widget",
    )


def cannot_run(scenario: Scenario) -> Markup:
    """Why a scenario has no speed, and what would hold it; empty, but in its place, when it runs.

    The live layer writes the same words for other picks, with a button that makes them so.
    """
    return tag("p", said("cannot_run", scenario), class_="cannot", data_cannot=True)


def guess(question: str, answer: Figure, says: str) -> Markup:
    """A question that may be answered by a guess before the figure answers it."""
    return tag(
        "details",
        tag("summary", question),
        tag("p", f"{says} ", answer, "."),
        class_="guess",
        data_guess=True,
        data_quantity=answer.quantity,
    )
