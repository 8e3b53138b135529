"""A model's parameters follow from its dimensions, to the unit."""

from __future__ import annotations

import pytest
from pydantic import ValidationError

from macros.catalog import Catalog
from macros.catalog.architecture import Dimensions, Window
from macros.catalog.shapes import part

# Parameters of the models that transformers 5.23.0 builds, on the meta device, from the same
# dimensions (a mixture's correction-bias buffers included).
COUNTED_BY_TRANSFORMERS = {
    "llama-3.2-1b": 1_235_814_400,
    "llama-3.2-3b": 3_212_749_824,
    "llama-3-8b": 8_030_261_248,
    "llama-3-70b": 70_553_706_496,
    "llama-3.1-8b": 8_030_261_248,
    "llama-3.1-70b": 70_553_706_496,
    "llama-3.1-405b": 405_853_388_800,
    "llama-2-7b": 6_738_415_616,
    "llama-2-13b": 13_015_864_320,
    "llama-2-70b": 68_976_648_192,
    "llama-4-scout": 107_769_861_120,
    "llama-4-maverick": 400_711_848_960,
    "mistral-7b": 7_241_732_096,
    "mixtral-8x7b": 46_702_792_704,
    "mixtral-8x22b": 140_620_634_112,
    "mistral-large-2": 122_610_069_504,
    "mistral-small-3": 23_572_403_200,
    "qwen2.5-7b": 7_615_616_512,
    "qwen2.5-32b": 32_763_876_352,
    "qwen2.5-72b": 72_706_203_648,
    "qwen3-8b": 8_190_735_360,
    "qwen3-32b": 32_762_123_264,
    "qwen3-30b-a3b": 30_532_122_624,
    "qwen3-235b-a22b": 235_093_634_560,
    "qwen3-next-80b-a3b": 79_674_391_296,
    "deepseek-v2": 235_741_434_880,
    "deepseek-v3": 671_026_419_200,
    "deepseek-r1": 671_026_419_200,
    "gpt-oss-20b": 20_914_757_184,
    "gpt-oss-120b": 116_829_156_672,
    "kimi-k2": 1_026_408_232_448,
    "glm-4.5": 352_797_829_024,
    "glm-4.6": 352_797_829_024,
    "gemma-2-27b": 27_227_128_320,
    "gemma-3-27b": 27_009_002_240,
    "phi-4": 14_659_507_200,
}

# What those models hold in attention, dense feed-forward, shared experts, routers, norms and
# routed experts: worked out from the configs apart from this code. With embedding and head they
# add up to the counts above.
WORKED_OUT_BY_PART = {
    "llama-3.2-1b": (167_772_160, 805_306_368, 0, 0, 67_584, 0),
    "llama-3.2-3b": (704_643_072, 2_113_929_216, 0, 0, 175_104, 0),
    "llama-3-8b": (1_342_177_280, 5_637_144_576, 0, 0, 266_240, 0),
    "llama-3-70b": (12_079_595_520, 56_371_445_760, 0, 0, 1_318_912, 0),
    "llama-3.1-8b": (1_342_177_280, 5_637_144_576, 0, 0, 266_240, 0),
    "llama-3.1-70b": (12_079_595_520, 56_371_445_760, 0, 0, 1_318_912, 0),
    "llama-3.1-405b": (71_873_593_344, 329_772_957_696, 0, 0, 4_145_152, 0),
    "llama-2-7b": (2_147_483_648, 4_328_521_728, 0, 0, 266_240, 0),
    "llama-2-13b": (4_194_304_000, 8_493_465_600, 0, 0, 414_720, 0),
    "llama-2-70b": (12_079_595_520, 56_371_445_760, 0, 0, 1_318_912, 0),
    "llama-4-scout": (3_019_898_880, 0, 6_039_797_760, 3_932_160, 496_640, 96_636_764_160),
    "llama-4-maverick": (
        3_019_898_880,
        6_039_797_760,
        3_019_898_880,
        15_728_640,
        496_640,
        386_547_056_640,
    ),
    "mistral-7b": (1_342_177_280, 5_637_144_576, 0, 0, 266_240, 0),
    "mixtral-8x7b": (1_342_177_280, 0, 0, 1_048_576, 266_240, 45_097_156_608),
    "mixtral-8x22b": (4_932_501_504, 0, 0, 2_752_512, 694_272, 135_291_469_824),
    "mistral-large-2": (28_789_702_656, 93_012_885_504, 0, 0, 2_174_976, 0),
    "mistral-small-3": (2_097_152_000, 20_132_659_200, 0, 0, 414_720, 0),
    "qwen2.5-7b": (822_212_608, 5_703_204_864, 0, 0, 204_288, 0),
    "qwen2.5-32b": (4_026_990_592, 27_179_089_920, 0, 0, 660_480, 0),
    "qwen2.5-72b": (12_080_414_720, 58_133_053_440, 0, 0, 1_318_912, 0),
    "qwen3-8b": (1_509_958_656, 5_435_817_984, 0, 0, 299_008, 0),
    "qwen3-32b": (6_039_814_144, 25_165_824_000, 0, 0, 660_480, 0),
    "qwen3-30b-a3b": (905_981_952, 0, 0, 12_582_912, 198_656, 28_991_029_248),
    "qwen3-235b-a22b": (6_702_521_856, 0, 0, 49_283_072, 774_144, 227_096_395_776),
    "qwen3-next-80b-a3b": (1_541_026_560, 0, 151_093_248, 50_331_648, 198_656, 77_309_411_328),
    "deepseek-v2": (
        8_953_651_200,
        188_743_680,
        2_783_969_280,
        48_332_800,
        619_520,
        222_717_542_400,
    ),
    "deepseek-v3": (
        11_413_547_008,
        1_189_085_184,
        2_554_331_136,
        106_445_312,
        881_664,
        653_908_770_816,
    ),
    "deepseek-r1": (
        11_413_547_008,
        1_189_085_184,
        2_554_331_136,
        106_445_312,
        881_664,
        653_908_770_816,
    ),
    "gpt-oss-20b": (637_203_456, 0, 0, 2_212_608, 141_120, 19_116_933_120),
    "gpt-oss-120b": (955_805_184, 0, 0, 13_275_648, 210_240, 114_701_598_720),
    "kimi-k2": (6_168_569_856, 396_361_728, 2_642_411_520, 165_173_760, 881_664, 1_014_686_023_680),
    "glm-4.5": (12_542_311_424, 566_231_040, 2_099_773_440, 72_923_040, 947_200, 335_963_750_400),
    "glm-4.6": (12_542_311_424, 566_231_040, 2_099_773_440, 72_923_040, 947_200, 335_963_750_400),
    "gemma-2-27b": (2_604_662_784, 23_441_965_056, 0, 0, 852_480, 0),
    "gemma-3-27b": (4_095_753_728, 21_502_623_744, 0, 0, 1_338_624, 0),
    "phi-4": (2_621_440_000, 11_010_048_000, 0, 0, 414_720, 0),
}

