"""A model from a config.json: its parameters to the unit, and clean words for whatever is not one."""

from __future__ import annotations

import json
import re
from contextlib import redirect_stderr, redirect_stdout
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from macros.catalog import Catalog
from macros.catalog.architecture import Dimensions
from macros.cli import main
from macros.cli.exit_codes import MISTAKE, NO_FIT, OK
from macros.errors import ConfigError
from macros.hf_config.families import CLASSES, FAMILIES
from macros.hf_config.quantization import stored_precision
from macros.hf_config.reading import read_config

CONFIGS = Path(__file__).parent / "configs"

# Parameters (transformers' own count for the same dimensions), the published count in billions
# with its allowance, and the bytes that a token caches in all layers at 16 bits a value.
PUBLISHED = {
    "deepseek-v2": (235_741_434_880, 236, 69_120),
    "deepseek-v3": (671_026_419_200, 671, 70_272),
    "gemma-2-27b": (27_227_128_320, 27.2, 376_832),
    "gemma-3-27b": (27_009_002_240, 27, 507_904),
    "gpt-oss-120b": (116_829_156_672, 116.8, 73_728),
    "gpt-oss-20b": (20_914_757_184, 20.9, 49_152),
    "llama-3-8b": (8_030_261_248, 8, 131_072),
    "llama-3.1-405b": (405_853_388_800, 405, 516_096),
    "llama-3.2-1b": (1_235_814_400, 1.23, 32_768),
    "llama-4-maverick": (400_711_848_960, 400, 196_608),
    "mixtral-8x22b": (140_620_634_112, 141, 229_376),
    "mixtral-8x7b": (46_702_792_704, 46.7, 131_072),
    "phi-4": (14_659_507_200, 14.7, 204_800),
    "qwen2.5-72b": (72_706_203_648, 72.706, 327_680),
    "qwen2.5-7b": (7_615_616_512, 7.6, 57_344),
    "qwen3-235b-a22b": (235_093_634_560, 235, 192_512),
    "qwen3-30b-a3b": (30_532_122_624, 30.5, 98_304),
    "qwen3-32b": (32_762_123_264, 32.8, 262_144),
    "qwen3-8b": (8_190_735_360, 8.2, 147_456),
    # 12 of 48 layers attend in full; the others keep a state of fixed size.
    "qwen3-next-80b-a3b": (79_674_391_296, 80, 24_576),
}

# Published as round names, further than 0.5 % from what their dimensions hold.
NAMED_ROUNDLY = {
    "glm-4.5": (352_797_829_024, 376_832),
    "kimi-k2": (1_026_408_232_448, 70_272),
    "llama-2-7b": (6_738_415_616, 524_288),
    "llama-3-70b": (70_553_706_496, 327_680),
    "llama-4-scout": (107_769_861_120, 196_608),
    "mistral-7b": (7_241_732_096, 131_072),
    "mistral-small-3": (23_572_403_200, 163_840),
}


def dimensions(name: str) -> Dimensions:
    return read_config(str(CONFIGS / f"{name}.json")).model.dimensions


def cached_bytes(found: Dimensions) -> int:
    return (found.kv_layers + found.windowed_layers) * found.kv_values_per_layer * 2


def test_every_config_here_is_tested() -> None:
    assert {path.stem for path in CONFIGS.glob("*.json")} == {*PUBLISHED, *NAMED_ROUNDLY}


@pytest.mark.parametrize("name", PUBLISHED)
def test_the_derived_count_is_within_half_a_percent_of_the_published(name: str) -> None:
    counted, billions, cached = PUBLISHED[name]
    found = dimensions(name)
    assert found.counts.total == counted
    assert found.counts.total == pytest.approx(billions * 1e9, rel=0.005)
    assert cached_bytes(found) == cached


