"""The catalog's folder is read, checked file by file, then checked as a whole."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from itertools import chain
from pathlib import Path
from types import MappingProxyType
from typing import TypeVar

from pydantic import BaseModel

from macros.catalog import building, file_shapes
from macros.catalog.building import File, Library
from macros.catalog.checking import check
from macros.catalog.fields import ID
from macros.catalog.index import Catalog, unknown
from macros.catalog.reading import Document, read
from macros.catalog.records import Gpu, Model
from macros.errors import CatalogError

Entry = TypeVar("Entry", Gpu, Model)

_FOLDERS: Mapping[str, type[BaseModel]] = {
    "gpus": file_shapes.GPU,
    "models": file_shapes.MODEL,
    "measurements": file_shapes.MEASUREMENTS,
}
_OTHERS = ("precisions.yml", "predictors.yml", "sources.yml", "schemas")
_DERIVED_MAY_DIFFER = 0.005
_BANDWIDTH_MAY_DIFFER = 0.01


def load(root: Path) -> Catalog:
    """The catalog in a folder.

    Files are checked one by one first, and against each other only when all of them are well:
    so that one broken file does not make every file that names it look wrong.

    Raises:
        CatalogError: anything is wrong with it; the message has a line for each problem.
    """
    problems = list(_strays(root))
    sources = _files(root, [root / "sources.yml"], file_shapes.SOURCES, problems)
    precisions = _files(root, [root / "precisions.yml"], file_shapes.PRECISIONS, problems)
    predictors = _files(root, [root / "predictors.yml"], file_shapes.PREDICTORS, problems)
    gpus = _files(root, _inside(root / "gpus"), file_shapes.GPU, problems)
    models = _files(root, _inside(root / "models"), file_shapes.MODEL, problems)
    measured = _files(root, _inside(root / "measurements"), file_shapes.MEASUREMENTS, problems)
    if problems:
        raise CatalogError(problems)

    library = Library(building.sources(sources[0]), set(), problems)
    catalog = Catalog(
        gpus=_in_order(
            (building.entry(Gpu, file, library) for file in gpus),
            lambda gpu: (gpu.vendor, gpu.announced or "", gpu.bandwidth.value),
        ),
        models=_in_order(
            (building.entry(Model, file, library) for file in models),
            lambda model: (model.developer, model.released, model.counts.total),
        ),
        precisions=MappingProxyType(building.precisions(precisions[0], library)),
        predictors=MappingProxyType(building.predictors(predictors[0], library)),
        sources=MappingProxyType(dict(library.sources)),
        measurements=tuple(
            chain.from_iterable(building.measurements(file, library) for file in measured)
        ),
    )
    problems += _source_problems(sources[0], library)
    for model_file in models:
        problems += _model_problems(model_file, catalog)
    problems += _measurement_problems(measured, catalog)
    if problems:
        # One slip may be met in many places, where several fields share a value.
        raise CatalogError(dict.fromkeys(problems))
    return catalog


def _inside(folder: Path) -> list[Path]:
    return sorted(folder.glob("*.yml"))


def _name(root: Path, path: Path) -> str:
    return path.relative_to(root.parent).as_posix()


def _files(
    root: Path, paths: Iterable[Path], shape: type[BaseModel], problems: list[str]
) -> list[File]:
    """The files that fit a shape; what is wrong with the others goes to the problems."""
    files = []
    for path in paths:
        try:
            document = read(path, _name(root, path))
            _in_right_folder(document, path.parent.name, shape)
            files.append(File(path.stem, document, check(document, shape)))
        except CatalogError as error:
            problems += error.problems
    return files


def _in_right_folder(document: Document, folder: str, shape: type[BaseModel]) -> None:
    """Raises CatalogError if a file's fields are strange to its folder and at home in another."""
    fields = set(document.data)
    if folder not in _FOLDERS or fields <= set(shape.model_fields):
        return
    for other, other_shape in _FOLDERS.items():
        if fields <= set(other_shape.model_fields):
            message = f"these are the fields of a file in {other}/, not {folder}/; move it"
            raise CatalogError([document.problem((), message)])


