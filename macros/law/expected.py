"""The expected speed: the law's step, refined by what published measurements achieve.

A real step differs from the law's in two ways. It reads and computes at a share of the printed
rates, because no memory delivers its pin rate and no kernel is perfect. And it spends time in which
nothing is read: each layer's kernels are launched and waited for, GPUs agree on a layer's result, a
mixture sorts its tokens by expert, and each further user has kernel blocks, sampling and scheduling
of his own. A layer needs the one before it, so these times do not hide behind the reading.

One speed that somebody measured on a machine of his own tells how much longer, or shorter, that
machine spends without reading than others do. Its factor then multiplies the fixed time of every
other scenario of the same setup.

The equations follow the law's rules and are part of its graph. Their coefficients are inputs that
nobody types: `macros.evidence.newton` finds them in the catalog's measurements, for an engine, a kind
of memory and a kind of link. As the share is at most 1 and no time is negative, an expected speed
never exceeds the ceiling.
"""

from __future__ import annotations

from macros.law.arithmetic import Quantity, maximum, minimum
from macros.law.graph import add_input, equation

COEFFICIENTS = (
    add_input("achieved_share", "1", "achieved share of the printed rates"),
    add_input(
        "layer_time", "s", "fixed time per layer: launches and waiting", axes=("engine", "gpu")
    ),
    add_input(
        "link_time", "s", "time per layer in which GPUs agree on its result", axes=("engine", "gpu")
    ),
    add_input("mixture_time", "s", "time per layer in which tokens find their experts"),
    add_input("user_time", "s", "time per layer that each further user takes", axes=("engine",)),
)
"""What the fit gives for an engine on a GPU."""

add_input("own_tps", "tok/s", "decode speed per user that you measured", axes=("measured",))
add_input(
    "fixed_factor",
    "1",
    "the own factor of a scenario whose speed you measured on this setup; 1 without",
    axes=("measured",),
)

INTERVAL_FACTORS = (
    add_input("low_factor", "1", "measured over expected, low end"),
    add_input("high_factor", "1", "measured over expected, high end"),
)
"""What the fit gives by the share of the step in which nothing is read."""

PEERS = (
    add_input("peer_rows", "1", "published rows like this one", axes=("gpus", "batch", "gpu")),
    add_input("peer_sources", "1", "sources of these rows", axes=("gpus", "batch", "gpu")),
    add_input(
        "peer_error",
        "1",
        "median error of the expected speed on these rows, each source unseen",
        axes=("gpus", "batch", "gpu", "engine"),
    ),
)
"""What stands behind an expected speed: rows of such a GPU, one or several, one user or several."""

FITTED = (*COEFFICIENTS, *INTERVAL_FACTORS, *PEERS)
"""The inputs that the fit gives."""


@equation("s", "time of a step in which nothing is read")
def fixed_time(
    layers: Quantity,
    layer_time: Quantity,
    gpus: Quantity,
    link_time: Quantity,
    experts: Quantity,
    mixture_time: Quantity,
    batch: Quantity,
    user_time: Quantity,
) -> Quantity:
    """Seconds of a step that no faster memory can remove.

    Every layer pays its own time; that of the link where several GPUs must agree, that of the
    mixture where it has routed experts (the smaller of their count less one, and one, is 1 there
    and 0 elsewhere), and that of a user for each user after the first.
    """
    return layers * (
        layer_time
        + minimum(gpus - 1, 1) * link_time
        + minimum(experts - 1, 1) * mixture_time
        + (batch - 1) * user_time
    )


@equation("1", "fixed time of your machine over that of others")
def own_factor(
    own_tps: Quantity, step_time: Quantity, achieved_share: Quantity, fixed_time: Quantity
) -> Quantity:
    """How many times as long as others your machine spends without reading, by a speed you measured.

    What the measured step takes beyond its reading, over the fixed time of others. One run has
    noise of its own, so it is believed to the power of three quarters, which pairs of published
    rows bear out; and a step shorter than its reading at the achieved share leaves a tenth.
    """
    # For its types, Python fears that a power of floats is complex.
    return maximum((1 / own_tps - step_time / achieved_share) / fixed_time, 0.1) ** 0.75  # type: ignore[no-any-return]


@equation("s", "expected time of one decode step")
def expected_step_time(
    step_time: Quantity, achieved_share: Quantity, fixed_factor: Quantity, fixed_time: Quantity
) -> Quantity:
    """Seconds of one decode step as measurements have it; never less than `step_time`.

    The share is fitted where reading is the slower side; a step that computes for longer is taken
    to achieve the same share of the printed peak.
    """
    return step_time / achieved_share + fixed_factor * fixed_time


@equation(
    "tok/s",
    "expected decode speed per user",
    short="expected tokens per second",
    kind="expected",
)
def expected_tps(expected_step_time: Quantity) -> Quantity:
    """Tokens per second that one user can expect to see between the prompts of others."""
    return 1 / expected_step_time


@equation("tok/s", "expected decode speed per user, low end", kind="expected")
def expected_low_tps(expected_tps: Quantity, low_factor: Quantity) -> Quantity:
    """Tokens per second that about one in ten published rows like it falls below."""
    return expected_tps * low_factor


@equation("tok/s", "expected decode speed per user, high end", kind="expected")
def expected_high_tps(
    expected_tps: Quantity, high_factor: Quantity, decode_tps: Quantity
) -> Quantity:
    """Tokens per second that about one in ten published rows like it exceeds.

    The ceiling caps it.
    """
    return minimum(expected_tps * high_factor, decode_tps)


@equation("tok/s", "expected decode speed of all users together", kind="expected")
def expected_aggregate_tps(batch: Quantity, expected_tps: Quantity) -> Quantity:
    """Tokens per second over the whole batch."""
    return batch * expected_tps


@equation("1", "share of the step spent on fixed costs")
def fixed_share(
    fixed_factor: Quantity, fixed_time: Quantity, expected_step_time: Quantity
) -> Quantity:
    """Share of an expected step in which nothing is read: what no faster memory can remove."""
    return fixed_factor * fixed_time / expected_step_time
