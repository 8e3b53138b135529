"""The checked catalog and the fit, kept from run to run until something that they rest on changes.

Reading the catalog, checking it and fitting the expected speed take longer than any answer. So what
they give is kept under the content of every file in the catalog, of all our code, and the versions
of what it runs on. Whatever changes there, the next run starts from the files again. Dates and
sizes of files decide nothing. Nothing is read from beside a catalog that lies elsewhere.
"""

from __future__ import annotations

import os
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, cast

from macros import cache
from macros.cache.codec import decode, encode
from macros.catalog import Catalog, Model, load
from macros.catalog.counts import ParameterCounts
from macros.evidence.fit import Fit, fit
from macros.evidence.rows import Measured, measured

if TYPE_CHECKING:
    from macros.catalog.architecture import Dimensions

CATALOG = cache.CODE.parent / "catalog"


@dataclass(frozen=True)
class Mixture:
    """All that a scenario asks of a model's experts."""

    routed: int
    per_token: int


@dataclass(frozen=True)
class Window:
    """All that a scenario asks of a model's window."""

    size: int


@dataclass(frozen=True)
class Derived:
    """What follows from a model's dimensions: all that a scenario asks of them."""

    layers: int
    counts: ParameterCounts
    moe: Mixture | None
    window: Window | None
    kv_layers: int
    windowed_layers: int
    kv_values_per_layer: int
    attention_flops_per_position: int


@dataclass(frozen=True)
class Known:
    """What every answer rests on: the facts, the measurements that may be used, and the fit."""

    catalog: Catalog
    rows: tuple[Measured, ...]
    fit: Fit


def known(folder: Path = CATALOG) -> Known:
    """The facts in a folder with their fit: as they were kept, or else from the start.

    Raises:
        CatalogError: the catalog is wrong; the message has a line for each problem.
        ValueError: too few measurements are left to fit the expected speed from.
    """
    ours = folder.resolve() == CATALOG.resolve()
    file = cache.FOLDER / ("facts.kept" if ours else "facts-elsewhere.kept")
    # The catalog is its YAML: what else stands there is refused when the files are read.
    key = cache.name_for(cache.code(), cache.content_of(folder, cache.names_in(folder)))
    content = cache.kept(file, key, lambda: encode(_from_files(folder)))
    return decode(Known, content, {"Dimensions": Derived})


def _from_files(folder: Path) -> Known:
    # No plug-in of pydantic's is wanted; looking for some would read every package's metadata.
    os.environ.setdefault("PYDANTIC_DISABLE_PLUGINS", "__all__")
    catalog = load(folder)
    rows = measured(catalog)
    models = {
        id: replace(model, dimensions=_derived(model)) for id, model in catalog.models.items()
    }
    plain = Catalog(
        gpus=dict(catalog.gpus),
        models=models,
        precisions=dict(catalog.precisions),
        sources=dict(catalog.sources),
        measurements=catalog.measurements,
    )
    return Known(plain, rows, fit(rows))


def _derived(model: Model) -> Dimensions:
    dimensions = model.dimensions
    moe, window = dimensions.moe, dimensions.window
    derived = Derived(
        layers=dimensions.layers,
        counts=dimensions.counts,
        moe=Mixture(routed=moe.routed, per_token=moe.per_token) if moe else None,
        window=Window(size=window.size) if window else None,
        kv_layers=dimensions.kv_layers,
        windowed_layers=dimensions.windowed_layers,
        kv_values_per_layer=dimensions.kv_values_per_layer,
        attention_flops_per_position=dimensions.attention_flops_per_position,
    )
    return cast("Dimensions", derived)
