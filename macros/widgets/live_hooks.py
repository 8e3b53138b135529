"""The hooks that a page leaves for its live layer: what to pick, and what follows the picks.

A page without JavaScript is complete; these hooks only say, in attributes, what the build has done.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from html import escape

from macros.catalog.engines import ENGINES
from macros.figures.figure import Figure
from macros.figures.names import engine_name, name_of
from macros.figures.tables import CORNERS
from macros.scenario import Scenario
from macros.widgets.sentences import said

PICKS = ("model", "gpu", "precision", "gpus", "batch", "context")
"""The axes that a reader may turn on a page, in the order of the query."""

MORE_PICKS = ("kv", "math", "engine")
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


def page_scenario(scenario: Scenario, picks: Sequence[str] = PICKS) -> str:
    """The page's own scenario, which the reader's picks start from."""
    values = {axis: getattr(scenario, axis) for axis in picks}
    text = json.dumps({axis: getattr(value, "id", value) for axis, value in values.items()})
    return f'<script type="application/json" id="page-scenario">{text}</script>'


def name(scenario: Scenario, axis: str) -> str:
    """The name of one axis, which follows the picks."""
    return f'<span class="name" data-live-name="{axis}">{escape(name_of(scenario, axis))}</span>'


def controls(
    scenario: Scenario, axes: Sequence[str], choices: Mapping[str, Mapping[str, str]] | None = None
) -> str:
    """Native controls for some axes.

    The live layer fills in what else can be chosen, but for the axes of `choices`, whose lists are
    baked: they offer a few names by their ids.
    """
    known = choices or {}
    fields = "".join(_control(scenario, axis, known.get(axis, {})) for axis in axes)
    return f'<div class="controls" data-picks="{" ".join(axes)}">{fields}</div>'


def _control(scenario: Scenario, axis: str, choices: Mapping[str, str]) -> str:
    value = scenario.axis(axis)
    if axis in LIMITS:
        least, most = LIMITS[axis]
        field = (
            f'<input type="number" inputmode="numeric" name="{axis}" min="{least}" max="{most}" '
            f'value="{value}">'
        )
    else:
        options = "".join(
            f'<option value="{id}"{" selected" if id == value else ""}>{escape(name)}</option>'
            for id, name in (choices or {value: name_of(scenario, axis)}).items()
        )
        field = f'<select name="{axis}">{options}</select>'
    return f"<label>{PICK_LABELS[axis]} {field}</label>"


def worked(quantity: str, scenario: Scenario, figure: Figure, followed: str) -> str:
    """An equation in words, with the scenario's numbers, and the figure that comes out."""
    hooks = f' data-worked="{quantity}" data-live="{followed}"' if followed else ""
    axes = "".join(f' data-{axis}="{scenario.axis(axis)}"' for axis in PICKS) if followed else ""
    return (
        f'<span class="worked"><span{hooks}{axes}>{escape(figure.formula)}</span> = {figure}</span>'
    )


def box(title: str, controls: str, lines: str, verdict: str) -> str:
    """A widget without a chart: controls, live lines, and whether the scenario can run."""
    return (
        f'<figure class="widget"><figcaption class="widget-title">{title}</figcaption>{controls}'
        f'<div class="readout">{lines}{verdict}</div></figure>'
    )


def cannot_run(scenario: Scenario) -> str:
    """Why a scenario has no speed, and what would hold it; empty, but in its place, when it runs.

    The live layer writes the same words for other picks, with a button that makes them so.
    """
    return f'<p class="cannot" data-cannot>{escape(said("cannot_run", scenario))}</p>'


def guess(question: str, answer: Figure, says: str) -> str:
    """A question that may be answered by a guess before the figure answers it."""
    return (
        f'<details class="guess" data-guess data-quantity="{answer.quantity}">'
        f"<summary>{escape(question)}</summary><p>{escape(says)} {answer}.</p></details>"
    )
