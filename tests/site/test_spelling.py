"""Words are spelled right, and technical terms in the one way that the field writes them."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Callable

import pytest
from bs4 import BeautifulSoup, Tag
from bs4.element import NavigableString
from building import ROOT

SKIPPED = "*.json,.git,*.png"
WRITTEN = ["docs", "macros", "catalog", "README.md", "CHANGELOG.md", ".github"]

TERMS = {
    r"Nvidia|nVidia": "NVIDIA",
    r"LLama|LLaMA|LLAMA|llama [0-9]": "Llama",
    r"(?<![-.\w])(?:gpu|Gpu)s?\b": "GPU",
    r"KV-cache|kv cache|KVCache|K/V cache": "KV cache",
    r"[Rr]oof-line|[Rr]oof line\b": "roofline",
    r"(?<![-.\w=])(?:fp|bf|int)(?:4|8|16|32)\b|FP-(?:4|8|16)|Int(?:4|8)\b": "FP16, INT4",
    r"tokens/s(?:ec)?\b|tok/sec\b|tokens per sec\b|\bTPS\b": "tok/s",
    r"[GTP]FLOPS\b|[GTP]FLOPs\b|\bFLOPS\b": "FLOP/s, TFLOP/s",
    r"\b[GT]Bps\b|\b[gt]b/s|\bGBs\b": "GB/s, TB/s",
    r"mixture-of-experts|Mixture-of-Experts|Mixture of Experts": "mixture of experts",
    r"\b[Cc]olors?\b|[Qq]uantiz|\b[Ll]abeled|[Oo]ptimiz": "British spelling",
    r"\bGithub\b|\bJavascript\b|\bHuggingFace\b|\bHugging face\b|\bMkdocs\b|\bTypescript\b": "the name's own capitals",
    r"\bVLLM\b|\bvllm\b|\bLlama\.cpp\b|\bSglang\b": "vLLM, llama.cpp, SGLang",
    r"[Pp]re-fill|[Bb]atch-size": "prefill, batch size",
}
"""What is not written, and what is written instead."""

QUOTED = (
    "pre, code, svg, script, .ledger :is(ol, table, ul), .catalog, .rows, #macro-quantities ~ * th"
)
"""What machines read, and what others wrote: titles of sources and names of measurements."""


def words_of(article: Tag) -> str:
    """What a page says in words of its own."""
    quoted = {id(inside) for tag in article.select(QUOTED) for inside in tag.find_all(string=True)}
    texts = article.find_all(string=True)
    own = (text for text in texts if type(text) is NavigableString and id(text) not in quoted)
    return " ".join(own)


def misspelt(text: str) -> list[tuple[str, str]]:
    return [
        (text[max(0, found.start() - 20) : found.end() + 20], right)
        for wrong, right in TERMS.items()
        for found in re.finditer(wrong, text)
    ]


def test_terms_are_written_in_one_way(
    page: Callable[[str], BeautifulSoup], addresses: list[str]
) -> None:
    found = {}
    for address in addresses:
        article = page(address).find("article")
        assert isinstance(article, Tag)
        found[address] = misspelt(words_of(article))
    assert {address: wrong for address, wrong in found.items() if wrong} == {}


@pytest.mark.parametrize("path", ["README.md", "CHANGELOG.md", ".github/CONTRIBUTING.md"])
def test_so_they_are_in_what_stands_beside_the_site(path: str) -> None:
    text = (ROOT / path).read_text("utf-8")
    assert (
        misspelt(re.sub(r"```.*?```|`[^`]*`|^    .*$|\]\([^)]*\)", " ", text, flags=re.S | re.M))
        == []
    )


@pytest.mark.parametrize(
    "wrong", ["an Nvidia card", "in fp16", "40 tokens/sec", "the KV-cache", "12 TFLOPS", "a gpu"]
)
def test_another_spelling_is_seen(wrong: str) -> None:
    assert misspelt(wrong)


def test_no_common_misspelling_stands_anywhere() -> None:
    check = subprocess.run(
        [sys.executable, "-m", "codespell_lib", *WRITTEN, "--check-hidden", "--skip", SKIPPED],
        cwd=ROOT,
        capture_output=True,
        text=True,
    )
    assert (check.returncode, check.stdout) == (0, "")


def test_a_common_misspelling_would_be_seen() -> None:
    check = subprocess.run(
        [sys.executable, "-m", "codespell_lib", "-"],
        input="memory bandwith\n",
        capture_output=True,
        text=True,
    )
    assert check.returncode
