"""The types of single fields: how each is written in a file, and read from it."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from functools import partial
from typing import Annotated, Any

from pydantic import GetCoreSchemaHandler, GetJsonSchemaHandler
from pydantic_core import CoreSchema, core_schema

from macros.errors import quote
from macros.units import parsing
from macros.units.parsing import Kind, Quantity

ID = re.compile(r"[a-z0-9]+(?:[._-][a-z0-9]+)*")
_URL = re.compile(r"https?://[\w-]+(?:\.[\w-]+)+(?:/\S*)?")
_DATE = re.compile(r"[12][0-9]{3}(?:-(?:0[1-9]|1[0-2])(?:-(?:0[1-9]|[12][0-9]|3[01]))?)?")


@dataclass(frozen=True)
class _Written:
    """Marks a type that is written as text: how to read it, and the pattern for editors."""

    read: Callable[[object], Any]
    pattern: str

    def __get_pydantic_core_schema__(
        self, source: Any, handler: GetCoreSchemaHandler
    ) -> CoreSchema:
        return core_schema.no_info_plain_validator_function(self.read)

    def __get_pydantic_json_schema__(
        self, schema: CoreSchema, handler: GetJsonSchemaHandler
    ) -> dict[str, Any]:
        return {"type": "string", "pattern": f"^(?:{self.pattern})$"}


def _text(pattern: re.Pattern[str], what: str) -> _Written:
    def read(text: object) -> str:
        if not isinstance(text, str) or not pattern.fullmatch(text):
            raise ValueError(f"{quote(text)} is not {what}")
        return text

    return _Written(read, pattern.pattern)


def _quantity(kind: Kind) -> _Written:
    units = "|".join(map(re.escape, kind.symbols))
    return _Written(partial(parsing.parse, kind=kind), rf"[0-9]+(\.[0-9]+)? ({units})")


def _day(text: object) -> date:
    try:
        return date.fromisoformat(str(text))
    except ValueError:
        raise ValueError(f"{quote(text)} is not a day; write it like '2026-11-23'") from None


Text = Annotated[str, _text(re.compile(r"\S(?:.*\S)?", re.S), "a text")]
Id = Annotated[str, _text(ID, "an id; ids are lower-case letters and digits joined by - . or _")]
Url = Annotated[str, _text(_URL, "a web address; write it like 'https://host/page'")]
Date = Annotated[str, _text(_DATE, "a date; write it like '2022-03-22', '2022-03' or '2022'")]
Day = Annotated[date, _Written(_day, r"\d{4}-\d{2}-\d{2}")]
Memory = Annotated[Quantity, _quantity(parsing.MEMORY)]
Bandwidth = Annotated[Quantity, _quantity(parsing.BANDWIDTH)]
Compute = Annotated[Quantity, _quantity(parsing.COMPUTE)]
Power = Annotated[Quantity, _quantity(parsing.POWER)]
Parameters = Annotated[Quantity, _quantity(parsing.PARAMETERS)]
Bits = Annotated[Quantity, _quantity(parsing.BITS)]
