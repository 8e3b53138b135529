"""One decode step on a common time axis: two lanes in true proportion, and a hand that sweeps them.

The lanes' lengths are the law's. The style sheet moves the hand, and stops it for readers who ask
for less motion.
"""

from __future__ import annotations

from macros.figures.html import Markup, tag, together
from macros.scenario import Scenario
from macros.units.display import show

LANES = {
    "memory": ("memory_time", "reading weights"),
    "compute": ("compute_time", "arithmetic"),
}


def markup(scenario: Scenario) -> Markup:
    """The two lanes of one step, as long as its reading and its arithmetic take."""
    step = scenario.value("step_time")
    lanes = (
        _lane(side, label, scenario.value(quantity), step)
        for side, (quantity, label) in LANES.items()
    )
    hand = tag("i", class_="playhead")
    return tag("div", *lanes, hand, class_="step-animation", aria_hidden="true")


def _lane(side: str, label: str, time: float, step: float) -> Markup:
    bar = tag("rect", width=f"{100 * time / step:.4g}%", height=14)
    return together(
        tag("p", f"{label}, {show(time, 's', scale='ms')}"),
        tag("svg", bar, class_=f"lane lane-{side}", width="100%", height=14),
    )
