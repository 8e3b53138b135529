"""What the law says of each claim of the decode story, row by row of an audit done by hand.

The audit went through the familiar telling of the story, claim by claim: title and introduction
(T, I), sections 1 to 6, folklore (7), synthesis (8). Rows that hold are asserted as they stand,
rows that were wrong as corrected. Every expected value is worked out beside its row.
"""

from __future__ import annotations

import operator
from collections.abc import Callable
from functools import partial
from typing import Any, NamedTuple

import pytest

from macros.catalog import Catalog
from macros.errors import ClaimError, ScenarioError
from macros.figures.claims import check
from macros.figures.make import law_figure, ratio_figure
from macros.scenario import describe

# A quantity of Llama 3 70B in FP16 on one H100 SXM, or elsewhere on some axes.
At = Callable[..., float]

SEVENTY = {"model": "llama-3-70b", "gpu": "h100-sxm", "precision": "fp16"}
EIGHT = {"model": "llama-3-8b"}
LARGEST = {"model": "llama-3.1-405b"}
MOE = {"model": "deepseek-v3"}
H200, B200, A100, MI300X = ({"gpu": gpu} for gpu in ("h200-sxm", "b200", "a100-sxm-80gb", "mi300x"))
EIGHT_H200 = {**MOE, **H200, "precision": "fp8", "gpus": 8}
# The same two models as published with a context of 128K.
LONG_70, LONG_8 = ({"model": f"llama-3.1-{size}b", "context": 131_072} for size in (70, 8))


class Row(NamedTuple):
    """A row of the audit: what it says in words, what the law gives, what hand arithmetic gives."""

    id: str
    says: str
    law: Callable[[At], float]
    by_hand: float


def ratio(at: At, quantity: str, of: dict[str, Any], to: dict[str, Any] | None = None) -> float:
    return at(quantity, **of) / at(quantity, **(to or {}))


