"""The law of decode: what one step reads and computes, and how long that takes.

Each function is one equation and is written once. Its parameters are quantities: either inputs
(the facts of a model, a format, a GPU, a run; see `INPUTS`) or the names of other equations. So the
same definition can be read three ways: called with numbers it gives a number; called with Altair
expressions it gives the expression that a browser evaluates; its source gives the formula that a
page typesets. Units are SI throughout: seconds, bytes, FLOP, bytes/s, FLOP/s; plain counts have
the unit "1".

The law is a ceiling. It takes the printed bandwidth and the printed peak, lets reading and
computing overlap perfectly (the roofline of Williams, Waterman and Patterson, 2009), and divides
work over tensor-parallel GPUs without any cost of talking.
"""

from __future__ import annotations

from macros.law.arithmetic import Quantity, ceil, floor, maximum, minimum
from macros.law.graph import Meaning, add_inputs, equation

add_inputs(
    {
        "block_params": Meaning("params", "parameters outside routed experts and vocabulary"),
        "expert_params": Meaning("params", "parameters of all routed experts"),
        "embedding_params": Meaning("params", "parameters of the input embedding (a row look-up)"),
        "head_params": Meaning("params", "parameters of the output head"),
        "experts": Meaning("1", "routed experts in a layer"),
        "experts_per_token": Meaning("1", "routed experts that one token uses in a layer"),
        "layers": Meaning("1", "layers"),
        "kv_layers": Meaning("1", "layers whose cache grows with the whole context"),
        "windowed_layers": Meaning("1", "layers whose cache stops at the window"),
        "window": Meaning("tokens", "sliding window"),
        "kv_values_per_layer": Meaning("1", "cached values per token and layer"),
        "attention_flops_per_position": Meaning(
            "FLOP", "attention work per cached token and layer"
        ),
        "bytes_per_block_param": Meaning("bytes/param", "bytes per parameter outside the experts"),
        "bytes_per_expert_param": Meaning("bytes/param", "bytes per routed-expert parameter"),
        "bytes_per_vocabulary_param": Meaning(
            "bytes/param", "bytes per embedding or head parameter"
        ),
        "bytes_per_kv_value": Meaning("bytes", "bytes per cached value"),
        "bandwidth": Meaning("bytes/s", "memory bandwidth of one GPU"),
        "peak_flops": Meaning("FLOP/s", "dense matrix peak of one GPU"),
        "memory": Meaning("bytes", "memory of one GPU"),
        "gpus": Meaning("1", "GPUs in tensor parallel"),
        "batch": Meaning("1", "users decoded together"),
        "context": Meaning("tokens", "tokens already in each user's context"),
    }
)


# --- What a model holds, and what one step reads of it ---


@equation("params", "parameters in memory")
def total_params(
    block_params: Quantity,
    expert_params: Quantity,
    embedding_params: Quantity,
    head_params: Quantity,
) -> Quantity:
    """Parameters that must be held, in parameters."""
    return block_params + expert_params + embedding_params + head_params


@equation("params", "active parameters")
def active_params(
    block_params: Quantity,
    expert_params: Quantity,
    embedding_params: Quantity,
    head_params: Quantity,
    experts_per_token: Quantity,
    experts: Quantity,
) -> Quantity:
    """Parameters that one token uses, in parameters: all, but of the experts only its own."""
    return (
        block_params + embedding_params + head_params + expert_params * experts_per_token / experts
    )


@equation("1", "share of the routed experts that a step touches")
def experts_touched(experts_per_token: Quantity, experts: Quantity, batch: Quantity) -> Quantity:
    """Expected share of the routed experts that at least one of `batch` tokens uses.

    Each token picks `experts_per_token` of `experts` at random (uniform, independent routing), so
    one expert is missed by a token with probability 1 - k/E and by all of them with (1 - k/E)^B.
    """
    return 1 - (1 - experts_per_token / experts) ** batch


@equation("params", "parameters read in one step")
def params_read(
    block_params: Quantity,
    expert_params: Quantity,
    embedding_params: Quantity,
    head_params: Quantity,
    experts_touched: Quantity,
) -> Quantity:
    """Parameters that one step of the whole batch reads; the active ones when the batch is one."""
    return block_params + embedding_params + head_params + expert_params * experts_touched


@equation("params", "parameters streamed in one step")
def streamed_params(params_read: Quantity, embedding_params: Quantity) -> Quantity:
    """Parameters read without the input embedding, of which a token looks up a single row.

    `embedding_params` is zero where the matrix is tied to the head, which is read in full.
    """
    return params_read - embedding_params


@equation("bytes/param", "bytes per parameter stored")
def stored_bytes_per_param(
    block_params: Quantity,
    bytes_per_block_param: Quantity,
    expert_params: Quantity,
    bytes_per_expert_param: Quantity,
    embedding_params: Quantity,
    head_params: Quantity,
    bytes_per_vocabulary_param: Quantity,
    total_params: Quantity,
) -> Quantity:
    """Mean bytes per stored parameter, in bytes: formats may spare experts or vocabulary."""
    return (
        block_params * bytes_per_block_param
        + expert_params * bytes_per_expert_param
        + (embedding_params + head_params) * bytes_per_vocabulary_param
    ) / total_params


