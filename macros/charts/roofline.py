"""The roofline: FLOP/s that GPUs can reach over arithmetic intensity, and where decode stands."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from macros.catalog import Catalog
from macros.charts.kit.axes import atop, log_scale, ticked
from macros.charts.kit.drawing import PHONE, Drawing, View, asked, fit_width, needed
from macros.charts.kit.labels import style, texts
from macros.charts.kit.lazy_altair import alt
from macros.charts.kit.live_axes import Reach, least_of, most_of, round_below, with_params
from macros.charts.kit.picked import Picked
from macros.charts.kit.roofs import Edges, Roof, height, under
from macros.charts.kit.theme import COMPUTE, INK_2, MEMORY, PAPER
from macros.figures.cells import If, Text, Words, between
from macros.figures.figure import Figure
from macros.scenario import Scenario

DESK_EDGES: Edges = (0.5, 5000.0)
PHONE_EDGES: Edges = (0.9, 2600.0)
"""FLOP per byte on the left and on the right."""

NAMED_AT = 26.0
"""FLOP per byte at which the slopes are named."""

ROOM_FROM = 5.0
"""FLOP per byte from which on the name of a point can stand left of it."""

HIGHEST, LOWEST = "page_is_highest", "page_is_lowest"
"""Params: whether the page's roof begins above all others, or below; there is room on that side."""

OTHERS = "datum.gpu !== page_gpu"
"""Whether a roof is another GPU's than the one that is picked."""


@dataclass(frozen=True)
class Point:
    """Decode in one format for some users, with its name for a desk and for a phone."""

    roof: Roof
    name: str
    short: str


def draw(catalog: Catalog, base: Scenario | None, options: Mapping[str, Any]) -> Drawing:
    """Roofs of single GPUs, and decode of the page's model on the roof of the page's GPU.

    Options:
        gpus: ids of GPUs, whose roofs are drawn with FP16 math; the page's stands out.
        batches: users decoded together in FP16, a point for each beside the one for one user.
        weights: ids of narrower number formats, a point for each: weights only, FP16 math.
    """
    chosen = asked(options, gpus=(), batches=(), weights=())
    picked = Picked(catalog, needed(base))
    page = Roof(picked, precision="fp16", math="fp16")
    # The second flat line: the same bandwidth under the peak of narrower math, where there is one.
    narrow = Roof(picked, precision="fp16", math="fp8")
    others = [Roof(picked, precision="fp16", math="fp16", gpu=gpu) for gpu in chosen["gpus"]]
    points = list(_points(picked, page, chosen))
    gap = picked.ratio(page.ridge, page.intensity)
    gain = picked.ratio(narrow.peak, page.peak)
    return Drawing(
        at=_chart,
        told=_told(page, narrow, others, gap, gain),
        headings=("Point", "GPU", "Arithmetic intensity", "Attainable FLOP/s on one GPU"),
        rows=[
            *(
                _table_row(point.name, point.roof, point.roof.intensity, point.roof.attainable)
                for point in points
            ),
            *(
                _table_row(f"Ridge with {math} math", roof, roof.ridge, roof.peak)
                for roof, math in (
                    (page, "FP16"),
                    *([(narrow, "FP8")] if gain.value > 1 else []),
                    *((other, "FP16") for other in others),
                )
            ),
        ],
        data={
            "page": [{**page.labelled(), "decode": points[0].roof.point("", "")["intensity"],
                      "gap": Text(gap)}],
            "narrow": [narrow.labelled()],
            "others": [other.labelled() for other in others],
            "points": [point.roof.point(point.name, point.short) for point in points],
        },
        signals={"page_gpu": page.gpu},
    )  # fmt: skip


def _points(picked: Picked, page: Roof, chosen: Mapping[str, Any]) -> Iterator[Point]:
    yield Point(page, "FP16, 1 user", "FP16, 1 user")
    for precision in chosen["weights"]:
        name = f"{picked.catalog.precision(precision).name} weights"
        yield Point(Roof(picked, precision=precision, math="fp16"), f"{name}, FP16 math", f"{name}")
    for batch in chosen["batches"]:
        users = f"{batch} user{'s' if batch > 1 else ''}"
        roof = Roof(picked, precision="fp16", math="fp16", batch=batch)
        yield Point(roof, f"FP16, {users}", users)


