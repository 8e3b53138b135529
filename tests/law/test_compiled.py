"""The law over arrays is the law: every number, to the last bit."""

from __future__ import annotations

import numpy as np
import pytest

from macros import law
from macros.catalog import Catalog
from macros.law import compiled
from macros.scenario import Scenario

RUN = {
    "gpus": np.array([1.0, 3.0, 8.0])[:, None, None],
    "batch": np.array([1.0, 7.0, 300.0])[:, None],
    "context": np.array([0.0, 1.0, 1000.0, 131072.0]),
}
TARGETS = ("step_time", "min_gpus", "max_batch", "aggregate_tps", "critical_batch", "idle_share")


def test_every_number_is_the_laws_to_the_last_bit(catalog: Catalog) -> None:
    precision, kv = catalog.precision("q4_k_m"), catalog.precision("fp16")
    for model in list(catalog.models.values())[::5]:
        for gpu in list(catalog.gpus.values())[::7]:
            inputs = Scenario(model, gpu, precision, kv).inputs
            numbers = {name: float(value) for name, value in inputs.items()}
            known: dict[str, compiled.Array | float] = {**numbers, **RUN}
            found = compiled.compiled(TARGETS, known)(known)
            for place, run in enumerate(np.broadcast(*RUN.values())):
                here: dict[str, float] = {**inputs, **dict(zip(RUN, map(int, run), strict=True))}
                for target, values in zip(TARGETS, found, strict=True):
                    every = np.broadcast_to(values, (3, 3, 4)).ravel()
                    assert float(every[place]) == law.evaluate(target, here), target


def test_a_quantity_takes_the_axes_that_it_depends_on_and_no_others() -> None:
    known: dict[str, compiled.Array | float] = {**dict.fromkeys(law.INPUTS, 2.0), **RUN}
    shapes = {
        "flops_per_token": (),
        "experts_touched": (3, 1),
        "cached_positions": (4,),
        "cache_shards": (3, 1, 1),
        "step_time": (3, 3, 4),
    }
    for name, values in zip(shapes, compiled.compiled(shapes, known)(known), strict=True):
        assert np.shape(values) == shapes[name]


def test_what_is_given_is_not_computed_again() -> None:
    (ceiling,) = compiled.compiled(["decode_tps"], ["step_time"])({"step_time": np.array([0.5])})
    assert ceiling.tolist() == [2.0]


def test_a_target_without_its_inputs_is_refused() -> None:
    with pytest.raises(KeyError):
        compiled.compiled(["step_time"], ["bandwidth", "gpus"])


def test_helpers_do_what_pythons_do() -> None:
    values = np.array([0.0, -0.0, 0.5, -0.5, 2.0, 1e300])
    pairs = values[:, None], values
    for a, b, larger, smaller in zip(
        *(np.broadcast_to(each, (6, 6)).ravel().tolist() for each in pairs),
        compiled.maximum(*pairs).ravel().tolist(),
        compiled.minimum(*pairs).ravel().tolist(),
        strict=True,
    ):
        assert repr(larger) == repr(max(a, b))
        assert repr(smaller) == repr(min(a, b))
    assert list(map(repr, compiled.ceil(values[:5]).tolist())) == [
        "0.0",
        "0.0",
        "1.0",
        "0.0",
        "2.0",
    ]
    assert list(map(repr, compiled.floor(values[:5]).tolist())) == [
        *("0.0", "0.0", "0.0", "-1.0", "2.0")
    ]


def test_powers_are_pythons() -> None:
    bases = np.random.default_rng(5).uniform(0, 1, 2000)
    exponents = np.array([1.0, 2.0, 7.0, 0.75])[:, None]
    assert compiled.power(bases, exponents).tolist() == [
        [base**exponent for base in bases.tolist()] for exponent in (1, 2, 7, 0.75)
    ]
