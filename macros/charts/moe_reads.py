"""Parameters that one step reads, against batch: a mixture of experts beside a dense model."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import count
from typing import Any

from macros.catalog import Catalog
from macros.charts.kit.axes import log_scale, ticked
from macros.charts.kit.baked_axes import log_domain, log_ticks
from macros.charts.kit.drawing import PHONE, Drawing, View, asked, fit_width, needed
from macros.charts.kit.law_on_rows import on_rows
from macros.charts.kit.lazy_altair import alt
from macros.charts.kit.theme import INK_2, MEMORY
from macros.errors import ScenarioError
from macros.scenario import Scenario, describe
from macros.units.display import show

BATCHES = [2**power for power in range(9)]


def draw(catalog: Catalog, base: Scenario | None, options: Mapping[str, Any]) -> Drawing:
    """Parameters read in one step, from 1 to 256 users, both axes logarithmic.

    Options:
        moe: id of a model with routed experts; the page's if none is named.
        dense: id of the model that it is held against; the page's if none is named.
    """
    base = needed(base)
    chosen = asked(options, moe=base.model.id, dense=base.model.id)
    moe = describe(catalog, {"model": chosen["moe"], "batch": 1, "context": 0}, base)
    dense = describe(catalog, {"model": chosen["dense"], "batch": 1, "context": 0}, base)
    crossing = _crossing(moe, dense)
    read = {batch: moe.on(batch=batch).value("params_read") for batch in BATCHES}
    texts = {
        "moe": f"{moe.model.name}, {_params(moe)}",
        "dense": f"{dense.model.name}, {_params(dense)}, always",
        "total": f"all of {moe.model.name}, {_params(moe, 'total_params')}",
        "crossing": f"from {crossing.batch} users on it reads more: {_params(crossing)}",
        "short_crossing": f"from {crossing.batch} users: {_params(crossing)}",
    }
    return Drawing(
        at=lambda width: _chart(moe, dense, crossing, texts, width),
        told=(
            f"One step of {moe.model.name} reads {_params(moe)} parameters for one user; "
            f"from {crossing.batch} users on it reads {_params(crossing)} and so more than "
            f"{dense.model.name}, which always reads {_params(dense)}; with {BATCHES[-1]} users "
            f"it reads {show(read[BATCHES[-1]], 'params')} of the {_params(moe, 'total_params')} "
            "that it holds."
        ),
        headings=("Users", moe.model.name, dense.model.name),
        rows=[
            {
                "batch": str(batch),
                "moe": show(moe.on(batch=batch).value("params_read"), "params"),
                "dense": show(dense.on(batch=batch).value("params_read"), "params"),
            }
            for batch in sorted({*BATCHES, crossing.batch})
        ],
    )


def _params(scenario: Scenario, quantity: str = "params_read") -> str:
    return show(scenario.value(quantity), "params")


def _crossing(moe: Scenario, dense: Scenario) -> Scenario:
    """The smallest batch at which one step reads more of one model than of the other."""
    if moe.value("total_params") <= dense.value("total_params"):
        raise ScenarioError(f"{moe.model.name} never reads more than {dense.model.name}")
    goal = dense.value("params_read")
    return next(
        with_users
        for with_users in (moe.on(batch=batch) for batch in count(1))
        if with_users.value("params_read") > goal
    )


def _chart(
    moe: Scenario, dense: Scenario, crossing: Scenario, texts: Mapping[str, str], width: int
) -> View:
    phone = width < PHONE
    total, goal = moe.value("total_params"), dense.value("params_read")
    domain = log_domain([moe.value("params_read"), goal, total])
    x = alt.X(
        "batch:Q",
        scale=log_scale((BATCHES[0], BATCHES[-1]), base=2),
        axis=ticked(BATCHES[:: 2 if phone else 1], title="users decoded together", grid=False),
    )
    y = alt.Y("params:Q", scale=log_scale(domain), axis=ticked(log_ticks(domain, 6), "params"))
    # Steps fine enough that the curve looks smooth; the law is evaluated by the chart itself.
    steps = [BATCHES[-1] ** (step / 48) for step in range(49)]
    read = on_rows("params_read", {**moe.inputs, "batch": alt.datum.batch})
    curve = (
        alt.Chart(alt.InlineData(values=[{"batch": batch} for batch in steps], name="steps"))
        .transform_calculate(params=read)
        .mark_line()
        .encode(x=x, y=y)
    )
    levels = [
        {"batch": 1, "params": goal, "text": texts["dense"]},
        {"batch": 1, "params": total, "text": texts["total"]},
    ]
    level = alt.Chart(alt.InlineData(values=levels, name="levels"))
    marks = [
        {"batch": 1, "params": moe.value("params_read"), "text": texts["moe"]},
        {
            "batch": crossing.batch,
            "params": crossing.value("params_read"),
            "text": texts["short_crossing" if phone else "crossing"],
        },
    ]
    mark = alt.Chart(alt.InlineData(values=marks, name="marks"))
    layers = (
        level.mark_rule(strokeDash=[5, 4]).encode(y=y)
        + level.mark_text(align="right", dy=-9, color=INK_2).encode(
            x=alt.value("width"), y=y, text=alt.Text("text:N")
        )
        + curve
        + mark.mark_point(color=MEMORY, size=80, opacity=1).encode(x=x, y=y)
        + mark.mark_text(align="left", dx=8, dy=17, color=MEMORY).encode(
            x=x, y=y, text=alt.Text("text:N")
        )
    )
    return fit_width(layers.properties(height=230 if phone else 280), width)
