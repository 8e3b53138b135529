"""The expected speed: the law's step, refined by what published measurements achieve.

A real step differs from the law's in two ways that every engine and device shares. It reads and
computes at a share of the printed rates, because no memory delivers its pin rate and no kernel is
perfect. And each layer costs a fixed time that moves no bytes: launching its kernels, waiting for
the slowest block, and, with several GPUs, agreeing on the result. The two do not overlap, since a
layer needs the one before it, so the times add up.

The equations follow the law's rules and are part of its graph. Their coefficients are inputs that
nobody types: `macros.evidence.fit` finds them in the catalog's measurements. As the share is at most 1 and
a layer's time at least 0, an expected speed never exceeds the ceiling.
"""

from __future__ import annotations

from macros.law.arithmetic import Quantity, minimum
from macros.law.graph import add_input, equation

COEFFICIENTS = (
    add_input("achieved_share", "1", "achieved share of the printed rates"),
    add_input("layer_time", "s", "fixed time per layer"),
)
"""What the fit gives for every scenario alike."""

BAND_FACTORS = (
    add_input("low_factor", "1", "measured over expected, 10th percentile"),
    add_input("high_factor", "1", "measured over expected, 90th percentile"),
)
"""What the fit gives by band of the law's step time."""


@equation("s", "expected time of one decode step")
def expected_step_time(
    step_time: Quantity, achieved_share: Quantity, layers: Quantity, layer_time: Quantity
) -> Quantity:
    """Seconds of one decode step as measurements have it; never less than `step_time`.

    The share is fitted where reading is the slower side; a step that computes for longer is taken
    to achieve the same share of the printed peak.
    """
    return step_time / achieved_share + layers * layer_time


@equation(
    "tok/s",
    "expected decode speed per user",
    short="expected tokens per second",
    kind="expected",
)
def expected_tps(expected_step_time: Quantity) -> Quantity:
    """Tokens per second that one user can expect to see."""
    return 1 / expected_step_time


@equation("tok/s", "expected decode speed per user, low end", kind="expected")
def expected_low_tps(expected_tps: Quantity, low_factor: Quantity) -> Quantity:
    """Tokens per second that one in ten published rows of such a step time falls below."""
    return expected_tps * low_factor


@equation("tok/s", "expected decode speed per user, high end", kind="expected")
def expected_high_tps(
    expected_tps: Quantity, high_factor: Quantity, decode_tps: Quantity
) -> Quantity:
    """Tokens per second that one in ten published rows of such a step time exceeds.

    The ceiling caps it.
    """
    return minimum(expected_tps * high_factor, decode_tps)


@equation("tok/s", "expected decode speed of all users together", kind="expected")
def expected_aggregate_tps(batch: Quantity, expected_tps: Quantity) -> Quantity:
    """Tokens per second over the whole batch."""
    return batch * expected_tps


@equation("1", "share of the step spent on fixed costs")
def fixed_share(layers: Quantity, layer_time: Quantity, expected_step_time: Quantity) -> Quantity:
    """Share of an expected step in which nothing is read: what no faster memory can remove."""
    return layers * layer_time / expected_step_time