# Bytes of cache for one token, all layers, at 2 bytes a value, worked out from the configs:
# 2 x layers x kv heads x head dim x 2; latent attention: layers x (512 + 64) x 2.
KV_BYTES = {
    "llama-3.2-1b": 32_768,
    "llama-3.2-3b": 114_688,
    "llama-3-8b": 131_072,
    "llama-3-70b": 327_680,
    "llama-3.1-8b": 131_072,
    "llama-3.1-70b": 327_680,
    "llama-3.1-405b": 516_096,
    "llama-2-7b": 524_288,
    "llama-2-13b": 819_200,
    "llama-2-70b": 327_680,
    "llama-4-scout": 196_608,
    "llama-4-maverick": 196_608,
    "mistral-7b": 131_072,
    "mixtral-8x7b": 131_072,
    "mixtral-8x22b": 229_376,
    "mistral-large-2": 360_448,
    "mistral-small-3": 163_840,
    "qwen2.5-7b": 57_344,
    "qwen2.5-32b": 262_144,
    "qwen2.5-72b": 327_680,
    "qwen3-8b": 147_456,
    "qwen3-32b": 262_144,
    "qwen3-30b-a3b": 98_304,
    "qwen3-235b-a22b": 192_512,
    "qwen3-next-80b-a3b": 24_576,
    "deepseek-v2": 69_120,
    "deepseek-v3": 70_272,
    "deepseek-r1": 70_272,
    "gpt-oss-20b": 49_152,
    "gpt-oss-120b": 73_728,
    "kimi-k2": 70_272,
    "glm-4.5": 376_832,
    "glm-4.6": 376_832,
    "gemma-2-27b": 376_832,
    "gemma-3-27b": 507_904,
    "phi-4": 204_800,
}


@pytest.mark.parametrize("model", COUNTED_BY_TRANSFORMERS)
def test_total_is_what_transformers_counts(catalog: Catalog, model: str) -> None:
    assert catalog.model(model).counts.total == COUNTED_BY_TRANSFORMERS[model]


def test_no_count_is_kept_of_a_model_that_is_gone(catalog: Catalog) -> None:
    # A new model needs no entry here: the build holds its count against the published one.
    assert catalog.models.keys() >= COUNTED_BY_TRANSFORMERS.keys() == KV_BYTES.keys()


@pytest.mark.parametrize("model", WORKED_OUT_BY_PART)
def test_parts_are_what_the_config_works_out_to(catalog: Catalog, model: str) -> None:
    counts = catalog.model(model).counts
    parts = (
        counts.attention,
        counts.dense_ffn,
        counts.shared_experts,
        counts.routers,
        counts.norms,
        counts.experts,
    )
    assert parts == WORKED_OUT_BY_PART[model]


@pytest.mark.parametrize("model", KV_BYTES)
def test_cache_of_one_token_fills_all_its_layers(catalog: Catalog, model: str) -> None:
    entry = catalog.model(model)
    layers = entry.kv_layers + entry.windowed_layers
    assert 2 * layers * entry.kv_values_per_layer == KV_BYTES[model]


