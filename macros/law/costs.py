"""What a token costs in money and in energy, beside the law.

The functions follow the law's rules: one expression each, named by quantities, in SI units. They
stay outside its graph, because their inputs are the reader's (a price) or bound them loosely (a
board's power is a limit, not what it draws).
"""

from __future__ import annotations

from macros.law.arithmetic import Quantity

SECONDS_PER_HOUR = 3600
TOKENS_PER_MILLION = 1_000_000


def cost_per_token(price: Quantity, gpus: Quantity, aggregate_tps: Quantity) -> Quantity:
    """Currency per output token: `price` is currency per GPU-second, for GPUs kept this busy."""
    return price * gpus / aggregate_tps


def energy_per_token(board_power: Quantity, gpus: Quantity, aggregate_tps: Quantity) -> Quantity:
    """Joules per output token at most, were every board to draw all of its power, in watts.

    It counts the GPUs' boards alone: no host, no cooling. At a slower speed a token costs more, so
    it bounds a speed that is reached, not the ceiling that none reaches.
    """
    return board_power * gpus / aggregate_tps
