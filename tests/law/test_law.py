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
# What a token reads of them: all but the input embedding of 128,256 rows, of which it looks up one.
# 70,553,706,496 - 128,256 x 8,192; 8,030,261,248 - 128,256 x 4,096; 405,853,388,800 - 128,256 x 16,384
READ_70B, READ_8B, READ_405B = 69_503_033_344, 7_504_924_672, 403_752_042_496
# H100 SXM as its data sheet prints it: 3.35 TB/s, 989 TFLOP/s dense FP16, 80 GB.
BANDWIDTH, PEAK, MEMORY = 3.35e12, 989e12, 80e9

positive = st.floats(min_value=1e-3, max_value=1e15)
counts = st.integers(min_value=1, max_value=4096)


def test_a_step_reads_all_but_the_input_embedding_and_memory_holds_it() -> None:
    # Llama 3 8B: 6,979,588,096 in its blocks, 525,336,576 in each of embedding and head.
    blocks, embedding, head = 6_979_588_096, 525_336_576, 525_336_576
    assert law.params_per_token(blocks, head, 0, 1, 1) == READ_8B
    assert law.params_read(blocks, head, 0, 1) == READ_8B
    assert law.active_params(READ_8B, embedding) == LLAMA_8B
    assert law.total_params(blocks, 0, embedding, head) == LLAMA_8B
    # 16-bit blocks and an 8-bit head: (2 x 6,979,588,096 + 525,336,576) / 7,504,924,672
    mean = law.bytes_per_param(blocks, 2, 0, 1, 2, head, 1, READ_8B)
    assert mean == pytest.approx(1.93, rel=1e-4)


def test_a_70b_step_in_fp16_on_an_h100_reads_for_41_milliseconds() -> None:
    # 69,503,033,344 x 2 = 139,006,066,688 bytes; / 3.35e12 = 0.0414943...
    assert law.memory_time(139_006_066_688, 1, BANDWIDTH) == pytest.approx(0.04149434827)
    assert law.plain_step_time(READ_70B, 2, BANDWIDTH) == pytest.approx(0.04149434827)


def test_the_napkin_takes_the_count_on_the_box() -> None:
    # 70,553,706,496 x 2 / 3.35e12
    assert law.napkin_step_time(LLAMA_70B, 2, BANDWIDTH) == pytest.approx(0.04212161581)


def test_its_arithmetic_takes_a_seventh_of_a_millisecond() -> None:
    # 2 x 69,503,033,344 = 139,006,066,688 FLOP; / 989e12 = 0.000140552...
    flops = law.flops_per_token(READ_70B)
    assert flops == 139_006_066_688
    assert law.compute_time(flops, 1, PEAK) == pytest.approx(1.4055214e-4, rel=1e-6)


def test_the_step_takes_the_longer_of_the_two() -> None:
    assert law.step_time(0.042, 0.00014) == 0.042
    assert law.step_time(0.001, 0.002) == 0.002


@pytest.mark.parametrize(
    ("params", "tokens_per_second"),
    # 3.35e12 / (params x 2): 15,009,849,344; 139,006,066,688; 807,504,084,992 bytes.
    [(READ_8B, 223.187), (READ_70B, 24.0997), (READ_405B, 4.14859)],
)
def test_fp16_ceilings_on_one_h100s_bandwidth(params: float, tokens_per_second: float) -> None:
    step = law.step_time(law.memory_time(params * 2, 1, BANDWIDTH), 0)
    assert law.decode_tps(step) == pytest.approx(tokens_per_second, rel=1e-5)


