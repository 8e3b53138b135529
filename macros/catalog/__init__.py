"""The catalog: published facts about GPUs, models, number formats and speeds, with sources.

`load` reads the YAML files of a folder and gives frozen entries in SI units.
"""

from macros.catalog.entries import (
    Citation,
    Fact,
    Gpu,
    Measurement,
    Model,
    Precision,
    Source,
)
from macros.catalog.index import Catalog
from macros.catalog.loading import load
from macros.catalog.reading import CatalogError, did_you_mean

__all__ = [
    "Catalog",
    "CatalogError",
    "Citation",
    "Fact",
    "Gpu",
    "Measurement",
    "Model",
    "Precision",
    "Source",
    "did_you_mean",
    "load",
]
