"""Every macro is in the manual, with an example that the build has rendered."""

from __future__ import annotations

import pytest
from bs4 import Tag
from conftest import Page

from macros.errors import ScenarioError
from macros.site import manual
from macros.site.vocabulary import MACROS, WORDS, entry_of

MANUAL = "contributing/vocabulary/"
BLOCKS = {
    "formula": "div.formula math",
    "guess": "details.guess data.figure",
    "table": "table.compare data.figure",
    "chart": "figure.widget svg",
    "widget": "figure.widget .controls select",
    "step_animation": ".step-animation",
    "calculator": "[data-what-if] data.figure",
    "validation": "table.compare data.figure",
    "command": "pre code",
    "catalog_table": "details.entry",
    "quantities": "table.compare",
}
"""What the example of each macro that stands alone must hold."""


def section(page: Page, name: str) -> list[Tag]:
    """What stands on the page between a macro's heading and the next one."""
    heading = page(MANUAL).find(id=f"macro-{name}")
    assert isinstance(heading, Tag)
    found: list[Tag] = []
    for element in heading.find_next_siblings():
        if element.name in {"h2", "h3"} or element.get("class") == ["ledger"]:
            break
        found.append(element)
    return found


def given(page: Page, name: str) -> list[Tag]:
    return [element for element in section(page, name) if element.get("class") == ["gives"]]


# --- The code ---


def test_every_public_method_of_the_words_is_a_macro() -> None:
    public = [name for words in WORDS for name in vars(words) if name[0] != "_"]
    assert sorted(MACROS) == sorted(public)


@pytest.mark.parametrize("name", MACROS)
def test_a_macro_is_told_in_words_and_each_of_its_examples_uses_it(name: str) -> None:
    told = entry_of(name)
    assert told.text[0].isupper()
    assert told.text[-1] == "."
    assert all(f"{name}(" in source for source in told.examples)


def test_blank_lines_part_the_examples_of_a_macro() -> None:
    told = manual.entry(
        "sum", "Adds.\n\n    Twice.\n\n    Example:\n        a\n        b\n\n        c\n"
    )
    assert (told.text, told.examples) == ("Adds.\n\nTwice.", ["a\nb", "c"])


def test_an_example_that_fails_is_named() -> None:
    def render(source: str) -> str:
        raise ZeroDivisionError("by nothing")

    entries = [manual.Entry("share", "Divides.", ["{{ share(1, 0) }}"])]
    with pytest.raises(ScenarioError, match=r"the example of `share` fails: by nothing"):
        manual.markdown(entries, render)


# --- The page ---


def test_the_manual_lists_every_macro_in_its_order(page: Page) -> None:
    headings = page(MANUAL).select("h3[id^=macro-]")
    assert [str(heading["id"]) for heading in headings] == [f"macro-{name}" for name in MACROS]
    links = page(MANUAL).select('article p > a[href^="#macro-"]')
    assert [link.get_text() for link in links] == list(MACROS)


@pytest.mark.parametrize("name", MACROS)
def test_each_example_is_shown_as_an_editor_types_it(page: Page, name: str) -> None:
    shown = [
        code.get_text().strip() for e in section(page, name) for code in e.select("pre > code")
    ]
    assert [text for text in shown if text[0] == "{" or "{{" in text] == list(
        entry_of(name).examples
    )


@pytest.mark.parametrize("name", [name for name in MACROS if name != "vocabulary"])
def test_what_each_example_gives_stands_under_it(page: Page, name: str) -> None:
    made = given(page, name)
    assert len(made) == len(entry_of(name).examples)
    for element in made:
        text = element.get_text().strip()
        assert text
        assert not {"{{", "{%", "}}", "```"} & set(text.split())
        assert not any(source in text for source in entry_of(name).examples)


@pytest.mark.parametrize("name", BLOCKS)
def test_the_example_of_a_block_gives_that_block(page: Page, name: str) -> None:
    (element,) = given(page, name)
    assert element.select_one(BLOCKS[name])
    assert not element.select("p :is(div, table, figure, pre, details)")


@pytest.mark.parametrize("name", sorted(set(MACROS) - set(BLOCKS) - {"vocabulary"}))
def test_the_example_of_any_other_macro_gives_a_sentence(page: Page, name: str) -> None:
    for element in given(page, name):
        assert [child.name for child in element.find_all(recursive=False)] == ["p"]


def test_the_manual_does_not_hold_itself(page: Page) -> None:
    *_, words = section(page, "vocabulary")
    assert "you are reading" in words.get_text()
