"""The expected speed: its gates on sources it has not seen, and the arithmetic behind it."""

import math
from collections.abc import Iterable, Mapping
from dataclasses import replace
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from macros import law
from macros.catalog import Catalog
from macros.errors import TooFewSources
from macros.evidence.accuracy import (
    GROUPINGS,
    LIMITS,
    Validation,
    errors_of,
    errors_of_expected,
    errors_of_law,
    percentile,
    validate,
)
from macros.evidence.fit import (
    Fit,
    Prediction,
    coefficients_of,
    cross_validate,
    expected_costs,
    nearest_coefficients,
)
from macros.evidence.intervals import Band, band_of, bands_of
from macros.evidence.rows import Measured, single_user
from macros.evidence.simplex import minimize
from macros.law import expected
from macros.scenario import describe

SPEEDS = ("expected_low_tps", "expected_tps", "expected_high_tps", "decode_tps")


@pytest.fixture(scope="module")
def validation(rows: tuple[Measured, ...]) -> Validation:
    return validate(rows)


def speeds(fit: Fit, inputs: Mapping[str, float]) -> list[float]:
    """Low end, expected, high end and ceiling, in tokens per second and user, by the law."""
    known = dict(inputs)
    known |= fit.inputs(law.evaluate("step_time", known))
    return [law.evaluate(name, known) for name in SPEEDS]


# --- The gates ---


def test_nothing_real_stands_above_its_ceiling(rows: tuple[Measured, ...]) -> None:
    above = {
        entry.row.id: entry.row.tokens_per_second / entry.ceiling
        for entry in single_user(rows)
        if entry.row.tokens_per_second > entry.ceiling
    }
    assert not above


def test_the_expected_speed_is_within_12_percent_at_the_median_of_sources_it_has_not_seen(
    validation: Validation,
) -> None:
    assert errors_of_expected(validation.single_user).middle <= 0.12


def test_intervals_hold_three_quarters_to_nine_tenths_of_rows_not_seen(
    validation: Validation,
) -> None:
    covered = errors_of_expected(validation.single_user).covered
    assert covered is not None
    assert 0.75 <= covered <= 0.90


def test_the_plain_law_is_several_times_further_off(validation: Validation) -> None:
    plain = errors_of_law(validation.single_user)
    assert plain.middle > 4 * errors_of_expected(validation.single_user).middle
    assert plain.ratio < 1


@given(
    step_time=st.floats(1e-6, 10),
    share=st.floats(0.01, 1),
    layers=st.integers(1, 500),
    layer_time=st.floats(0, 1),
    high=st.floats(0.1, 10),
)
def test_expected_never_exceeds_the_ceiling(
    step_time: float, share: float, layers: int, layer_time: float, high: float
) -> None:
    ceiling = law.decode_tps(step_time)
    tps = expected.expected_tps(expected.expected_step_time(step_time, share, layers, layer_time))
    assert tps <= ceiling
    assert expected.expected_high_tps(tps, high, ceiling) <= ceiling


def test_every_scenario_is_expected_between_its_interval_and_below_its_ceiling(
    catalog: Catalog, validation: Validation
) -> None:
    for model in catalog.models:
        for gpu in ("h100-sxm", "gb10", "rtx-4090"):
            for batch, context in ((1, 0), (32, 4096)):
                axes = {"model": model, "gpu": gpu, "precision": "fp8"}
                scenario = describe(catalog, {**axes, "batch": batch, "context": context})
                low, tps, high, ceiling = speeds(validation.fit, scenario.inputs)
                assert 0 < low < tps <= ceiling
                assert low < high <= ceiling
                assert ceiling == scenario.value("decode_tps")


# --- The equations, by hand ---


def test_a_step_of_ten_milliseconds_over_32_layers() -> None:
    # 10 ms / 0.8 = 12.5 ms; 32 layers x 0.1 ms = 3.2 ms; together 15.7 ms, or 63.694 tok/s.
    step = expected.expected_step_time(0.010, 0.8, 32, 1e-4)
    assert step == pytest.approx(0.0157)
    assert expected.expected_tps(step) == pytest.approx(63.6943)
    assert expected.expected_low_tps(63.6943, 0.5) == pytest.approx(31.84715)
    assert expected.fixed_share(32, 1e-4, step) == pytest.approx(0.2038217)