@pytest.mark.parametrize("name", NAMED_ROUNDLY)
def test_the_derived_count_is_exact_where_the_name_is_round(name: str) -> None:
    found = dimensions(name)
    assert (found.counts.total, cached_bytes(found)) == NAMED_ROUNDLY[name]


@pytest.mark.parametrize("name", [*PUBLISHED, *NAMED_ROUNDLY])
def test_a_config_gives_the_dimensions_that_the_catalog_has(name: str, catalog: Catalog) -> None:
    found, known = dimensions(name), catalog.models[name].dimensions
    differing = {f for f in vars(known) if getattr(found, f) != getattr(known, f)}
    # The config of the first Mistral has a window, which later versions of it dropped.
    assert differing == ({"window"} if name == "mistral-7b" else set())


@pytest.mark.parametrize(
    ("name", "active"),
    [
        # 46.7e9 less 6 of 8 experts: 32 layers × 6 × 3 × 4096 × 14336.
        ("mixtral-8x7b", 46_702_792_704 - 32 * 6 * 3 * 4096 * 14336),
        # 671.0e9 less 248 of 256 experts: 58 layers × 248 × 3 × 7168 × 2048.
        ("deepseek-v3", 671_026_419_200 - 58 * 248 * 3 * 7168 * 2048),
        ("llama-3-8b", 8_030_261_248),
    ],
)
def test_active_parameters_are_all_but_the_experts_that_a_token_leaves_out(
    name: str, active: int
) -> None:
    model = read_config(str(CONFIGS / f"{name}.json")).model
    share = model.experts_per_token / model.experts_per_layer
    assert model.counts.total - model.counts.experts * (1 - share) == active


def test_at_least_six_architectures_are_pinned() -> None:
    kinds = set()
    for name in PUBLISHED:
        data = json.loads((CONFIGS / f"{name}.json").read_text("utf-8"))
        kinds.add(data.get("text_config", data)["model_type"])
    assert len(kinds) >= 6
    assert kinds < FAMILIES.keys()


def test_every_class_belongs_to_a_family() -> None:
    assert set(CLASSES.values()) <= FAMILIES.keys()


# --- The number format ---


@pytest.mark.parametrize(
    ("settings", "precision"),
    [
        ({"quant_method": "fp8", "weight_block_size": [128, 128]}, "fp8-block128"),
        ({"quant_method": "fp8"}, "fp8"),
        ({"quant_method": "fp8", "weight_block_size": [64, 64]}, None),
        ({"quant_method": "mxfp4"}, "mxfp4"),
        ({"quant_method": "awq", "bits": 4, "group_size": 128, "zero_point": True}, "int4-awq"),
        ({"quant_method": "awq", "w_bit": 4, "q_group_size": 128, "zero_point": True}, "int4-awq"),
        ({"quant_method": "awq", "bits": 4, "group_size": 64, "zero_point": True}, None),
        ({"quant_method": "gptq", "bits": 4, "group_size": 128, "sym": True}, "int4-g128"),
        ({"quant_method": "gptq", "bits": 3, "group_size": 128}, None),
        ({"quant_method": "fbgemm_fp8"}, "fp8"),
        ({"quant_method": "modelopt", "quant_algo": "NVFP4"}, "nvfp4"),
        ({"quant_method": "bitsandbytes", "load_in_4bit": True}, None),
        ({"quant_method": ["fp8"]}, None),
        ({}, None),
    ],
    ids=str,
)
def test_a_quantization_config_names_a_format_of_the_catalog_or_none(
    settings: dict[str, Any], precision: str | None, catalog: Catalog
) -> None:
    found, note = stored_precision({"quantization_config": settings})
    assert found == precision
    assert found is None or found in catalog.precisions
    assert note


