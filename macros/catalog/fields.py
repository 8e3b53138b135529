"""The fields of records: their types, the marks on them, and how both are read off a record.

A record is a frozen dataclass. The type of a field says what it may hold; a mark beside the type
says where it is written otherwise than under its own name. From them come the shapes of the
catalog's files, and the documents that the site publishes. pydantic is loaded only where a file is
checked, so that entries kept from an earlier run need none of it.
"""

from __future__ import annotations

import dataclasses
import re
import sys
from collections.abc import Callable
from dataclasses import MISSING, dataclass
from datetime import date
from enum import Enum
from functools import cache, cached_property, partial
from itertools import pairwise
from operator import attrgetter
from typing import TYPE_CHECKING, Annotated, Any, NamedTuple, TypeVar, cast, get_type_hints

from macros.errors import quote
from macros.units import parsing
from macros.units.parsing import Kind

if TYPE_CHECKING:
    import ast

    from pydantic import GetCoreSchemaHandler, GetJsonSchemaHandler
    from pydantic_core import CoreSchema

ID = re.compile(r"[a-z0-9]+(?:[._-][a-z0-9]+)*")
_TEXT = re.compile(r"\S(?:.*\S)?", re.S)
_URL = re.compile(r"https?://[\w-]+(?:\.[\w-]+)+(?:/\S*)?")
_DATE = re.compile(r"[12][0-9]{3}(?:-(?:0[1-9]|1[0-2])(?:-(?:0[1-9]|[12][0-9]|3[01]))?)?")

# --- Types ---


class Written(NamedTuple):
    """Marks a type that is written as text: how to read it, and the pattern for editors."""

    read: Callable[[object], Any]
    pattern: str

    def __get_pydantic_core_schema__(
        self, source: Any, handler: GetCoreSchemaHandler
    ) -> CoreSchema:
        from pydantic_core import core_schema

        return core_schema.no_info_plain_validator_function(self.read)

    def __get_pydantic_json_schema__(
        self, schema: CoreSchema, handler: GetJsonSchemaHandler
    ) -> dict[str, Any]:
        return {"type": "string", "pattern": f"^(?:{self.pattern})$"}


def quantity(kind: Kind) -> Written:
    """A quantity of a kind, as a file writes it."""
    units = "|".join(map(re.escape, kind.symbols))
    return Written(partial(parsing.parse, kind=kind), rf"[0-9]+(\.[0-9]+)? ({units})")


class Bound(NamedTuple):
    """Marks a number that is greater than (`gt`) or not less than (`ge`) another."""

    gt: int | None = None
    ge: int | None = None

    def __get_pydantic_core_schema__(
        self, source: Any, handler: GetCoreSchemaHandler
    ) -> CoreSchema:
        bounds = {name: bound for name, bound in self._asdict().items() if bound is not None}
        return cast("CoreSchema", {**handler(source), **bounds})


class OneOf(NamedTuple):
    """Marks a text that is one of a few."""

    choices: tuple[str, ...]

    def __get_pydantic_core_schema__(
        self, source: Any, handler: GetCoreSchemaHandler
    ) -> CoreSchema:
        from pydantic_core import core_schema

        return core_schema.literal_schema(list(self.choices))


def _text(pattern: re.Pattern[str], what: str) -> Written:
    def read(text: object) -> str:
        if not isinstance(text, str) or not pattern.fullmatch(text):
            raise ValueError(f"{quote(text)} is not {what}")
        return text

    return Written(read, pattern.pattern)


def _day(text: object) -> date:
    try:
        return date.fromisoformat(str(text))
    except ValueError:
        raise ValueError(f"{quote(text)} is not a day; write it like '2026-11-23'") from None


