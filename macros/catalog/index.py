"""The whole catalog: every entry by its id."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import TypeVar

from macros.catalog.records import Gpu, Measurement, Model, Precision, Predictor, Source
from macros.errors import CatalogError, did_you_mean

Entry = TypeVar("Entry")


@dataclass(frozen=True, eq=False)
class Catalog:
    """Every entry by its id, in a sensible order to show.

    A catalog equals itself alone, so that what follows from it can be kept beside it.
    """

    gpus: Mapping[str, Gpu]
    models: Mapping[str, Model]
    precisions: Mapping[str, Precision]
    sources: Mapping[str, Source]
    measurements: tuple[Measurement, ...]
    predictors: Mapping[str, Predictor] = field(default_factory=dict)

    def gpu(self, id: str) -> Gpu:
        """A GPU by its id.

        Raises:
            CatalogError: there is none; the message names the nearest ids.
        """
        return _find(self.gpus, id, "GPU")

    def model(self, id: str) -> Model:
        """A model by its id.

        Raises:
            CatalogError: there is none; the message names the nearest ids.
        """
        return _find(self.models, id, "model")

    def precision(self, id: str) -> Precision:
        """A precision by its id.

        Raises:
            CatalogError: there is none; the message names the nearest ids.
        """
        return _find(self.precisions, id, "precision")

    def measurement(self, id: str) -> Measurement:
        """A measurement by the id of its row.

        Raises:
            CatalogError: there is none; the message names the nearest ids.
        """
        return _find({row.id: row for row in self.measurements}, id, "measurement")


def _find(entries: Mapping[str, Entry], id: object, kind: str) -> Entry:
    if not isinstance(id, str) or id not in entries:  # front matter may hold anything
        raise CatalogError([unknown(kind, id, entries)])
    return entries[id]


def unknown(kind: str, id: object, known: Iterable[str]) -> str:
    """The message for an id that the catalog does not have."""
    return f"no {kind} {id!r} in the catalog; {did_you_mean(id, known)}"
