"""How a published value, and the place where it was read, are written in a catalog file."""

from __future__ import annotations

from typing import Annotated, Any, Self

from pydantic import Field, create_model, model_validator

from macros.catalog.checking import Shape
from macros.catalog.fields import Id, Text, quantity
from macros.units import parsing
from macros.units.parsing import Kind, Quantity


class Place(Shape):
    """Where something stands: the id of a source, and the table, row or line in it."""

    source: Id
    where: Text


class Cited(Place):
    """Something that was read at a place; `also` names further sources that say the same."""

    also: list[Place] = Field(default=[])


class ContestedShape(Place):
    """What another credible source says, and what speaks for it."""

    value: Quantity
    why: Text


class FactShape(Cited):
    """A value as its source prints it.

    A value that had to be altered keeps what the source prints in `printed`, and says `how`.
    """

    value: Quantity
    printed: Text | None = None
    how: Text | None = None
    contested: ContestedShape | None = None

    @model_validator(mode="after")
    def _altered_in_full(self) -> Self:
        if (self.printed is None) != (self.how is None):
            raise ValueError(
                "an altered value says both what is `printed` and `how` it became ours"
            )
        return self


class CountShape(FactShape):
    """A published parameter count; `convention` says what was counted."""

    convention: Text | None = None


def _fact(kind: Kind) -> type[FactShape]:
    """The shape of a fact of a kind."""
    base = CountShape if kind is parsing.PARAMETERS else FactShape
    name = kind.name.title().replace(" ", "")
    value: Any = (Annotated[Quantity, quantity(kind)], ...)
    contested: Any = create_model(
        f"Contested{name}", __base__=ContestedShape, __doc__=ContestedShape.__doc__, value=value
    )
    return create_model(
        f"Published{name}",
        __base__=base,
        __doc__=base.__doc__,
        value=value,
        contested=(contested | None, None),
    )


FACTS = {
    kind.name: _fact(kind)
    for kind in (
        parsing.MEMORY,
        parsing.BANDWIDTH,
        parsing.COMPUTE,
        parsing.POWER,
        parsing.PARAMETERS,
        parsing.BITS,
    )
}
"""The shape of a fact by the name of its kind."""
