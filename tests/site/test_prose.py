"""Prose is typed, numbers are not: every figure of a page comes from a macro."""

from __future__ import annotations

import re
from itertools import pairwise
from pathlib import Path
from typing import NamedTuple

import pytest
import yaml
from prose import DOCS, PAGES, name_of, prose_of

NUMBER = r"(?<![\w.,])[-−+~≈]?\d[\d,.]*"
SPELLED = (
    r"(?:two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|fifteen|sixteen|twenty|thirty"
    r"|forty|fifty|sixty|seventy|eighty|ninety|(?:a )?hundred|(?:a )?thousand)"
)
UNITS = (
    r"[kKMGTP]i?B(?:/s)?|bytes?|bits?|[kMGTP]?FLOPs?(?:/s|/byte)?|[TGP]OPs?"
    r"|tok(?:ens?)?(?:/s)?|[mnµ]?s|sec(?:onds?)?|milliseconds?|microseconds?|minutes?|hours?"
    r"|[kM]?W|watts?|GHz|MHz|°C|users?|GPUs?|params?|parameters|billion|million|trillion"
)
SPACE = r"[ \u00a0\u2009\u202f-]?"

FINDINGS = {
    "a percentage": rf"{NUMBER}{SPACE}(?:%|percent|per cent)|{SPELLED}(?:-\w+)? percent",
    "a ratio": rf"{NUMBER}{SPACE}(?:[×x](?!\w)|times\b|-fold\b|fold\b)|[×x]{SPACE}\d",
    "a number with a unit": rf"{NUMBER}{SPACE}(?:{UNITS})(?![\w])",
    "a count of parameters": rf"{NUMBER}[KMBT](?!\w)",
    "a power": r"\d[⁰¹²³⁴⁵⁶⁷⁸⁹]+",
    "a currency amount": r"[$€£]\s?\d",
    "a decimal number": r"(?<![\w.])\d+\.\d+(?![\w.]*[\w])",
    "a large number": r"(?<![\w.,])\d{1,3}(?:,\d{3})+|(?<![\w.,/-])\d{5,}",
}


class Allowed(NamedTuple):
    """A phrase that the lint would find, with the reason why it may stand."""

    page: str
    phrase: str
    reason: str


ALLOWED = [
    Allowed(
        "learn/decode-bottleneck.md",
        "Why is a 70B model more than 8× slower per token than an 8B model?",
        "the page's title; its heading makes the same claim, and the build checks it there",
    ),
    Allowed(
        "glossary.md",
        "10⁹ bytes and 2³⁰ bytes",
        "the definitions of two units, which no catalog could change",
    ),
]


def typed_numbers(text: str, allowed: tuple[str, ...] = ()) -> list[str]:
    """Each number that stands typed in a page, as `line: what: text`."""
    for phrase in allowed:
        text = text.replace(phrase, "")
    prose = prose_of(text)
    hits = [
        (prose.count("\n", 0, hit.start()) + 1, what, hit[0].strip())
        for what, pattern in FINDINGS.items()
        for hit in re.finditer(pattern, prose)
    ]
    return [f"{line}: {what}: {text}" for line, what, text in sorted(hits)]


@pytest.mark.parametrize("path", PAGES, ids=name_of)
def test_no_number_is_typed_into_a_page(path: Path) -> None:
    allowed = tuple(entry.phrase for entry in ALLOWED if entry.page == name_of(path))
    assert typed_numbers(path.read_text("utf-8"), allowed) == []


@pytest.mark.parametrize("entry", ALLOWED, ids=lambda entry: entry.phrase)
def test_what_is_allowed_is_there_and_would_be_found(entry: Allowed) -> None:
    assert entry.phrase in (DOCS / entry.page).read_text("utf-8")
    assert typed_numbers(entry.phrase)
    assert entry.reason


