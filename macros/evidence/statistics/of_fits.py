"""Statistics of what was fitted: of forms of the expected speed, engines and kinds of memory."""

from __future__ import annotations

from collections.abc import Mapping

from macros.evidence.accuracy import median_by_source
from macros.evidence.statistics.definition import CONSTANTS, Statistic

OF_FITS: Mapping[str, Statistic] = {
    # Of forms.
    "form_constants": Statistic(
        "forms", "constants of the form", lambda _, t: t.constants, noun=CONSTANTS
    ),
    "form_median_error": Statistic(
        "forms",
        "median of |predicted ÷ measured − 1|, one user, each source left out of its own fit",
        lambda _, trial: trial.errors(lambda e: e.alone).middle,
        scale="%",
    ),
    "form_several_users_error": Statistic(
        "forms",
        "the same, of several users",
        lambda _, trial: trial.errors(lambda e: not e.alone).middle,
        scale="%",
    ),
    "form_error_by_source": Statistic(
        "forms",
        "several users: median over sources of each source's median error, left out of its own fit",
        lambda _, trial: median_by_source(
            (entry.source, abs(tps / entry.row.tokens_per_second - 1))
            for entry, tps in trial.pairs
            if not entry.alone
        ),
        scale="%",
    ),
    "form_many_gpus_error": Statistic(
        "forms",
        "the same, of one user on two GPUs or more that read together",
        lambda _, trial: trial.errors(lambda e: e.alone and e.row.gpus_reading > 1).middle,
        scale="%",
    ),
    "form_mixtures_error": Statistic(
        "forms",
        "the same, of one user of a mixture of experts",
        lambda _, trial: trial.errors(lambda e: e.alone and e.mixture).middle,
        scale="%",
    ),
    # Of engines, and of kinds of memory.
    "engine_layer_time": Statistic(
        "engines", "fixed time per layer on HBM", lambda _, c: c["layer_time"], unit="s"
    ),
    "engine_link_time": Statistic(
        "engines", "time per layer over NVLink", lambda _, c: c["link_time"], unit="s"
    ),
    "engine_user_time": Statistic(
        "engines", "time per layer of each further user", lambda _, c: c["user_time"], unit="s"
    ),
    "memory_layer_time": Statistic(
        "memories", "fixed time per layer, engine not named", lambda _, c: c["layer_time"], unit="s"
    ),
}
"""By the name that a page gives."""