@equation("bytes/param", "bytes per parameter")
def bytes_per_param(
    block_params: Quantity,
    bytes_per_block_param: Quantity,
    expert_params: Quantity,
    experts_touched: Quantity,
    bytes_per_expert_param: Quantity,
    embedding_params: Quantity,
    head_params: Quantity,
    bytes_per_vocabulary_param: Quantity,
    params_read: Quantity,
) -> Quantity:
    """Mean bytes per parameter that a step reads, in bytes."""
    return (
        block_params * bytes_per_block_param
        + expert_params * experts_touched * bytes_per_expert_param
        + (embedding_params + head_params) * bytes_per_vocabulary_param
    ) / params_read


@equation("bytes", "weights in memory")
def weight_bytes(total_params: Quantity, stored_bytes_per_param: Quantity) -> Quantity:
    """Bytes that the weights occupy."""
    return total_params * stored_bytes_per_param


@equation("bytes", "weights read in one step")
def weight_read_bytes(params_read: Quantity, bytes_per_param: Quantity) -> Quantity:
    """Bytes of weights that one step of the whole batch reads."""
    return params_read * bytes_per_param


# --- The KV cache ---


@equation("bytes", "KV cache of one token")
def kv_bytes_per_token(
    kv_layers: Quantity,
    windowed_layers: Quantity,
    kv_values_per_layer: Quantity,
    bytes_per_kv_value: Quantity,
) -> Quantity:
    """Bytes that one token adds to the cache, over all caching layers, inside every window.

    A layer caches 2 x kv_heads x head_dim values (Ainslie et al., GQA, 2023), or one latent of
    kv_lora_rank + rope_dim values under MLA (DeepSeek-AI, DeepSeek-V2, 2024).
    """
    return (kv_layers + windowed_layers) * kv_values_per_layer * bytes_per_kv_value


@equation("tokens", "cached positions over all layers")
def cached_positions(
    kv_layers: Quantity, windowed_layers: Quantity, window: Quantity, context: Quantity
) -> Quantity:
    """Positions that one token attends to, summed over layers; a window caps its layers."""
    return kv_layers * context + windowed_layers * minimum(context, window)


@equation("bytes", "KV cache read per user")
def kv_read_bytes(
    cached_positions: Quantity, kv_values_per_layer: Quantity, bytes_per_kv_value: Quantity
) -> Quantity:
    """Bytes of one user's cache, all of which each of the user's tokens reads."""
    return cached_positions * kv_values_per_layer * bytes_per_kv_value


# --- One step ---


@equation("bytes", "bytes read in one step")
def step_bytes(weight_read_bytes: Quantity, batch: Quantity, kv_read_bytes: Quantity) -> Quantity:
    """Bytes that one step reads: the weights once for all users, each user's cache by itself."""
    return weight_read_bytes + batch * kv_read_bytes


@equation("s", "time to read")
def memory_time(step_bytes: Quantity, gpus: Quantity, bandwidth: Quantity) -> Quantity:
    """Seconds that reading takes; tensor parallel adds the bandwidth of the GPUs."""
    return step_bytes / (gpus * bandwidth)


@equation("s", "time to read the weights")
def weight_read_time(weight_read_bytes: Quantity, gpus: Quantity, bandwidth: Quantity) -> Quantity:
    """Seconds of a step's reading that go into the weights."""
    return weight_read_bytes / (gpus * bandwidth)


@equation("s", "time to read the caches")
def kv_read_time(
    batch: Quantity, kv_read_bytes: Quantity, gpus: Quantity, bandwidth: Quantity
) -> Quantity:
    """Seconds of a step's reading that go into the caches of all users."""
    return batch * kv_read_bytes / (gpus * bandwidth)


@equation("FLOP", "work per token")
def flops_per_token(active_params: Quantity) -> Quantity:
    """FLOP of one token's matrix products: a multiply and an add for each active parameter."""
    return 2 * active_params


@equation("FLOP", "attention work per token")
def attention_flops(attention_flops_per_position: Quantity, cached_positions: Quantity) -> Quantity:
    """FLOP that one token spends on attention over its cached positions."""
    return attention_flops_per_position * cached_positions


@equation("FLOP", "work in one step")
def step_flops(batch: Quantity, flops_per_token: Quantity, attention_flops: Quantity) -> Quantity:
    """FLOP of one step of the whole batch."""
    return batch * (flops_per_token + attention_flops)


@equation("s", "time to compute")
def compute_time(step_flops: Quantity, gpus: Quantity, peak_flops: Quantity) -> Quantity:
    """Seconds that computing takes at the dense peak of all GPUs."""
    return step_flops / (gpus * peak_flops)


