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
from dataclasses import dataclass
from pathlib import Path

from macros.cache import keep_pickled, recalled
from macros.catalog import Catalog, load
from macros.evidence.fit import Fit, fit
from macros.evidence.rows import Measured, measured

ROOT = Path(__file__).resolve().parent.parent.parent
CATALOG = ROOT / "catalog"
FILE = "command-line.pickle"


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
        ValueError: too few measurements are left to fit the expected speed from.
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
    plain = Catalog(
        gpus=dict(catalog.gpus),
        models=dict(catalog.models),
        precisions=dict(catalog.precisions),
        sources=dict(catalog.sources),
        measurements=catalog.measurements,
    )
    return Known(plain, rows, fit(rows))
