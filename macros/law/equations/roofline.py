"""The roofline: how much work meets each byte, and where that turns the step."""

from __future__ import annotations

from macros.law.arithmetic import Quantity, minimum
from macros.law.graph import equation


@equation("FLOP/byte", "arithmetic intensity")
def arithmetic_intensity(step_flops: Quantity, step_bytes: Quantity) -> Quantity:
    """FLOP done per byte read."""
    return step_flops / step_bytes


@equation("FLOP/byte", "ridge point")
def ridge_point(peak_flops: Quantity, bandwidth: Quantity) -> Quantity:
    """Arithmetic intensity, in FLOP/byte, at which reading and computing take equally long."""
    return peak_flops / bandwidth


@equation("FLOP/s", "attainable FLOP/s", short="attainable FLOP/s")
def attainable_flops(
    peak_flops: Quantity, arithmetic_intensity: Quantity, bandwidth: Quantity
) -> Quantity:
    """FLOP/s that one GPU can reach at an intensity: the roof over that point."""
    return minimum(peak_flops, arithmetic_intensity * bandwidth)


@equation("1", "batch at the ridge")
def critical_batch(ridge_point: Quantity, bytes_per_param: Quantity) -> Quantity:
    """Users at which a dense model without context turns compute-bound.

    Each weight read serves `batch` tokens with 2 FLOP each, so intensity is 2 batch / bytes.
    """
    return ridge_point * bytes_per_param / 2
