"""The law against arithmetic done by hand, at its limits, and in its proportions."""

import inspect
import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from macros import law
from macros.law import formulas

# Llama 3 70B, counted from its config by transformers: 70,553,706,496 parameters.
LLAMA_70B = 70_553_706_496
# Llama 3 8B, likewise.
LLAMA_8B = 8_030_261_248
# H100 SXM as its data sheet prints it: 3.35 TB/s, 989 TFLOP/s dense FP16, 80 GB.
BANDWIDTH, PEAK, MEMORY = 3.35e12, 989e12, 80e9

positive = st.floats(min_value=1e-3, max_value=1e15)
counts = st.integers(min_value=1, max_value=4096)


def test_a_70b_step_in_fp16_on_an_h100_reads_for_42_milliseconds() -> None:
    # 70,553,706,496 x 2 = 141,107,412,992 bytes; / 3.35e12 = 0.0421216...
    assert law.memory_time(141_107_412_992, 1, BANDWIDTH) == pytest.approx(0.04212161581)
    assert law.plain_step_time(LLAMA_70B, 2, BANDWIDTH) == pytest.approx(0.04212161581)


def test_its_arithmetic_takes_a_seventh_of_a_millisecond() -> None:
    # 2 x 70,553,706,496 = 141,107,412,992 FLOP; / 989e12 = 0.00014267686...
    flops = law.flops_per_token(LLAMA_70B)
    assert flops == 141_107_412_992
    assert law.compute_time(flops, 1, PEAK) == pytest.approx(1.4267686e-4, rel=1e-6)


def test_the_step_takes_the_longer_of_the_two() -> None:
    assert law.step_time(0.042, 0.00014) == 0.042
    assert law.step_time(0.001, 0.002) == 0.002


@pytest.mark.parametrize(
    ("params", "tokens_per_second"),
    # 3.35e12 / (params x 2): 16,060,522,496; 141,107,412,992; 811,706,777,600 bytes.
    [(LLAMA_8B, 208.586), (LLAMA_70B, 23.7408), (405_853_388_800, 4.12711)],
)
def test_fp16_ceilings_on_one_h100s_bandwidth(params: float, tokens_per_second: float) -> None:
    step = law.step_time(law.memory_time(params * 2, 1, BANDWIDTH), 0)
    assert law.decode_tps(step) == pytest.approx(tokens_per_second, rel=1e-5)


@pytest.mark.parametrize(
    ("params", "tokens_per_second"),
    # 989e12 / (2 x params)
    [(LLAMA_8B, 61_579.6), (LLAMA_70B, 7_008.84), (405_853_388_800, 1_218.42)],
)
def test_the_naive_speed_counts_arithmetic_alone(params: float, tokens_per_second: float) -> None:
    naive = law.naive_tps(1, PEAK, law.flops_per_token(params))
    assert naive == pytest.approx(tokens_per_second, rel=1e-5)


@pytest.mark.parametrize(
    ("peak", "bandwidth", "ridge"),
    # H100 989/3.35 = 295.2; H200 989/4.8 = 206.0; B200 2250/8 = 281.25; A100 312/2.039 = 153.0;
    # MI300X 1307/5.3 = 246.6; H100 in FP8 1979/3.35 = 590.7.
    [
        (989e12, 3.35e12, 295.2),
        (989e12, 4.8e12, 206.0),
        (2250e12, 8e12, 281.25),
        (312e12, 2.039e12, 153.0),
        (1307e12, 5.3e12, 246.6),
        (1979e12, 3.35e12, 590.7),
    ],
)
def test_ridge_points_are_peak_over_bandwidth(peak: float, bandwidth: float, ridge: float) -> None:
    assert law.ridge_point(peak, bandwidth) == pytest.approx(ridge, abs=0.05)


@pytest.mark.parametrize(
    ("bytes_per_param", "eight", "seventy", "four_hundred"),
    # ceil(params x bytes / 80e9), as in 811.7 GB / 80 GB = 10.1 -> 11.
    [(2, 1, 2, 11), (1, 1, 1, 6), (0.5, 1, 1, 3)],
)
def test_min_gpus_of_80_gb(
    bytes_per_param: float, eight: float, seventy: float, four_hundred: float
) -> None:
    models = (LLAMA_8B, LLAMA_70B, 405_853_388_800)
    needed = [law.min_gpus(law.weight_bytes(m, bytes_per_param), MEMORY) for m in models]
    assert needed == [eight, seventy, four_hundred]


def test_deepseek_v3_touches_more_experts_with_every_user() -> None:
    # 8 of 256: one user 8/256; two users 1 - (248/256)^2 = 0.0615234375.
    assert law.experts_touched(8, 256, 1) == pytest.approx(8 / 256)
    assert law.experts_touched(8, 256, 2) == pytest.approx(0.0615234375)
    assert law.experts_touched(8, 256, 10_000) == pytest.approx(1)


def test_a_dense_model_is_one_expert_that_every_token_uses() -> None:
    assert law.experts_touched(1, 1, 7) == 1


def test_llama_70b_caches_320_kib_per_token() -> None:
    # 80 layers x 2 x 8 heads x 128 x 2 bytes = 327,680
    assert law.kv_bytes_per_token(80, 0, 2 * 8 * 128, 2) == 327_680


