"""Batches as measured: each user's speed over the batch law's, as the users grow in number."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Hashable, Mapping, Sequence
from typing import Any

from macros.catalog import Catalog
from macros.charts.kit.axes import atop, log_scale, ticked
from macros.charts.kit.baked_axes import log_domain
from macros.charts.kit.drawing import PHONE, Drawing, View, asked, fit_width
from macros.charts.kit.labels import label, texts
from macros.charts.kit.lazy_altair import alt
from macros.charts.kit.theme import INK_2, MEASURED, WARN
from macros.errors import ScenarioError
from macros.evidence.rows import Measured, batched, beside_law
from macros.scenario import Scenario
from macros.units.display import show

Sweep = tuple[Measured, ...]


def draw(catalog: Catalog, base: Scenario | None, options: Mapping[str, Any]) -> Drawing:
    """Share of the batch ceiling that was measured, for every sweep whose cache is known.

    Rows that no fit may use are drawn too: those above the law are among them.

    Options:
        sources: ids of the sources to draw.
    """
    sources = asked(options, sources=())["sources"]
    rows = [row for row in catalog.measurements if row.citation.source.id in sources]
    found = batched(filter(None, (beside_law(catalog, row) for row in rows)))
    sweeps = _sweeps([entry for entry in found if entry.cache_known])
    if not sweeps:
        raise ScenarioError("sources: name those of batches whose cache is known")
    above = [entry for sweep in sweeps for entry in sweep if _share(entry) > 1]
    mixtures = sum(entry.mixture for entry in above)
    return Drawing(
        at=lambda width: _chart(sweeps, width),
        told=(
            "Measured speed of each user as a share of the batch law, from the fewest users to the "
            "most: "
            + "; ".join(
                f"{_name(sweep[0])}, {_percent(sweep[0])} at {sweep[0].row.concurrency} users to "
                f"{_percent(sweep[-1])} at {sweep[-1].row.concurrency}"
                for sweep in sweeps
            )
            + f". {len(above)} rows stand above the law, {mixtures} of them of mixtures of experts."
        ),
        headings=("Model and machine", "Users", "Each user, measured", "Share of the batch law"),
        rows=[
            {
                "name": _name(sweep[0]),
                "users": " / ".join(str(entry.row.concurrency) for entry in sweep),
                "each": " / ".join(show(e.row.tokens_per_second, "1") for e in sweep),
                "share": " / ".join(map(_percent, sweep)),
            }
            for sweep in sweeps
        ],
    )


def _sweeps(entries: Sequence[Measured]) -> list[Sweep]:
    """Rows that differ in the number of users alone, fewest first; the highest sweep first."""
    found: defaultdict[Hashable, list[Measured]] = defaultdict(list)
    for entry in entries:
        row = entry.row
        machine = (entry.source, row.engine, row.gpu, row.gpus)
        found[(row.model, row.precision, row.context, machine)].append(entry)
    sweeps = [tuple(sorted(group, key=lambda e: e.row.concurrency)) for group in found.values()]
    return sorted(sweeps, key=lambda sweep: -_share(sweep[-1]))


def _share(entry: Measured) -> float:
    return entry.row.tokens_per_second / entry.ceiling


def _percent(entry: Measured) -> str:
    return show(_share(entry), "1", 2, "%")


def _name(entry: Measured) -> str:
    row = entry.row
    machine = f"{row.gpus} × {row.gpu}" if row.gpus > 1 else row.gpu
    return f"{row.model} on {machine}, {show(row.context, 'tokens', 6)}"


def _is_long(entry: Measured) -> bool:
    return entry.row.context >= 4096


def _chart(sweeps: Sequence[Sweep], width: int) -> View:
    phone = width < PHONE
    values = [
        {
            "sweep": number,
            "users": entry.row.concurrency,
            "share": round(_share(entry), 4),
            "long": _is_long(entry),
        }
        for number, sweep in enumerate(sweeps)
        for entry in sweep
    ]
    most = max(row["users"] for row in values)
    xs = (1.8, most * (5.5 if phone else 2.6))  # right of the last row, room for its name
    low, high = log_domain(row["share"] for row in values)
    ys = (low * 0.8, high)  # below the lowest row, room for its name
    users = [2**power for power in range(1, 12) if 2**power <= most]
    x = alt.X(
        "users:Q",
        scale=log_scale(xs, base=2),
        axis=ticked(users, title="users decoded together", titleAnchor="start", grid=False),
    )
    y = alt.Y(
        "share:Q",
        scale=log_scale(ys),
        axis=ticked(
            [tick for tick in (0.05, 0.1, 0.2, 0.5, 1, 2) if ys[0] <= tick <= ys[1]],
            "1",
            "×",
            **atop("measured ÷ batch law"),
        ),
    )
    rows = alt.Chart(alt.InlineData(values=values, name="rows"))
    one = alt.Chart(alt.InlineData(values=[{"share": 1}], name="one"))
    line = {"x": x, "y": y, "detail": "sweep:N"}
    names = alt.Chart(alt.InlineData(values=_names(sweeps, xs, phone), name="names"))
    return fit_width(
        alt.layer(
            one.mark_rule(color=WARN, strokeWidth=1.5).encode(y=y),
            rows.transform_filter("!datum.long")
            .mark_line(color=MEASURED, strokeWidth=1.5)
            .encode(**line),
            rows.transform_filter("datum.long")
            .mark_line(color=MEASURED, strokeWidth=1.5, strokeDash=[3, 3])
            .encode(**line),
            rows.mark_point(color=MEASURED, size=26, opacity=1).encode(x=x, y=y),
            texts(names, x, y),
        ).properties(height=330 if phone else 350),
        width,
    )


def _names(sweeps: Sequence[Sweep], xs: tuple[float, float], phone: bool) -> list[dict[str, Any]]:
    """Each model at the end of its sweep with short contexts; several GPUs where there is room."""
    at: dict[str, float] = {"users": xs[1], "share": 1}
    made = [label("batch law", at, align="right", dx=-2, dy=10, colour=WARN)]
    for sweep in sweeps:
        first, last = sweep[0], sweep[-1]
        if _is_long(first):
            continue
        kind = "" if first.mixture else ", dense"
        if first.row.gpus == 1:
            text, end, dx, dy = f"{first.row.model}{kind}", last, 8, 0
        elif len(sweep) > 2:
            gpu = first.row.gpu.split()[0]
            text, end, dx, dy = f"{first.row.model}\n{first.row.gpus} × {gpu}", last, 8, 0
        else:
            gpu = first.row.gpu.split()[0]
            model = first.row.model.split("/")[0]
            text, end, dx, dy = f"{model}, {first.row.gpus} × {gpu}", first, 10, 8
        at = {"users": float(end.row.concurrency), "share": _share(end)}
        made.append(label(text, at, dx=dx, dy=dy, colour=INK_2))
    return made
