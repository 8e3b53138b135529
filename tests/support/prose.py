"""What of a page's source is prose: what readers read, without code, markup and macros' calls."""

from __future__ import annotations

import re
from pathlib import Path

from building import ROOT

DOCS = ROOT / "docs"
PAGES = sorted(DOCS.rglob("*.md"))

# What stands in a page without being its prose: each is replaced by blanks, so that lines stay.
NOT_PROSE = [
    r"\{#.*?#\}",  # comments of the template
    r"<!--.*?-->",
    r"```.*?```",
    r"`[^`\n]*`",
    r"<style.*?</style>",
    r"<svg.*?</svg>",
    r"(?<=\])\([^)\s]*\)",  # where a link leads
    r"https?://\S+",
    r"<[a-zA-Z/][^>]*>",  # tags with their attributes
    r"\{ ?[#.:][^}\n]*\}",  # attribute lists
]

# A macro's call is not prose, but for the texts in it that readers see. (The phrase of a claim is
# one too; its numbers rest on the claim's conditions.)
MACRO = r"\{% raw %\}.*?\{% endraw %\}|\{\{.*?\}\}|\{%.*?%\}"
SHOWN_BY_MACROS = r"""(?:title=|words=|says=|"heading": |(?:table|guess|widget)\()"([^"]*)\""""

NAMES = [
    r"\b\d+ × (?=[A-Z]+\d+ )",  # a machine is called by its GPUs: 8 × A100 SXM
    # Part of what a thing is called, not a statement about it.
    r"\b(?:Llama|Qwen|Gemma|Mistral|Mixtral|DeepSeek|GLM|Phi|Kimi|gpt-oss)[ -][\w.]+(?: \d+B)?",
    r"\b(?:8B|70B|405B)\b",  # what the models are called throughout
    r"\bRTX \d{4}(?: Ti)?\b",
    r"\b[A-Z]{1,3}\d{2,4}s?\b",  # H100, B200, A100s, MI300X
    r"\bMI\d{3}X\b",
    r"\b(?:FP|BF|INT|MXFP|NVFP)\d+\b",
    r"\bW\d+A\d+\b",
    r"\bM\d (?:Pro|Max|Ultra)\b",
    r"\b(?:4|8|16|32)[- ]bits?\b(?! per)",  # formats are called by their bits
    r"\bCC BY \d\.\d\b",
    r"\bsection \d\d\b",
]


def prose_of(text: str) -> str:
    """A page's text with what is not prose, and names that hold numbers, left blank."""
    front = re.match(r"---\n(.*?)\n---\n", text, re.S)
    if front:
        # Readers see title and description; the rest of the front matter only sets things.
        shown = re.sub(r"(?m)^(?!title:|description:|\s).*$", "", front[1])
        text = f"\n{shown}\n\n{text[front.end() :]}"
    text = re.sub(MACRO, lambda call: _shown_by(call[0]), text, flags=re.S)
    for pattern in [*NOT_PROSE, *NAMES]:
        text = re.sub(pattern, lambda found: _blank(found[0]), text, flags=re.S)
    return text


def _blank(text: str) -> str:
    return re.sub(r"[^\n]", "\0", text)


def _shown_by(call: str) -> str:
    if call.startswith("{% raw %}"):  # an example of a macro
        return _blank(call)
    parts, end = [], 0
    for shown in re.finditer(SHOWN_BY_MACROS, call):
        parts += [_blank(call[end : shown.start(1)]), shown[1]]
        end = shown.end(1)
    return "".join([*parts, _blank(call[end:])])


def name_of(path: Path) -> str:
    return path.relative_to(DOCS).as_posix()