def test_a_window_caps_what_its_layers_read() -> None:
    # 2 full layers of 1000 positions and 3 windowed ones of 128: 2,384 positions.
    assert law.cached_positions(2, 3, 128, 1000) == 2384
    assert law.cached_positions(2, 3, 128, 100) == 500


def test_fourteen_users_of_2k_fit_beside_70b_in_fp8_on_one_h100() -> None:
    # (80e9 - 70,553,706,496) / (2048 x 327,680 = 671,088,640) = 14.07
    free = law.free_bytes(1, MEMORY, LLAMA_70B)
    assert law.max_batch(free, 2048 * 327_680) == 14


def test_no_one_fits_where_the_weights_do_not() -> None:
    assert law.free_bytes(1, MEMORY, 141e9) == 0
    assert law.max_batch(0, 327_680) == 0


def test_attention_adds_21_gflop_at_8k() -> None:
    # 4 x 64 heads x 128 = 32,768 FLOP per position and layer; x 80 layers x 8192 = 21.47e9
    positions = law.cached_positions(80, 0, 0, 8192)
    assert law.attention_flops(4 * 64 * 128, positions) == pytest.approx(21.47e9, rel=1e-3)


@given(params=positive, bytes_per_param=positive, bandwidth=positive)
def test_the_headline_law_is_the_reading_side_of_a_step(
    params: float, bytes_per_param: float, bandwidth: float
) -> None:
    read = law.weight_read_bytes(params, bytes_per_param)
    general = law.memory_time(law.step_bytes(read, 1, 0), 1, bandwidth)
    assert law.plain_step_time(params, bytes_per_param, bandwidth) == pytest.approx(general)


@given(params=positive, peak=positive, bandwidth=positive)
def test_the_gap_between_the_stories_is_the_ridge_for_every_fp16_model(
    params: float, peak: float, bandwidth: float
) -> None:
    gap = law.naive_tps(1, peak, law.flops_per_token(params)) * law.memory_time(
        params * 2, 1, bandwidth
    )
    assert gap == pytest.approx(law.ridge_point(peak, bandwidth))


@given(data=positive, bandwidth=positive, gpus=counts, factor=st.floats(0.1, 10))
def test_reading_time_keeps_its_proportions(
    data: float, bandwidth: float, gpus: int, factor: float
) -> None:
    time = law.memory_time(data, gpus, bandwidth)
    assert law.memory_time(data * factor, gpus, bandwidth) == pytest.approx(time * factor)
    assert law.memory_time(data, gpus, bandwidth * factor) == pytest.approx(time / factor)
    assert law.memory_time(data * factor, gpus, bandwidth * factor) == pytest.approx(time)


@given(memory=positive, compute=positive)
def test_a_step_is_never_faster_than_either_side(memory: float, compute: float) -> None:
    step = law.step_time(memory, compute)
    assert step >= memory
    assert step >= compute
    assert step in (memory, compute)


@given(experts=counts, used=counts, batch=counts)
def test_touched_experts_grow_with_the_batch_and_stay_a_share(
    experts: int, used: int, batch: int
) -> None:
    used = min(used, experts)
    few, more = (law.experts_touched(used, experts, b) for b in (batch, batch + 1))
    assert 0 < few <= more + 1e-12 <= 1 + 2e-12


@given(intensity=positive, peak=positive, bandwidth=positive)
def test_the_roof_is_the_lower_of_slope_and_peak(
    intensity: float, peak: float, bandwidth: float
) -> None:
    roof = law.attainable_flops(peak, intensity, bandwidth)
    ridge = law.ridge_point(peak, bandwidth)
    assert roof <= peak
    assert roof == pytest.approx(peak if intensity > ridge else intensity * bandwidth)


@given(weights=st.floats(1e6, 1e13), memory=st.floats(1e9, 1e12))
def test_min_gpus_hold_the_weights_and_one_fewer_do_not(weights: float, memory: float) -> None:
    needed = law.min_gpus(weights, memory)
    assert needed * memory >= weights * (1 - 1e-12)
    assert (needed - 1) * memory < weights


@pytest.mark.parametrize("name", law.EQUATIONS)
def test_every_equation_is_one_expression_of_known_quantities(name: str) -> None:
    assert set(law.parameters_of(name)) <= set(law.MEANINGS)
    formulas.body_of(name)  # raises when it is more than one expression
    assert inspect.getdoc(law.EQUATIONS[name])


@pytest.mark.parametrize("name", law.EQUATIONS)
def test_every_equation_can_be_read_as_an_expression_for_the_browser(name: str) -> None:
    import altair as alt

    symbols = {q: alt.datum[q] for q in law.parameters_of(name)}
    expression = repr(law.EQUATIONS[name](**symbols))
    assert all(f"datum['{q}']" in expression or f"datum.{q}" in expression for q in symbols)


def test_the_law_knows_units_of_all_it_computes() -> None:
    units = {meaning.unit for meaning in law.MEANINGS.values()}
    assert units <= {"s", "bytes", "bytes/s", "bytes/param", "FLOP", "FLOP/s", "FLOP/byte",
                     "params", "tokens", "tok/s", "1"}  # fmt: skip


def test_an_unknown_peak_bounds_nothing() -> None:
    assert law.compute_time(1e9, 1, math.inf) == 0
