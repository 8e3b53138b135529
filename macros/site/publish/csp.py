"""What a page may load and run: its Content-Security-Policy, and links that give nothing away."""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Iterator
from urllib.parse import urlsplit

ATTRIBUTES = r"""(?:"[^"]*"|'[^']*'|[^'">])*"""
LINK = re.compile(rf"<a\b{ATTRIBUTES}>", re.I)
SCRIPT = re.compile(rf"<script\b({ATTRIBUTES})>(.*?)</script>", re.I | re.S)
STYLE = re.compile(rf"<style\b{ATTRIBUTES}>(.*?)</style>", re.I | re.S)
CHARSET = re.compile(r"<meta charset=[^>]*>", re.I)
DATA_BLOCK = re.compile(r"""\btype=["']?application/(?:ld\+)?json\b""", re.I)

RULES = {
    "default-src": "'none'",
    "img-src": "'self' data:",
    "font-src": "'self'",
    "connect-src": "'self'",
    "worker-src": "'self'",
    "base-uri": "'none'",
    "form-action": "'none'",
}
"""What holds on every page; scripts and styles come from the site too, or are named by hash."""


def with_policy(html: str, *, loose: bool = False) -> str:
    """A finished page that tells browsers to run nothing but what it holds now.

    Args:
        html: the page, in its last form: a script that changes afterwards is refused.
        loose: allow inline scripts, for the one that a development server adds.
    """
    scripts = "'unsafe-inline'" if loose else _hashes(inline_scripts(html))
    styles = _hashes(match[1] for match in STYLE.finditer(html))
    rules = {**RULES, "script-src": f"'self' {scripts}", "style-src": f"'self' {styles}"}
    policy = "; ".join(f"{name} {value}".strip() for name, value in rules.items())
    meta = f'<meta http-equiv="Content-Security-Policy" content="{policy}">'
    # As early as it may stand, behind the encoding: what comes before it is not bound by it.
    with_meta, found = CHARSET.subn(lambda charset: f"{charset[0]}\n{meta}", html, count=1)
    if not found:
        raise ValueError("a page names no encoding, and so has no place for its policy")
    return with_meta


def inline_scripts(html: str) -> Iterator[str]:
    """The scripts that a page itself holds, data for them left out."""
    for attributes, script in SCRIPT.findall(html):
        if not re.search(r"\bsrc=", attributes) and not DATA_BLOCK.search(attributes):
            yield script


def _hashes(texts: Iterator[str]) -> str:
    digests = (hashlib.sha256(text.encode()).digest() for text in texts)
    named = (f"'sha256-{base64.b64encode(digest).decode()}'" for digest in digests)
    return " ".join(dict.fromkeys(named))


def with_safe_links(html: str, host: str) -> str:
    """A page whose links to other hosts tell them nothing of the window they came from."""
    return LINK.sub(lambda found: _safe(found[0], host), html)


def _safe(tag: str, host: str) -> str:
    target = re.search(r"""\bhref=["']([^"']*)""", tag)
    if not target or urlsplit(target[1]).netloc in {"", host}:
        return tag
    rel = re.search(r"""\brel=(["'])([^"']*)\1""", tag)
    if not rel:
        return f'{tag[:-1]} rel="noopener">'
    if "noopener" in rel[2].split():
        return tag
    return tag.replace(rel[0], f'rel="{rel[2]} noopener"', 1)