def test_the_equations_are_part_of_the_law(catalog: Catalog, validation: Validation) -> None:
    assert law.MEANINGS["layer_time"].unit == "s"
    assert {"bandwidth", "layers", "layer_time"} <= set(law.inputs_of("expected_tps"))
    axes = {"model": "llama-3-70b", "gpu": "h100-sxm", "precision": "fp8", "gpus": 2}
    inputs = describe(catalog, axes).inputs
    share, layer_time = validation.fit.coefficients.values()
    # Two GPUs read 69.50 B parameters of a byte each at 6.7 TB/s; 80 layers.
    step_time = law.evaluate("weight_read_bytes", dict(inputs)) / 6.7e12
    assert step_time == pytest.approx(69.503e9 / 6.7e12, rel=1e-4)
    _, tps, *_ = speeds(validation.fit, inputs)
    assert tps == pytest.approx(1 / (step_time / share + 80 * layer_time))


def test_an_expectation_is_cut_at_the_ceiling() -> None:
    band = Band(0.0, math.inf, 0.5, 3.0, 100, 10)
    made = Fit({"achieved_share": 0.8, "layer_time": 0.0}, (band,), 100, 10)
    # Expected 80 tok/s of a ceiling of 100; three times as much is cut there.
    found = speeds(made, {"step_time": 0.01, "layers": 32})
    assert found == pytest.approx([40, 80, 100, 100])


# --- The fit ---


def synthetic(entry: Measured, share: float, layer_time: float) -> Measured:
    time = expected.expected_step_time(entry.step_time, share, entry.layers, layer_time)
    return replace(entry, row=replace(entry.row, tokens_per_second=1 / time))


def test_known_coefficients_are_found_again(rows: tuple[Measured, ...]) -> None:
    made = [synthetic(entry, 0.7, 5e-5) for entry in single_user(rows)]
    found = coefficients_of(made)
    assert found["achieved_share"] == pytest.approx(0.7, rel=1e-3)
    assert found["layer_time"] == pytest.approx(5e-5, rel=1e-3)


def test_one_row_in_ten_gone_wild_moves_them_little(rows: tuple[Measured, ...]) -> None:
    made = [synthetic(entry, 0.7, 5e-5) for entry in single_user(rows)]
    wild = [
        replace(entry, row=replace(entry.row, tokens_per_second=entry.row.tokens_per_second / 10))
        if i % 10 == 0
        else entry
        for i, entry in enumerate(made)
    ]
    found = coefficients_of(wild)
    assert found["achieved_share"] == pytest.approx(0.7, rel=0.02)
    assert found["layer_time"] == pytest.approx(5e-5, rel=0.05)


def test_the_fit_is_physical_and_always_the_same(
    rows: tuple[Measured, ...], validation: Validation
) -> None:
    share, layer_time = validation.fit.coefficients.values()
    assert 0.5 < share < 1
    assert 1e-5 < layer_time < 1e-3
    assert validate(rows).fit == validation.fit
    backwards = coefficients_of(single_user(rows[::-1]))
    assert backwards == pytest.approx(validation.fit.coefficients, rel=1e-3)


def test_a_measurement_taken_away_moves_it(
    rows: tuple[Measured, ...], validation: Validation
) -> None:
    fewer = [entry for entry in rows if entry.source != "gpt-fast"]
    found = validate(fewer).fit
    assert found.coefficients != validation.fit.coefficients
    assert found.rows < validation.fit.rows


def test_predictions_of_a_source_do_not_depend_on_what_it_measured(
    rows: tuple[Measured, ...], validation: Validation
) -> None:
    altered = [
        replace(entry, row=replace(entry.row, tokens_per_second=1.0))
        if entry.source == "gpt-fast"
        else entry
        for entry in rows
    ]

    def of_it(predictions: Iterable[Prediction]) -> list[float]:
        return [p.expected for p in predictions if p.entry.source == "gpt-fast"]

    assert of_it(cross_validate(altered)) == of_it(validation.predictions)


def test_one_source_alone_cannot_be_fitted(rows: tuple[Measured, ...]) -> None:
    with pytest.raises(TooFewSources, match="two sources or more, and only 'gpt-fast' has any"):
        validate(entry for entry in rows if entry.source == "gpt-fast")
    with pytest.raises(TooFewSources, match="and none has any"):
        validate(entry for entry in rows if entry.row.concurrency > 1)


def of_source(entry: Measured, source: str, time: float) -> Measured:
    """A row of some source, with a measured time of a step."""
    citation = replace(entry.row.citation, source=replace(entry.row.citation.source, id=source))
    return replace(entry, row=replace(entry.row, citation=citation, tokens_per_second=1 / time))