@equation("s", "time of one decode step")
def step_time(memory_time: Quantity, compute_time: Quantity) -> Quantity:
    """Seconds of one decode step: reading and computing overlap, and the slower one sets it."""
    return maximum(memory_time, compute_time)


@equation("s", "step time by the headline law")
def plain_step_time(
    active_params: Quantity, bytes_per_param: Quantity, bandwidth: Quantity
) -> Quantity:
    """The headline law, in seconds: the reading side of a step for one user, one GPU, no context.

    It equals `memory_time` there, and `step_time` wherever reading is the slower side.
    """
    return active_params * bytes_per_param / bandwidth


@equation("tok/s", "decode speed per user")
def decode_tps(step_time: Quantity) -> Quantity:
    """Tokens per second that one user sees: each step gives each user one token."""
    return 1 / step_time


@equation("tok/s", "decode speed of all users together")
def aggregate_tps(batch: Quantity, decode_tps: Quantity) -> Quantity:
    """Tokens per second over the whole batch."""
    return batch * decode_tps


@equation("tok/s", "speed if only arithmetic counted")
def naive_tps(gpus: Quantity, peak_flops: Quantity, flops_per_token: Quantity) -> Quantity:
    """Tokens per second that the matrix peak alone would allow: a figure to be refuted."""
    return gpus * peak_flops / flops_per_token


@equation("1", "share of the step without arithmetic")
def idle_share(compute_time: Quantity, step_time: Quantity) -> Quantity:
    """Share of a step in which the matrix units have nothing to do."""
    return 1 - compute_time / step_time


# --- The roofline ---


@equation("FLOP/byte", "arithmetic intensity")
def arithmetic_intensity(step_flops: Quantity, step_bytes: Quantity) -> Quantity:
    """FLOP done per byte read."""
    return step_flops / step_bytes


@equation("FLOP/byte", "ridge point")
def ridge_point(peak_flops: Quantity, bandwidth: Quantity) -> Quantity:
    """Arithmetic intensity, in FLOP/byte, at which reading and computing take equally long."""
    return peak_flops / bandwidth


@equation("FLOP/s", "attainable FLOP/s")
def attainable_flops(
    peak_flops: Quantity, arithmetic_intensity: Quantity, bandwidth: Quantity
) -> Quantity:
    """FLOP/s that one GPU can reach at an intensity: the roof over that point."""
    return minimum(peak_flops, arithmetic_intensity * bandwidth)


@equation("1", "batch at the ridge")
def critical_batch(ridge_point: Quantity, bytes_per_param: Quantity) -> Quantity:
    """Users at which a dense model without context turns compute-bound.

    Each weight read serves `batch` tokens with 2 FLOP each, so intensity is 2 batch / bytes.
    """
    return ridge_point * bytes_per_param / 2


# --- What fits ---


@equation("1", "GPUs needed to hold the weights")
def min_gpus(weight_bytes: Quantity, memory: Quantity) -> Quantity:
    """The smallest number of GPUs whose memory holds the weights, with nothing else in it."""
    return ceil(weight_bytes / memory)


@equation("bytes", "memory left beside the weights")
def free_bytes(gpus: Quantity, memory: Quantity, weight_bytes: Quantity) -> Quantity:
    """Bytes that the GPUs have left for the cache; zero where the weights do not fit."""
    return maximum(gpus * memory - weight_bytes, 0)


@equation("bytes", "KV cache held per user")
def kv_held_bytes(kv_read_bytes: Quantity, kv_bytes_per_token: Quantity) -> Quantity:
    """Bytes of cache that one user occupies: at least the token that is being decoded."""
    return maximum(kv_read_bytes, kv_bytes_per_token)


@equation("1", "users whose cache fits")
def max_batch(free_bytes: Quantity, kv_held_bytes: Quantity) -> Quantity:
    """The largest number of users whose caches fit beside the weights."""
    return floor(free_bytes / kv_held_bytes)


@equation("bytes", "memory of all GPUs")
def total_memory(gpus: Quantity, memory: Quantity) -> Quantity:
    """Bytes that all GPUs hold together."""
    return gpus * memory


@equation("bytes", "KV cache held for all users")
def batch_kv_bytes(batch: Quantity, kv_held_bytes: Quantity) -> Quantity:
    """Bytes that the caches of all users occupy."""
    return batch * kv_held_bytes


@equation("bytes", "weights and caches in memory")
def held_bytes(weight_bytes: Quantity, batch_kv_bytes: Quantity) -> Quantity:
    """Bytes that must be held while the batch is decoded."""
    return weight_bytes + batch_kv_bytes


@equation("bytes", "memory left beside weights and caches")
def spare_bytes(total_memory: Quantity, held_bytes: Quantity) -> Quantity:
    """Bytes that nothing occupies; zero where weights and caches do not fit."""
    return maximum(total_memory - held_bytes, 0)


@equation("1", "GPUs needed to hold weights and caches")
def serving_gpus(held_bytes: Quantity, memory: Quantity) -> Quantity:
    """The smallest number of GPUs whose memory holds the weights and every user's cache."""
    return ceil(held_bytes / memory)
