"""Families without experts."""

from __future__ import annotations

from macros.hf_config.fields import Fields
from macros.hf_config.parts import Parts, common, dense_width, grouped, qwen_window, window


def llama(fields: Fields) -> Parts:
    """Llama: grouped-query attention, a gated feed-forward layer, no biases unless said."""
    bias = fields.flag("attention_bias", False)
    return {
        **common(fields),
        **grouped(fields),
        **dense_width(fields),
        "qkv_bias": bias,
        "output_bias": bias,
    }


def mistral(fields: Fields) -> Parts:
    """Mistral and Phi-3: all layers slide where there is a window at all."""
    return {
        **common(fields),
        **grouped(fields, 8 if fields.family == "mistral" else None),
        **dense_width(fields),
        **window(fields, fields.count("num_hidden_layers") * fields.has("sliding_window")),
    }


def qwen2(fields: Fields) -> Parts:
    """Qwen 2 and 2.5: biases on queries, keys and values."""
    return {
        **common(fields),
        **grouped(fields),
        **dense_width(fields),
        **qwen_window(fields),
        "qkv_bias": True,
    }


def qwen3(fields: Fields) -> Parts:
    """Qwen 3: queries and keys are normalised, head by head."""
    bias = fields.flag("attention_bias", False)
    return {
        **common(fields),
        **grouped(fields, head_dim=128),
        **dense_width(fields),
        **qwen_window(fields),
        "qk_norm": True,
        "qkv_bias": bias,
        "output_bias": bias,
    }


def gemma(fields: Fields) -> Parts:
    """Gemma: wide heads, a tied vocabulary."""
    bias = fields.flag("attention_bias", False)
    return {
        **common(fields, tied=True),
        **grouped(fields, head_dim=256),
        **dense_width(fields),
        "qkv_bias": bias,
        "output_bias": bias,
    }


def gemma2(fields: Fields) -> Parts:
    """Gemma 2: every second layer slides, and layers have norms on both sides."""
    layers = fields.count("num_hidden_layers")
    return {
        **gemma(fields),
        **window(fields, (layers + 1) // 2, size=4096),
        "norms_per_layer": 4,
    }


def gemma3(fields: Fields) -> Parts:
    """Gemma 3: five of six layers slide, and queries and keys are normalised."""
    layers = fields.count("num_hidden_layers")
    full = layers // fields.count("sliding_window_pattern", 6)
    return {
        **common(fields, tied=True),
        **grouped(fields, 4, head_dim=256),
        **dense_width(fields),
        **window(fields, layers - full, size=4096),
        "norms_per_layer": 4,
        "qk_norm": True,
    }
