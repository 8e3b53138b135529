"""A universal word is checked by the build, or stands in a short list with its reason.

"Not one row stands above it" stays true because it is a claim. The same words outside a claim are
a sentence that nobody checks, and so is a noun typed behind a count of something else.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path

import pytest
from prose import PAGES, name_of, prose_of

from macros.evidence.statistics import STATISTICS
from macros.evidence.statistics.definition import UNCOUNTED
from macros.widgets.catalog_tables import KINDS

READ = [page for page in PAGES if not name_of(page).startswith("contributing/")]
"""The pages for readers. Those for contributors state the project's rules, not findings."""

UNIVERSAL = re.compile(
    r"""(?i:\b(?:
        always | never | every(?:one|body|thing|where)? | all | nobody | no[ -]one | none
        | only | exactly | solely | invariably | nothing | nowhere | without\ exception
        | any(?:one|body|thing|where)? | whatever | whenever | wherever | whichever
        # What is bounded by a comparison ("no more than") is no universal.
        | no\ (?!(?:more|less|fewer|longer|further)\b)\w+
        | not\ (?:one|a\ single)\ \w+
    )\b)
    # As a subject. Within a sentence the word shares out: "for each user", "bytes each".
    | \bEach\b""",
    re.X,
)

EXCEPTIONS: Mapping[str, str] = {
    "a model must read every active weight from memory once": "the law itself, in words",
    '"Every weight" has one exception': "quotes the law in order to correct it",
    "No figure on this site is typed": "test_prose.py holds it, for each page",
    "all users together": "what the law calls the quantity `aggregate_tps`",
    "“More GPUs serve more users, not one user faster.”": "a saying, quoted to be refuted",
}
"""Parts of sentences that may stand, by their text, each with its reason."""


def universal_words(text: str) -> list[str]:
    """Each universal word outside a claim, as `line: word: the line`."""
    prose = prose_of(text)
    for phrase in EXCEPTIONS:
        prose = prose.replace(phrase, "\0" * len(phrase))
    lines = text.split("\n")
    numbered = ((prose.count("\n", 0, hit.start()), hit[0]) for hit in UNIVERSAL.finditer(prose))
    return [f"{line + 1}: {word}: {lines[line]}" for line, word in numbered]


@pytest.mark.parametrize("path", READ, ids=name_of)
def test_a_universal_word_stands_in_a_claim_or_in_the_list(path: Path) -> None:
    assert universal_words(path.read_text("utf-8")) == []


@pytest.mark.parametrize("phrase", EXCEPTIONS)
def test_an_exception_occurs_and_would_be_found(phrase: str) -> None:
    assert any(phrase in page.read_text("utf-8") for page in READ)
    assert UNIVERSAL.search(phrase)
    assert EXCEPTIONS[phrase]


def test_exceptions_are_few() -> None:
    assert len(EXCEPTIONS) <= 15


@pytest.mark.parametrize(
    "planted",
    [
        "Measured speeds are always below the ceiling.",
        "A cache is never split.",
        "Every row is slower.",
        "The intervals hold everywhere.",
        "All rows stand below it.",
        "Nobody measured more.",
        "No one measured more.",
        "Of these rows none is faster.",
        "Only bandwidth matters.",
        "It is exactly as fast.",
        "Nothing real exceeds it.",
        "No kernel reaches it.",
        "Not one row stands above it.",
        "It fits not a single user.",
        "The ratio holds, whatever the GPU.",
        "Any engine reaches it.",
        "Each engine reaches it.",
        "---\ntitle: Nothing is faster\n---\n",
        "---\ndescription: >-\n  Spread over lines,\n  all of them\n---\n",
        '<p class="lede">Never faster</p>',
        "[every row](where.md)",
        '{% call chart("naive", title="Every GPU waits") %}\ncaption\n{% endcall %}',
        '{% call chart("naive", title="Fine") %}\nEvery GPU waits.\n{% endcall %}',
        '{% call widget("Every GPU waits") %}\nlines\n{% endcall %}',
        '{{ table("Every GPU waits", rows=["llama-3-8b"]) }}',
        '{{ table("Fine", columns=[{"quantity": "x", "heading": "all of it"}]) }}',
        '{{ guess("Is every GPU waiting?", figure("idle_share")) }}',
        '{{ formula("step_time", words="all that is read") }}',
        'All of them, {{ claim("not one above", figure("x") < 1) }}.',
    ],
)
def test_the_lint_finds_a_planted_word(planted: str) -> None:
    assert universal_words(planted)


