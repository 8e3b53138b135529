"""The law for the reader's browser, printed from the very functions that bake the pages.

One module of JavaScript holds the equations and the rules that turn axes (each function, called
with symbols, its expression tree written out), the words and units of quantities, the scales of the
display, the names of axes and the sentences of verdicts as recipes, the bounds of picks, and the
inputs of every catalog entry. Nobody writes an equation or a verdict in JavaScript; law.d.ts, beside
this module, declares what there is to import.
"""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Any

from macros import law
from macros.cache import remembered
from macros.catalog import Catalog, Gpu, Precision
from macros.catalog.engines import ENGINES
from macros.catalog.records import LINKS
from macros.evidence.fit import Fit
from macros.evidence.form import coefficients
from macros.evidence.rows import class_of, link_of
from macros.figures.cells import Cell
from macros.figures.figure import sources_in_words
from macros.figures.make import NO_FIT, fitted_account
from macros.figures.names import NAMES, engine_name, math_name
from macros.figures.rules import RULES
from macros.law import formulas
from macros.scenario import (
    AXES,
    GPU,
    SETUP,
    USUAL,
    Scenario,
    axes_of,
    describe,
    model_inputs,
    precision_inputs,
)
from macros.units import display
from macros.units.table import UNITS
from macros.widgets import live_hooks
from macros.widgets.sentences import SENTENCES


def _quantities() -> dict[str, dict[str, Any]]:
    """What the glue must know of each quantity beside its equation."""
    return {
        name: {
            "unit": meaning.unit,
            "name": meaning.short,
            "axes": list(axes_of(name)),
            **({"text": _template(name)} if name in law.EQUATIONS else {}),
            **({"fitted": account} if (account := fitted_account(name)) else {}),
        }
        for name, meaning in law.MEANINGS.items()
    }


def _template(quantity: str) -> str:
    return formulas.substituted(quantity, {n: f"{{{n}}}" for n in law.parameters_of(quantity)})


def _gpu(gpu: Gpu) -> dict[str, Any]:
    memory = {"label": gpu.memory, "reported": gpu.memory_reported}
    facts = {**memory, "bandwidth": gpu.bandwidth, **gpu.peak_flops}
    known = {name: fact for name, fact in facts.items() if fact}
    contested = [name for name, fact in known.items() if fact.contested]
    reported = {"reported": gpu.memory_reported.value} if gpu.memory_reported else {}
    return {
        "name": gpu.name,
        "kind": class_of(gpu),
        "link": link_of(class_of(gpu), gpu.name),
        "bandwidth": gpu.bandwidth.value,
        "label": gpu.memory.value,
        **reported,
        "peaks": {kind: peak.value for kind, peak in gpu.peak_flops.items()},
        "sources": {name: sources_in_words(fact.citations) for name, fact in known.items()},
        **({"contested": contested} if contested else {}),
    }


def _precision(precision: Precision) -> dict[str, Any]:
    return {
        "name": precision.name,
        "math": precision.math,
        **precision_inputs(precision),
    }


def catalog_data(catalog: Catalog) -> dict[str, Any]:
    """The inputs of the law that each entry decides, by id."""
    return {
        "model": {
            id: {"name": model.name, "max_context": model.max_context, **model_inputs(model)}
            for id, model in catalog.models.items()
        },
        "gpu": {id: _gpu(gpu) for id, gpu in catalog.gpus.items()},
        "precision": {id: _precision(entry) for id, entry in catalog.precisions.items()},
        "math": {
            kind: {"name": math_name(kind)}
            for kind in sorted({kind for gpu in catalog.gpus.values() for kind in gpu.peak_flops})
        },
        "engine": {id: {"name": engine_name(id)} for id in ("", *ENGINES)},
    }


def _scales(table: Mapping[str, Mapping[str, Decimal]]) -> dict[str, list[list[Any]]]:
    return {
        unit: [[symbol, *_factor(int(factor), factor)] for symbol, factor in scales.items()]
        for unit, scales in table.items()
    }


def _factor(whole: int, factor: Decimal) -> tuple[int, int]:
    """A scale's factor as powers of ten and of two: what exact decimal division needs."""
    if whole and whole & (whole - 1) == 0:
        return 0, whole.bit_length() - 1
    return round(math.log10(factor)), 0


