"""The catalog: published facts about GPUs, models, number formats and speeds, with sources.

`load` reads the YAML files of a folder and gives frozen entries in SI units.
"""

from __future__ import annotations

from pathlib import Path

from macros.catalog.index import Catalog
from macros.catalog.records import (
    Citation,
    Fact,
    Gpu,
    Measurement,
    Model,
    Precision,
    Predictor,
    Source,
)

__all__ = [
    "Catalog",
    "Citation",
    "Fact",
    "Gpu",
    "Measurement",
    "Model",
    "Precision",
    "Predictor",
    "Source",
    "load",
]


def load(root: Path) -> Catalog:
    """The catalog in a folder.

    Raises:
        CatalogError: anything is wrong with it; the message has a line for each problem.
    """
    from macros.catalog import loading  # late: entries kept from an earlier run need no checker

    return loading.load(root)