def _told(page: Roof, narrow: Roof, others: Sequence[Roof], gap: Figure, gain: Figure) -> Words:
    ridges = [Words(other.gpu, " has its ridge at ", Text(other.ridge)) for other in others]
    return Words(
        "Decode of ",
        page.picked.name("model"),
        " in FP16 for one user does ",
        Text(page.intensity),
        "; the ridge of ",
        page.gpu,
        ", from where arithmetic sets the speed, stands at ",
        Text(page.ridge),
        " with FP16 math, ",
        Text(gap),
        " further up",
        If(gain, 1, Words(", and with FP8 math at ", Text(narrow.ridge))),
        ". " if ridges else "",
        *between("; ", ridges),
        ".",
    )


def _table_row(name: str, roof: Roof, intensity: Figure, reached: Figure) -> Mapping[str, Any]:
    return {"name": name, "gpu": roof.gpu, "intensity": intensity, "flops": reached}


def _chart(width: int) -> View:
    phone = width < PHONE
    edges = left, right = PHONE_EDGES if phone else DESK_EDGES
    page, narrow, others, points = (
        alt.Chart(alt.NamedData(name)) for name in ("page", "narrow", "others", "points")
    )
    narrow = narrow.transform_calculate(wide="data('page')[0].peak_flops").transform_filter(
        "datum.peak_flops > datum.wide"
    )
    others = others.transform_filter(OTHERS)
    peaks = (most_of(name, "peak_flops") for name in ("page", "narrow", "others"))
    up = Reach(
        "reached",
        round_below(f"({left} * {least_of('page', 'bandwidth')})"),
        # Without other GPUs there is no largest of theirs.
        f"max({', '.join(f'({peak} || 0)' for peak in peaks)}) * 1.2",
    )
    x = alt.X(
        "intensity:Q",
        scale=log_scale(edges),
        axis=ticked([1, 10, 100, 1000], title="FLOP per byte read"),
    )
    y = alt.Y(
        "flops:Q",
        scale=up.scale(),
        axis=ticked(up.ticks(4), "FLOP/s", "TFLOP/s", **atop("attainable TFLOP/s")),
    )
    layers = [
        *_way(page, x, y, phone),
        *_roof(others, str(left), edges, (INK_2, INK_2), x, strokeWidth=1.25),
        *_roof(
            narrow,
            "data('page')[0].ridge",
            edges,
            (MEMORY, COMPUTE),
            x,
            strokeWidth=2,
            strokeDash=[6, 4],
        ),
        *_roof(page, str(left), edges, (MEMORY, COMPUTE), x, strokeWidth=3),
        *_decode(points, x, y, phone),
        *_slope_names(page, others, edges, x, y, phone),
        *_flat_names(page, narrow, others, right, x, y, phone),
        *_ridges(page, narrow, others, x, y, phone),
    ]
    own = least_of("page", "bandwidth")
    chart = alt.layer(*layers).add_params(
        alt.param(name=HIGHEST, expr=f"{own} >= {most_of('others', 'bandwidth')}"),
        alt.param(name=LOWEST, expr=f"!({own} > {least_of('others', 'bandwidth')})"),
    )
    return fit_width(with_params(chart.properties(height=360), up), width)


def _either(condition: str, yes: Any, no: Any) -> str:
    return f"{condition} ? {yes!r} : {no!r}"


def _roof(
    rows: alt.Chart, start: str, edges: Edges, colours: tuple[str, str], x: alt.X, **line: Any
) -> Iterator[alt.Chart]:
    """The slope from an intensity up to the ridge, and the flat part from there on."""
    ends = ((start, f"min(datum.ridge, {edges[1]})"), (f"min(datum.ridge, {edges[1]})", edges[1]))
    for (begin, end), colour in zip(ends, colours, strict=True):
        drawn = under(rows, str(begin)).transform_calculate(to=str(end))
        yield (
            drawn.transform_calculate(top=height(alt.datum.to))
            .mark_rule(color=colour, **line)
            .encode(x=x, x2=alt.X2("to:Q"), y=alt.Y("flops:Q"), y2=alt.Y2("top:Q"))
        )


def _way(page: alt.Chart, x: alt.X, y: alt.Y, phone: bool) -> Iterator[alt.Chart]:
    """From decode to the ridge on one level, and up to it."""
    way = (
        under(page, "datum.ridge")
        .transform_calculate(low=height(alt.datum.decode))
        .transform_filter("isFinite(datum.ridge) && datum.ridge > datum.decode")
    )
    level = alt.Y("low:Q")
    yield way.mark_rule(strokeDash=[2, 3]).encode(x=x, x2=alt.X2("decode:Q"), y=level)
    yield way.mark_rule(strokeDash=[2, 3]).encode(x=x, y=y, y2=alt.Y2("low:Q"))
    yield way.mark_point(shape="triangle-right", size=60, color=INK_2, xOffset=-4).encode(
        x=x, y=level
    )
    words = way.transform_calculate(
        text="datum.gap" if phone else "datum.gap + ' to the ridge'",
        **style(align="right", dx=-12, dy=12),
    )
    yield texts(words, x, level)


