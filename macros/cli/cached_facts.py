"""The checked catalog and the fit, kept from run to run until a file that they rest on changes.

Reading the catalog, checking it and fitting the expected speed take longer than any answer. So what
they give is kept in one file under `.cache`, beside a hash of the content of every file in the
catalog and of all code that reads, checks or fits. Whatever changes there changes the hash, and the
next run starts from the files again. Dates and sizes of files decide nothing.
"""

from __future__ import annotations

import hashlib
import os
import sys
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path
from types import SimpleNamespace
from typing import TYPE_CHECKING, cast

from macros.cache import keep_pickled, recalled
from macros.catalog import Catalog, Model, load
from macros.catalog.counts import ParameterCounts
from macros.evidence.accuracy import validate
from macros.evidence.fit import Fit
from macros.evidence.rows import Measured, measured

if TYPE_CHECKING:
    from macros.catalog.architecture import Dimensions

ROOT = Path(__file__).resolve().parent.parent.parent
CATALOG = ROOT / "catalog"
FILE = "command-line.pickle"


@dataclass(frozen=True)
class Derived:
    """What follows from a model's dimensions: all that a scenario asks of them."""

    layers: int
    counts: ParameterCounts
    moe: SimpleNamespace | None
    window: SimpleNamespace | None
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


def known(folder: Path = CATALOG, cache: Path | None = None) -> Known:
    """The facts in a folder with their fit: from the file kept, or else from the start.

    Raises:
        CatalogError: the catalog is wrong; the message has a line for each problem.
        TooFewSources: too few measurements are left to fit the expected speed from.
    """
    kept = (cache or folder.parent / ".cache") / FILE
    key = fingerprint(folder)
    found = recalled(kept, key, Known)
    if found is None:
        found = _from_files(folder)
        keep_pickled(kept, key, found)
    return found


def fingerprint(folder: Path) -> bytes:
    """A hash of everything that the answer rests on: catalog, code, and this Python."""
    code = ROOT / "macros"
    parts = [*_tree(folder), *code.rglob("*.py")]
    digest = hashlib.sha256(f"{sys.version}\n{folder}".encode())
    for path in sorted(parts):
        with suppress(OSError):
            content = path.read_bytes()
            digest.update(f"\n{path} {len(content)}\n".encode() + content)
    return digest.digest()


def _tree(folder: Path) -> Iterable[Path]:
    # The catalog is its YAML: what else stands there is refused when the files are read.
    return (Path(top) / name for top, _, names in os.walk(folder) for name in names)


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
    return Known(plain, rows, validate(rows).fit)


def _derived(model: Model) -> Dimensions:
    dimensions = model.dimensions
    moe, window = dimensions.moe, dimensions.window
    derived = Derived(
        layers=dimensions.layers,
        counts=dimensions.counts,
        moe=SimpleNamespace(routed=moe.routed, per_token=moe.per_token) if moe else None,
        window=SimpleNamespace(size=window.size) if window else None,
        kv_layers=dimensions.kv_layers,
        windowed_layers=dimensions.windowed_layers,
        kv_values_per_layer=dimensions.kv_values_per_layer,
        attention_flops_per_position=dimensions.attention_flops_per_position,
    )
    return cast("Dimensions", derived)
