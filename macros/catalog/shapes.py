"""The shape of each kind of catalog file: the fields it has, and what each may hold.

The JSON Schemas that editors complete and check YAML with are made from these classes.
"""

from __future__ import annotations

from typing import Any, Generic, Literal, Self, TypeVar

from pydantic import (
    ConfigDict,
    Field,
    PositiveFloat,
    PositiveInt,
    RootModel,
    model_validator,
)

from macros.catalog.architecture import Dimensions
from macros.catalog.checking import Shape
from macros.catalog.fields import (
    Bandwidth,
    Bits,
    Compute,
    Date,
    Day,
    Id,
    Memory,
    Parameters,
    Power,
    Text,
    Url,
)
from macros.catalog.reading import Loc

Format = Literal["fp16", "fp8", "int8", "fp4"]
Q = TypeVar("Q")


class Place(Shape):
    """Where something stands: the id of a source, and the table, row or line in it."""

    source: Id
    where: Text


class ContestedShape(Place, Generic[Q]):
    """What another credible source says, and what speaks for it."""

    value: Q
    why: Text


class FactShape(Place, Generic[Q]):
    """A value as its source prints it; `also` names further sources that print the same.

    A value that had to be altered keeps what the source prints in `printed`, and says `how`.
    """

    value: Q
    also: list[Place] = Field(default=[])
    printed: Text | None = None
    how: Text | None = None
    contested: ContestedShape[Q] | None = None

    @model_validator(mode="after")
    def _altered_in_full(self) -> Self:
        if (self.printed is None) != (self.how is None):
            raise ValueError(
                "an altered value says both what is `printed` and `how` it became ours"
            )
        return self


class MemoryShape(Shape):
    """Memory: what the label says, and what the device reports to software."""

    type: Text
    label: FactShape[Memory]
    reported: FactShape[Memory] | None = None


class PeakShape(Shape):
    """Peak rates by number format: dense, FP32 accumulate; unpublished formats are left out."""

    fp16: FactShape[Compute] | None = None
    fp8: FactShape[Compute] | None = None
    int8: FactShape[Compute] | None = None
    fp4: FactShape[Compute] | None = None


class GpuFile(Shape):
    """An accelerator, per device."""

    name: Text
    vendor: Text
    architecture: Text
    memory: MemoryShape
    bandwidth: FactShape[Bandwidth]
    peak_flops: PeakShape = PeakShape()
    link: FactShape[Bandwidth] | None = None
    board_power: FactShape[Power] | None = None
    announced: Date | None = None
    notes: list[Text] = Field(default=[])
    also: list[Place] = Field(default=[])


class DimensionsShape(Place, Dimensions):
    """A model's dimensions, and where they were read."""

    also: list[Place] = Field(default=[])


class CountShape(FactShape[Parameters]):
    """A published parameter count; `convention` says what was counted."""

    convention: Text | None = None


class PublishedShape(Shape):
    """Published counts; `differs` says why the derived total is more than 0.5 % off."""

    total: CountShape
    active: CountShape | None = None
    differs: Text | None = None


class ModelFile(Shape):
    """A language model."""

    name: Text
    developer: Text
    licence: Text
    released: Date
    max_context: PositiveInt
    native_precision: Id
    dimensions: DimensionsShape
    published: PublishedShape
    notes: list[Text] = Field(default=[])
    also: list[Place] = Field(default=[])


class PrecisionShape(Shape):
    """A number format; `blocks`, `experts` and `vocabulary` are given where they differ."""

    name: Text
    bits: FactShape[Bits]
    blocks: FactShape[Bits] | None = None
    experts: FactShape[Bits] | None = None
    vocabulary: FactShape[Bits] | None = None
    math: Format
    layout: Text
    notes: list[Text] = Field(default=[])


class PrecisionsFile(RootModel[dict[Id, PrecisionShape]]):
    """All number formats by id, in the order to show them."""


class SourceShape(Shape):
    """Something that was read."""

    url: Url
    what: Text
    read: Day


class SourcesFile(RootModel[dict[Id, SourceShape]]):
    """All sources by id."""


def _no_field_required(schema: dict[str, Any]) -> None:
    """For editors only: a row may leave to `same` what the loader wants of both together."""
    schema.pop("required")


class MeasurementShape(Shape):
    """One published decode speed."""

    model_config = ConfigDict(json_schema_extra=_no_field_required)

    id: Id
    model: Text
    model_id: Id | None = None
    precision: Text
    precision_id: Id | None = None
    gpu: Text
    gpu_id: Id | None = None
    bandwidth: Bandwidth
    gpus: PositiveInt = 1
    layout: Literal["single", "tensor", "layer"] = "single"
    engine: Text
    version: Text
    concurrency: PositiveInt = 1
    context: PositiveInt
    reads: Memory | None = None
    reads_how: Text | None = None
    layers: PositiveInt | None = None
    kv_bytes_per_token: PositiveInt | None = None
    tokens_per_second: PositiveFloat
    where: Text
    speculative: bool = False
    notes: list[Text] = Field(default=[])
    left_out: Text | None = None

    @model_validator(mode="after")
    def _layout_fits_gpus(self) -> Self:
        if (self.layout == "single") != (self.gpus == 1):
            raise ValueError(f"layout {self.layout!r} does not go with gpus: {self.gpus}")
        return self


def _same_is_a_row(schema: dict[str, Any]) -> None:
    """For editors only: `same` may hold what a row may hold."""
    schema["properties"]["same"] = schema["properties"]["rows"]["items"]


class MeasurementsFile(Shape):
    """What one source measured; `same` holds the fields of every row that does not say otherwise."""

    model_config = ConfigDict(json_schema_extra=_same_is_a_row)

    source: Id
    title: Text
    date: Text
    trust: Literal["A", "A-", "B", "C"]
    read_via: Text
    same: dict[str, Any] = Field(default={})
    rows: list[MeasurementShape]

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
