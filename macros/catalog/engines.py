"""The engines that decode: their ids, and how to tell one by the name that a source gives it."""

from __future__ import annotations

from collections.abc import Mapping

ENGINES: Mapping[str, str] = {
    "vllm": "vLLM",
    "sglang": "SGLang",
    "tensorrt-llm": "TensorRT-LLM",
    "llama.cpp": "llama.cpp",
    "mlx": "MLX",
}
"""Those that a scenario can name: the catalog has rows of their builds since September 2025."""

EARLIER_ENGINES: Mapping[str, str] = {
    "gpt-fast": "gpt-fast",
    "exllamav2": "ExLlamaV2",
    "mlc-llm": "MLC-LLM",
    "transformers": "Transformers",
    "tinychat": "TinyChat",
    "muillm": "muiLLM",
}
"""Those that were measured before that only."""


def engine_of(text: str) -> str:
    """The id of the engine that a source's text names; "" where it names none or several."""
    known = {**ENGINES, **EARLIER_ENGINES}
    found = [id for id, name in known.items() if name in text]
    return found[0] if len(found) == 1 else ""