HOLDS = [
    # 70,553,706,496 less an embedding of 128,256 x 8,192 is 69,503,033,344: 989e12 / (2 x that)
    Row("I3", "arithmetic promises thousands of tokens/s", lambda at: at("naive_tps"), 7115),
    Row("1.3", "about 7,000 tokens/s for 70B", lambda at: at("naive_tps"), 7115),
    # 1 - 1 / 295.22
    Row("1.6", "more than 99 % is on the table", lambda at: at("idle_share"), 0.99661),
    # 69,503,033,344 / (8,030,261,248 - 128,256 x 4,096 = 7,504,924,672)
    Row("2.4", "roughly 9x slower for ...", lambda at: ratio(at, "memory_time", {}, EIGHT), 9.261),
    # 70,553,706,496 / 8,030,261,248
    Row("2.4", "... 9x the parameters", lambda at: ratio(at, "active_params", {}, EIGHT), 8.786),
    # 2 x 405,853,388,800 bytes, of which one H100 holds 80e9
    Row("2.5", "405B does not fit an H100", lambda at: at("weight_bytes", **LARGEST), 811.71e9),
    # 139,006,066,688 / 3.35e12
    Row("3.3", "reading takes about 42 ms", lambda at: at("memory_time"), 0.041494),
    # 989 / 3.35
    Row("3.4", "... and arithmetic is over two orders of magnitude less",
        lambda at: at("memory_time") / at("compute_time"), 295.2),
    Row("4.1", "the H100's ridge is at 295 FLOP/byte", lambda at: at("ridge_point"), 295.2),
    # 2 FLOP for a weight of 2 bytes
    Row("4.2", "FP16 decode does 1 FLOP/byte", lambda at: at("arithmetic_intensity"), 1),
    Row("4.3", "almost 300 times below the ridge",
        lambda at: at("ridge_point") / at("arithmetic_intensity"), 295.2),
    # the roofline's maximum: 41.49 ms whatever the peak
    Row("4.4", "doubling the peak changes nothing", lambda at: at("step_time", math="fp8"), 0.041494),
    # 2 FLOP for a weight of 1 byte
    Row("4.5", "FP8 doubles the intensity",
        lambda at: at("arithmetic_intensity", precision="fp8"), 2),
    # (405.853 - 2.101) / 69.503
    Row("5.5", "the step grows with the parameters",
        lambda at: ratio(at, "step_time", LARGEST), 5.8091),
    # 8.0 / 3.35
    Row("5.7", "H100 to B200 is about 2.4x", lambda at: ratio(at, "decode_tps", B200), 2.3881),
    # 1000 / 41.4943 ms
    Row("5.8", "speed is 1000 over the step in ms", lambda at: at("decode_tps"), 24.100),
    # 37.552e9 of 671.026e9
    Row("6.4", "DeepSeek-V3 uses 5.6 % of itself",
        lambda at: at("active_params", **MOE) / at("total_params", **MOE), 0.05596),
    # (37.552 - 129,280 x 7,168 = 0.927) / 671.026
    Row("6.4", "... and reads 5.5 %",
        lambda at: at("params_read", **MOE) / at("total_params", **MOE), 0.05458),
    # 69.503 / 36.626
    Row("6.5", "... and decodes 1.9x as fast as a dense 70B",
        lambda at: ratio(at, "decode_tps", MOE), 1.8977),
    # 1 byte for each of 671.026e9; and more than 8 x 80 GB
    Row("6.6", "... but occupies 671 GB in FP8",
        lambda at: at("weight_bytes", **MOE, precision="fp8"), 671.03e9),
    Row("6.6", "... which takes nine H100s", lambda at: at("min_gpus", **MOE, precision="fp8"), 9),
    Row("6.8", "bandwidth goes 3.35, ...", lambda at: at("bandwidth"), 3.35e12),
    Row("6.8", "... 4.8, ...", lambda at: at("bandwidth", **H200), 4.8e12),
    Row("6.8", "... 8 TB/s", lambda at: at("bandwidth", **B200), 8e12),
    # 295 users reach the ridge: there the sum is the peak over the work of a token, 7,115
    Row("6.11", "the sum of all users ends at the compute ceiling",
        lambda at: at("aggregate_tps", batch=4096), 7115),
    # 1 - 0.140552 / 41.4943
    Row("7.3", "99 % of the time goes into waiting for memory", lambda at: at("idle_share"), 0.99661),
    # 295.2 x 0.5 / 2
    Row("8.2", "four-bit weights come within 75x of the ridge",
        lambda at: at("critical_batch", precision="int4", math="fp16"), 73.81),
    # 4.8 / 3.35
    Row("8.4", "more bandwidth predicts more speed", lambda at: ratio(at, "decode_tps", H200), 1.4328),
    # (80e9 - 70.554e9) / (32,768 x 327,680 = 10.7e9) = 0.88
    Row("8.6", "a model that fits can still serve no one at 32K",
        lambda at: at("max_batch", **LONG_70 | {"context": 32_768}, precision="fp8"), 0),
]  # fmt: skip

