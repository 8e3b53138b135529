"""`validate`: how far predictions stood from measurements of sources that the fit had not seen."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from macros.cli import parse_values
from macros.cli.answers import Answer
from macros.cli.cached_facts import Known
from macros.cli.exit_codes import OK
from macros.cli.options import command, json_option, option
from macros.cli.terminal import paragraph, print_json, shown, table
from macros.evidence.accuracy import Errors, errors_of_expected, errors_of_law, validate
from macros.evidence.fit import Fit, Prediction
from macros.evidence.intervals import Band

SPLITS: Mapping[str, str] = {
    "engine": "engine",
    "device": "device class",
    "gpus": "tensor-parallel width",
    "time": "ideal time per token",
    "source": "source",
}
"""Ways to split the rows, by what one types."""

MORE = """\
Every row of one user alone is predicted by a fit that has not seen its source. An error is
|predicted / measured - 1|.

JSON: fit (achieved_share, layer_time, rows, sources, bands[]), all and groups[], each with name,
rows, sources, law and expected: median_error, p90_error, median_ratio, covered."""


@dataclass(frozen=True)
class ValidateOptions:
    """How to split the rows: a key of `SPLITS`."""

    by: str
    json: bool


def run(known: Known, options: ValidateOptions) -> int:
    """Print the errors of the law and of the expected speed, over all rows and by group."""
    validation = validate(known.rows)
    whole = _errors("all", validation.single_user)
    by = SPLITS[options.by]
    grouped = validation.grouped(by)
    groups = [_errors(name, members) for name, members in grouped.items()]
    if options.json:
        print_json({"fit": _fit(validation.fit), "all": whole, "by": by, "groups": groups})
    else:
        print(_text(validation.fit, whole, groups, by))
    return OK


def _fit(fit: Fit) -> Answer:
    return {
        **fit.coefficients,
        "rows": fit.rows,
        "sources": fit.sources,
        "bands": [_band(band) for band in fit.bands],
    }


def _band(band: Band) -> Answer:
    return {
        "name": band.name,
        "start": band.start,
        "end": band.end if math.isfinite(band.end) else None,
        "low_factor": band.low,
        "high_factor": band.high,
        "rows": band.rows,
        "sources": band.sources,
    }


def _errors(name: str, predictions: Sequence[Prediction]) -> Answer:
    law, expected = errors_of_law(predictions), errors_of_expected(predictions)
    counts = {"rows": law.rows, "sources": law.sources}
    return {"name": name, **counts, "law": _figures(law), "expected": _figures(expected)}


def _figures(errors: Errors) -> Answer:
    return {
        "median_error": errors.middle,
        "p90_error": errors.p90,
        "median_ratio": errors.ratio,
        "covered": errors.covered,
    }


def _text(fit: Fit, whole: Answer, groups: Sequence[Answer], split: str) -> str:
    share = shown(fit.coefficients["achieved_share"], "1", scale="%")
    time = shown(fit.coefficients["layer_time"], "s")
    words = (
        f"Expected: {share} of the printed rates and {time} for each layer, fitted to {fit.rows} "
        f"rows of one user alone, from {fit.sources} sources. Below, each row is predicted by a fit "
        "that has not seen its source; an error is |predicted ÷ measured − 1|."
    )
    headings = (
        split[0].upper() + split[1:],
        "Rows",
        "Sources",
        "Law: median error",
        "Expected: median error",
        "9 in 10 within",
        "In the interval",
    )
    rows = [_row(errors) for errors in (whole, *groups)]
    return f"{paragraph(words)}\n\n{table(headings, rows, numeric=range(1, 7))}"


def _row(errors: Answer) -> tuple[str, ...]:
    expected = errors["expected"]
    shares = (
        errors["law"]["median_error"],
        expected["median_error"],
        expected["p90_error"],
        expected["covered"],
    )
    counts = (str(errors["rows"]), str(errors["sources"]))
    return (errors["name"], *counts, *(shown(share, "1", scale="%") for share in shares))


COMMAND = command(
    "validate",
    "how far predictions stood from measurements of sources not seen",
    ValidateOptions,
    run,
    [
        option(
            "--by", "SPLIT", ", ".join(SPLITS), parse_values.one_of("way to split", SPLITS), "time"
        ),
        json_option(),
    ],
    MORE,
)