Text = Annotated[str, _text(_TEXT, "a text")]
Id = Annotated[str, _text(ID, "an id; ids are lower-case letters and digits joined by - . or _")]
Url = Annotated[str, _text(_URL, "a web address; write it like 'https://host/page'")]
Date = Annotated[str, _text(_DATE, "a date; write it like '2022-03-22', '2022-03' or '2022'")]
Day = Annotated[date, Written(_day, r"\d{4}-\d{2}-\d{2}")]
Format = Annotated[str, OneOf(("fp16", "fp8", "int8", "fp4"))]
"""A number format that matrix units multiply in."""
Count = Annotated[int, Bound(gt=0)]
Rank = Annotated[int, Bound(ge=0)]
Speed = Annotated[float, Bound(gt=0)]
Share = Annotated[float, Bound(gt=0)]
"""One thing over another, where 0.1 is 10 %."""

# --- Marks ---


class At(NamedTuple):
    """Marks a field that stands elsewhere in its file: the way to it, and what holds without it."""

    path: tuple[str, ...]
    otherwise: str | None = None


class Called(NamedTuple):
    """Marks a field that the site's interface names otherwise, or, without a name, leaves out."""

    name: str | None


class Mark(Enum):
    """What else a file does with a field."""

    KEY = "its file's name, or the key that it stands under, is its value"
    HEAD = "stands once over all rows of a file"
    CITED = "holds, beside its own fields, where they were read"
    BY_ID = "is named by its id"


# --- A record's fields ---

M = TypeVar("M")


@dataclass(frozen=True, eq=False)
class RecordField:
    """A field of a record.

    Attributes:
        hint: its type, with its marks.
        default: a value, or MISSING.
        given: whether it is given when the record is made, or follows from other fields.
    """

    name: str
    hint: Any
    default: Any
    given: bool

    @cached_property
    def bare(self) -> Any:
        """The type without its marks."""
        return self.hint.__origin__ if self.marks else self.hint

    @cached_property
    def marks(self) -> tuple[Any, ...]:
        """Everything that is said beside the type."""
        return getattr(self.hint, "__metadata__", ())

    def mark(self, kind: type[M]) -> M | None:
        """The mark of a kind, if there is one."""
        return next((mark for mark in self.marks if isinstance(mark, kind)), None)

    @cached_property
    def path(self) -> tuple[str, ...]:
        """The way to it in its file."""
        at = self.mark(At)
        return at.path if at else (self.name,)

    @cached_property
    def written(self) -> Callable[[Any], Any]:
        """What stands for it in its file's shape."""
        return attrgetter(".".join(self.path))

    @cached_property
    def otherwise(self) -> str | None:
        """The field of the file that holds its value where its own is not there."""
        at = self.mark(At)
        return at.otherwise if at else None

    @cached_property
    def published(self) -> str | None:
        """Its name in the site's interface, if it is there."""
        called = self.mark(Called)
        return called.name if called else self.name


def _fields_of(record: type) -> tuple[RecordField, ...]:
    types = get_type_hints(record, include_extras=True)
    return tuple(
        RecordField(field.name, types[field.name], _default(field), field.init)
        for field in dataclasses.fields(record)
    )


fields_of: Callable[[type], tuple[RecordField, ...]] = cache(_fields_of)
"""The fields of a record, in their order."""


def _default(field: dataclasses.Field[Any]) -> Any:
    return field.default if field.default_factory is MISSING else field.default_factory()


def docs_of(record: type) -> dict[str, str]:
    """What is said under each field of a record, by the field's name."""
    import ast  # late, as `inspect`: only files that are checked need what fields mean
    import inspect

    found = {}
    for field, text in pairwise(_classes_in(record.__module__)[record.__qualname__].body):
        match field, text:
            case ast.AnnAssign(target=ast.Name(id=name)), ast.Expr(
                value=ast.Constant(value=str(said))
            ):
                found[name] = inspect.cleandoc(said)
    return found


@cache
def _classes_in(module: str) -> dict[str, ast.ClassDef]:
    """The classes at the top of a module, by name: its source is read once for all of them."""
    import ast
    import inspect

    top = ast.parse(inspect.getsource(sys.modules[module])).body
    return {node.name: node for node in top if isinstance(node, ast.ClassDef)}


def summary_of(record: type) -> str:
    """The first paragraph of what is said of a record."""
    return (record.__doc__ or "").split("\n\n")[0].strip()
