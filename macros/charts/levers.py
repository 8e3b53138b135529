"""What each lever on the decode equation multiplies, as bars from one times upwards."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from macros.catalog import Catalog
from macros.charts.kit.axes import grouped, ticked
from macros.charts.kit.drawing import PHONE, Drawing, View, asked, fit_width, needed
from macros.charts.kit.labels import label, texts
from macros.charts.kit.lazy_altair import alt
from macros.charts.kit.live_axes import Reach, least_of, most_of, with_params
from macros.charts.kit.picked import Picked, Row
from macros.charts.kit.theme import COMPUTE, COMPUTE_SOFT, INK, MEMORY
from macros.errors import ScenarioError
from macros.figures.cells import Count, If, Names, Text, Value, Words, between
from macros.figures.figure import Figure
from macros.scenario import Scenario

ALONE: Mapping[str, Any] = {"gpus": 1, "batch": 1, "context": 0}
"""What every lever is pulled from, whatever the page has."""

DOUBLINGS = [2**power for power in range(16)]


@dataclass(frozen=True)
class Pull:
    """One pull at a lever.

    Attributes:
        lever: what kind of lever, in words.
        key: tells it from the others.
        name: from what to what.
        factor: on the ceiling of one user, or of all users together.
        together: whether it is the latter.
        users: how many share a read, where that is the lever.
    """

    lever: str
    key: str
    name: Words
    factor: Figure
    together: bool = False
    users: Figure | None = None

    def only_if_possible(self, value: Any, otherwise: Any = None) -> Any:
        """A cell that is empty where no two users fit to share a read."""
        return If(self.users, 1, value, otherwise) if self.users else value

    def told(self) -> Words:
        """The pull in words."""
        return Words(self.name, self.only_if_possible(Words(", ", Text(self.factor)), ""))


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
    picked = Picked(catalog, needed(base))
    pulls = list(_pulls(picked, chosen))
    if not pulls:
        raise ScenarioError(f"this chart needs one of its options: {', '.join(chosen)}")
    return Drawing(
        at=lambda width: _chart(pulls, width),
        told=Words(
            "Factors on the ceiling of one user, from ",
            picked.name("model"),
            " in ",
            picked.name("precision"),
            " on ",
            picked.name("gpu"),
            ", as ratios of the time to read: ",
            *between("; ", [pull.told() for pull in pulls]),
            ".",
        ),
        headings=("Lever", "Change", "Factor", "Of"),
        rows=[
            {
                "lever": pull.lever,
                "name": pull.name,
                "factor": pull.factor,
                "of": "all users together" if pull.together else "one user",
            }
            for pull in pulls
        ],
        data={"bars": [_bar(pull) for pull in pulls]},
        signals={
            "names": Names(
                {pull.lever: pull.lever for pull in pulls} | {pull.key: pull.name for pull in pulls}
            )
        },
    )


def _pulls(picked: Picked, chosen: Mapping[str, Any]) -> Iterator[Pull]:
    before = picked.figure("memory_time", **ALONE)

    def pull(lever: str, axis: str, value: Any) -> Pull:
        after = picked.figure("memory_time", **{**ALONE, axis: value})
        changed = picked.name(axis, **{axis: value})
        name = Words(picked.name(axis), " → ", changed)
        return Pull(lever, f"{lever}|{axis} {value}", name, picked.ratio(before, after))

    for precision in chosen["quantise"]:
        yield pull("Fewer bytes", "precision", precision)
    if chosen["architecture"]:
        yield pull("Fewer active parameters", "model", chosen["architecture"])
    for gpu in chosen["gpus"]:
        yield pull("More bandwidth", "gpu", gpu)
    if gpus := chosen["parallel"]:
        after = picked.figure("memory_time", **{**ALONE, "gpus": gpus})
        name = Words(f"1 GPU → {gpus} GPU" + ("s" if gpus > 1 else ""))
        yield Pull("More bandwidth", "More bandwidth|gpus", name, picked.ratio(before, after))
    if chosen["batch"]:
        yield from _batch(picked, {**ALONE, **chosen["batch"]})


def _batch(picked: Picked, axes: Mapping[str, Any]) -> Iterator[Pull]:
    users = picked.figure("max_batch", **axes)
    if users.value < 2:
        raise ScenarioError(f"{users.reference} is {users.value:.0f}: no batch fits")
    full = {**axes, "batch": "max"}
    for name, quantity in (("all together", "aggregate_tps"), ("each", "decode_tps")):
        yield Pull(
            "Shared reads",
            f"Shared reads|{name}",
            Words(If(users, 1, Words("1 → ", Count(users), " users"), "no two fit"), f", {name}"),
            picked.ratio(picked.figure(quantity, **full), picked.figure(quantity, **axes)),
            together=quantity == "aggregate_tps",
            users=users,
        )


def _bar(pull: Pull) -> Row:
    return {
        **label(pull.only_if_possible(Text(pull.factor), ""), {}, dx=7, colour=INK),
        "to": pull.only_if_possible(Value(pull.factor)),
        "key": pull.key,
        "fill": COMPUTE_SOFT if pull.together else MEMORY,
        "stroke": COMPUTE if pull.together else MEMORY,
    }


def _chart(pulls: Sequence[Pull], width: int) -> View:
    phone = width < PHONE
    # On a phone each bar has a row of its own, under the row of its name.
    below = "|" if phone else ""
    groups: dict[str, list[str]] = {}
    for pull in pulls:
        keys = [pull.key, pull.key + below] if phone else [pull.key]
        groups.setdefault(pull.lever, []).extend(keys)
    rows = [key for lever, keys in groups.items() for key in (lever, *keys)]
    least, most = least_of("bars", "to"), most_of("bars", "to")
    low = f"min(1, {least} * 0.8)"
    # Beside the longest bar stays room for its text, about a seventh of the width.
    longest = f"max({most}, 1.2)"
    high = f"{longest} * pow({longest} / {low}, {0.2 if phone else 0.13})"
    reach = Reach("factor", low, high)
    ticks = alt.ExprRef(f"slice({DOUBLINGS}, 0, floor(log({longest}) / LN2 + 1e-9) + 1)")
    across: dict[str, Any] = {
        "scale": reach.scale(),
        "axis": ticked(ticks, title="times as fast", grid=not phone),
    }
    axis = grouped(0 if phone else 208, "names")
    y = alt.Y("row:N", scale=alt.Scale(domain=rows), axis=axis)
    chart = alt.Chart(alt.NamedData("bars")).transform_calculate(
        one="1", factor="max(datum.to, 1)", row=f"datum.key + '{below}'"
    )
    bar = chart.mark_bar(size=14, strokeWidth=1.25, cornerRadius=0).encode(
        x=alt.X("one:Q", **across),
        x2=alt.X2("to:Q"),
        y=y,
        fill=alt.Fill("fill:N", scale=None),
        stroke=alt.Stroke("stroke:N", scale=None),
        strokeDash=alt.condition(
            "datum.fill == datum.stroke", alt.value([1, 0]), alt.value([3, 2])
        ),
    )
    layers = alt.layer(
        bar.transform_filter("isValid(datum.to)"), texts(chart, alt.X("factor:Q", **across), y)
    )
    return fit_width(with_params(layers.properties(height=22 * len(rows)), reach), width)
