"""A published row beside its law: what it reads, by hand, and what kind of device it ran on."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from macros.catalog import Catalog
from macros.evidence.rows import DEVICE_CLASSES, Measured, beside_law, device_class, year_of


def beside(catalog: Catalog, entry: Measured, **fields: Any) -> Measured:
    """A hand-made row on one H100 beside its law, at 3.35 TB/s.

    It says that it reads 20 GB, and names neither a model nor a format of the catalog.
    """
    row = replace(
        entry.row,
        **{
            "model_id": None,
            "precision_id": None,
            "gpu_id": "h100-sxm",
            "bandwidth": 3.35e12,
            "gpus": 1,
            "layout": "single",
            "concurrency": 1,
            "context": 0,
            "reads": 20e9,
            "layers": 32,
            "link": None,
            "engine": "vLLM",
        }
        | fields,
    )
    found = beside_law(catalog, row)
    assert found
    return found


def test_a_model_that_the_catalog_lacks_reads_its_weights_once_for_all_users(
    catalog: Catalog, rows: tuple[Measured, ...]
) -> None:
    entry = beside(catalog, rows[0], concurrency=16, context=4096)
    assert entry.step_time == pytest.approx(20e9 / 3.35e12)
    assert not entry.cache_known
    assert not entry.mixture


def test_each_user_reads_a_cache_of_his_own(catalog: Catalog, rows: tuple[Measured, ...]) -> None:
    entry = beside(catalog, rows[0], model_id="llama-3-8b", concurrency=4, context=1000)
    # 32 layers of 8 heads of 128 values, key and value, of 2 bytes: 131,072 bytes a token.
    assert entry.step_time == pytest.approx((20e9 + 4 * 1000 * 131_072) / 3.35e12)
    assert entry.cache_known


@pytest.mark.parametrize(
    ("batch", "touched"),
    # Two experts of eight for each token: a batch misses one with a probability of (6/8)^batch.
    [(1, 0.25), (2, 0.4375), (4, 0.68359375)],
)
def test_a_batch_wakes_experts_that_one_token_leaves_asleep(
    batch: int, touched: float, catalog: Catalog, rows: tuple[Measured, ...]
) -> None:
    entry = beside(catalog, rows[0], model_id="mixtral-8x7b", concurrency=batch)
    # 32 layers of 8 experts of three matrices of 4096 x 14336, 2 bytes each, in the model's BF16.
    experts = 32 * 8 * 3 * 4096 * 14336 * 2
    assert entry.step_time == pytest.approx((20e9 + (touched - 0.25) * experts) / 3.35e12)
    assert entry.mixture


def test_a_row_of_the_catalogs_model_and_format_has_the_ceiling_of_its_scenario(
    catalog: Catalog, rows: tuple[Measured, ...]
) -> None:
    # 8.03 B parameters less the embedding of 128,256 rows of 4,096, at 2 bytes: 15.0098 GB, and not
    # the 20 GB that the row says its engine read.
    entry = beside(catalog, rows[0], model_id="llama-3-8b", precision_id="fp16")
    assert entry.step_time == pytest.approx(2 * 7_504_924_672 / 3.35e12)


@pytest.mark.parametrize(
    ("gpus", "parts"),
    # Llama 3 8B has 8 KV heads: on sixteen GPUs each lies on two, and none reads less than on eight.
    [(1, 1), (4, 4), (8, 8), (16, 8)],
)
def test_a_cache_is_read_by_as_many_gpus_as_it_has_heads(
    gpus: int, parts: int, catalog: Catalog, rows: tuple[Measured, ...]
) -> None:
    entry = beside(
        catalog, rows[0], model_id="llama-3-8b", gpus=gpus, layout="tensor", context=8000
    )
    weights, cache = 20e9 / (gpus * 3.35e12), 8000 * 131_072 / (parts * 3.35e12)
    assert entry.step_time == pytest.approx(weights + cache)


def test_a_latent_cache_is_read_whole_by_every_gpu(
    catalog: Catalog, rows: tuple[Measured, ...]
) -> None:
    # DeepSeek-V3 caches 61 layers x (512 + 64) values of 2 bytes: 70,272 bytes a token.
    entry = beside(
        catalog, rows[0], model_id="deepseek-v3", gpus=8, layout="tensor", context=100_000
    )
    assert entry.step_time == pytest.approx((20e9 / 8 + 100_000 * 70_272) / 3.35e12)


def test_experts_of_a_format_named_loosely_are_in_the_models_own(
    catalog: Catalog, rows: tuple[Measured, ...]
) -> None:
    # gpt-oss-20b is published in MXFP4: 4.25 bits. 24 layers of 32 experts, of which a token takes
    # 4; each has three matrices of 2880 x 2880, and 3 x 2880 biases.
    entry = beside(
        catalog, rows[0], model_id="gpt-oss-20b", precision_id=None, concurrency=2, gpu_id=None
    )
    experts = 24 * 32 * (3 * 2880 * 2880 + 3 * 2880) * 4.25 / 8
    woken = (1 - (28 / 32) ** 2) - 4 / 32
    assert entry.step_time == pytest.approx((20e9 + woken * experts) / 3.35e12)


def test_a_large_batch_is_bound_by_its_arithmetic(
    catalog: Catalog, rows: tuple[Measured, ...]
) -> None:
    # 1,000 users at 989 TFLOP/s: 2 x 7.505 B x 1,000 = 15.0 TFLOP, or 15.2 ms; reading takes 6 ms.
    entry = beside(catalog, rows[0], model_id="llama-3-8b", concurrency=1000)
    assert entry.step_time == pytest.approx(15.01e12 / 989e12, rel=1e-3)


def test_a_row_s_own_cache_and_experts_come_before_its_models(
    catalog: Catalog, rows: tuple[Measured, ...]
) -> None:
    # 20 GB on two GPUs of 3.35 TB/s. Four users, each with 1 GB of a cache of one head, which is
    # not split; 8 GB of 16 experts, of which a token uses 4: one token touches a quarter, four
    # touch 1 - (12/16)^4 = 0.68359375 of them.
    entry = beside(
        catalog,
        rows[0],
        gpus=2,
        layout="tensor",
        concurrency=4,
        kv_read=1e9,
        kv_heads=1,
        experts=16,
        experts_per_token=4,
        expert_bytes=8e9,
    )
    weights = (20e9 + (0.68359375 - 0.25) * 8e9) / (2 * 3.35e12)
    assert entry.step_time == pytest.approx(weights + 4 * 1e9 / 3.35e12)
    assert entry.mixture
    assert entry.cache_known


def test_users_really_decoding_count_and_not_those_who_wait(
    catalog: Catalog, rows: tuple[Measured, ...]
) -> None:
    entry = beside(catalog, rows[0], concurrency=16, users=12.5, kv_read=1e9, kv_heads=8)
    assert entry.step_time == pytest.approx((20e9 + 12.5 * 1e9) / 3.35e12)


def test_a_prompt_costs_its_arithmetic_and_its_exchange(
    catalog: Catalog, rows: tuple[Measured, ...]
) -> None:
    # 2 x 10 B x 1,000 tokens over two peaks of 989.4 TFLOP/s: 10.1 ms. Each of 32 layers adds up
    # 1,000 x 4,096 values of 2 bytes twice; a ring of two sends each once, at 450 GB/s one way:
    # 1.17 ms.
    entry = beside(
        catalog,
        rows[0],
        gpus=2,
        layout="tensor",
        concurrency=8,
        prompt=1000,
        active=10e9,
        hidden=4096,
    )
    assert entry.prompt_time == pytest.approx(2e13 / (2 * 989.4e12), rel=1e-3)
    assert entry.exchange_time == pytest.approx(2 * 32 * 4096 * 1000 * 2 / 450e9)


@pytest.mark.parametrize(
    ("date", "year"),
    [
        ("2026", 2026.5),
        ("2025-07-08/10", 2025 + 6.5 / 12),
        ("2025-12/2026-05", 2026 + (-0.5 + 4.5) / 24),
        ("2024-12 onward (transcribed 2026-09-30)", 2024 + 11.5 / 12 + 0.25),
    ],
)
def test_a_date_is_the_middle_of_what_it_names(date: str, year: float) -> None:
    assert year_of(date) == pytest.approx(year)


# --- Devices ---


def test_every_gpu_of_the_catalog_has_by_its_name_the_class_of_its_memory(
    catalog: Catalog,
) -> None:
    by_name = {gpu.name: device_class(catalog, None, gpu.name) for gpu in catalog.gpus.values()}
    by_memory = {gpu.name: gpu.memory_type for gpu in catalog.gpus.values()}
    wrong = {
        name: (kind, by_memory[name])
        for name, kind in by_name.items()
        if not kind or not by_memory[name].startswith(kind)
    }
    assert not wrong


@pytest.mark.parametrize(
    ("kind", "names"),
    {
        "HBM": "P100, V100S, A30, A800, H800, H20 96GB, GH200, GB200, MI50, MI300A, 8x B200 SXM",
        "GDDR": "P40, T4, L4, L40S, A2, A16, A40 48GB, GTX 1080 Ti, RTX A4000, RTX A500, W7900 48GB, "
        "RX 7900 XTX 24GB, Arc A770 16GB, Radeon AI PRO R9700 32GB",
        "LPDDR": "Apple M1 8-core GPU, Apple A18 Pro, M4 Pro, Jetson AGX Orin 64GB, Arc 140V iGPU (LPDDR5X-8533)",
        "DDR": "EPYC 9274F (12x DDR5-4800) CPU, Xeon E5-2683 v4 (4x DDR4-2400) CPU",
        "": "WSE-3, LPU v1",
    }.items(),
)
def test_devices_that_the_catalog_lacks_are_classed_by_their_names(
    kind: str, names: str, catalog: Catalog
) -> None:
    found = {name: device_class(catalog, None, name) for name in names.split(", ")}
    assert set(found.values()) == {kind}, found


def test_every_usable_row_has_a_class(rows: tuple[Measured, ...]) -> None:
    assert {entry.device for entry in rows} <= DEVICE_CLASSES.keys()
