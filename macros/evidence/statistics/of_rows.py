"""Statistics of rows: of a regime, an engine, a source, or of all of one user alone."""

from __future__ import annotations

from collections.abc import Mapping
from statistics import median

from macros.evidence.accuracy import error_of, errors_of_expected, errors_of_law, median_by_source
from macros.evidence.groups import UNNAMED, Evidence, Predictions
from macros.evidence.statistics.definition import ROWS, SOURCES, Statistic


def _share_of_ceiling(group: Predictions) -> list[float]:
    return [p.entry.share for p in group]


def _left_over(evidence: Evidence, group: Predictions) -> float:
    share = evidence.engines[UNNAMED]["achieved_share"]
    return median((p.entry.time - p.entry.step_time / share) / p.entry.layers for p in group)


OF_ROWS: Mapping[str, Statistic] = {
    "rows": Statistic("predictions", "published rows", lambda _, g: len(g), noun=ROWS),
    "sources": Statistic(
        "predictions",
        "sources of the rows",
        lambda _, g: len({p.entry.source for p in g}),
        noun=SOURCES,
    ),
    "law_median_error": Statistic(
        "predictions",
        "median of |ceiling ÷ measured − 1|",
        lambda _, g: errors_of_law(g).middle,
        scale="%",
    ),
    "law_p90_error": Statistic(
        "predictions",
        "90th percentile of |ceiling ÷ measured − 1|",
        lambda _, g: errors_of_law(g).p90,
        scale="%",
    ),
    "share_of_ceiling": Statistic(
        "predictions",
        "median of measured ÷ ceiling",
        lambda _, g: errors_of_law(g).ratio,
        scale="%",
    ),
    "highest_share_of_ceiling": Statistic(
        "predictions",
        "largest measured ÷ ceiling",
        lambda _, g: max(_share_of_ceiling(g)),
        scale="%",
    ),
    "lowest_share_of_ceiling": Statistic(
        "predictions",
        "smallest measured ÷ ceiling",
        lambda _, g: min(_share_of_ceiling(g)),
        scale="%",
    ),
    "rows_above_ceiling": Statistic(
        "predictions",
        "rows with measured ÷ ceiling above 1",
        lambda _, g: sum(share > 1 for share in _share_of_ceiling(g)),
        noun=ROWS,
    ),
    "expected_median_error": Statistic(
        "predictions",
        "median of |expected ÷ measured − 1|, each source left out of its own fit",
        lambda _, g: errors_of_expected(g).middle,
        scale="%",
    ),
    "expected_p90_error": Statistic(
        "predictions",
        "90th percentile of |expected ÷ measured − 1|, each source left out of its own fit",
        lambda _, g: errors_of_expected(g).p90,
        scale="%",
    ),
    "expected_bias": Statistic(
        "predictions",
        "median of measured ÷ expected, each source left out of its own fit",
        lambda _, g: errors_of_expected(g).ratio,
        scale="×",
    ),
    "lowest_over_expected": Statistic(
        "predictions",
        "smallest measured ÷ expected, each source left out of its own fit",
        lambda _, g: min(p.ratio for p in g),
        scale="×",
    ),
    "highest_over_expected": Statistic(
        "predictions",
        "largest measured ÷ expected, each source left out of its own fit",
        lambda _, g: max(p.ratio for p in g),
        scale="×",
    ),
    "expected_coverage": Statistic(
        "predictions",
        "share of measured speeds inside their interval, each source left out of its own fit",
        lambda _, g: errors_of_expected(g).covered or 0.0,
        scale="%",
    ),
    "expected_error_by_source": Statistic(
        "predictions",
        "median over sources of each source's median of |expected ÷ measured − 1|",
        lambda _, g: median_by_source((p.entry.source, error_of(p)) for p in g),
        scale="%",
    ),
    "blind_median_error": Statistic(
        "predictions",
        "median of |expected ÷ measured − 1|, engine not named, each source left out",
        lambda e, g: errors_of_expected(e.blind_of(g)).middle,
        scale="%",
    ),
    "blind_coverage": Statistic(
        "predictions",
        "share of measured speeds inside their interval, engine not named, each source left out",
        lambda e, g: errors_of_expected(e.blind_of(g)).covered or 0.0,
        scale="%",
    ),
    "interval_low": Statistic(
        "predictions",
        "median of the interval's low end ÷ expected",
        lambda _, g: median(p.low / p.expected for p in g),
        scale="×",
    ),
    "interval_high": Statistic(
        "predictions",
        "median of the interval's high end ÷ expected",
        lambda _, g: median(p.high / p.expected for p in g),
        scale="×",
    ),
    "time_left_per_layer": Statistic(
        "predictions",
        "median of (measured step − law's step ÷ achieved share) ÷ layers",
        _left_over,
        unit="s",
    ),
}
"""By the name that a page gives."""
