"""An element escapes what is put into it, unless it is HTML already."""

from __future__ import annotations

from dataclasses import replace

import pytest
from bs4 import BeautifulSoup

from macros.errors import ClaimError
from macros.figures import tables
from macros.figures.claims import Claim, check
from macros.figures.figure import Condition, Figure
from macros.figures.html import Content, Markup, escape, json_script, lines, tag, together
from macros.figures.ledger import Ledger

HOSTILE = """<b>&amp;"'|"""
PLAIN = Figure("count", 3.0, "1", "count(a)", {"of": "a"}, "entries")


def text_of(html: str) -> str:
    """What a browser shows of HTML that must hold no bold element."""
    soup = BeautifulSoup(html, "html.parser")
    assert soup.find("b") is None
    return soup.get_text()


@pytest.mark.parametrize(
    ("made", "written"),
    [
        (tag("p", "a < b", tag("i", "c")), "<p>a &lt; b<i>c</i></p>"),
        (tag("p", 3), "<p>3</p>"),
        (tag("p"), "<p></p>"),
        (tag("br"), "<br>"),
        (tag("rect", width=5), '<rect width="5"/>'),
        (tag("p", class_="x", data_live="y"), '<p class="x" data-live="y"></p>'),
        (tag("input", name="gpus", min=0, value=""), '<input name="gpus" min="0" value="">'),
        (tag("p", hidden=True, open=False, id=None), "<p hidden></p>"),
        (together("a & b", tag("br"), 1), "a &amp; b<br>1"),
        (lines(["a", "b"]), "a<br>b"),
        (json_script('"</script>"'), '<script type="application/json">"\\u003c/script>"</script>'),
    ],
)
def test_an_element_is_written_as_pages_have_it(made: Markup, written: str) -> None:
    assert made == written


def test_text_is_shown_as_it_was_written_and_html_as_it_was_made() -> None:
    made = tag("p", HOSTILE, tag("i", HOSTILE), Markup("<i>&lt;</i>"))
    assert text_of(made) == f"{HOSTILE}{HOSTILE}<"


def test_an_attribute_is_text_even_where_html_is_given_for_it() -> None:
    made = BeautifulSoup(tag("p", title=Markup(HOSTILE)), "html.parser")
    assert made.p
    assert made.p.attrs == {"title": HOSTILE}


def test_a_count_prints_its_noun_and_keeps_its_value() -> None:
    counted = replace(PLAIN, noun=("pair of rows", "pairs of rows"))
    assert counted.text == "3\u00a0pairs of rows"
    assert replace(counted, value=1.0).text == "1\u00a0pair of rows"
    shown = BeautifulSoup(counted.markup(), "html.parser").data
    assert shown
    assert shown["value"] == "3.0"
    assert PLAIN.text == "3"


def test_a_figure_is_html_wherever_it_is_put_and_text_nowhere() -> None:
    ledger = Ledger()
    shown = replace(PLAIN, cite=ledger.cite)
    link = '<a class="figure-link" href="#l-1" id="f-1">'
    assert escape(shown).startswith(link)
    assert len(ledger.figures) == 1
    assert tag("p", shown).startswith('<p><a class="figure-link" href="#l-1"><data class="figure"')


def test_figures_of_an_element_enter_the_ledger_in_the_order_of_the_page() -> None:
    ledger = Ledger()
    first, second = (replace(PLAIN, reference=name, cite=ledger.cite) for name in "ab")
    tag("p", first, " of ", second)
    assert list(ledger.figures) == ["a", "b"]


def test_no_bar_of_a_figure_ends_a_cell_of_a_markdown_table() -> None:
    figure = replace(PLAIN, formula=HOSTILE, words=HOSTILE)
    assert "|" not in figure.markup()
    assert text_of(figure.markup()) == HOSTILE


# --- Words of pages and of the catalog, where they stand ---


def ledger_of(figure: Figure, claim: Claim) -> Markup:
    ledger = Ledger()
    ledger.cite(figure)
    ledger.state(claim)
    return ledger.markup()


COLUMN = tables.Column(HOSTILE, [HOSTILE], "ceiling")
CLAIM = Claim(HOSTILE, (Condition(True, HOSTILE),))
FIGURE = replace(PLAIN, reference=HOSTILE, formula=HOSTILE, words=HOSTILE)


@pytest.mark.parametrize(
    ("made", "times"),
    [
        # The caption, the corner, the heading, the row's label and its cell.
        (tables.markup(HOSTILE, HOSTILE, [HOSTILE], [COLUMN]), 5),
        # The caption, two headings, the row's name and its cell.
        (tables.plain(HOSTILE, [HOSTILE, HOSTILE], [{"name": HOSTILE, "cell": HOSTILE}]), 5),
        (CLAIM.markup(), 1),
        (FIGURE.markup(), 1),
        # The figure, its reference, its formula; the claim's phrase, and what holds it.
        (ledger_of(FIGURE, CLAIM), 5),
    ],
    ids=["table", "plain table", "claim", "figure", "ledger"],
)
def test_words_are_shown_as_they_were_written(made: Markup, times: int) -> None:
    assert text_of(made).count(HOSTILE) == times


@pytest.mark.parametrize("content", [FIGURE, Markup("<i>x</i>")])
def test_a_cell_that_is_html_stays_html(content: Content) -> None:
    column = tables.Column("heading", [content])
    assert str(escape(content)) in tables.markup("caption", "corner", ["label"], [column])


def test_a_claim_in_html_is_quoted_as_its_editor_typed_it() -> None:
    with pytest.raises(ClaimError, match="the claim '<i>so</i>' does not hold"):
        check(Markup("<i>so</i>"), (Condition(False, "1 > 2"),))
