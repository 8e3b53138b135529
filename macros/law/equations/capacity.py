"""What fits: weights and caches against the memory of the GPUs."""

from __future__ import annotations

from macros.law.arithmetic import Quantity, ceil, floor, maximum, minimum
from macros.law.graph import equation


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
    """Bytes of one user's cache, one copy of it: at least the token that is being decoded."""
    return maximum(kv_read_bytes, kv_bytes_per_token)


@equation("1", "users whose cache fits")
def max_batch(free_bytes: Quantity, kv_held_bytes: Quantity, cache_copies: Quantity) -> Quantity:
    """The largest number of users whose caches, with every copy, fit beside the weights."""
    return floor(free_bytes / (kv_held_bytes * cache_copies))


@equation("bytes", "memory of all GPUs")
def total_memory(gpus: Quantity, memory: Quantity) -> Quantity:
    """Bytes that all GPUs hold together."""
    return gpus * memory


@equation("bytes", "KV cache held for all users")
def batch_kv_bytes(batch: Quantity, kv_held_bytes: Quantity, cache_copies: Quantity) -> Quantity:
    """Bytes that the caches of all users occupy on all GPUs."""
    return batch * kv_held_bytes * cache_copies


@equation("bytes", "weights and caches in memory")
def held_bytes(weight_bytes: Quantity, batch_kv_bytes: Quantity) -> Quantity:
    """Bytes that must be held while the batch is decoded."""
    return weight_bytes + batch_kv_bytes


@equation("bytes", "memory left beside weights and caches")
def spare_bytes(total_memory: Quantity, held_bytes: Quantity) -> Quantity:
    """Bytes that nothing occupies; zero where weights and caches do not fit."""
    return maximum(total_memory - held_bytes, 0)


@equation("bytes", "memory of one GPU that the smallest parts of the caches leave")
def weight_room(
    memory: Quantity, batch: Quantity, kv_held_bytes: Quantity, kv_heads: Quantity
) -> Quantity:
    """Bytes that one GPU has for weights, however many there are; zero where caches fill it.

    On as many GPUs as KV heads or more, each holds one head's part of every user's cache.
    """
    return maximum(memory - batch * kv_held_bytes / kv_heads, 0)


@equation("1", "GPUs needed to hold weights and caches (0: no number does)")
def serving_gpus(
    weight_bytes: Quantity,
    batch: Quantity,
    kv_held_bytes: Quantity,
    memory: Quantity,
    weight_room: Quantity,
) -> Quantity:
    """The smallest number of GPUs whose memory holds the weights and every user's cache, or 0.

    With n GPUs and h KV heads each holds weights / n + caches / min(n, h). That is the larger of
    (weights + caches) / n and weights / n + caches / h, so each of them must fit, which n does from
    the larger of two bounds on. Without a byte of room for weights no number is enough.
    """
    return ceil(
        maximum(
            (weight_bytes + batch * kv_held_bytes) / memory, weight_bytes / maximum(weight_room, 1)
        )
    ) * minimum(floor(weight_room), 1)
