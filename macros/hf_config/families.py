"""Architectures of Hugging Face models: which rule reads each `model_type`.

Each rule reads a family as the transformers library does, with its defaults for what a config leaves
out. What a family can have and `Dimensions` can't say is refused by name.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from macros.hf_config import dense, mixtures
from macros.hf_config.parts import Family

FAMILIES: Mapping[str, Family] = {
    "deepseek_v2": mixtures.deepseek,
    "deepseek_v3": mixtures.deepseek,
    "gemma": dense.gemma,
    "gemma2": dense.gemma2,
    "gemma3_text": dense.gemma3,
    "glm4_moe": mixtures.glm4_moe,
    "gpt_oss": mixtures.gpt_oss,
    "kimi_k2": mixtures.deepseek,
    "llama": dense.llama,
    "llama4_text": mixtures.llama4,
    "mistral": dense.mistral,
    "mixtral": mixtures.mixtral,
    "phi3": dense.mistral,
    "qwen2": dense.qwen2,
    "qwen2_moe": mixtures.qwen2_moe,
    "qwen3": dense.qwen3,
    "qwen3_moe": mixtures.qwen3_moe,
    "qwen3_next": mixtures.qwen3_next,
}
"""How to read each `model_type`."""

CLASSES: Mapping[str, str] = {
    "DeepseekV2ForCausalLM": "deepseek_v2",
    "DeepseekV3ForCausalLM": "deepseek_v3",
    "GemmaForCausalLM": "gemma",
    "Gemma2ForCausalLM": "gemma2",
    "Gemma3ForCausalLM": "gemma3_text",
    "Glm4MoeForCausalLM": "glm4_moe",
    "GptOssForCausalLM": "gpt_oss",
    "LlamaForCausalLM": "llama",
    "Llama4ForCausalLM": "llama4_text",
    "MistralForCausalLM": "mistral",
    "MixtralForCausalLM": "mixtral",
    "Phi3ForCausalLM": "phi3",
    "Qwen2ForCausalLM": "qwen2",
    "Qwen2MoeForCausalLM": "qwen2_moe",
    "Qwen3ForCausalLM": "qwen3",
    "Qwen3MoeForCausalLM": "qwen3_moe",
    "Qwen3NextForCausalLM": "qwen3_next",
}
"""The family of a class in `architectures`, for a config that names no `model_type`."""

DEFAULTS: Mapping[str, Mapping[str, Any]] = {
    # What the text part of a Gemma 3 config leaves out where it is the usual.
    "gemma3_text": {"vocab_size": 262_208, "num_attention_heads": 8},
}
"""Values that transformers takes for what a family's configs are known to leave out."""
