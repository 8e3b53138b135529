"""A claim: a phrase of the prose that rests on conditions, so that a false sentence stops the build."""

from __future__ import annotations

from dataclasses import dataclass

from macros.errors import ClaimError
from macros.figures.figure import Condition
from macros.figures.html import Markup, tag


@dataclass(frozen=True)
class Claim:
    """A phrase and the comparisons of figures that make it true."""

    phrase: str
    conditions: tuple[Condition, ...]

    @property
    def account(self) -> str:
        """What was compared, with its values."""
        return "; ".join(condition.account for condition in self.conditions)

    def markup(self) -> Markup:
        """The phrase as the page shows it."""
        return tag("span", self.phrase, class_="claim", data_holds=self.account)


def check(phrase: str, conditions: tuple[object, ...]) -> Claim:
    """A claim whose conditions hold.

    Raises:
        ClaimError: a condition is false, or is no comparison of figures and so could never fail.
    """
    told = repr(str(phrase))
    if not conditions:
        raise ClaimError(f"the claim {told} gives no condition, so it could never fail")
    for condition in conditions:
        if not isinstance(condition, Condition):
            raise ClaimError(
                f"the claim {told} rests on {condition!r}; compare figures, "
                'as in figure("decode_tps") > 20'
            )
        if not condition.holds:
            raise ClaimError(f"the claim {told} does not hold: {condition.account}")
    return Claim(phrase, tuple(c for c in conditions if isinstance(c, Condition)))