@pytest.mark.parametrize(
    ("params", "tokens_per_second"),
    # 989e12 / (2 x params)
    [(READ_8B, 65_890.1), (READ_70B, 7_114.80), (READ_405B, 1_224.76)],
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
    assert law.max_batch(free, 2048 * 327_680, 1) == 14


def test_no_one_fits_where_the_weights_do_not() -> None:
    assert law.free_bytes(1, MEMORY, 141e9) == 0
    assert law.max_batch(0, 327_680, 1) == 0


def test_attention_adds_21_gflop_at_8k() -> None:
    # 4 x 64 heads x 128 = 32,768 FLOP per position and layer; x 80 layers x 8192 = 21.47e9
    positions = law.cached_positions(80, 0, 0, 8192)
    assert law.attention_flops(4 * 64 * 128, positions) == pytest.approx(21.47e9, rel=1e-3)


@given(params=positive, bytes_per_param=positive, bandwidth=positive)
def test_the_headline_law_is_the_reading_side_of_a_step(
    params: float, bytes_per_param: float, bandwidth: float
) -> None:
    read = law.weight_read_bytes(params, bytes_per_param)
    general = law.memory_time(law.step_bytes(read, 1, 0, 1), 1, bandwidth)
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


# --- A cache over several GPUs ---


@pytest.mark.parametrize(
    ("gpus", "kv_heads", "shards", "copies"),
    [
        (1, 8, 1, 1),  # one GPU holds all of it
        (2, 8, 2, 1),  # four heads on each of two
        (8, 8, 8, 1),  # one head on each
        (16, 8, 8, 2),  # each head twice
        (8, 4, 4, 2),  # likewise: Qwen3-235B's four heads on eight
        (8, 1, 1, 8),  # a latent cache is whole on every GPU
        (1, 1, 1, 1),
    ],
)
def test_a_cache_splits_by_its_kv_heads_and_no_further(
    gpus: int, kv_heads: int, shards: int, copies: float
) -> None:
    assert law.cache_shards(gpus, kv_heads) == shards
    assert law.cache_copies(gpus, shards) == copies


def test_every_gpu_reads_the_whole_of_a_latent_cache() -> None:
    # DeepSeek-V3: 64 users x 8,192 tokens x 70,272 bytes = 36,842,766,336 bytes, which one H200
    # reads in 36.843 GB / 4.8 TB/s = 7.6756 ms, and eight of them in no less.
    bandwidth, user = 4.8e12, 8192 * 70_272
    assert law.kv_read_time(64, user, 1, bandwidth) == pytest.approx(7.6756e-3, rel=1e-4)
    # 8 copies: 294.742 GB through 8 x 4.8 TB/s
    caches = law.step_bytes(0, 64, user, 8)
    assert caches == 8 * 36_842_766_336
    assert law.memory_time(caches, 8, bandwidth) == pytest.approx(7.6756e-3, rel=1e-4)


def test_a_log_of_kimi_k2_on_eight_gpus_has_715072_tokens_of_cache() -> None:
    # Each of eight GPUs lends 46.80 GiB = 50,251,117,363 bytes to the cache, and holds every
    # token's 70,272 bytes: 50,251,117,363 / 70,272 = 715,094. Their log says 715,072.
    tokens = law.max_batch(8 * 46.80 * 2**30, 70_272, 8)
    assert tokens == 715_094
    assert tokens == pytest.approx(715_072, rel=1e-4)


def test_the_parts_of_a_steps_reading_add_up_to_it() -> None:
    # 100 GB of weights, 3 users of 5 GB, 8 GPUs of 2 TB/s, 4 heads: 6.25 ms + 15 / (4 x 2) ms
    weights = law.weight_read_time(100e9, 8, 2e12)
    caches = law.kv_read_time(3, 5e9, 4, 2e12)
    whole = law.memory_time(law.step_bytes(100e9, 3, 5e9, 8 / 4), 8, 2e12)
    assert (weights, caches) == pytest.approx((6.25e-3, 1.875e-3))
    assert whole == pytest.approx(8.125e-3)


@pytest.mark.parametrize(
    ("weights", "users", "cache", "kv_heads", "needed"),
    # GPUs of 80 bytes.
    [
        (100, 1, 40, 8, 2),  # 140 / 80 = 1.75
        (100, 10, 50, 8, 8),  # 600 / 80 = 7.5
        (
            300,
            10,
            50,
            8,
            18,
        ),  # 800 / 80 = 10, but there 30 + 500 / 8 = 92.5; 300 / (80 - 62.5) = 17.1
        (100, 3, 20, 1, 5),  # a whole cache of 60 leaves 20 for weights
        (100, 4, 20, 1, 0),  # one of 80 leaves nothing
        (100, 5, 20, 1, 0),
    ],
)
def test_gpus_that_hold_weights_and_caches_are_counted_with_every_copy(
    weights: float, users: int, cache: float, kv_heads: int, needed: int
) -> None:
    room = law.weight_room(80, users, cache, kv_heads)
    assert law.serving_gpus(weights, users, cache, 80, room) == needed


@given(
    weights=st.floats(1e9, 2e12),
    cache=st.floats(1e5, 1e11),
    memory=st.floats(8e9, 3e11),
    users=counts,
    kv_heads=st.integers(1, 128),
)
def test_serving_gpus_hold_all_and_one_fewer_do_not(
    weights: float, cache: float, memory: float, users: int, kv_heads: int
) -> None:
    def load(gpus: float) -> float:
        """Bytes on each GPU, added up as they lie there."""
        return weights / gpus + users * cache / min(gpus, kv_heads)

    room = law.weight_room(memory, users, cache, kv_heads)
    needed = law.serving_gpus(weights, users, cache, memory, room)
    if needed:
        assert load(needed) <= memory * (1 + 1e-9)
        assert needed == 1 or load(needed - 1) > memory * (1 - 1e-9)
    else:
        assert load(1e15) > memory * (1 - 1e-9)


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