CORRECTED = [
    # (70.554 - 1.051) / (8.030 - 0.525)
    Row("T1", "by what is read it is 9.26x",
        lambda at: ratio(at, "params_read", {}, EIGHT), 9.261),
    # (139.006 + 42.950) / (15.010 + 17.180) GB
    Row("T1", "... which falls to 5.65x at 128K",
        lambda at: ratio(at, "memory_time", LONG_70, LONG_8), 5.653),
    # on the napkin 70.554 / 8.030
    Row("T1", "... and is 8.79x by the counts on the box",
        lambda at: ratio(at, "napkin_step_time", {}, EIGHT), 8.786),
    # 223.187 / (2 x 24.100)
    Row("T1", "... and 4.6x when each has the GPUs it needs",
        lambda at: ratio(at, "decode_tps", EIGHT, {"gpus": 2}), 4.6305),
    # 4 x 64 x 128 x 80 layers x 8192 tokens = 21.475e9, of 139.006e9
    Row("I2", "attention adds 15 % of work at 8K",
        lambda at: at("attention_flops", context=8192) / at("flops_per_token"), 0.15449),
    # 3.35e12 / 139.006e9
    Row("I4", "the ceiling is 24.1 and not 25", lambda at: at("decode_tps"), 24.100),
    Row("I4", "... on a GPU of which two are needed", lambda at: at("min_gpus"), 2),
    Row("I4", "... and give 48.2", lambda at: at("decode_tps", gpus=2), 48.199),
    Row("1.2", "989 TFLOP/s are of the SXM card and dense", lambda at: at("peak_flops"), 989e12),
    Row("1.2", "... the PCIe card does 756", lambda at: at("peak_flops", gpu="h100-pcie"), 756e12),
    # 989e12 / (2 x 7.50492e9), / (2 x 403.752e9); 3.35e12 / 15.010e9, / 807.504e9
    Row("1.7", "arithmetic would give 65,890 ...", lambda at: at("naive_tps", **EIGHT), 65_890),
    Row("1.7", "... to 1,225", lambda at: at("naive_tps", **LARGEST), 1224.8),
    Row("1.7", "... bandwidth gives 223.2 ...", lambda at: at("decode_tps", **EIGHT), 223.19),
    Row("1.7", "... to 4.1", lambda at: at("decode_tps", **LARGEST), 4.1486),
    Row("1.7", "... 295x less at every size",
        lambda at: at("naive_tps", **LARGEST) / at("decode_tps", **LARGEST), 295.2),
    Row("2.2", "at most 223 tokens/s for 8B", lambda at: at("decode_tps", **EIGHT), 223.19),
    Row("2.3", "70B: 24.1, where it would fit", lambda at: at("decode_tps"), 24.100),
    # 811.71 over 80 = 10.1; over 141 = 5.8; over 180 = 4.5. Half of it: 5.07; a quarter: 2.5.
    Row("2.6", "405B in FP16 needs 11 H100s", lambda at: at("min_gpus", **LARGEST), 11),
    Row("2.6", "... 6 in FP8", lambda at: at("min_gpus", **LARGEST, precision="fp8"), 6),
    Row("2.6", "... 3 in INT4", lambda at: at("min_gpus", **LARGEST, precision="int4"), 3),
    Row("2.6", "... 6 H200s", lambda at: at("min_gpus", **LARGEST, **H200), 6),
    Row("2.6", "... 5 B200s", lambda at: at("min_gpus", **LARGEST, **B200), 5),
    # 4 and 16 x 3.35e12 / 807.504e9
    Row("2.7", "four H100s' bandwidth gives 16.6", lambda at: at("decode_tps", **LARGEST, gpus=4), 16.594),
    Row("2.7", "... sixteen's 66.4", lambda at: at("decode_tps", **LARGEST, gpus=16), 66.377),
    # 66.377 / 24.100
    Row("2.8", "405B on sixteen beats 70B on one's bandwidth",
        lambda at: ratio(at, "decode_tps", LARGEST | {"gpus": 16}), 2.7543),
    Row("2.11", "a compute-bound GPU shows the same 9.26x",
        lambda at: ratio(at, "naive_tps", EIGHT), 9.261),
    Row("2.11", "... H100 to H200 is 1.00x if arithmetic decides",
        lambda at: ratio(at, "naive_tps", H200), 1),
    Row("2.11", "... and 1.433x if bandwidth does",
        lambda at: ratio(at, "decode_tps", H200), 1.4328),
    # 139.006e9 / 989e12
    Row("3.1", "arithmetic takes 0.141 ms and not 1", lambda at: at("compute_time"), 1.40552e-4),
    Row("3.2", "... nor 0.3", lambda at: at("compute_time"), 1.40552e-4),
    Row("3.5", "matrix units idle 99.66 %", lambda at: at("idle_share"), 0.99661),
    # (70.554 - 1.051) and (8.030 - 0.525), as shares
    Row("3.6", "one embedding row, not all: 70B reads 1.5 % less",
        lambda at: 1 - at("params_read") / at("total_params"), 0.01489),
    Row("3.6", "... 8B 6.5 % less",
        lambda at: 1 - at("params_read", **EIGHT) / at("total_params", **EIGHT), 0.06542),
    # 295.2 / (2 x 1 / 1); 1979 / 3.35 / 2
    Row("4.6", "W8A16 is 148x below the FP16 ridge",
        lambda at: at("critical_batch", precision="fp8", math="fp16"), 147.6),
    Row("4.6", "... W8A8 295x below its own",
        lambda at: at("critical_batch", precision="fp8", math="fp8"), 295.4),
    # 80 layers x 2 x 8 x 128 x 2 bytes x tokens; 8B: 32 layers
    Row("5.1", "70B reads 2.68 GB of cache at 8K", lambda at: at("kv_read_bytes", context=8192), 2.684e9),
    Row("5.1", "... 42.9 GB at 128K", lambda at: at("kv_read_bytes", **LONG_70), 42.95e9),
    # 1 + 42.950 / 139.006; 1 + 17.180 / 15.010
    Row("5.1", "... a step 31 % longer",
        lambda at: ratio(at, "step_time", LONG_70, LONG_70 | {"context": 0}), 1.30898),
    Row("5.1", "... 8B more than twice as long",
        lambda at: ratio(at, "step_time", LONG_8, LONG_8 | {"context": 0}), 2.1446),
    # 8K of one user is 8192 x 70,272 = 575.7e6 bytes; 64 of them on each GPU: 36.843e9 / 4.8e12
    Row("5.1", "each of eight H200s reads the caches of DeepSeek-V3 whole",
        lambda at: at("kv_read_time", **EIGHT_H200, batch=64, context=8192), 7.6756e-3),
    # (16.191e9 + 653.909e9 x (1 - (248/256)^64 = 0.86893) = 584.39e9) / 38.4e12 = 15.218 ms
    Row("5.1", "... and a step of 64 users takes 22.9 ms",
        lambda at: at("memory_time", **EIGHT_H200, batch=64, context=8192), 22.894e-3),
    # (8 x 141e9 - 671.03e9) / (8 x 131,072 x 70,272 = 73.69e9) = 6.2
    Row("5.1", "... and six users of 128K fit",
        lambda at: at("max_batch", **EIGHT_H200, context=131_072), 6),
    # 16.191e9 beside the routed experts and the embedding, 653.9e9 x (1 - (248/256)^B) of those
    *(
        Row("6.7", f"DeepSeek-V3 reads {read:.3g} parameters for {users} users",
            lambda at, users=users: at("params_read", **MOE, batch=users), read)  # type: ignore[misc]
        for users, read in {
            1: 36.63e9, 2: 56.4e9, 3: 75.6e9, 4: 94.2e9, 8: 163e9, 32: 433e9, 128: 659e9,
        }.items()
    ),
    # 4500 / 1979 and 2250 / 989: H100 to B200 is not bandwidth alone
    Row("6.9", "B200 multiplies 2.27x as fast in FP8",
        lambda at: ratio(at, "peak_flops", B200 | {"math": "fp8"}, {"math": "fp8"}), 2.2739),
    # (80e9, and 85.521e9, - 70.554e9) / 671.1e6
    Row("6.10", "14 users of 2K fit by the label",
        lambda at: at("max_batch", precision="fp8", context=2048), 14),
    Row("6.10", "... 22 by what the device reports",
        lambda at: at("max_batch", precision="fp8", context=2048, memory="reported"), 22),
    # 2250 / 8, 312 / 2.039, 1307 / 5.3, 989 / 4.8; a quarter of it with four-bit weights
    Row("8.1", "B200 stands 281x above FP16 decode", lambda at: at("ridge_point", **B200), 281.25),
    Row("8.1", "... A100 153x", lambda at: at("ridge_point", **A100), 153.02),
    Row("8.1", "... MI300X 247x", lambda at: at("ridge_point", **MI300X), 246.6),
    Row("8.1", "... H200 206x", lambda at: at("ridge_point", **H200), 206.04),
    Row("8.1", "... A100 38x above W4A16",
        lambda at: at("critical_batch", **A100, precision="int4", math="fp16"), 38.25),
    Row("8.3", "B200 multiplies 2.28x as fast in FP16", lambda at: ratio(at, "peak_flops", B200), 2.275),
    # every byte counts alike: 2 bytes over 1
    Row("8.5", "halving the bytes doubles the speed of a mixture of experts too",
        lambda at: ratio(at, "decode_tps", MOE | {"precision": "fp8"}, MOE), 2),
]  # fmt: skip


