"""The hooks that a page leaves for its live layer: what to pick, and what follows the picks.

A page without JavaScript is complete; these hooks only say, in attributes, what the build has done.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence

from macros.figures.figure import Figure
from macros.figures.html import Content, Markup, json_script, tag
from macros.figures.tables import LABELS
from macros.scenario import Scenario
from macros.units.display import show

PICKS = ("model", "gpu", "precision", "gpus", "batch", "context")
"""The axes that a reader may turn on a page, in the order of the query."""

MORE_PICKS = ("kv", "math")
"""What a reader may turn on the calculator besides."""

PICK_LABELS: Mapping[str, str] = {
    "model": "Model",
    "gpu": "GPU",
    "precision": "Format",
    "gpus": "GPUs",
    "batch": "Users",
    "context": "Context",
    "kv": "Cache",
    "math": "Math",
}

CACHE_FORMATS = ("fp16", "bf16", "fp8", "int8", "q8_0", "q4_0", "nvfp4")
"""Formats that engines keep a cache in."""

MATH: Mapping[str, str] = {"": "the format’s own", "fp16": "FP16, weights only"}
"""What the matrix units multiply in: narrow weights may be widened first."""

LIMITS: Mapping[str, tuple[int, int]] = {"gpus": (1, 1024), "batch": (1, 4096)}
"""Bounds of the counts that a reader may type."""

NAMES: Mapping[str, Callable[[Scenario], str]] = {
    **LABELS,
    "gpus": lambda s: f"{s.gpus} × " if s.gpus > 1 else "",
    "kv": lambda s: s.kv.name,
}
"""How a caption names each axis; the count of GPUs stands before their name."""


def page_scenario(scenario: Scenario, picks: Sequence[str] = PICKS) -> Markup:
    """The page's own scenario, which the reader's picks start from."""
    values = {axis: getattr(scenario, axis) for axis in picks}
    text = json.dumps({axis: getattr(value, "id", value) for axis, value in values.items()})
    return json_script(text, id="page-scenario")


def name(scenario: Scenario, axis: str) -> Markup:
    """The name of one axis, which follows the picks."""
    return tag("span", NAMES[axis](scenario), class_="name", data_live_name=axis)


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
            for id, name in (choices or {value: NAMES[axis](scenario)}).items()
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
    return tag("p", _why_not(scenario), class_="cannot", data_cannot=True)


def _why_not(scenario: Scenario) -> str:
    device = scenario.on(memory="reported")
    if scenario.fits == device.fits:
        return "" if scenario.fits else _needs(scenario)
    both = (show(device.value("memory"), "bytes", 4, scale) for scale in ("", "GiB"))
    reports = "the device reports {} ({})".format(*both)
    if scenario.fits:
        return f"Fits by the label, yet {reports}, and there it does not."
    return f"{_needs(scenario)} That is by the label; {reports}, and there it fits."


def _needs(scenario: Scenario) -> str:
    wanted = scenario.value("weight_bytes"), scenario.gpus * scenario.value("memory")
    weights, memory = (show(value, "bytes") for value in wanted)
    if weights == memory:
        # 141.1 GB do not fit into 141 GB: a verdict can hang on the fourth digit.
        weights, memory = (show(value, "bytes", 4) for value in wanted)
    enough = scenario.on(gpus=int(scenario.value("min_gpus")))
    holders = f"{enough.gpus} of them hold it" if enough.gpus > 1 else "one of them holds it"
    have = f"these {scenario.gpus} GPUs have" if scenario.gpus > 1 else "this GPU has"
    speed = show(enough.value("decode_tps"), "tok/s")
    return f"Needs {weights}, {have} {memory}; {holders}, on which the ceiling is {speed}."


def guess(question: str, answer: Figure) -> Markup:
    """A question that may be answered by a guess before the law answers it."""
    return tag(
        "details",
        tag("summary", question),
        tag("p", "The law says ", answer, "."),
        class_="guess",
        data_guess=True,
        data_quantity=answer.quantity,
    )
