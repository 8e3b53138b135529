"""A page is taken from the shelf while nothing that it rests on has changed, and never after."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from jinja2 import Environment

from macros.catalog import Catalog
from macros.figures.claims import check
from macros.figures.figure import Condition
from macros.figures.ledger import Ledger
from macros.figures.make import law_figure
from macros.scenario import describe
from macros.site import page_cache
from macros.site.page_cache import Made, shelved
from macros.site.page_rendering import stands_alone
from macros.site.vocabulary import MACROS

Take = Callable[..., Made]


@pytest.fixture
def take(tmp_path: Path, catalog: Catalog) -> Take:
    """Takes the page that rests on something; its text counts how often it was made."""
    count: list[int] = []

    def make(alone: bool) -> Made:
        count.append(1)
        ledger = Ledger()
        base = describe(catalog, {"model": "llama-3-8b", "gpu": "h100-sxm", "precision": "fp16"})
        ledger.cite(law_figure(base, "memory_time"))
        ledger.state(check("<em>8B</em> reads less", (Condition(True, "16 < 140"),)))
        ledger.files["rows.csv"] = "a,b\r\n1,2\r\n"
        text = f"made {len(count)}"
        return Made(text, "closing", ledger.data(), {"a.json": "{}"}, alone)

    return lambda rests_on, alone=True: shelved(
        tmp_path / "page.kept", rests_on, lambda: make(alone)
    )


def test_same_page_is_made_once_and_comes_back_whole(take: Take) -> None:
    first, second = take("text"), take("text")
    assert (first.text, second.text) == ("made 1", "made 1")
    assert second == first
    assert second.ledger.as_json() == first.ledger.as_json()
    assert second.ledger.as_csv() == first.ledger.as_csv()


def test_changed_page_is_made_anew(take: Take) -> None:
    assert [take(text).text for text in ("a", "b", "a")] == ["made 1", "made 2", "made 3"]


def test_changed_code_makes_every_page_anew(take: Take, monkeypatch: pytest.MonkeyPatch) -> None:
    assert take("text").text == "made 1"
    monkeypatch.setattr(page_cache, "code", lambda: "another law")
    assert take("text").text == "made 2"


def test_page_that_rests_on_more_is_never_shelved(take: Take) -> None:
    assert [take("text", alone=False).text for _ in range(2)] == ["made 1", "made 2"]


def test_damaged_page_is_made_anew_wherever_the_damage_is(take: Take, tmp_path: Path) -> None:
    take("text")
    file = tmp_path / "page.kept"
    whole = file.read_bytes()
    places = range(0, len(whole), 29)
    for made, place in enumerate(places, 2):
        file.write_bytes(whole[:place] + bytes([whole[place] ^ 1]) + whole[place + 1 :])
        assert take("text").text == f"made {made}"
    assert len(places) > 10


def test_kept_page_is_plain_data(take: Take, tmp_path: Path) -> None:
    take("text")
    _, _, content = (tmp_path / "page.kept").read_bytes().partition(b"\n")
    assert '"made 1"' in json.dumps(json.loads(content))


@pytest.mark.parametrize(
    ("text", "alone"),
    [
        ("Prose.", True),
        ('{{ figure("memory_time") }} {% set x = 1 %}{{ x }}', True),
        ("{{ author }}", True),
        ("{{ now() }}", False),
        ("{{ page.title }}", False),
        ('{% include "other.md" %}', False),
        ("{{ [1, 2] | random }}", False),
        ('{{ command("list gpus h100") }} {{ command("predict --help", lines=3) }}', True),
        ('{{ command("predict --config my.json b200") }}', False),
        ('{{ command("predict --config=my.json b200") }}', False),
        ('{{ command(line="list gpus --catalog /elsewhere") }}', False),
        ('{% set line = "list gpus" %}{{ command(line) }}', False),
        ("{% set say = command %}{{ say('list gpus') }}", False),
    ],
)
def test_a_page_that_asks_for_files_clock_or_dice_does_not_stand_alone(
    text: str, alone: bool
) -> None:
    template = Environment().parse(text)
    assert stands_alone(template, {*MACROS, "author"}) is alone