def test_a_small_model_adds_up_by_hand() -> None:
    counts = Dimensions(
        layers=2, hidden=8, intermediate=16, heads=4, kv_heads=2, head_dim=2, vocab=10,
        tied_embeddings=False,
    ).counts  # fmt: skip
    assert counts.attention == 2 * (8 * 8 + 2 * 8 * 4 + 8 * 8)  # q; k and v; output
    assert counts.dense_ffn == 2 * 3 * 8 * 16  # gate, up, down
    assert counts.norms == 5 * 8  # two a layer, one at the end
    assert (counts.embedding, counts.head) == (80, 80)
    assert counts.blocks == 384 + 768 + 40
    assert counts.total == 1192 + 160


def test_tied_embeddings_are_counted_once_and_as_the_head(catalog: Catalog) -> None:
    counts = catalog.model("llama-3.2-1b").counts
    assert (counts.embedding, counts.head) == (0, 128_256 * 2048)


def test_a_dense_model_is_a_mixture_of_one_expert_without_parameters(catalog: Catalog) -> None:
    model = catalog.model("llama-3-8b")
    assert (model.experts_per_layer, model.experts_per_token, model.counts.experts) == (1, 1, 0)


def test_deepseek_v3_uses_8_of_256_experts(catalog: Catalog) -> None:
    model = catalog.model("deepseek-v3")
    assert (model.experts_per_layer, model.experts_per_token) == (256, 8)
    # 35.70 billion in blocks and 36.63 with the head: published as 36.7 and 37.
    active = model.counts.blocks + model.counts.experts * 8 // 256
    assert round(active / 1e9, 2) == 35.70
    assert round((active + model.counts.head) / 1e9, 2) == 36.63


def test_attention_costs_four_flops_a_head_value_and_position(catalog: Catalog) -> None:
    model = catalog.model("llama-3-70b")
    assert model.attention_flops_per_position == 4 * 64 * 128
    # 2.62 million over all layers: 21.5 GFLOP at 8192 positions.
    assert model.kv_layers * model.attention_flops_per_position == 2_621_440


def test_latent_attention_works_on_the_cached_vector(catalog: Catalog) -> None:
    model = catalog.model("deepseek-v3")
    assert model.kv_values_per_layer == 512 + 64
    assert model.attention_flops_per_position == 2 * 128 * ((512 + 64) + 512)


@pytest.mark.parametrize(
    ("model", "full", "windowed", "window"),
    [
        ("llama-3-70b", 80, 0, 0),
        ("gpt-oss-20b", 12, 12, 128),
        ("gpt-oss-120b", 18, 18, 128),
        ("gemma-2-27b", 23, 23, 4096),
        ("gemma-3-27b", 10, 52, 1024),  # every sixth of 62 layers is full
        ("qwen3-next-80b-a3b", 12, 0, 0),  # the other 36 keep a state of fixed size
    ],
)
def test_windowed_layers_are_told_from_full_ones(
    catalog: Catalog, model: str, full: int, windowed: int, window: int
) -> None:
    entry = catalog.model(model)
    assert (entry.kv_layers, entry.windowed_layers, entry.window) == (full, windowed, window)


DENSE = {
    "layers": 2, "hidden": 8, "intermediate": 16, "heads": 4, "kv_heads": 2, "head_dim": 2,
    "vocab": 10, "tied_embeddings": False,
}  # fmt: skip


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"window": {"size": 4, "layers": 3}}, "more layers than the model's 2"),
        ({"moe": {"layers": 3, "routed": 4, "per_token": 1, "intermediate": 2}}, "more layers"),
        (
            {"moe": {"layers": 1, "routed": 4, "per_token": 5, "intermediate": 2}},
            "can't use 5 of 4",
        ),
        ({"moe": {"layers": 2, "routed": 4, "per_token": 1, "intermediate": 2}}, "`intermediate`"),
        ({"intermediate": 0}, "greater than 0"),
        ({"kv_heads": 0}, "greater than 0"),
    ],
)
def test_dimensions_that_do_not_add_up_are_refused(change: dict[str, object], message: str) -> None:
    with pytest.raises(ValidationError, match=message):
        part(Dimensions).model_validate(DENSE | change)


def test_dimensions_that_do_not_add_up_are_refused_without_a_checker_too() -> None:
    with pytest.raises(ValueError, match="more layers than the model's 2"):
        Dimensions(
            layers=2, hidden=8, intermediate=16, heads=4, kv_heads=2, head_dim=2, vocab=10,
            tied_embeddings=False, window=Window(size=4, layers=3),
        )  # fmt: skip


def test_attention_is_either_plain_or_latent() -> None:
    without_heads = {name: size for name, size in DENSE.items() if name != "kv_heads"}
    with pytest.raises(ValidationError, match="either `kv_heads` and `head_dim`, or `mla`"):
        part(Dimensions).model_validate(without_heads)