@pytest.mark.parametrize(
    ("weights", "precision"),
    [
        ({"type": "float", "num_bits": 8, "strategy": "channel"}, "fp8"),
        (
            {"type": "float", "num_bits": 8, "strategy": "block", "block_structure": [128, 128]},
            "fp8-block128",
        ),
        ({"type": "float", "num_bits": 4, "group_size": 16}, "nvfp4"),
        ({"type": "int", "num_bits": 8, "strategy": "channel"}, "int8"),
        ({"type": "int", "num_bits": 4, "group_size": 128, "symmetric": True}, "int4-g128"),
        ({"type": "int", "num_bits": 4, "group_size": 32}, None),
        (None, None),
    ],
    ids=str,
)
def test_compressed_tensors_are_read_group_by_group(weights: object, precision: str | None) -> None:
    group = {
        "quant_method": "compressed-tensors",
        "config_groups": {"group_0": {"weights": weights}},
    }
    assert stored_precision({"quantization_config": group})[0] == precision


def test_groups_in_two_formats_are_no_format() -> None:
    eight = {"type": "float", "num_bits": 8, "strategy": "channel"}
    four = {"type": "float", "num_bits": 4, "group_size": 16}
    groups = {"a": {"weights": eight}, "b": {"weights": four}}
    settings = {"quant_method": "compressed-tensors", "config_groups": groups}
    assert stored_precision({"quantization_config": settings})[0] is None


@pytest.mark.parametrize(
    ("said", "precision"),
    [({"torch_dtype": "float16"}, "fp16"), ({"dtype": "bfloat16"}, "bf16"), ({}, "bf16")],
)
def test_an_unquantised_config_is_in_its_type(said: dict[str, str], precision: str) -> None:
    assert stored_precision(said)[0] == precision


# --- What is no config ---

LLAMA = json.loads((CONFIGS / "llama-3-8b.json").read_text("utf-8"))


def refused(tmp_path: Path, content: object) -> str:
    file = tmp_path / "config.json"
    text = content if isinstance(content, str) else json.dumps(content)
    file.write_text(text, "utf-8")
    with pytest.raises(ConfigError) as caught:
        read_config(str(file))
    assert "\n" not in str(caught.value)
    assert str(file) in str(caught.value)
    return str(caught.value)


def without(name: str) -> dict[str, Any]:
    return {key: value for key, value in LLAMA.items() if key != name}


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("", "is not JSON"),
        ("[1, 2]", "holds no JSON object"),
        ("{", "is not JSON"),
        ("[" * 100_000, "is not JSON"),
        ('{"hidden_size": 1' + "0" * 5_000 + "}", "is not JSON"),
        ({}, "names no architecture: model_type is missing"),
        ({"model_type": "rwkv"}, "architecture 'rwkv' is not known: a rule .* is missing"),
        ({"architectures": ["MambaForCausalLM"]}, "architecture 'MambaForCausalLM' is not known"),
        ({"model_type": 7}, "architecture '7' is not known"),
        (without("num_hidden_layers"), "'llama': num_hidden_layers is missing"),
        (without("vocab_size"), "'llama': vocab_size is missing"),
        ({**LLAMA, "hidden_size": "4096"}, "hidden_size is '4096', not a whole number"),
        ({**LLAMA, "hidden_size": 0}, "hidden_size is 0, not a whole number from 1 up"),
        ({**LLAMA, "num_hidden_layers": 10**12}, "num_hidden_layers is 10+, not a whole"),
        ({**LLAMA, "num_key_value_heads": 5}, "32 heads can't share 5 keys"),
        ({**LLAMA, "mlp_bias": True}, "mlp_bias is True: biases .* are not counted"),
        ({**LLAMA, "tie_word_embeddings": "no"}, "tie_word_embeddings is 'no', not true or false"),
        ({"text_config": {"model_type": "whale"}, "model_type": "llama"}, "'whale' is not known"),
    ],
    ids=lambda value: str(value)[:40],
)
def test_what_is_no_config_is_refused_in_a_line(tmp_path: Path, content: object, said: str) -> None:
    assert re.search(said, refused(tmp_path, content))


