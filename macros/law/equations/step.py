"""One step of the batch: what it reads and computes, how long that takes, and the speed."""

from __future__ import annotations

from macros.law.arithmetic import Quantity, maximum
from macros.law.graph import equation


@equation("bytes", "bytes read in one step")
def step_bytes(
    weight_read_bytes: Quantity, batch: Quantity, kv_read_bytes: Quantity, cache_copies: Quantity
) -> Quantity:
    """Bytes that all GPUs read in one step: the weights once, and of each user's cache every copy."""
    return weight_read_bytes + batch * kv_read_bytes * cache_copies


@equation("s", "time to read", side="memory")
def memory_time(step_bytes: Quantity, gpus: Quantity, bandwidth: Quantity) -> Quantity:
    """Seconds that reading takes; tensor parallel adds the bandwidth of the GPUs."""
    return step_bytes / (gpus * bandwidth)


@equation("s", "time to read the weights")
def weight_read_time(weight_read_bytes: Quantity, gpus: Quantity, bandwidth: Quantity) -> Quantity:
    """Seconds of a step's reading that go into the weights."""
    return weight_read_bytes / (gpus * bandwidth)


@equation("s", "time to read the caches")
def kv_read_time(
    batch: Quantity, kv_read_bytes: Quantity, cache_shards: Quantity, bandwidth: Quantity
) -> Quantity:
    """Seconds of a step's reading that go into the caches of all users."""
    return batch * kv_read_bytes / (cache_shards * bandwidth)


@equation("FLOP", "work per token", short="FLOP per token")
def flops_per_token(params_per_token: Quantity) -> Quantity:
    """FLOP of one token's matrix products: a multiply and an add for each parameter it needs."""
    return 2 * params_per_token


@equation("FLOP", "attention work per token")
def attention_flops(attention_flops_per_position: Quantity, cached_positions: Quantity) -> Quantity:
    """FLOP that one token spends on attention over its cached positions."""
    return attention_flops_per_position * cached_positions


@equation("FLOP", "work in one step")
def step_flops(batch: Quantity, flops_per_token: Quantity, attention_flops: Quantity) -> Quantity:
    """FLOP of one step of the whole batch."""
    return batch * (flops_per_token + attention_flops)


@equation("s", "time to compute", side="compute")
def compute_time(step_flops: Quantity, gpus: Quantity, peak_flops: Quantity) -> Quantity:
    """Seconds that computing takes at the dense peak of all GPUs."""
    return step_flops / (gpus * peak_flops)


@equation("s", "time of one decode step")
def step_time(memory_time: Quantity, compute_time: Quantity) -> Quantity:
    """Seconds of one decode step: reading and computing overlap, and the slower one sets it."""
    return maximum(memory_time, compute_time)


@equation("s", "step time by the headline law", short="step time")
def plain_step_time(
    params_read: Quantity, bytes_per_param: Quantity, bandwidth: Quantity
) -> Quantity:
    """The headline law, in seconds: the reading side of a step on one GPU without context.

    It equals `memory_time` there, and `step_time` wherever reading is the slower side.
    """
    return params_read * bytes_per_param / bandwidth


@equation("s", "step time by the active parameters, embedding included", short="napkin step time")
def napkin_step_time(
    active_params: Quantity, stored_bytes_per_param: Quantity, bandwidth: Quantity
) -> Quantity:
    """The headline law on a napkin, in seconds: with the count on the box, input embedding and all.

    A step reads less than that, so one over it is no ceiling.
    """
    return active_params * stored_bytes_per_param / bandwidth


@equation("tok/s", "decode speed per user", short="tokens per second", kind="ceiling")
def decode_tps(step_time: Quantity) -> Quantity:
    """Tokens per second that one user sees: each step gives each user one token."""
    return 1 / step_time


@equation(
    "tok/s",
    "decode speed of all users together",
    short="tokens per second, all users",
    kind="ceiling",
)
def aggregate_tps(batch: Quantity, decode_tps: Quantity) -> Quantity:
    """Tokens per second over the whole batch."""
    return batch * decode_tps


@equation("tok/s", "speed if only arithmetic counted", short="naive tokens per second")
def naive_tps(gpus: Quantity, peak_flops: Quantity, flops_per_token: Quantity) -> Quantity:
    """Tokens per second that the matrix peak alone would allow: a figure to be refuted."""
    return gpus * peak_flops / flops_per_token


@equation("1", "share of the step without arithmetic")
def idle_share(compute_time: Quantity, step_time: Quantity) -> Quantity:
    """Share of a step in which the matrix units have nothing to do."""
    return 1 - compute_time / step_time
