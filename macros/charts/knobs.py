"""The decode equation as three knobs: model, number format and GPU, turned one against another."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import altair as alt

from macros.catalog import Catalog
from macros.charts.axes import grouped, log_scale, ticked
from macros.charts.drawing import PHONE, Drawing, View, asked, needed
from macros.charts.labels import label, texts
from macros.charts.scales import log_domain, log_ticks
from macros.charts.theme import INK, MEMORY
from macros.display import show
from macros.scenario import Scenario, describe

Row = dict[str, Any]

ROW_HEIGHT = 21
ROOM_FOR_NAMES = 104
GUTTER = 18


def draw(catalog: Catalog, base: Scenario | None, options: Mapping[str, Any]) -> Drawing:
    """Ceilings for one user, on the smallest number of GPUs that holds the weights.

    Options, each by itself the page's own:
        gpus: ids of GPUs, a panel for each.
        precisions: ids of number formats, a group of rows for each.
        models: ids of models, a row for each in every group.
    """
    base = needed(base)
    chosen = asked(
        options, gpus=[base.gpu.id], precisions=[base.precision.id], models=[base.model.id]
    )
    scenarios = [
        _smallest(
            describe(
                catalog,
                {"gpu": gpu, "precision": precision, "model": model, "gpus": 1, "batch": 1},
                base,
            )
        )
        for gpu in chosen["gpus"]
        for precision in chosen["precisions"]
        for model in chosen["models"]
    ]
    fastest = max(scenarios, key=lambda scenario: scenario.value("decode_tps"))
    slowest = min(scenarios, key=lambda scenario: scenario.value("decode_tps"))
    return Drawing(
        at=lambda width: _chart(scenarios, width),
        told=(
            "The ceiling for one user, on the fewest GPUs that hold the weights, runs from "
            f"{_speed(slowest)} ({_place(slowest)}) to {_speed(fastest)} ({_place(fastest)}): "
            "it rises with the bandwidth and falls with the parameters and their bytes."
        ),
        headings=("GPU", "Precision", "Model", "GPUs that hold it", "Ceiling, one user"),
        rows=[
            {
                "gpu": scenario.gpu.name,
                "precision": scenario.precision.name,
                "model": scenario.model.name,
                "gpus": str(scenario.gpus),
                "tps": _speed(scenario),
            }
            for scenario in scenarios
        ],
    )


def _smallest(scenario: Scenario) -> Scenario:
    return scenario.on(gpus=int(scenario.value("min_gpus")))


def _speed(scenario: Scenario) -> str:
    return show(scenario.value("decode_tps"), "tok/s")


def _place(scenario: Scenario) -> str:
    count = f"{scenario.gpus} × " if scenario.gpus > 1 else ""
    return f"{scenario.model.name} in {scenario.precision.name} on {count}{scenario.gpu.name}"


def _key(scenario: Scenario) -> str:
    return f"{scenario.precision.name}|{scenario.model.name}"


def _chart(scenarios: Sequence[Scenario], width: int) -> View:
    phone = width < PHONE
    gpus = list(dict.fromkeys(scenario.gpu.id for scenario in scenarios))
    columns = 1 if phone else len(gpus)
    inner = (width - ROOM_FOR_NAMES - GUTTER * columns) // columns
    low, high = log_domain([scenario.value("decode_tps") for scenario in scenarios])
    panels = [
        _panel(
            [scenario for scenario in scenarios if scenario.gpu.id == gpu],
            (low, high),
            inner,
            named=phone or gpu == gpus[0],
            titled=not phone or gpu == gpus[-1],
        )
        for gpu in gpus
    ]
    return alt.concat(*panels, columns=columns, spacing=GUTTER)


def _panel(
    scenarios: Sequence[Scenario],
    domain: tuple[float, float],
    width: int,
    *,
    named: bool,
    titled: bool,
) -> View:
    gpu = scenarios[0].gpu
    middle = (domain[0] * domain[1]) ** 0.5
    dots: list[Row] = []
    for scenario in scenarios:
        tps = scenario.value("decode_tps")
        count = f" ×{scenario.gpus}" if scenario.gpus > 1 else ""
        # Each text stands where its dot leaves more room.
        side: Row = {"align": "left", "dx": 10} if tps < middle else {"align": "right", "dx": -10}
        dots.append(
            {
                **label(show(tps, "1") + count, {"tps": tps}, **side),
                "row": _key(scenario),
                "fill": MEMORY if scenario.gpus == 1 else "transparent",
            }
        )
    # A heading row above the rows of each precision.
    keys = [
        key
        for precision in dict.fromkeys(scenario.precision.name for scenario in scenarios)
        for key in (
            precision,
            *(_key(scenario) for scenario in scenarios if scenario.precision.name == precision),
        )
    ]
    x = alt.X(
        "tps:Q",
        scale=log_scale(domain),
        axis=ticked(log_ticks(domain, 4), title="tok/s ceiling, one user" if titled else None),
    )
    y = alt.Y(
        "row:N",
        scale=alt.Scale(domain=keys),
        axis=grouped(ROOM_FOR_NAMES) if named else None,
    )
    chart = alt.Chart(alt.InlineData(values=dots, name=f"dots-{gpu.id}"))
    points = chart.mark_point(size=64, stroke=MEMORY, strokeWidth=2, opacity=1).encode(
        x=x, y=y, fill=alt.Fill("fill:N", scale=None)
    )
    header = alt.TitleParams(
        f"{gpu.name}, {show(gpu.bandwidth.value, 'bytes/s')}",
        anchor="start",
        frame="group",
        fontSize=13,
        color=INK,
        offset=4,
    )
    return alt.layer(points, texts(chart, x, y)).properties(
        width=width, height=ROW_HEIGHT * len(keys), title=header
    )
