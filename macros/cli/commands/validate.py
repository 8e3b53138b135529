"""`validate`: how far predictions stood from measurements of sources that the fit had not seen."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from macros.catalog.engines import ENGINES
from macros.cli import parse_values
from macros.cli.answers import Answer
from macros.cli.cached_facts import Known
from macros.cli.exit_codes import OK
from macros.cli.options import command, json_option, option
from macros.cli.terminal import paragraph, print_json, shown, table
from macros.evidence.accuracy import (
    REGIMES,
    Errors,
    errors_of_expected,
    errors_of_law,
    validate,
)
from macros.evidence.fit import Fit, Prediction
from macros.evidence.form import coefficients
from macros.evidence.intervals import POINTS, Curve

SPLITS: Mapping[str, str] = {
    "engine": "engine",
    "device": "device class",
    "gpus": "tensor-parallel width",
    "time": "ideal time per token",
    "fixed": "share of fixed costs",
    "source": "source",
}
"""Ways to split the rows, by what one types."""

MORE = """\
Every row is predicted by a fit that has not seen its source, as that tells of it: engine included.
An error is |predicted / measured - 1|. Groups are of one user; regimes of whatever their name says.

JSON: fit (achieved_share, mixture_time, engines.*: layer_time on HBM, link_time over NVLink and
user_time; intervals[]: fixed_share, then low_factor and high_factor of one_user and several_users,
the engine named; rows, sources), all, several, regimes[] and groups[], each with name, rows,
sources, law and expected: median_error, p90_error, median_ratio, covered."""


@dataclass(frozen=True)
class ValidateOptions:
    """How to split the rows: a key of `SPLITS`."""

    by: str
    json: bool


def run(known: Known, options: ValidateOptions) -> int:
    """Print the errors of the law and of the expected speed, over all rows and by group."""
    validation = validate(known.rows)
    whole = _errors("all of one user", validation.single_user)
    several = _errors("all of several users", validation.batched)
    regimes = [
        _errors(name, members)
        for name, holds in REGIMES.items()
        if (members := [p for p in validation.predictions if holds(p.entry)])
    ]
    by = SPLITS[options.by]
    grouped = validation.grouped(by)
    groups = [_errors(name, members) for name, members in grouped.items()]
    if options.json:
        print_json(
            {
                "fit": _fit(validation.fit),
                "all": whole,
                "several": several,
                "regimes": regimes,
                "by": by,
                "groups": groups,
            }
        )
    else:
        print(_text(validation.fit, [whole, several, *regimes], groups, by))
    return OK


def _fit(fit: Fit) -> Answer:
    engines = {
        id or "not known": coefficients(fit.constants, "HBM", "nvlink", id) for id in ("", *ENGINES)
    }
    common = engines["not known"]
    return {
        "achieved_share": common["achieved_share"],
        "mixture_time": common["mixture_time"],
        "engines": {
            name: {key: found[key] for key in ("layer_time", "link_time", "user_time")}
            for name, found in engines.items()
        },
        "intervals": [
            {
                "fixed_share": place / (POINTS - 1),
                "one_user": _ends(fit.named.one_user, place),
                "several_users": _ends(fit.named.several_users, place),
            }
            for place in range(POINTS)
        ],
        "rows": fit.rows,
        "sources": fit.sources,
    }


def _ends(curve: Curve, place: int) -> Answer:
    return {"low_factor": curve.low[place], "high_factor": curve.high[place]}


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


def _text(fit: Fit, whole: Sequence[Answer], groups: Sequence[Answer], split: str) -> str:
    share = shown(_fit(fit)["achieved_share"], "1", scale="%")
    words = (
        f"Expected: {share} of the printed rates and the fixed times of engine, memory and link, "
        f"fitted to {fit.rows} rows from {fit.sources} sources. Below, each row is predicted by a "
        "fit that has not seen its source; an error is |predicted ÷ measured − 1|."
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
    rows = [_row(errors) for errors in (*whole, *groups)]
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