def _decode(points: alt.Chart, x: alt.X, y: alt.Y, phone: bool) -> Iterator[alt.Chart]:
    marks = under(points, "datum.intensity")
    yield marks.mark_point(size=80, color=MEMORY, opacity=1).encode(x=x, y=y)
    # Where there is room left of a slope above all others, no name crosses their lines.
    free = f"{HIGHEST} && datum.intensity > {ROOM_FROM}"
    away = 5 if phone else 9
    names = marks.transform_calculate(
        text="datum.short" if phone else "datum.name",
        **style(dy=_either(free, -13, 13), colour=MEMORY),
    ).transform_calculate(
        align=_either(free, "right", "left"),
        dx=_either(free, -away, away),
    )
    yield texts(names, x, y)


def _slope_names(
    page: alt.Chart, others: alt.Chart, edges: Edges, x: alt.X, y: alt.Y, phone: bool
) -> Iterator[alt.Chart]:
    """Names along the slopes: the page's GPU under its own, the others over theirs."""
    # Parallel to the slopes, whatever shape the plot comes out.
    angle = (
        f"-atan2(height * log({edges[1] / edges[0]}), width * log(reached_high / reached_low))"
        " * 180 / PI"
    )
    widest = f"max({most_of('page', 'bandwidth')}, {most_of('others', 'bandwidth')})"
    own, ridge = "datum.gpu", "datum.gpu"
    if not phone:
        own = "datum.gpu + ', ' + datum.width"
        ridge = f"{own} + ', ridge at ' + datum.at"
    # Away from the page's slope; and between two slopes a name has less room than over all.
    over = f"datum.bandwidth < {widest} ? -8 : -11"
    beside = f"datum.bandwidth < {most_of('page', 'bandwidth')} ? 10 : {over}"
    page_style = style(align="center", dy=f"{LOWEST} ? 12 : {over}", colour=MEMORY)
    named = under(page, f"{NAMED_AT}").transform_calculate(text=own, **page_style)
    yield texts(named, x, y, angle)
    other_style = style(align="center", dy=beside, colour=INK_2)
    named = under(others, f"{NAMED_AT}").transform_calculate(text=ridge, **other_style)
    yield texts(named, x, y, angle)


def _flat_names(
    page: alt.Chart,
    narrow: alt.Chart,
    others: alt.Chart,
    right: float,
    x: alt.X,
    y: alt.Y,
    phone: bool,
) -> Iterator[alt.Chart]:
    """The math of the page's two flat lines, and whose the highest is."""
    below = style(align="right", dx=-2, dy=12, colour=COMPUTE)
    known = "isFinite(datum.peak_flops)"
    named = under(page, f"{right}").transform_filter(known)
    yield texts(named.transform_calculate(text="'FP16 math'", **below), x, y)
    more = "" if phone else " + ', ridge at ' + datum.at"
    named = under(narrow, f"{right}").transform_filter(known)
    yield texts(named.transform_calculate(text=f"'FP8 math'{more}", **below), x, y)
    highest = under(others, f"{right}").transform_filter(
        f"datum.peak_flops === {most_of('others', 'peak_flops')} && "
        f"datum.peak_flops > {most_of('page', 'peak_flops')}"
    )
    above = style(align="right", dx=-2, dy=-10, colour=INK_2)
    yield texts(highest.transform_calculate(text="datum.gpu + ', FP16 math'", **above), x, y)


def _ridges(
    page: alt.Chart, narrow: alt.Chart, others: alt.Chart, x: alt.X, y: alt.Y, phone: bool
) -> Iterator[alt.Chart]:
    for rows in (page, others, narrow):
        yield (
            under(rows, "datum.ridge")
            .mark_point(size=36, fill=PAPER, stroke=INK_2, strokeWidth=1.5, opacity=1)
            .encode(x=x, y=y)
        )
    text = f"'ridge: ' + datum.{'at' if phone else 'corner'}"
    corner = under(page, "datum.ridge").transform_filter("isFinite(datum.ridge)")
    sides = {"align": _either(HIGHEST, "right", "left"), "dx": _either(HIGHEST, -10, 8)}
    styled = {**style(dy=_either(HIGHEST, -10, 36)), **sides}
    yield texts(corner.transform_calculate(text=text, **styled), x, y)
