"""What fits: weights and caches against the memory of the GPUs."""

from __future__ import annotations

from macros.law.arithmetic import Quantity, ceil, floor, maximum
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
