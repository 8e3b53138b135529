"""The KV cache: what each user's context holds, what each token reads of it, and how it is split."""

from __future__ import annotations

from macros.law.arithmetic import Quantity, minimum
from macros.law.graph import equation


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


@equation("1", "parts that a cache is split into")
def cache_shards(gpus: Quantity, kv_heads: Quantity) -> Quantity:
    """GPUs that share out one cache: tensor parallel splits it by its KV heads and no further.

    A latent cache (MLA) serves all heads, so every GPU needs the whole of it: one part. Ways around
    it give each GPU users or tokens of its own (data-parallel attention); they are not counted.
    """
    return minimum(gpus, kv_heads)


@equation("1", "times that each cache is held and read")
def cache_copies(gpus: Quantity, cache_shards: Quantity) -> Quantity:
    """Copies of a cache over all GPUs: 1 up to as many GPUs as KV heads, then more with each GPU."""
    return gpus / cache_shards
