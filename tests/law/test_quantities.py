"""What is known of a quantity is said once, where its equation stands, and seen everywhere."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from bs4 import BeautifulSoup

from macros import law
from macros.catalog import Catalog
from macros.errors import ScenarioError
from macros.evidence.groups import evidence_of
from macros.figures import tables
from macros.figures.make import law_figure
from macros.law import formulas
from macros.scenario import Scenario, axes_of, describe
from macros.site.block_macros import BlockMacros
from macros.site.page_state import PageState
from macros.widgets import law_module

PAGE = {"model": "llama-3-70b", "gpu": "h100-sxm", "precision": "fp16"}


@pytest.fixture
def drafted() -> Iterator[str]:
    """An equation that stands here alone."""

    @law.equation("tok/s", "speed with one drafted token", short="drafted speed", kind="expected")
    def drafted_tps(decode_tps: law.Quantity, batch: law.Quantity) -> law.Quantity:
        return 2 * decode_tps / batch

    yield "drafted_tps"
    del law.EQUATIONS["drafted_tps"], law.MEANINGS["drafted_tps"]


@pytest.fixture
def two_gpus(catalog: Catalog) -> Scenario:
    return describe(catalog, {**PAGE, "gpus": 2})


def test_a_new_equation_has_its_row_in_the_table_of_quantities(
    drafted: str, catalog: Catalog, tmp_path: Path
) -> None:
    macros = BlockMacros(PageState(catalog, evidence_of(catalog).validation.fit, tmp_path))
    page = BeautifulSoup(macros.quantities(), "html.parser")
    row = page.select("tr")[-1]
    assert [cell.get_text(" ") for cell in row.select("th, td")] == [
        "drafted_tps",
        "speed with one drafted token, in tok/s 2 × tokens per second ÷ batch",
    ]


def test_a_new_equation_has_its_words_in_formulas(drafted: str) -> None:
    assert "<mtext>drafted speed</mtext>" in formulas.mathml(drafted)


def test_a_new_equation_has_its_entry_in_the_browsers_module(drafted: str) -> None:
    entry = law_module._quantities()[drafted]
    assert (entry["unit"], entry["name"]) == ("tok/s", "drafted speed")
    assert entry["axes"] == list(axes_of("decode_tps"))
    assert law_module._written()["EQUATIONS"][drafted] == "((2*q.decode_tps)/q.batch)"


def test_a_column_of_a_new_speed_says_of_which_kind_it_is(drafted: str, two_gpus: Scenario) -> None:
    column = tables.law_column(drafted, [two_gpus], law_figure)
    assert (column.heading, column.kind) == ("speed with one drafted token", "expected")


def test_a_new_speed_is_refused_like_the_others_where_the_weights_do_not_fit(
    drafted: str, two_gpus: Scenario
) -> None:
    # 141 GB fit on two GPUs of 80, which read twice as fast as one with its 24.0997 tok/s; of a
    # batch of one the drafted speed is twice that: 2 x 2 x 24.0997.
    assert law_figure(two_gpus, drafted).value == pytest.approx(4 * 24.0997, rel=1e-5)
    with pytest.raises(ScenarioError, match="the weights need 2 GPUs, not 1"):
        law_figure(two_gpus.on(gpus=1), drafted)


def test_a_name_is_entered_once() -> None:
    with pytest.raises(ValueError, match="the law already holds 'bandwidth'"):
        law.equation("s", "not a bandwidth")(bandwidth)


def bandwidth(memory_time: float) -> float:
    return memory_time


@pytest.mark.parametrize(
    ("quantity", "short"),
    [
        ("decode_tps", "tokens per second"),  # said where it stands
        ("step_flops", "step FLOP"),  # else the identifier's words, spelt as text spells them
        ("kv_read_bytes", "KV read bytes"),
        ("min_gpus", "min GPUs"),
    ],
)
def test_a_quantity_without_a_short_name_is_called_by_its_identifier(
    quantity: str, short: str
) -> None:
    assert law.MEANINGS[quantity].short == short


def test_speeds_are_ceilings_or_expected_and_no_other_quantity_is() -> None:
    kinds = {name: meaning.kind for name, meaning in law.MEANINGS.items() if meaning.kind}
    assert kinds == {
        "decode_tps": "ceiling",
        "aggregate_tps": "ceiling",
        "expected_tps": "expected",
        "expected_low_tps": "expected",
        "expected_high_tps": "expected",
        "expected_aggregate_tps": "expected",
    }


def test_every_input_but_the_fits_says_what_decides_it() -> None:
    undecided = {name for name, meaning in law.INPUTS.items() if not meaning.axes}
    assert undecided == {"achieved_share", "mixture_time", "low_factor", "high_factor"}