def _strays(root: Path) -> Iterator[str]:
    """Problems with what stands in the catalog's folders, hidden files aside."""
    if not root.is_dir():
        yield f"{root.as_posix()}:1: there is no such folder"
        return
    for path in sorted(root.iterdir()):
        if path.name not in (*_FOLDERS, *_OTHERS) and not path.name.startswith("."):
            expected = ", ".join((*_FOLDERS, *_OTHERS))
            yield f"{_name(root, path)}:1: does not belong here; the catalog has {expected}"
    for path in sorted(chain.from_iterable((root / folder).glob("*") for folder in _FOLDERS)):
        if path.name.startswith("."):
            continue
        if path.suffix != ".yml" or not path.is_file():
            yield f"{_name(root, path)}:1: is not a .yml file"
        elif not ID.fullmatch(path.stem):
            yield (
                f"{_name(root, path)}:1: {path.stem!r} can't be an id; name the file in "
                "lower-case letters and digits joined by - . or _"
            )


def _in_order(
    entries: Iterable[Entry], key: Callable[[Entry], tuple[str, str, float]]
) -> Mapping[str, Entry]:
    """Entries by id: makers with most entries first, and of each maker the newest first."""
    keyed = [(key(entry), entry) for entry in entries]
    makers = Counter(maker for (maker, _, _), _ in keyed)
    # Two stable sorts, as dates and sizes run down and makers' names up.
    keyed.sort(key=lambda item: item[0][1:], reverse=True)
    keyed.sort(key=lambda item: (-makers[item[0][0]], item[0][0]))
    return MappingProxyType({entry.id: entry for _, entry in keyed})


def _source_problems(file: File, library: Library) -> Iterator[str]:
    first: dict[str, str] = {}
    for id, source in library.sources.items():
        if id not in library.cited:
            yield file.document.problem((id,), "no file cites this source; remove it")
        if first.setdefault(source.url, id) != id:
            message = f"{source.url} stands already under {first[source.url]!r}"
            yield file.document.problem((id, "url"), message)


def _model_problems(file: File, catalog: Catalog) -> Iterator[str]:
    model = catalog.models[file.id]
    problem = file.document.problem
    if model.native_precision not in catalog.precisions:
        message = unknown("precision", model.native_precision, catalog.precisions)
        yield problem(("native_precision",), message)
    derived, published = model.counts.total, model.published_total
    off = derived / published.value - 1
    if abs(off) > _DERIVED_MAY_DIFFER and model.differs is None:
        yield problem(
            ("published", "total"),
            f"the dimensions give {derived:,} parameters, {off:+.1%} off the published "
            f"{published.printed!r}; mend one, or say in `differs` why",
        )
    if abs(off) <= _DERIVED_MAY_DIFFER and model.differs is not None:
        message = f"{published.printed!r} agrees with the dimensions' {derived:,}; remove this"
        yield problem(("published", "differs"), message)


def _measurement_problems(files: Iterable[File], catalog: Catalog) -> Iterator[str]:
    seen: dict[str, str] = {}
    for file in files:
        for position, row in enumerate(file.content.rows):
            loc, problem = ("rows", position), file.document.problem
            if row.id in seen:
                yield problem((*loc, "id"), f"{row.id!r} stands already in {seen[row.id]}")
            seen[row.id] = file.document.name
            named: tuple[tuple[str, str, str | None, Mapping[str, object]], ...] = (
                ("model_id", "model", row.model_id, catalog.models),
                ("precision_id", "precision", row.precision_id, catalog.precisions),
                ("kv_precision_id", "precision", row.kv_precision_id, catalog.precisions),
                ("gpu_id", "GPU", row.gpu_id, catalog.gpus),
            )
            for field, kind, id, known in named:
                if id is not None and id not in known:
                    yield problem((*loc, field), unknown(kind, id, known))
            for field in ("kv_read", "kv_heads"):
                if row.model_id and getattr(row, field) is not None:
                    hint = (
                        "the model's entry tells; kv_precision_id names another format than 16 bits"
                    )
                    yield problem((*loc, field), f"not for a model of the catalog: {hint}")
            gpu = catalog.gpus.get(row.gpu_id or "")
            if gpu and abs(row.bandwidth.value / gpu.bandwidth.value - 1) > _BANDWIDTH_MAY_DIFFER:
                yield problem(
                    (*loc, "bandwidth"),
                    f"{row.bandwidth.text!r} is not the {gpu.bandwidth.printed!r} of {gpu.id}",
                )
