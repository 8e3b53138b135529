"""The lowest point of a function of a few numbers, without derivatives."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence

Point = tuple[float, ...]


def minimize(
    function: Callable[[Point], float],
    start: Sequence[float],
    spread: float = 0.2,
    tolerance: float = 1e-4,
    most: int = 400,
) -> Point:
    """The lowest point that Nelder and Mead's simplex (1965) walks to.

    It needs no derivatives, and so bears the creases of absolute values. The same arguments always
    give the same point: sums are exact, because plain ones differ from Python to Python.

    Args:
        function: what to lower; `math.inf` marks points that are out of bounds.
        start: where to begin; no coordinate is zero.
        spread: the first simplex, relative to `start`.
        tolerance: stop when the simplex's values and corners agree to this, relatively.
        most: stop after this many steps.
    """
    corners: list[tuple[float, Point]] = []
    for moved in range(-1, len(start)):
        point = tuple(x * (1 + spread * (i == moved)) for i, x in enumerate(start))
        corners.append((function(point), point))
    for _ in range(most):
        corners.sort()
        (lowest, best), (worst, last) = corners[0], corners[-1]
        close = all(abs(x - y) <= tolerance * abs(y) for x, y in zip(last, best, strict=True))
        if close and worst - lowest <= tolerance * abs(lowest):
            break
        centre = [
            math.fsum(axis) / len(start) for axis in zip(*(p for _, p in corners[:-1]), strict=True)
        ]

        def along(
            step: float, centre: Sequence[float] = centre, last: Point = last
        ) -> tuple[float, Point]:
            point = tuple(c + step * (c - x) for c, x in zip(centre, last, strict=True))
            return function(point), point

        reflected = along(1)
        if reflected[0] < lowest:
            corners[-1] = min(reflected, along(2))
        elif reflected[0] < corners[-2][0]:
            corners[-1] = reflected
        else:
            contracted = along(0.5 if reflected[0] < worst else -0.5)
            if contracted[0] < min(worst, reflected[0]):
                corners[-1] = contracted
            else:
                shrunk = [
                    tuple((x + b) / 2 for x, b in zip(p, best, strict=True)) for _, p in corners
                ]
                corners = [(function(point), point) for point in shrunk]
    return min(corners)[1]
