"""A page is taken from the shelf while nothing that it rests on has changed, and never after."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from jinja2 import Environment

from macros.catalog import Catalog
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
        return Made(f"made {len(count)}", "closing", ledger, {"a.json": "{}"}, alone)

    return lambda rests_on, alone=True: shelved(
        tmp_path / "page.pickle", rests_on, lambda: make(alone)
    )


def test_same_page_is_made_once_and_comes_back_whole(take: Take) -> None:
    first, second = take("text"), take("text")
    assert (first.text, second.text) == ("made 1", "made 1")
    assert (second.closing, second.specs) == (first.closing, first.specs)
    assert second.ledger.as_json() == first.ledger.as_json()
    assert second.ledger.markup() == first.ledger.markup()


def test_changed_page_is_made_anew(take: Take) -> None:
    assert [take(text).text for text in ("a", "b", "a")] == ["made 1", "made 2", "made 3"]


def test_changed_code_makes_every_page_anew(take: Take, monkeypatch: pytest.MonkeyPatch) -> None:
    assert take("text").text == "made 1"
    monkeypatch.setattr(page_cache, "code", lambda: "another law")
    assert take("text").text == "made 2"


def test_page_that_rests_on_more_is_never_shelved(take: Take) -> None:
    assert [take("text", alone=False).text for _ in range(2)] == ["made 1", "made 2"]


@pytest.mark.parametrize("damage", [b"", b"\x80", b"garbage"])
def test_damaged_page_is_made_anew(take: Take, tmp_path: Path, damage: bytes) -> None:
    take("text")
    file = tmp_path / "page.pickle"
    file.write_bytes(file.read_bytes()[:16] + damage)
    assert take("text").text == "made 2"


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
