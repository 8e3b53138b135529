"""The law for the reader's browser, printed from the very functions that bake the pages.

One module of JavaScript holds the equations (each law function, called with symbols, its expression
tree written out), the words and units of its quantities, the scales of the display, and the inputs
of every catalog entry. Nobody writes an equation in JavaScript.
"""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from macros import law
from macros.cache import remembered
from macros.catalog import Catalog, Gpu, Precision
from macros.evidence.fit import Fit
from macros.figures.figure import sources_in_words
from macros.law import formulas
from macros.scenario import AXES, axes_of, model_inputs
from macros.units import display
from macros.units.table import UNITS


def _quantities() -> dict[str, dict[str, Any]]:
    """What the glue must know of each quantity beside its equation."""
    return {
        name: {
            "unit": meaning.unit,
            "name": meaning.short,
            "axes": list(axes_of(name)),
            **({"text": _template(name)} if name in law.EQUATIONS else {}),
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
        "bytes_per_block_param": precision.block_bytes,
        "bytes_per_expert_param": precision.expert_bytes,
        "bytes_per_vocabulary_param": precision.vocabulary_bytes,
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


def _equations() -> dict[str, str]:
    from macros.law.javascript import javascript_of  # late, with the Altair that it brings

    return {name: javascript_of(name) for name in law.EQUATIONS}


def law_module(catalog: Catalog, fit: Fit) -> str:
    """The generated JavaScript module, the only place where a browser finds the law."""
    written = remembered("equations", None, _equations)
    equations = ",\n".join(f"{name}:q=>{text}" for name, text in written.items())
    constants = {
        "QUANTITIES": _quantities(),
        "INPUT_AXES": {name: list(meaning.axes) for name, meaning in law.INPUTS.items()},
        "AXES": list(AXES),
        "SPEEDS": sorted(name for name, meaning in law.MEANINGS.items() if meaning.kind),
        "SCALES": _scales({name: unit.shown for name, unit in UNITS.items()}),
        "ASKED_SCALES": _scales({name: unit.asked for name, unit in UNITS.items() if unit.asked}),
        "CLOSE_UP": sorted(display.CLOSE_UP),
        "THIN_SPACE": display.THIN_SPACE,
        "DIGITS": display.DEFAULT_DIGITS,
        "CATALOG": catalog_data(catalog),
        "FIT": {
            "coefficients": dict(fit.coefficients),
            # JSON has no infinity: the last band has no end.
            "bands": [
                [band.end if math.isfinite(band.end) else None, band.factors] for band in fit.bands
            ],
        },
    }
    exports = "".join(
        f"export const {name}={json.dumps(value, ensure_ascii=False, separators=(',', ':'))};\n"
        for name, value in constants.items()
    )
    return f"// Generated from the law and the catalog; edit those.\nexport const EQUATIONS={{\n{equations}}};\n{exports}"
