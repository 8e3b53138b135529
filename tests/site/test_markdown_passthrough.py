"""Blocks of HTML that are led past Markdown come out as Markdown itself would leave them."""

from __future__ import annotations

import pytest
from markdown import Markdown
from markdown.preprocessors import Preprocessor

from macros.site.markdown_passthrough import LONG

OTHERS = ("attr_list", "def_list", "footnotes", "md_in_html", "tables", "toc")
WORDS = "a *word* &amp; `code` " * (LONG // 20)
CHART = f'<figure class="widget" id="chart-a"><div id="b">{WORDS}</div></figure>'
TABLE = f"<div><table><tr><td>{WORDS}</td></tr></table></div>"

TEXTS = {
    "alone": CHART,
    "between paragraphs": f"Before *it*.\n\n{CHART}\n\nAfter *it*.",
    "at either end": f"{CHART}\n\nBetween.\n\n{TABLE}",
    "one after another": f"{CHART}\n\n{TABLE}\n\n\n{CHART}",
    "two on a line": f"Before.\n\n{TABLE}{TABLE}\n\nAfter.",
    "right after text": f"Before.\n{CHART}\n\nAfter.",
    "right before text": f"Before.\n\n{CHART}\nAfter.",
    "on two lines": f"<div>\n{CHART}</div>\n\nAfter.",
    "inside a block of HTML": f"<div class='gives'>\n\n{TABLE}\n\n</div>\n\nAfter.",
    "inside a block of Markdown": f"<aside markdown>\n**One**\n\n{TABLE}\n\ntwo.\n</aside>\n\nAfter.",
    "with Markdown in it": f"<div markdown>{WORDS}</div>\n\nAfter.",
    "in a list": f"- one\n\n    {TABLE}\n\n- two",
    "in code": f"    {TABLE}\n\nAfter.",
    "inline": f"A word, <span>{WORDS}</span>, and more.",
    "short": "Before.\n\n<div>short</div>\n\nAfter.",
}


@pytest.mark.parametrize("text", TEXTS.values(), ids=TEXTS.keys())
def test_pages_come_out_the_same(text: str) -> None:
    by_itself = Markdown(extensions=[*OTHERS])
    spared = Markdown(extensions=[*OTHERS, "macros.site.markdown_passthrough"])
    assert spared.convert(text) == by_itself.convert(text)


class Anchors(Preprocessor):
    """Looks for anchors in HTML, as MkDocs does, though not very hard."""

    present_anchor_ids: set[str]

    def run(self, lines: list[str]) -> list[str]:
        self.present_anchor_ids = {"seen"}
        return [line for line in lines if "chart-a" not in line]


def test_who_looks_for_anchors_is_told_those_that_were_put_aside() -> None:
    spared = Markdown(extensions=[*OTHERS, "macros.site.markdown_passthrough"])
    anchors = Anchors(spared)
    spared.preprocessors.register(anchors, "anchors", 21)
    assert 'id="chart-a"' in spared.convert(CHART)
    assert anchors.present_anchor_ids == {"seen", "chart-a", "b"}
    spared.reset()
    spared.convert("No block here.")
    assert anchors.present_anchor_ids == {"seen"}
