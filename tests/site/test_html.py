"""The built pages are valid HTML, and their style sheets style something."""

from __future__ import annotations

import json
import re
import subprocess
from pathlib import Path

import pytest
from building import ROOT
from checkers import HTML_VALIDATE, NODE

CONFIG = ROOT / "tests" / "support" / "npm" / "htmlvalidate.cjs"
STYLES = sorted((ROOT / "docs" / "assets").glob("*.css"))


def mistakes(*pages: Path) -> list[str]:
    """What the validator finds, as `page:line: rule: message`."""
    assert HTML_VALIDATE.exists(), "`make test` fetches the validator"
    check = subprocess.run(
        [*NODE, HTML_VALIDATE, "--config", CONFIG, "--formatter", "json", *pages],
        capture_output=True,
        text=True,
    )
    assert check.stdout, check.stderr
    return [
        f"{page['filePath']}:{found['line']}: {found['ruleId']}: {found['message']}"
        for page in json.loads(check.stdout)
        for found in page["messages"]
    ]


@pytest.mark.builds
def test_every_page_is_valid(site: Path) -> None:
    assert mistakes(*sorted(site.rglob("*.html"))) == []


@pytest.mark.builds
@pytest.mark.parametrize(
    ("right", "wrong", "rule"),
    [
        ("<title>", "<title>x</title><title>", "element-permitted-occurrences"),
        ("</h1>", "</h1><p><div></div></p>", "close-order"),
        ("</h1>", '</h1><p id="a"></p><p id="a"></p>', "no-dup-id"),
        ("</h1>", "</h1><h1>Another</h1>", "heading-level"),
    ],
)
def test_the_validator_sees(site: Path, tmp_path: Path, right: str, wrong: str, rule: str) -> None:
    page = tmp_path / "index.html"
    text = (site / "glossary" / "index.html").read_text("utf-8")
    page.write_text(text.replace(right, wrong, 1), "utf-8")
    assert any(re.search(f": ({rule}): ", mistake) for mistake in mistakes(page))


# --- Styles ---

NAMED = re.compile(r"\.(-?[a-z][\w-]*)|\[([a-z][\w-]*)")
"""Classes and attributes in a selector."""

MAY_BE_ABSENT = {
    "to-center": "of a column that an editor centres",
    "focus-visible": "a state",
    "data-measured": "of a figure that a speed of one's own calibrates",
}


def named(sheet: Path) -> set[str]:
    """The classes and attributes that a style sheet names."""
    rules = re.sub(r"/\*.*?\*/|\{[^{}]*\}|@[^{]*\{", " ", sheet.read_text("utf-8"), flags=re.S)
    return {first or second for first, second in NAMED.findall(rules)}


@pytest.mark.parametrize("sheet", STYLES, ids=lambda sheet: sheet.name)
def test_no_style_is_for_what_no_page_has(sheet: Path, site: Path) -> None:
    pages = [path.read_text("utf-8") for path in site.rglob("*.html")]
    # What readers do changes pages, and macros can write what no page of today asks for.
    makers = [*(ROOT / "docs/assets").rglob("*.js"), *(ROOT / "macros").rglob("*.py")]
    written = "".join([*pages, *(maker.read_text("utf-8") for maker in makers)])
    words = set(re.findall(r"[a-z][\w-]*", written)) | _attributes_of_datasets(written)
    assert named(sheet)
    assert named(sheet) - words - MAY_BE_ABSENT.keys() == set()


def _attributes_of_datasets(text: str) -> set[str]:
    return {
        "data-" + re.sub(r"[A-Z]", lambda capital: f"-{capital[0].lower()}", name)
        for name in re.findall(r"dataset\.(\w+)", text)
    }


def test_what_a_sheet_names_is_found(tmp_path: Path) -> None:
    sheet = tmp_path / "sheet.css"
    sheet.write_text("/* .not */ .a.b > [data-c='.d'] { margin: .5em } @media (x) { .e { x: y } }")
    assert named(sheet) >= {"a", "b", "data-c", "e"}
