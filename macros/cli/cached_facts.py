"""The checked catalog and the fit, kept from run to run until something that they rest on changes.

Reading the catalog, checking it and fitting the expected speed take longer than any answer. So what
they give is kept under the content of every file in the catalog, of all our code, and the versions
of what it runs on. Whatever changes there, the next run starts from the files again. Dates and
sizes of files decide nothing. Nothing is read from beside a catalog that lies elsewhere.
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

from macros import cache
from macros.cache.codec import decode, encode
from macros.catalog import Catalog, load
from macros.evidence.fit import Fit
from macros.evidence.rows import Measured, measured

CATALOG = cache.CODE.parent / "catalog"


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
        TooFewSources: too few measurements are left to fit the expected speed from.
    """
    ours = folder.resolve() == CATALOG.resolve()
    file = cache.FOLDER / ("facts.kept" if ours else "facts-elsewhere.kept")
    # The catalog is its YAML: what else stands there is refused when the files are read.
    key = cache.name_for(cache.code(), cache.content_of(folder, cache.names_in(folder)))
    content = cache.kept(file, key, lambda: encode(_from_files(folder)))
    return decode(Known, content)


def _from_files(folder: Path) -> Known:
    # No plug-in of pydantic's is wanted; looking for some would read every package's metadata.
    os.environ.setdefault("PYDANTIC_DISABLE_PLUGINS", "__all__")
    from macros.evidence.accuracy import validate  # late: what was kept needs no fit

    catalog = load(folder)
    rows = measured(catalog)
    return Known(catalog, rows, validate(rows).fit)
