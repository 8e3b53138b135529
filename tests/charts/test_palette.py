"""Colours that carry a meaning are told apart by every eye, and text can be read, in both schemes."""

from __future__ import annotations

import re
from itertools import combinations

import pytest
from building import ROOT
from coloraide import Color

SCHEMES = ("default", "slate")
GROUNDS = ("paper", "paper-2")
MEANINGS = ("memory", "compute", "measured")
TEXTS = ("ink", "ink-2", *MEANINGS, "warn")

READABLE = 4.5
"""Least contrast of text: WCAG 2.2, success criterion 1.4.3."""

SEEN = 3
"""Least contrast of a mark or of a control's edge: success criterion 1.4.11."""

FAR_APART = 15
"""In CIEDE2000, whose unit is about what an eye just notices side by side."""


def palette(scheme: str) -> dict[str, Color]:
    """The colours of a scheme, as the style sheet names them."""
    styles = (ROOT / "docs/assets/essay.css").read_text("utf-8")
    rule = re.search(rf'\[data-md-color-scheme="{scheme}"\] \{{(.*?)\}}', styles, re.S)
    assert rule
    return {name: Color(value) for name, value in re.findall(r"--de-([\w-]+): (#\w+)", rule[1])}


@pytest.mark.parametrize("scheme", SCHEMES)
@pytest.mark.parametrize("eye", ["", "protan", "deutan", "tritan"])
def test_meanings_are_far_apart_for_every_eye(scheme: str, eye: str) -> None:
    colours = palette(scheme)
    seen = {name: colours[name].filter(eye) if eye else colours[name] for name in MEANINGS}
    apart = {
        pair: seen[pair[0]].delta_e(seen[pair[1]], method="2000")
        for pair in combinations(MEANINGS, 2)
    }
    assert {pair: by for pair, by in apart.items() if by < FAR_APART} == {}


@pytest.mark.parametrize("scheme", SCHEMES)
@pytest.mark.parametrize("ground", GROUNDS)
def test_text_can_be_read_and_edges_seen(scheme: str, ground: str) -> None:
    colours = palette(scheme)
    least = {**dict.fromkeys(TEXTS, READABLE), "control": SEEN}
    contrasts = {name: colours[name].contrast(colours[ground]) for name in least}
    assert {name: by for name, by in contrasts.items() if by < least[name]} == {}


def test_red_and_green_of_one_lightness_would_be_told_apart_by_some_only() -> None:
    red, green = Color("#b34a4a"), Color("#6e7a2e")
    assert red.delta_e(green, method="2000") > FAR_APART
    assert red.filter("deutan").delta_e(green.filter("deutan"), method="2000") < FAR_APART