def _written() -> dict[str, dict[str, str]]:
    from macros.law.javascript import written_out  # late, with the Altair that it brings

    functions = {"EQUATIONS": law.EQUATIONS, "RULES": RULES}
    return {
        constant: {name: written_out(function) for name, function in group.items()}
        for constant, group in functions.items()
    }


def _recipes(
    catalog: Catalog, cells: Mapping[str, Callable[[Scenario], str | Cell]]
) -> dict[str, Any]:
    """Words that follow the picks, as recipes: the same whichever scenario they were made in."""
    first = {
        "model": next(iter(catalog.models)),
        "gpu": next(iter(catalog.gpus)),
        "precision": next(iter(catalog.precisions)),
    }
    made = {name: make(describe(catalog, first)) for name, make in cells.items()}
    return {name: cell.recipe() for name, cell in made.items() if isinstance(cell, Cell)}


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def _fit(catalog: Catalog, fit: Fit) -> dict[str, Any]:
    """The expected speed's constants, by what a scenario picks."""
    engines = ("", *ENGINES)
    kinds = dict.fromkeys(class_of(gpu) for gpu in catalog.gpus.values())

    def of(name: str, engine: str, kind: str = "HBM", link: str = "nvlink") -> float:
        return coefficients(fit.constants, kind, link, engine)[name]

    return {
        "common": {name: of(name, "") for name in ("achieved_share", "mixture_time")},
        "layer_time": {e: {kind: of("layer_time", e, kind) for kind in kinds} for e in engines},
        "link_time": {e: {link: of("link_time", e, link=link) for link in LINKS} for e in engines},
        "user_time": {e: of("user_time", e) for e in engines},
        # Of one user and of several, where the engine is known and where it is not.
        **{
            name: [[curve.low, curve.high] for curve in (curves.one_user, curves.several_users)]
            for name, curves in (("named", fit.named), ("blind", fit.blind))
        },
        "peers": {
            name: [peers.rows, peers.sources, peers.error, peers.blind_error]
            for name, peers in fit.peers.items()
        },
    }


def law_module(catalog: Catalog, fit: Fit) -> str:
    """The generated JavaScript module, the only place where a browser finds the law."""
    functions = {
        constant: ",\n".join(f"{_json(name)}:q=>{text}" for name, text in group.items())
        for constant, group in remembered("equations", None, _written).items()
    }
    axes = {name: meaning.axes for name, meaning in law.INPUTS.items()}
    constants = {
        "QUANTITIES": _quantities(),
        "INPUT_AXES": {name: list(found) for name, found in axes.items()},
        "AXES": list(AXES),
        "USUAL": dict(USUAL),
        "SETUP": list(SETUP),
        "COUNTS": [axis for axis in AXES if axis in axes and axes[axis] == (axis,)],
        "FACTS": [name for name, found in axes.items() if found[:1] == (GPU,)],
        "LIMITS": {axis: list(bounds) for axis, bounds in live_hooks.LIMITS.items()},
        "CONTEXTS": list(live_hooks.CONTEXTS),
        "NAMES": _recipes(catalog, NAMES),
        "SENTENCES": _recipes(catalog, SENTENCES),
        "SPEEDS": sorted(name for name, meaning in law.MEANINGS.items() if meaning.kind),
        "NO_FIT": NO_FIT,
        "SCALES": _scales({name: unit.shown for name, unit in UNITS.items()}),
        "ASKED_SCALES": _scales({name: unit.asked for name, unit in UNITS.items() if unit.asked}),
        "CLOSE_UP": sorted(display.CLOSE_UP),
        "THIN_SPACE": display.THIN_SPACE,
        "DIGITS": display.DEFAULT_DIGITS,
        "CATALOG": catalog_data(catalog),
        "FIT": _fit(catalog, fit),
    }
    written = {
        **{name: f"{{\n{text}}}" for name, text in functions.items()},
        **{name: _json(value) for name, value in constants.items()},
    }
    exports = "".join(f"export const {name}={text};\n" for name, text in written.items())
    return f"// Generated from the law and the catalog; edit those.\n{exports}"
