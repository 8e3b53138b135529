"""A claim: a phrase of the prose that rests on conditions, so that a false sentence stops the build."""

from __future__ import annotations

from dataclasses import dataclass
from html import escape

from macros.errors import ClaimError
from macros.figures.figure import Condition


@dataclass(frozen=True)
class Claim:
    """A phrase and the comparisons of figures that make it true."""

    phrase: str
    conditions: tuple[Condition, ...]

    @property
    def account(self) -> str:
        """What was compared, with its values."""
        return "; ".join(condition.account for condition in self.conditions)

    def markup(self) -> str:
        """The phrase as the page shows it."""
        return f'<span class="claim" data-holds="{escape(self.account)}">{self.phrase}</span>'


def check(phrase: str, conditions: tuple[object, ...]) -> Claim:
    """A claim whose conditions hold.

    Raises:
        ClaimError: a condition is false, or is no comparison of figures and so could never fail.
    """
    if not conditions:
        raise ClaimError(f"the claim {phrase!r} gives no condition, so it could never fail")
    for condition in conditions:
        if not isinstance(condition, Condition):
            raise ClaimError(
                f"the claim {phrase!r} rests on {condition!r}; compare figures, "
                'as in figure("decode_tps") > 20'
            )
        if not condition.holds:
            raise ClaimError(f"the claim {phrase!r} does not hold: {condition.account}")
    return Claim(phrase, tuple(c for c in conditions if isinstance(c, Condition)))
