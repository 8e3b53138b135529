"""`validate`: how far predictions stood from measurements of sources that the fit had not seen."""

from __future__ import annotations

import math
from argparse import Namespace
from collections.abc import Sequence

from macros.cli import print_json
from macros.cli.answers import Answer
from macros.cli.arguments import SPLITS
from macros.cli.cached_facts import Known
from macros.cli.exit_codes import OK
from macros.cli.terminal import paragraph, shown, table
from macros.errors import Mistake, did_you_mean
from macros.evidence.accuracy import Errors, errors_of_expected, errors_of_law, validate
from macros.evidence.fit import Fit, Prediction
from macros.evidence.intervals import Band


def run(known: Known, options: Namespace) -> int:
    """Print the errors of the law and of the expected speed, over all rows and by group."""
    if options.by not in SPLITS:
        raise Mistake(f"by: {options.by!r} is no way to split; {did_you_mean(options.by, SPLITS)}")
    validation = validate(known.rows)
    whole = _errors("all", validation.single_user)
    grouped = validation.grouped(SPLITS[options.by])
    groups = [_errors(name, members) for name, members in grouped.items()]
    if options.json:
        by = SPLITS[options.by]
        print_json({"fit": _fit(validation.fit), "all": whole, "by": by, "groups": groups})
    else:
        print(_text(validation.fit, whole, groups, SPLITS[options.by]))
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