def test_queries_that_are_not_compressed_are_projected_in_one_matrix(tmp_path: Path) -> None:
    """The dimensions of DeepSeek-V2-Lite: published as 15.7 billion parameters, 2.4 of them active."""
    config = json.loads((CONFIGS / "deepseek-v2.json").read_text("utf-8"))
    lite = {
        "q_lora_rank": None,
        "hidden_size": 2048,
        "intermediate_size": 10944,
        "moe_intermediate_size": 1408,
        "n_routed_experts": 64,
        "num_attention_heads": 16,
        "num_hidden_layers": 27,
        "num_key_value_heads": 16,
    }
    (tmp_path / "config.json").write_text(json.dumps({**config, **lite}), "utf-8")
    model = read_config(str(tmp_path)).model
    attention = 2048 * 16 * 192 + 2048 * (512 + 64) + 512 + 512 * 16 * 256 + 16 * 128 * 2048
    experts = 26 * (66 * 3 * 2048 * 1408 + 64 * 2048)
    rest = 3 * 2048 * 10944 + (2 * 27 + 1) * 2048 + 2 * 102_400 * 2048
    assert model.counts.total == 27 * attention + experts + rest
    assert model.counts.total == pytest.approx(15.7e9, rel=0.005)


def test_a_missing_file_and_a_folder_without_one_are_refused(tmp_path: Path) -> None:
    for path in (tmp_path / "none.json", tmp_path):
        with pytest.raises(ConfigError, match="can't be read"):
            read_config(str(path))


def test_a_folder_stands_for_the_config_in_it(tmp_path: Path) -> None:
    (tmp_path / "config.json").write_text(json.dumps(LLAMA), "utf-8")
    assert read_config(str(tmp_path)).model.counts.total == 8_030_261_248


def test_layer_types_decide_how_many_layers_slide(tmp_path: Path) -> None:
    config = json.loads((CONFIGS / "gpt-oss-20b.json").read_text("utf-8"))
    config["layer_types"] = ["sliding_attention"] * 20 + ["full_attention"] * 4
    (tmp_path / "config.json").write_text(json.dumps(config), "utf-8")
    found = read_config(str(tmp_path)).model.dimensions
    assert (found.kv_layers, found.windowed_layers) == (4, 20)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3)
    ),
    max_leaves=5,
)
REAL = [json.loads(path.read_text("utf-8")) for path in sorted(CONFIGS.glob("*.json"))]


@pytest.mark.builds
@settings(max_examples=200, deadline=None)
@given(data=st.data())
def test_a_config_with_anything_in_its_fields_is_read_or_refused(
    data: st.DataObject, tmp_path_factory: pytest.TempPathFactory
) -> None:
    config = dict(data.draw(st.sampled_from(REAL)))
    text = config.get("text_config")
    part = dict(text) if isinstance(text, dict) else config
    for _ in range(data.draw(st.integers(1, 3))):
        name = data.draw(st.sampled_from(sorted({*part, "layer_types", "quantization_config"})))
        part[name] = data.draw(JSON)
    if isinstance(text, dict):
        config["text_config"] = part
    file = tmp_path_factory.getbasetemp() / "fuzzed.json"
    file.write_text(json.dumps(config), "utf-8")
    out, err = StringIO(), StringIO()
    with redirect_stdout(out), redirect_stderr(err):
        code = main(["predict", "--config", str(file), "h100-sxm", "--json"])
    if code == MISTAKE:
        assert err.getvalue().count("\n") == 1
    else:
        assert code in (OK, NO_FIT)
        assert json.loads(out.getvalue())["model"]["total_params"] > 0


@settings(max_examples=100, deadline=None)
@given(content=st.binary(max_size=60))
def test_any_bytes_are_read_or_refused(
    content: bytes, tmp_path_factory: pytest.TempPathFactory
) -> None:
    file = tmp_path_factory.getbasetemp() / "bytes.json"
    file.write_bytes(content)
    with pytest.raises(ConfigError):
        read_config(str(file))
