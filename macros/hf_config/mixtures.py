"""Families with experts."""

from __future__ import annotations

from macros.hf_config.fields import Fields
from macros.hf_config.parts import (
    Parts,
    common,
    grouped,
    latent,
    qwen_window,
    window,
    with_dense_rest,
)


def mixtral(fields: Fields) -> Parts:
    """Mixtral: Mistral with experts in every layer."""
    return {
        **common(fields),
        **grouped(fields, 8),
        **window(fields, fields.count("num_hidden_layers") * fields.has("sliding_window")),
        "moe": {
            "layers": fields.count("num_hidden_layers"),
            "routed": fields.count("num_local_experts"),
            "per_token": fields.count("num_experts_per_tok"),
            "intermediate": fields.count("intermediate_size"),
        },
    }


def _sparse_layers(fields: Fields) -> int:
    """Layers with experts, as Qwen says it: every n-th, but for those that are named."""
    layers, step = fields.count("num_hidden_layers"), fields.count("decoder_sparse_step", 1)
    dense = set(fields.counts("mlp_only_layers"))
    return sum((i + 1) % step == 0 and i not in dense for i in range(layers))


def _qwen_experts(fields: Fields) -> Parts:
    return {
        "layers": _sparse_layers(fields),
        "routed": fields.count("num_experts"),
        "per_token": fields.count("num_experts_per_tok"),
        "intermediate": fields.count("moe_intermediate_size"),
    }


def _qwen_shared(fields: Fields) -> Parts:
    """One shared expert with a gate, as wide as a whole number of routed ones."""
    shared, width = (
        fields.count("shared_expert_intermediate_size", least=0),
        fields.count("moe_intermediate_size"),
    )
    if shared % width:
        raise fields.refuse(
            f"a shared expert of {shared} is no multiple of a routed one of {width}"
        )
    return {"shared": shared // width, "shared_gate": bool(shared)}


def qwen2_moe(fields: Fields) -> Parts:
    """Qwen 2 and 1.5 with experts."""
    return {
        **common(fields),
        **grouped(fields),
        **qwen_window(fields),
        "qkv_bias": True,
        **with_dense_rest(fields, {**_qwen_experts(fields), **_qwen_shared(fields)}),
    }


def qwen3_moe(fields: Fields) -> Parts:
    """Qwen 3 with experts."""
    bias = fields.flag("attention_bias", False)
    return {
        **common(fields),
        **grouped(fields, 4, head_dim=128),
        **qwen_window(fields),
        "qk_norm": True,
        "qkv_bias": bias,
        "output_bias": bias,
        **with_dense_rest(fields, _qwen_experts(fields)),
    }


def qwen3_next(fields: Fields) -> Parts:
    """Qwen3-Next: gated DeltaNet in most layers, gated attention in the others."""
    layers = fields.count("num_hidden_layers")
    kinds = fields.texts("layer_types")
    linear = (
        kinds.count("linear_attention")
        if kinds
        else layers - layers // fields.count("full_attention_interval", 4)
    )
    head = fields.count("linear_key_head_dim", 128)
    if fields.count("linear_value_head_dim", 128) != head:
        raise fields.refuse("linear_key_head_dim and linear_value_head_dim differ")
    state = {
        "layers": linear,
        "key_heads": fields.count("linear_num_key_heads", 16),
        "value_heads": fields.count("linear_num_value_heads", 32),
        "head_dim": head,
        "conv_kernel": fields.count("linear_conv_kernel_dim", 4),
    }
    return {
        **common(fields),
        **grouped(fields, 2, head_dim=256),
        "qk_norm": True,
        "attention_gate": True,
        **({"linear_attention": state} if linear else {}),
        **with_dense_rest(fields, {**_qwen_experts(fields), **_qwen_shared(fields)}),
    }


def _late_experts(fields: Fields) -> Parts:
    """Experts in all layers but the first few, as DeepSeek and GLM say it."""
    fields.forbid("moe_layer_freq", 1, "experts in every n-th layer are not counted")
    layers = fields.count("num_hidden_layers")
    return {
        "layers": max(layers - fields.count("first_k_dense_replace", 0, least=0), 0),
        "routed": fields.count("n_routed_experts"),
        "per_token": fields.count("num_experts_per_tok"),
        "intermediate": fields.count("moe_intermediate_size"),
        "shared": fields.count("n_shared_experts", 0, least=0),
        "router_bias": fields.family != "deepseek_v2",
    }


def deepseek(fields: Fields) -> Parts:
    """DeepSeek V2 and V3, and Kimi K2."""
    fields.forbid("attention_bias", False, "biases of latent attention are not counted")
    return {
        **common(fields),
        **latent(fields),
        **with_dense_rest(fields, _late_experts(fields)),
    }


def glm4_moe(fields: Fields) -> Parts:
    """GLM 4.5 and 4.6."""
    return {
        **common(fields),
        **grouped(fields, head_dim=128),
        "qkv_bias": fields.flag("attention_bias", False),
        "qk_norm": fields.flag("use_qk_norm", False),
        **with_dense_rest(fields, _late_experts(fields)),
    }


def gpt_oss(fields: Fields) -> Parts:
    """gpt-oss: sinks, biases everywhere, and every second layer slides."""
    layers = fields.count("num_hidden_layers")
    bias = fields.flag("attention_bias", True)
    return {
        **common(fields),
        **grouped(fields, 8, head_dim=64),
        **window(fields, (layers + 1) // 2, size=128),
        "qkv_bias": bias,
        "output_bias": bias,
        "sinks": True,
        "moe": {
            "layers": layers,
            "routed": fields.count("num_local_experts"),
            "per_token": fields.count("num_experts_per_tok"),
            "intermediate": fields.count("intermediate_size"),
            "router_bias": True,
            "expert_biases": True,
        },
    }


def llama4(fields: Fields) -> Parts:
    """Every n-th layer has experts, and a shared one of the same width; the others are dense."""
    layers, step = fields.count("num_hidden_layers"), fields.count("interleave_moe_layer_step", 1)
    named = fields.counts("moe_layers")
    if any(not 0 <= layer < layers for layer in named):
        raise fields.refuse("moe_layers names a layer that is not there")
    moe = {
        "layers": len(set(named)) if named else layers // step,
        "routed": fields.count("num_local_experts"),
        "per_token": fields.count("num_experts_per_tok"),
        "intermediate": fields.count("intermediate_size"),
        "shared": 1,
    }
    dense = (
        {"intermediate": fields.count("intermediate_size_mlp")} if moe["layers"] < layers else {}
    )
    bias = fields.flag("attention_bias", False)
    return {
        **common(fields),
        **grouped(fields, 8, head_dim=128),
        "qkv_bias": bias,
        "output_bias": bias,
        **dense,
        **({"moe": moe} if moe["layers"] else {}),
    }