@pytest.fixture(scope="module")
def at(catalog: Catalog) -> At:
    def value(quantity: str, **axes: Any) -> float:
        return describe(catalog, {**SEVENTY, **axes}).value(quantity)

    return value


@pytest.mark.parametrize("row", [pytest.param(row, id=f"{row.id} {row.says}") for row in HOLDS])
def test_a_claim_that_holds(at: At, row: Row) -> None:
    assert row.law(at) == pytest.approx(row.by_hand, rel=5e-4)


@pytest.mark.parametrize("row", [pytest.param(row, id=f"{row.id} {row.says}") for row in CORRECTED])
def test_a_claim_as_corrected(at: At, row: Row) -> None:
    assert row.law(at) == pytest.approx(row.by_hand, rel=3e-3)


def test_every_row_of_the_audit_that_holds_is_asserted() -> None:
    assert len({row.id for row in HOLDS}) == 24


@pytest.mark.parametrize("gpu", ["h100-sxm", "h200-sxm", "b200", "a100-sxm-80gb", "mi300x"])
@pytest.mark.parametrize("model", ["llama-3-8b", "llama-3-70b", "llama-3.1-405b", "llama-3.2-3b"])
def test_the_gap_between_arithmetic_and_bandwidth_is_the_ridge_for_every_dense_model(
    at: At, model: str, gpu: str
) -> None:
    here = {"model": model, "gpu": gpu}
    gap = at("naive_tps", **here) / at("decode_tps", **here)
    assert gap == pytest.approx(at("ridge_point", **here))


