"""Statistics of other tools that predict."""

from __future__ import annotations

from collections.abc import Mapping

from macros.evidence.statistics.definition import ROWS, Statistic

OF_PREDICTORS: Mapping[str, Statistic] = {
    "predictor_rows": Statistic(
        "predictors", "rows that it was asked for", lambda _, tool: tool.rows, noun=ROWS
    ),
    "predictor_median_error": Statistic(
        "predictors",
        "median of |predicted ÷ measured − 1|",
        lambda _, tool: tool.median_error,
        scale="%",
    ),
    "predictor_p90_error": Statistic(
        "predictors_with_tails",
        "90th percentile of |predicted ÷ measured − 1|",
        lambda _, tool: tool.p90_error,
        scale="%",
    ),
    "predictor_own_rows": Statistic(
        "predictors",
        "rows of this site's figure beside it",
        lambda _, tool: tool.own_rows,
        noun=ROWS,
    ),
    "predictor_own_median_error": Statistic(
        "predictors",
        "the same of this site's expected speed of that day",
        lambda _, tool: tool.own_median_error,
        scale="%",
    ),
    "predictor_own_p90_error": Statistic(
        "predictors_with_tails",
        "90th percentile of the same of this site's expected speed of that day",
        lambda _, tool: tool.own_p90_error,
        scale="%",
    ),
}
"""By the name that a page gives."""
