"""The weights: what a model holds, and what one step reads of it."""

from __future__ import annotations

from macros.law.arithmetic import Quantity
from macros.law.graph import equation


@equation("params", "parameters in memory")
def total_params(
    block_params: Quantity,
    expert_params: Quantity,
    embedding_params: Quantity,
    head_params: Quantity,
) -> Quantity:
    """Parameters that must be held, in parameters."""
    return block_params + expert_params + embedding_params + head_params


@equation("params", "parameters that one token needs", short="parameters per token")
def params_per_token(
    block_params: Quantity,
    head_params: Quantity,
    expert_params: Quantity,
    experts_per_token: Quantity,
    experts: Quantity,
) -> Quantity:
    """Parameters that one token reads and multiplies with: of the experts only its own.

    The input embedding is no part of them: a token looks up one row of it, and multiplies nothing.
    Where it is tied to the head it is one matrix with it, which is read in full.
    """
    return block_params + head_params + expert_params * experts_per_token / experts


@equation("params", "active parameters", short="active parameters")
def active_params(params_per_token: Quantity, embedding_params: Quantity) -> Quantity:
    """Parameters that one token uses as makers of models count them: with the input embedding."""
    return params_per_token + embedding_params


@equation("1", "share of the routed experts that a step touches")
def experts_touched(experts_per_token: Quantity, experts: Quantity, batch: Quantity) -> Quantity:
    """Expected share of the routed experts that at least one of `batch` tokens uses.

    Each token picks `experts_per_token` of `experts` at random (uniform, independent routing), so
    one expert is missed by a token with probability 1 - k/E and by all of them with (1 - k/E)^B.
    """
    # For its types, Python fears that a power of floats is complex.
    return 1 - (1 - experts_per_token / experts) ** batch  # type: ignore[no-any-return]


@equation("params", "parameters read in one step", short="parameters read")
def params_read(
    block_params: Quantity,
    head_params: Quantity,
    expert_params: Quantity,
    experts_touched: Quantity,
) -> Quantity:
    """Parameters that one step of the whole batch reads; what one token needs if it is of one."""
    return block_params + head_params + expert_params * experts_touched


@equation("bytes/param", "bytes per parameter stored")
def stored_bytes_per_param(
    block_params: Quantity,
    bytes_per_block_param: Quantity,
    expert_params: Quantity,
    bytes_per_expert_param: Quantity,
    embedding_params: Quantity,
    head_params: Quantity,
    bytes_per_vocabulary_param: Quantity,
    total_params: Quantity,
) -> Quantity:
    """Mean bytes per stored parameter, in bytes: formats may spare experts or vocabulary."""
    return (
        block_params * bytes_per_block_param
        + expert_params * bytes_per_expert_param
        + (embedding_params + head_params) * bytes_per_vocabulary_param
    ) / total_params


@equation("bytes/param", "bytes per parameter", short="bytes per parameter")
def bytes_per_param(
    block_params: Quantity,
    bytes_per_block_param: Quantity,
    expert_params: Quantity,
    experts_touched: Quantity,
    bytes_per_expert_param: Quantity,
    head_params: Quantity,
    bytes_per_vocabulary_param: Quantity,
    params_read: Quantity,
) -> Quantity:
    """Mean bytes per parameter that a step reads, in bytes."""
    return (
        block_params * bytes_per_block_param
        + expert_params * experts_touched * bytes_per_expert_param
        + head_params * bytes_per_vocabulary_param
    ) / params_read


@equation("bytes", "weights in memory")
def weight_bytes(total_params: Quantity, stored_bytes_per_param: Quantity) -> Quantity:
    """Bytes that the weights occupy."""
    return total_params * stored_bytes_per_param


@equation("bytes", "weights read in one step")
def weight_read_bytes(params_read: Quantity, bytes_per_param: Quantity) -> Quantity:
    """Bytes of weights that one step of the whole batch reads."""
    return params_read * bytes_per_param
