"""What each lever on the decode equation multiplies, as bars from one times upwards."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import altair as alt

from macros.catalog import Catalog
from macros.charts.axes import grouped, log_scale, ticked
from macros.charts.drawing import PHONE, Drawing, View, asked, fit_width, needed
from macros.charts.labels import label, texts
from macros.charts.theme import COMPUTE, COMPUTE_SOFT, INK, MEMORY
from macros.display import show
from macros.scenario import Scenario, ScenarioError, describe


@dataclass(frozen=True)
class Pull:
    """One pull at a lever.

    Attributes:
        lever: what kind of lever, in words.
        name: from what to what.
        factor: on the ceiling of one user, or of all users together.
        together: whether it is the latter.
    """

    lever: str
    name: str
    factor: float
    together: bool = False

    @property
    def text(self) -> str:
        """The factor, as people read it."""
        return show(self.factor, "1", scale="×")


def draw(catalog: Catalog, base: Scenario | None, options: Mapping[str, Any]) -> Drawing:
    """Factors on the ceiling of one user, each from the page's scenario with one thing changed.

    They are ratios of the time to read at equal numbers of GPUs: bytes over bandwidth, which
    holds whether or not the weights fit the memory.

    Options, of which at least one is given:
        quantise: ids of number formats to change to.
        architecture: id of a model with fewer active parameters to change to.
        gpus: ids of GPUs to change to.
        parallel: how many GPUs to spread one step over, instead of one.
        batch: a mapping of axes, such as `precision` and `context`, at which as many users as fit
            are decoded together; one bar is the speed of all of them, one that of each.
    """
    chosen = asked(options, quantise=(), architecture=None, gpus=(), parallel=None, batch=None)
    alone = describe(catalog, {"gpus": 1, "batch": 1, "context": 0}, needed(base))
    pulls = list(_pulls(catalog, alone, chosen))
    if not pulls:
        raise ScenarioError(f"this chart needs one of its options: {', '.join(chosen)}")
    return Drawing(
        at=lambda width: _chart(pulls, width),
        told=(
            f"Factors on the ceiling of one user, from {alone.model.name} in "
            f"{alone.precision.name} on {alone.gpu.name}, as ratios of the time to read: "
            + "; ".join(f"{pull.name}, {pull.text}" for pull in pulls)
            + "."
        ),
        headings=("Lever", "Change", "Factor", "Of"),
        rows=[
            {
                "lever": pull.lever,
                "name": pull.name,
                "factor": pull.text,
                "of": "all users together" if pull.together else "one user",
            }
            for pull in pulls
        ],
    )


def _pulls(catalog: Catalog, alone: Scenario, chosen: Mapping[str, Any]) -> Iterator[Pull]:
    def pull(lever: str, name: str, axes: Mapping[str, Any]) -> Pull:
        changed = describe(catalog, axes, alone)
        factor = alone.value("memory_time") / changed.value("memory_time")
        return Pull(lever, f"{_on(alone, name)} → {_on(changed, name)}", factor)

    for precision in chosen["quantise"]:
        yield pull("Fewer bytes", "precision", {"precision": precision})
    if chosen["architecture"]:
        yield pull("Fewer active parameters", "model", {"model": chosen["architecture"]})
    for gpu in chosen["gpus"]:
        yield pull("More bandwidth", "gpu", {"gpu": gpu})
    if chosen["parallel"]:
        yield pull("More bandwidth", "gpus", {"gpus": chosen["parallel"]})
    if chosen["batch"]:
        yield from _batch(catalog, alone, chosen["batch"])


def _on(scenario: Scenario, axis: str) -> str:
    if axis == "gpus":
        return f"{scenario.gpus} GPU" + ("s" if scenario.gpus > 1 else "")
    return str(getattr(scenario, axis).name)


def _batch(catalog: Catalog, alone: Scenario, axes: Mapping[str, Any]) -> Iterator[Pull]:
    one = describe(catalog, axes, alone)
    users = int(one.value("max_batch"))
    if users < 2:
        raise ScenarioError(f"{one.reference('max_batch')} is {users}: no batch fits")
    full = one.on(batch=users)
    for name, quantity in (("all together", "aggregate_tps"), ("each", "decode_tps")):
        yield Pull(
            "Shared reads",
            f"1 → {users} users, {name}",
            full.value(quantity) / one.value(quantity),
            together=quantity == "aggregate_tps",
        )


def _chart(pulls: Sequence[Pull], width: int) -> View:
    phone = width < PHONE
    # On a phone each bar has a row of its own, under the row of its name.
    row = "{0.lever}|{0.name}|" if phone else "{0.lever}|{0.name}"
    bars = [
        {
            **label(pull.text, {"factor": max(pull.factor, 1)}, dx=7, colour=INK),
            "to": pull.factor,
            "row": row.format(pull),
            "fill": COMPUTE_SOFT if pull.together else MEMORY,
            "stroke": COMPUTE if pull.together else MEMORY,
        }
        for pull in pulls
    ]
    groups: dict[str, list[str]] = {}
    for pull, bar in zip(pulls, bars, strict=True):
        name = f"{pull.lever}|{pull.name}"
        groups.setdefault(pull.lever, []).extend([name, bar["row"]] if phone else [name])
    rows = [key for lever, keys in groups.items() for key in (lever, *keys)]
    least, most = min(pull.factor for pull in pulls), max(pull.factor for pull in pulls)
    low = min(1.0, least * 0.8)
    # Beside the longest bar stays room for its text, about a seventh of the width.
    domain = (low, most * (most / low) ** (0.2 if phone else 0.13))
    across: dict[str, Any] = {
        "scale": log_scale(domain),
        "axis": ticked(_doublings(most), title="times as fast", grid=not phone),
    }
    y = alt.Y("row:N", scale=alt.Scale(domain=rows), axis=grouped(0 if phone else 208))
    chart = alt.Chart(alt.InlineData(values=bars, name="bars"))
    bar = (
        chart.mark_bar(size=14, strokeWidth=1.25, cornerRadius=0)
        .encode(
            x=alt.X("one:Q", **across),
            x2="to:Q",
            y=y,
            fill=alt.Fill("fill:N", scale=None),
            stroke=alt.Stroke("stroke:N", scale=None),
            strokeDash=alt.condition(
                "datum.fill == datum.stroke", alt.value([1, 0]), alt.value([3, 2])
            ),
        )
        .transform_calculate(one="1")
    )
    layers = alt.layer(bar, texts(chart, alt.X("factor:Q", **across), y))
    return fit_width(layers.properties(height=22 * len(rows)), width)


def _doublings(most: float) -> list[float]:
    return [2.0**power for power in range(int(math.log2(most)) + 1)]