def test_the_mixture_of_experts_reads_more_than_70b_from_the_third_user_on(at: At) -> None:
    # 56.4, 75.6 and 69.5 billion
    two, three = (at("params_read", **MOE, batch=users) for users in (2, 3))
    assert two < at("params_read") < three


# --- The machinery: a sentence that is not true stops the build ---


@pytest.fixture
def seventy(catalog: Catalog) -> Callable[..., Any]:
    return partial(law_figure, describe(catalog, SEVENTY))


def test_a_true_claim_shows_its_phrase_and_what_was_compared(seventy: Callable[..., Any]) -> None:
    claim = check("dozens of milliseconds", (seventy("memory_time") > 0.024,))
    assert claim.phrase == "dozens of milliseconds"
    assert claim.account == ("memory_time(llama-3-70b,h100-sxm,fp16,1,1,0) = 41.5\u202fms > 0.024")
    assert claim.markup().startswith('<span class="claim" data-holds="memory_time(')
    assert claim.markup().endswith('&gt; 0.024">dozens of milliseconds</span>')


def test_a_false_claim_is_refused_with_its_values(seventy: Callable[..., Any]) -> None:
    with pytest.raises(ClaimError, match=r"'a blink' does not hold: memory_time.*41\.5.*< 0\.04"):
        check("a blink", (seventy("memory_time") < 0.04,))


def test_every_condition_of_a_claim_counts(seventy: Callable[..., Any]) -> None:
    time = seventy("memory_time")
    with pytest.raises(ClaimError, match="does not hold"):
        check("between", (time > 0.01, time < 0.02))


@pytest.mark.parametrize("condition", [True, 1, "always", None, 0.5])
def test_a_claim_that_could_never_fail_is_refused(condition: object) -> None:
    with pytest.raises(ClaimError, match="compare figures"):
        check("always so", (condition,))


def test_a_claim_without_a_condition_is_refused() -> None:
    with pytest.raises(ClaimError, match="gives no condition, so it could never fail"):
        check("trust me", ())


@pytest.mark.parametrize(
    ("sign", "holds"),
    [("gt", True), ("ge", True), ("lt", False), ("le", False), ("eq", False)],
)
def test_figures_compare_by_value(seventy: Callable[..., Any], sign: str, holds: bool) -> None:
    longer, shorter = seventy("memory_time"), seventy("compute_time")
    assert bool(getattr(operator, sign)(longer, shorter)) is holds


def test_equal_figures_may_come_by_different_ways(seventy: Callable[..., Any]) -> None:
    # 989e12 / 3.35e12 by way of two times and of two facts, the last bits of which may differ.
    gap = ratio_figure(seventy("memory_time"), seventy("compute_time"))
    assert gap == seventy("ridge_point").value


def test_figures_of_different_kinds_make_no_ratio(seventy: Callable[..., Any]) -> None:
    with pytest.raises(ScenarioError, match="a ratio of s to bytes means nothing"):
        ratio_figure(seventy("memory_time"), seventy("weight_bytes"))


def test_a_figure_compares_with_numbers_and_figures_only(seventy: Callable[..., Any]) -> None:
    with pytest.raises(ScenarioError, match="cannot be compared with 'fast'"):
        _ = seventy("decode_tps", hypothetical=True) > "fast"