@pytest.mark.parametrize(
    "fine",
    [
        '{{ claim("not one stands above it", statistic("rows_above_ceiling") == 0) }}',
        '{{ claim("always by less\n than all", figure("x") < 4) }}',
        "It takes no more memory than before, and no longer.",
        "for each user, in bytes each",
        "It is not one.",
        "`all` is what the catalog has",
        "```sh\ndecode-equation sweep --model all\n```",
        '<svg aria-label="all"></svg>',
        "[rows](every-row.md)",
        "## Rows { #all }",
        "all users together",
    ],
)
def test_the_lint_leaves_alone(fine: str) -> None:
    assert universal_words(fine) == []


# --- Nouns behind counts ---

COUNT = re.compile(r'\{\{ ?(?:statistic|count)\("(\w+)"([^{}]*)\) ?\}\}\s*(.{0,40})', re.S)
"""A count that stands in prose: its name, what else it is given, and what follows."""

NOUNS = {
    **{name: known.noun for name, known in STATISTICS.items() if known.noun != UNCOUNTED},
    **KINDS,
}
COUNTED = {word for noun in NOUNS.values() for word in noun}
TYPED = re.compile(rf"(?:{'|'.join(sorted(COUNTED, key=len, reverse=True))}|rows|pairs)\b")


def typed_nouns(text: str) -> list[str]:
    """Each count whose noun is typed, or left out where it is no part of a counted whole."""
    return [
        hit[0]
        for hit in COUNT.finditer(text)
        if (noun := NOUNS.get(hit[1]))
        and (_left_out(noun, hit[3]) if "noun=false" in hit[2] else TYPED.match(hit[3]))
    ]


def _left_out(noun: tuple[str, str], follows: str) -> bool:
    """Whether a number alone is not the first of "5 of 34 pairs", of one noun."""
    whole = re.match(r'of \{\{ statistic\("(\w+)"', follows)
    return not whole or NOUNS.get(whole[1]) != noun


@pytest.mark.parametrize("path", READ, ids=name_of)
def test_a_count_prints_its_own_noun(path: Path) -> None:
    assert typed_nouns(path.read_text("utf-8")) == []


@pytest.mark.parametrize(
    "planted",
    [
        '{{ statistic("rows") }} rows of one user',
        '{{ statistic("rows", "vLLM") }} sources',
        '{{ statistic("pairs", "70B to 8B") }}\npairs of rows',
        '{{ count("models") }} models',
        '{{ statistic("pairs", "70B to 8B", noun=false) }} machines and engines',
        '{{ statistic("pairs", "70B to 8B", noun=false) }} of {{ statistic("engines") }}',
    ],
)
def test_the_lint_finds_a_planted_noun(planted: str) -> None:
    assert typed_nouns(planted)


@pytest.mark.parametrize(
    "fine",
    [
        '{{ statistic("rows") }} of one user',
        '{{ statistic("engines_of_one_kind", noun=false) }} of {{ statistic("engines") }}',
        '{{ statistic("expected_median_error") }} rows',
        '{{ claim("few", statistic("rows") < 9) }} rows',
    ],
)
def test_a_count_without_a_typed_noun_is_left_alone(fine: str) -> None:
    assert typed_nouns(fine) == []


def test_what_is_a_plain_number_has_a_noun() -> None:
    """A share, a factor or a time has its sign; a number without one is a count of something."""
    plain = {name for name, known in STATISTICS.items() if (known.unit, known.scale) == ("1", "")}
    assert plain == {name for name, known in STATISTICS.items() if known.noun != UNCOUNTED}
