"""One decode step on a common time axis: two lanes in true proportion, and a hand that sweeps them.

The lanes' lengths are the law's. The style sheet moves the hand, and stops it for readers who ask
for less motion.
"""

from __future__ import annotations

from macros.scenario import Scenario
from macros.units.display import show

LANES = {
    "memory": ("memory_time", "reading weights"),
    "compute": ("compute_time", "arithmetic"),
}


def markup(scenario: Scenario) -> str:
    """The two lanes of one step, as long as its reading and its arithmetic take."""
    step = scenario.value("step_time")
    lanes = "".join(
        _lane(side, label, scenario.value(quantity), step)
        for side, (quantity, label) in LANES.items()
    )
    return f'<div class="step-animation" aria-hidden="true">{lanes}<i class="playhead"></i></div>'


def _lane(side: str, label: str, time: float, step: float) -> str:
    return (
        f"<p>{label}, {show(time, 's', scale='ms')}</p>"
        f'<svg class="lane lane-{side}" width="100%" height="14">'
        f'<rect width="{100 * time / step:.4g}%" height="14"/></svg>'
    )
