"""The number format that a config.json says its weights are stored in, as one of the catalog's."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

TYPES: Mapping[str, str] = {"bfloat16": "bf16", "float16": "fp16", "float32": "bf16"}
"""Formats of unquantised weights; those stored in 32 bits are served in 16."""

Settings = Mapping[str, Any]


def stored_precision(config: Settings) -> tuple[str | None, str]:
    """The id of the catalog's format, and a note; no id where the catalog has no such format."""
    settings = config.get("quantization_config")
    if isinstance(settings, Mapping):
        method = settings.get("quant_method")
        known = METHODS.get(method) if isinstance(method, str) else None
        found = known(settings) if known else None
        if found is None:
            return None, f"quantization_config says {_shown(method)}, which no format here matches"
        return found, f"weights in {found}, by quantization_config ({method})"
    kind = config.get("dtype") or config.get("torch_dtype")
    if isinstance(kind, str) and kind in TYPES:
        said = "float32, served as bf16" if kind == "float32" else kind
        return TYPES[kind], f"weights in {TYPES[kind]}, by torch_dtype ({said})"
    return "bf16", "weights in bf16, as the config names no format"


def _shown(method: object) -> str:
    return repr(method)[:40] if method is not None else "no quant_method"


def _fp8(settings: Settings) -> str | None:
    block = settings.get("weight_block_size")
    return "fp8" if block is None else "fp8-block128" if block == [128, 128] else None


def _int4(bits: object, group: object, symmetric: bool) -> str | None:
    if bits == 4 and group == 128:
        return "int4-g128" if symmetric else "int4-awq"
    return None


def _awq(settings: Settings) -> str | None:
    bits = settings.get("bits", settings.get("w_bit"))
    group = settings.get("group_size", settings.get("q_group_size"))
    return _int4(bits, group, symmetric=settings.get("zero_point") is False)


def _gptq(settings: Settings) -> str | None:
    return _int4(
        settings.get("bits"), settings.get("group_size"), symmetric=settings.get("sym") is not False
    )


def _modelopt(settings: Settings) -> str | None:
    algorithm = settings.get("quant_algo")
    return {"FP8": "fp8", "NVFP4": "nvfp4"}.get(algorithm) if isinstance(algorithm, str) else None


def _compressed(settings: Settings) -> str | None:
    """Compressed tensors: all groups of weights must be in one format."""
    groups = settings.get("config_groups")
    if not isinstance(groups, Mapping):
        return None
    found = {
        _compressed_group(group.get("weights")) if isinstance(group, Mapping) else None
        for group in groups.values()
    }
    return found.pop() if len(found) == 1 else None


def _compressed_group(weights: object) -> str | None:
    if not isinstance(weights, Mapping):
        return None
    match weights:
        case {"type": "float", "num_bits": 8, "strategy": "block", "block_structure": [128, 128]}:
            return "fp8-block128"
        case {"type": "float", "num_bits": 8, "strategy": "tensor" | "channel"}:
            return "fp8"
        case {"type": "float", "num_bits": 4, "group_size": 16}:
            return "nvfp4"
        case {"type": "int", "num_bits": 8, "strategy": "channel"}:
            return "int8"
        case {"type": "int", "num_bits": bits, "group_size": group}:
            return _int4(bits, group, symmetric=weights.get("symmetric") is not False)
    return None


METHODS: Mapping[str, Callable[[Settings], str | None]] = {
    "awq": _awq,
    "compressed-tensors": _compressed,
    "fbgemm_fp8": lambda _: "fp8",
    "fp8": _fp8,
    "gptq": _gptq,
    "modelopt": _modelopt,
    "mxfp4": lambda _: "mxfp4",
}
"""How each `quant_method` tells its format."""
