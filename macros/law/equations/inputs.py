"""What the law starts from: the facts of a model, a number format, a GPU and a run.

Each input names the axes of a scenario that decide it.
"""

from __future__ import annotations

from macros.law.graph import add_input

MODEL, PRECISION, GPU = ("model",), ("precision",), ("gpu",)

add_input("block_params", "params", "parameters outside routed experts and vocabulary", axes=MODEL)
add_input("expert_params", "params", "parameters of all routed experts", axes=MODEL)
add_input(
    "embedding_params", "params", "parameters of the input embedding (a row look-up)", axes=MODEL
)
add_input("head_params", "params", "parameters of the output head", axes=MODEL)
add_input("experts", "1", "routed experts in a layer", axes=MODEL)
add_input("experts_per_token", "1", "routed experts that one token uses in a layer", axes=MODEL)
add_input("layers", "1", "layers", axes=MODEL)
add_input("kv_layers", "1", "layers whose cache grows with the whole context", axes=MODEL)
add_input("windowed_layers", "1", "layers whose cache stops at the window", axes=MODEL)
add_input("window", "tokens", "sliding window", axes=MODEL)
add_input("kv_values_per_layer", "1", "cached values per token and layer", axes=MODEL)
add_input(
    "kv_heads", "1", "KV heads that a cache can be split by (a latent one is whole)", axes=MODEL
)
add_input(
    "attention_flops_per_position", "FLOP", "attention work per cached token and layer", axes=MODEL
)
add_input(
    "bytes_per_block_param",
    "bytes/param",
    "bytes per parameter outside the experts",
    axes=PRECISION,
)
add_input(
    "bytes_per_expert_param", "bytes/param", "bytes per routed-expert parameter", axes=PRECISION
)
add_input(
    "bytes_per_vocabulary_param",
    "bytes/param",
    "bytes per embedding or head parameter",
    axes=PRECISION,
)
add_input("bytes_per_kv_value", "bytes", "bytes per cached value", axes=("kv",))
add_input("bandwidth", "bytes/s", "memory bandwidth of one GPU", axes=GPU)
add_input(
    "peak_flops",
    "FLOP/s",
    "dense matrix peak of one GPU",
    short="peak FLOP/s",
    axes=(*GPU, *PRECISION, "math"),
)
add_input("memory", "bytes", "memory of one GPU", axes=(*GPU, "memory"))
add_input("gpus", "1", "GPUs in tensor parallel", axes=("gpus",))
add_input("batch", "1", "users decoded together", axes=("batch",))
add_input("context", "tokens", "tokens already in each user's context", axes=("context",))