@pytest.mark.parametrize(("rows_of_one", "share"), [(9, 0.8), (4, 0.5)])
def test_a_source_of_n_rows_weighs_as_much_as_the_root_of_n_others(
    rows_of_one: int, share: float, rows: tuple[Measured, ...]
) -> None:
    # Rows of a step of 10 ms. Those of one source took 12.5 ms, a share of 0.8; against them stand
    # sources of one row each that took 20 ms, a share of 0.5. With nine rows the one source weighs
    # 3 against two others; with four it weighs 2 against three. The heavier side has the median.
    entry = replace(rows[0], step_time=0.010)
    one = [of_source(entry, "one", 0.0125)] * rows_of_one
    others = [of_source(entry, name, 0.020) for name in ("b", "c", "d")[: 2 if share > 0.5 else 3]]
    (found,) = nearest_coefficients(one + others, lambda e: (e.step_time,), (0.65,), tolerance=1e-6)
    assert found == pytest.approx(share, rel=1e-4)


def test_what_is_fitted_is_the_laws_own_equation(rows: tuple[Measured, ...]) -> None:
    for entry in rows:
        read, layers = expected_costs(entry)
        by_the_law = expected.expected_step_time(entry.step_time, 0.8, entry.layers, 1e-4)
        assert read / 0.8 + layers * 1e-4 == by_the_law


def test_the_simplex_finds_the_bottom_of_a_crease() -> None:
    found = minimize(lambda p: abs(p[0] - 3) + 10 * abs(p[1] - 0.5), (1.0, 1.0))
    assert found == pytest.approx((3, 0.5), rel=1e-3)


# --- The intervals ---


def with_ratios(
    entry: Measured, step_time: float, ratios: list[float]
) -> list[tuple[Measured, float]]:
    """Rows of one step time, with speeds expected of them that stand in these ratios."""
    entry = replace(entry, step_time=step_time)
    return [(entry, entry.row.tokens_per_second / ratio) for ratio in ratios]


def test_nineteen_rows_put_the_percentiles_at_the_second_from_either_end(
    rows: tuple[Measured, ...],
) -> None:
    # (19 + 1) x 10 % = 2: the conformal rank.
    pairs = with_ratios(rows[0], 0.02, [i / 10 for i in range(1, 20)])
    (band,) = bands_of(pairs)
    assert (band.low, band.high) == pytest.approx((0.2, 1.8))
    assert (band.rows, band.sources) == (19, 1)


def test_a_band_with_too_few_rows_joins_its_neighbour(rows: tuple[Measured, ...]) -> None:
    thin = with_ratios(rows[0], 0.0005, [0.5] * 8)
    full = with_ratios(rows[0], 0.002, [1.0] * 9)
    last = with_ratios(rows[0], 0.05, [1.5] * 2)
    fast, slow = bands_of(thin + full * 2 + last * 9)
    assert (fast.start, fast.rows, slow.rows) == (0.0, 26, 18)
    (only,) = bands_of(thin + full + last)
    assert (only.start, only.end, only.rows) == (0.0, math.inf, 19)


def test_bands_meet_and_leave_no_gap(validation: Validation) -> None:
    bands = validation.fit.bands
    assert bands[0].start == 0
    assert bands[-1].end == math.inf
    assert all(a.end == b.start for a, b in pairwise(bands))
    for band in bands:
        assert 0 < band.low < 1 < band.high
        assert band_of(bands, band.start) is band
    assert [band.name for band in bands][1] == "1 to 3 ms"


# --- What validation reads ---


def test_every_grouping_holds_every_row_once(validation: Validation) -> None:
    for grouping in GROUPINGS:
        groups = validation.grouped(grouping)
        assert sum(map(len, groups.values())) == len(validation.single_user)
    for holds in LIMITS.values():
        assert any(holds(prediction.entry) for prediction in validation.predictions)


def test_errors_are_of_the_predicted_speed_over_the_measured(rows: tuple[Measured, ...]) -> None:
    # Measured 100 tok/s; predicted 101 to 110: off by 1 % to 10 %, nine in ten by 9 % at most.
    entry = of_source(rows[0], "one", 0.010)
    found = errors_of((entry, 100.0 + i) for i in range(1, 11))
    assert (found.rows, found.sources, found.covered) == (10, 1, None)
    assert (found.middle, found.p90) == pytest.approx((0.055, 0.09))
    assert found.ratio == pytest.approx((100 / 105 + 100 / 106) / 2)


@pytest.mark.parametrize(
    ("count", "tenth", "ninetieth"),
    # Ranks are 10 % and 90 % of the count, rounded up.
    [(1, 1, 1), (9, 1, 9), (10, 1, 9), (11, 2, 10), (70, 7, 63), (356, 36, 321)],
)
def test_a_percentile_is_the_value_at_its_nearest_rank(
    count: int, tenth: int, ninetieth: int
) -> None:
    values = range(count, 0, -1)
    assert (percentile(values, 10), percentile(values, 90)) == (tenth, ninetieth)
