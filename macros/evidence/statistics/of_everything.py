"""Statistics of the whole catalog and of the whole fit."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Callable, Mapping
from statistics import median

from macros.evidence.accuracy import errors_of_expected
from macros.evidence.groups import UNNAMED, Evidence
from macros.evidence.rows import Measured, beside_law
from macros.evidence.statistics.definition import CONSTANTS, ENGINES, MEASUREMENTS, ROWS, Statistic


def _left_out_shares(evidence: Evidence) -> list[float]:
    """Shares of the ceiling of rows that no analysis uses, though nothing was speculated there."""
    rows = (row for row in evidence.left_out if not row.speculative)
    found = filter(None, (beside_law(evidence.catalog, row) for row in rows))
    return [entry.share for entry in found]


def _coverages(evidence: Evidence) -> list[float]:
    """What intervals hold of each regime's rows, with the engine named and without."""
    regimes = [rows for rows in evidence.split["regime"].values() if rows]
    told = [*regimes, *(evidence.blind_of(rows) for rows in regimes)]
    return [errors_of_expected(rows).covered or 0.0 for rows in told]


def _kinds(evidence: Evidence, kind: Callable[[Measured], str]) -> Mapping[str, set[str]]:
    """The classes of device that each engine, source ... was measured on."""
    found: defaultdict[str, set[str]] = defaultdict(set)
    for p in evidence.validation.single_user:
        found[kind(p.entry)].add(p.entry.device)
    return found


def _engine(entry: Measured) -> str:
    return entry.row.engine


OF_EVERYTHING: Mapping[str, Statistic] = {
    "measurements": Statistic(
        "whole",
        "published rows in the catalog",
        lambda e, _: len(e.catalog.measurements),
        noun=MEASUREMENTS,
    ),
    "left_out": Statistic(
        "whole",
        "rows that no analysis uses, each with its reason",
        lambda e, _: len(e.left_out),
        noun=ROWS,
    ),
    "left_out_above_ceiling": Statistic(
        "whole",
        "rows left out without speculation, with measured ÷ ceiling above 1",
        lambda e, _: sum(share > 1 for share in _left_out_shares(e)),
        noun=ROWS,
    ),
    "left_out_highest_share": Statistic(
        "whole",
        "largest measured ÷ ceiling of rows left out without speculation",
        lambda e, _: max(_left_out_shares(e), default=0.0),
        scale="%",
    ),
    "constants": Statistic(
        "whole",
        "constants of the fit",
        lambda e, _: len(e.validation.fit.constants),
        noun=CONSTANTS,
    ),
    "achieved_share": Statistic(
        "whole",
        "achieved share of the printed rates, fitted to all rows",
        lambda e, _: e.engines[UNNAMED]["achieved_share"],
        scale="%",
    ),
    "mixture_time": Statistic(
        "whole",
        "time per layer in which tokens find their experts, fitted to all rows",
        lambda e, _: e.engines[UNNAMED]["mixture_time"],
        unit="s",
    ),
    "pcie_time": Statistic(
        "whole",
        "time per layer over PCIe, fitted to all rows",
        lambda e, _: e.memories["HBM"]["link_time"],
        unit="s",
    ),
    "prefill_share": Statistic(
        "whole",
        "share of the peak that prompts achieve, fitted to all rows",
        lambda e, _: math.exp(-e.validation.fit.constants["prefill"]),
        scale="%",
    ),
    "exchange_share": Statistic(
        "whole",
        "share of the link's rate that prompts' activations achieve, fitted to all rows",
        lambda e, _: math.exp(-e.validation.fit.constants["exchange"]),
        scale="%",
    ),
    "lowest_coverage": Statistic(
        "whole",
        "smallest coverage of a regime, engine named or not, each source left out of its own fit",
        lambda e, _: min(_coverages(e)),
        scale="%",
    ),
    "highest_coverage": Statistic(
        "whole",
        "largest coverage of a regime, engine named or not, each source left out of its own fit",
        lambda e, _: max(_coverages(e)),
        scale="%",
    ),
    "median_context": Statistic(
        "whole",
        "median context of the rows of one user",
        lambda e, _: median(p.entry.row.context for p in e.validation.single_user),
        unit="tokens",
    ),
    "engines": Statistic("whole", "engines", lambda e, _: len(_kinds(e, _engine)), noun=ENGINES),
    "engines_of_one_kind": Statistic(
        "whole",
        "engines whose rows are all of one class of device",
        lambda e, _: sum(len(kinds) == 1 for kinds in _kinds(e, _engine).values()),
        noun=ENGINES,
    ),
}
"""By the name that a page gives."""
