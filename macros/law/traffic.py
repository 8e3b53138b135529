"""What the prompts of others take from a mean time per token, beside the law.

Where requests come steadily, each output token waits, on top of its step, for the prompts that are
taken in meanwhile. A median time between tokens is a step and holds none of it; a mean time per
output token holds all of it. So these functions refine what a published row measured, and no
scenario has them: they follow the law's rules and stay outside its graph.
"""

from __future__ import annotations

from macros.law.arithmetic import Quantity

REDUCTIONS_PER_LAYER = 2
"""A layer's results are added up over GPUs after its attention and after its feed-forward part."""
ACTIVATION_BYTES = 2


def prompt_flop_time(
    active_params: Quantity, prompt: Quantity, gpus: Quantity, peak_flops: Quantity
) -> Quantity:
    """Seconds that the arithmetic of one prompt takes at the whole peak, all GPUs together."""
    return 2 * active_params * prompt / (gpus * peak_flops)


def prompt_exchange_time(
    layers: Quantity, hidden: Quantity, prompt: Quantity, gpus: Quantity, link: Quantity
) -> Quantity:
    """Seconds that one prompt's activations take on the links of a GPU; `link` is one way, bytes/s.

    A ring adds up `hidden` values of each token over n GPUs by sending 2 (n - 1) / n of them from
    each (Patarasu and Yuan, 2009).
    """
    sent = ACTIVATION_BYTES * hidden * prompt * 2 * (gpus - 1) / gpus
    return REDUCTIONS_PER_LAYER * layers * sent / link


def prompts_per_step(users: Quantity, output: Quantity) -> Quantity:
    """Prompts that are taken in for each step: every user's answer of `output` tokens needs one."""
    return users / output