@pytest.mark.parametrize(
    "typed",
    [
        "A step takes 42.1 ms on it.",
        "A step takes 42 milliseconds.",
        "It reads 141 GB of weights.",
        "It reads 141GB of weights.",
        "At 3.35 TB/s it is done.",
        "About 23.7 tok/s.",
        "About 25 tokens per second.",
        "It does 989 TFLOP/s.",
        "Almost 300 times below.",
        "It is 8.79× slower.",
        "It is 8x slower.",
        "It is ×8 slower.",
        "It gains a 2-fold speed.",
        "99.66% of the time",
        "99 % of the time",
        "99 percent of the time",
        "less than one to ninety-nine percent of it",
        "The model has 70.6B parameters.",
        "The model has 70 billion parameters.",
        "It serves 14 users.",
        "It needs 11 GPUs.",
        "A context of 128K tokens",
        "It costs $10.",
        "a factor of 1.43 or so",
        "Arithmetic promises 7,009 of them.",
        "| 8B | 208.6 |",
        "# A heading of 42 ms { #id }",
        "---\ntitle: Only 42 ms\n---\n",
        "---\ndescription: >-\n  Spread over lines,\n  42 ms of it\n---\n",
        '<p class="answer">Only 42 ms</p>',
        "[42 ms](where.md)",
        '{% call chart("naive", title="All of 42 ms") %}\ncaption\n{% endcall %}',
        '{{ table("All of 42 ms", rows=["llama-3-8b"]) }}',
        '{{ table("Fine", columns=[{"quantity": "x", "heading": "42 ms"}]) }}',
        "10⁹ bytes",
        "{{ figure() }} or 42 ms {{ figure() }}",
    ],
)
def test_the_lint_finds(typed: str) -> None:
    assert typed_numbers(typed)


@pytest.mark.parametrize(
    "fine",
    [
        'A step takes {{ figure("memory_time", digits=4, unit="ms") }} on it.',
        '{{ claim("more than 8×",\n   ratio(figure("a"), figure("b")) > 8) }}',
        '{% call chart("naive", title="Fine", batches=[8, 64]) %}\ncaption\n{% endcall %}',
        '{{ table("Fine", columns=[{"quantity": "x", "heading": "fine", "digits": 4}]) }}',
        "Llama 3 70B on an H100 SXM in FP16",
        "Llama 3.1 405B, INT8, A100 SXM",
        "DeepSeek-V3 on RTX 4090, W8A16 and W4A16",
        "The idle arithmetic of section 03",
        "the same sixteen H100s",
        "`42 ms`",
        "```yaml\ncontext: 42 GB\n```",
        '<svg width="42 ms"></svg>',
        '<span class="no">01</span> Compute to spare',
        "## Title { #top-10x }",
        "[text](page-42x.md)",
        "https://example.org/42x",
        "---\ntitle: Fine\nscenario: {context: 8192}\n---\n",
        "1. The first of a list",
        "Published in 2009.",
    ],
)
def test_the_lint_leaves_alone(fine: str) -> None:
    assert typed_numbers(fine) == []


def test_the_lint_tells_the_line() -> None:
    text = '---\ntitle: Fine\n---\n\nOne\n{{ figure("x",\n  batch=2) }} and\n42 ms\n'
    assert typed_numbers(text) == ["8: a number with a unit: 42 ms"]


# --- What every page has ---


def front_matter(path: Path) -> dict[str, object]:
    text = path.read_text("utf-8")
    assert text.startswith("---\n"), f"{path} has no front matter"
    found = yaml.safe_load(text.split("---\n")[1])
    assert isinstance(found, dict)
    return found


def headings(path: Path) -> list[tuple[int, str]]:
    text = re.sub(r"```.*?```", "", path.read_text("utf-8"), flags=re.S)
    return [(len(hit[1]), hit[2]) for hit in re.finditer(r"(?m)^(#{1,6}) (.*)$", text)]


@pytest.mark.parametrize("path", PAGES, ids=name_of)
def test_a_page_has_a_title_and_a_description(path: Path) -> None:
    matter = front_matter(path)
    assert matter.get("title")
    assert len(str(matter.get("description", ""))) > 40


@pytest.mark.parametrize("path", PAGES, ids=name_of)
def test_a_page_has_one_first_heading_and_skips_no_level(path: Path) -> None:
    levels = [level for level, _ in headings(path)]
    assert levels[0] == 1
    assert levels.count(1) == 1
    assert all(after <= before + 1 for before, after in pairwise(levels))


@pytest.mark.parametrize("path", PAGES, ids=name_of)
def test_every_heading_has_an_id_that_its_wording_cannot_change(path: Path) -> None:
    ids = [re.search(r"\{ #([a-z0-9-]+)[^}]*\}$", text) for _, text in headings(path)]
    assert all(ids), [text for _, text in headings(path)]
    names = [found[1] for found in ids if found]
    assert len(set(names)) == len(names)
