"""Parts that families share, as arguments of `Dimensions`."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from macros.hf_config.fields import Fields

Parts = dict[str, Any]
"""The arguments of `Dimensions`."""

Family = Callable[[Fields], Parts]


def common(fields: Fields, tied: bool = False) -> Parts:
    """Layers, width, heads and vocabulary, which every family names alike."""
    fields.forbid("mlp_bias", False, "biases in the feed-forward layers are not counted")
    return {
        "layers": fields.count("num_hidden_layers"),
        "hidden": fields.count("hidden_size"),
        "heads": fields.count("num_attention_heads"),
        "vocab": fields.count("vocab_size"),
        "tied_embeddings": fields.flag("tie_word_embeddings", tied),
    }


def grouped(fields: Fields, kv_heads: int | None = None, head_dim: int | None = None) -> Parts:
    """Grouped-query attention; defaults are one key for each head, and heads that fill the width."""
    heads, hidden = fields.count("num_attention_heads"), fields.count("hidden_size")
    if not fields.has("head_dim") and head_dim is None and hidden % heads:
        raise fields.refuse(f"head_dim is missing, and {heads} heads do not divide {hidden}")
    kv = fields.count("num_key_value_heads", kv_heads or heads)
    if heads % kv:
        raise fields.refuse(f"{heads} heads can't share {kv} keys")
    return {
        "kv_heads": kv,
        "head_dim": fields.count("head_dim", head_dim or max(hidden // heads, 1)),
    }


def window(fields: Fields, layers: int, size: int | None = None) -> Parts:
    """So many layers with a sliding window; where `layer_types` is given, it decides how many."""
    kinds = fields.texts("layer_types")
    if kinds:
        if len(kinds) != fields.count("num_hidden_layers"):
            raise fields.refuse(f"layer_types has {len(kinds)} layers, not num_hidden_layers")
        strange = set(kinds) - {"full_attention", "sliding_attention", "linear_attention"}
        if strange:
            raise fields.refuse(f"layer_types has {min(strange)!r}, which is not known")
        layers = kinds.count("sliding_attention")
    if not layers:
        return {}
    return {"window": {"size": fields.count("sliding_window", size), "layers": layers}}


def dense_width(fields: Fields) -> Parts:
    """The width of the feed-forward layers."""
    return {"intermediate": fields.count("intermediate_size")}


def qwen_window(fields: Fields) -> Parts:
    """Qwen's sliding windows: off unless asked for, and then from some layer on."""
    if not fields.flag("use_sliding_window", False):
        return {}
    layers = fields.count("num_hidden_layers")
    return window(fields, max(layers - fields.count("max_window_layers", layers, least=0), 0))


def with_dense_rest(fields: Fields, moe: Parts) -> Parts:
    """Experts in some layers; the width of a dense layer counts only if there is one."""
    if not moe["layers"]:
        return dense_width(fields)
    rest = fields.count("num_hidden_layers") - moe["layers"]
    return {"moe": moe, **(dense_width(fields) if rest else {})}


def latent(fields: Fields) -> Parts:
    """Multi-head latent attention."""
    return {
        "mla": {
            "q_lora_rank": fields.count("q_lora_rank", 0),
            "kv_lora_rank": fields.count("kv_lora_rank"),
            "nope_head_dim": fields.count("qk_nope_head_dim"),
            "rope_head_dim": fields.count("qk_rope_head_dim"),
            "v_head_dim": fields.count("v_head_dim"),
        }
    }
