"""The shape of each kind of catalog file.

The JSON Schemas that editors complete and check YAML with are made from these shapes.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import GenericAlias
from typing import Any, Self

from pydantic import BaseModel, ConfigDict, Field, RootModel, create_model, model_validator

from macros.catalog.checking import Shape
from macros.catalog.fields import Id
from macros.catalog.reading import Loc
from macros.catalog.records import Gpu, Measurement, Model, Precision, Predictor, Source
from macros.catalog.shapes import fields_in_file, shape


class Row(Shape):
    """A row of a file: in the schema for editors, it may leave to `same` what it does not say."""

    model_config = ConfigDict(json_schema_extra=lambda schema: schema.pop("required", None))

    @model_validator(mode="after")
    def _layout_fits_gpus(self) -> Self:
        row: Any = self  # its fields are the record's
        if (row.layout == "single") != (row.gpus == 1):
            raise ValueError(f"layout {row.layout!r} does not go with gpus: {row.gpus}")
        return self


def _same_is_a_row(schema: dict[str, Any]) -> None:
    """For editors only: `same` may hold what a row may hold."""
    schema["properties"]["same"] = schema["properties"]["rows"]["items"]


class Rows(Shape):
    """What one source measured; `same` holds the fields of every row that does not say otherwise."""

    model_config = ConfigDict(json_schema_extra=_same_is_a_row)

    @model_validator(mode="before")
    @classmethod
    def _complete_rows(cls, data: Any) -> Any:
        match data:
            case {"same": dict() as same, "rows": list() as rows}:
                whole = [same | row if isinstance(row, dict) else row for row in rows]
                return data | {"rows": whole}
        return data

    @classmethod
    def written_at(cls, loc: Loc, data: Any) -> Loc:
        """A field that a row does not have itself stands in `same`."""
        match loc, data:
            case ("rows", int(row), field, *_), {"same": {**same}, "rows": rows}:
                if field in same and field not in rows[row]:
                    return ("same", *loc[2:])
        return loc


def _keyed(record: type, doc: str) -> type[RootModel[Any]]:
    """The shape of a file that holds all entries of a kind by their ids."""
    entries: Any = GenericAlias(dict, (Id, shape(record)))
    return create_model(f"{record.__name__}s", __base__=RootModel, __doc__=doc, root=(entries, ...))


GPU = shape(Gpu)
MODEL = shape(Model)
_ROWS: Any = GenericAlias(list, (shape(Measurement, Row),))
MEASUREMENTS = create_model(
    "Measurements",
    __base__=Rows,
    __doc__=Rows.__doc__,
    source=(Id, ...),
    **fields_in_file(Measurement, head=True),
    same=(dict[str, Any], Field(default={})),
    rows=(_ROWS, ...),
)
PRECISIONS = _keyed(Precision, "All number formats by id, in the order to show them.")
PREDICTORS = _keyed(Predictor, "Other tools that predict decode speeds by id, as they were run.")
SOURCES = _keyed(Source, "All sources by id.")

SHAPES: Mapping[str, type[BaseModel]] = {
    "gpu": GPU,
    "model": MODEL,
    "measurements": MEASUREMENTS,
    "precisions": PRECISIONS,
    "predictors": PREDICTORS,
    "sources": SOURCES,
}
"""Each shape by the name of its schema, which the first line of a catalog file gives."""
