"""The same prose as an editor without macros would have written it, to hold our builds against.

What the macros make of each page is flattened: figures to their text, tables and lists of facts to
Markdown, a chart to its title and caption. Controls, drawings, ledgers and data for machines are
gone, and so are our style sheets and scripts. Theme, extensions and search stay.
"""

from __future__ import annotations

import re
import shutil
from html import escape
from pathlib import Path

import yaml
from bs4 import BeautifulSoup, Tag
from building import Project
from measuring import build

MADE = "made"
"""The folder where a build leaves its pages' Markdown, as the macros made it."""

HOOK = f"""\
from pathlib import Path

def on_page_markdown(markdown, page, config, files):
    target = Path(config["config_file_path"]).parent / "{MADE}" / page.file.src_path
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_text(markdown, "utf-8")
"""

OURS = ("plugins", "hooks", "extra_css", "extra_javascript", "watch")
"""Settings of the site that stand for something of ours."""

BLOCK = re.compile(r"<(figure|section|script|details|div|dl)\b")
"""Begins a line that a macro made; one line holds one block."""

FIGURE = re.compile(r'<a class="figure-link"[^>]*>(.*?)</a>')
MARKS = re.compile(r"</?(?:data|span|small)\b[^>]*>")

GONE = "svg, script, noscript, button, .controls, .ledger, details.data, [role=img], [aria-hidden]"
LINES = "caption, dd, figcaption, h2, li, math, p, summary, .caption, .readout"
"""Elements that become a paragraph each."""


def plain_copy_of(project: Project, target: Path) -> Project:
    """A project with the prose of another, in Markdown alone."""
    for page in _made(project):
        source = (project.root / "docs" / page).read_text("utf-8")
        front_matter = source[: source.index("---\n", 4) + 4]
        made = (project.root / MADE / page).read_text("utf-8")
        place = target / "docs" / page
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_text(f"{front_matter}\n{flattened(made)}", "utf-8")
    assets = ("favicon.svg", "page.png")
    (target / "docs" / "assets").mkdir()
    for asset in assets:
        shutil.copy2(project.root / "docs" / "assets" / asset, target / "docs" / "assets")
    settings = yaml.safe_load((project.root / "mkdocs.yml").read_text("utf-8"))
    kept = {name: value for name, value in settings.items() if name not in OURS}
    extensions = [each for each in kept["markdown_extensions"] if "macros" not in str(each)]
    config = {**kept, "plugins": ["search"], "markdown_extensions": extensions}
    (target / "mkdocs.yml").write_text(yaml.safe_dump(config, allow_unicode=True), "utf-8")
    return Project(target)


def _made(project: Project) -> list[Path]:
    """The paths of all pages, after a build that leaves behind what the macros made of them."""
    hook, config = project.root / "leave_behind.py", project.root / "leave_behind.yml"
    hook.write_text(HOOK, "utf-8")
    config.write_text(f"INHERIT: mkdocs.yml\nhooks: [{hook.name}]\n", "utf-8")
    build(project, "--config-file", config.name)
    made = project.root / MADE
    return [path.relative_to(made) for path in sorted(made.rglob("*.md"))]


def flattened(markdown: str) -> str:
    """What the macros made of a page, without what only they can make."""
    lines = (_block(line) if BLOCK.match(line) else _prose(line) for line in markdown.split("\n"))
    return "\n".join(lines)


def _prose(line: str) -> str:
    return MARKS.sub("", FIGURE.sub(r"\1", line))


def _block(line: str) -> str:
    """A block's text: tables as such, all else in paragraphs."""
    soup = BeautifulSoup(line, "html.parser")
    for element in soup.select(GONE):
        element.decompose()
    for table in soup("table"):
        table.replace_with(f"\n\n{_table(table)}\n\n")
    for term in soup("dt"):
        term.append(": ")
    for element in soup.select(LINES):
        element.append("\n\n")
    paragraphs = re.split(r"\n\n+", escape(soup.get_text(), quote=False))
    return "\n\n".join(filter(str.strip, paragraphs))


def _table(table: Tag) -> str:
    caption = table.caption.extract().get_text() if table.caption else ""
    rows = [[_cell(cell) for cell in row(["th", "td"])] for row in table("tr")]
    width = max(map(len, rows))
    lines = [f"| {' | '.join(row + [''] * (width - len(row)))} |" for row in rows]
    rule = "|" + " --- |" * width
    return "\n".join([*([f"{caption}\n"] if caption else []), lines[0], rule, *lines[1:]])


def _cell(cell: Tag) -> str:
    return cell.get_text().replace("|", "\\|").replace("\n", " ")
