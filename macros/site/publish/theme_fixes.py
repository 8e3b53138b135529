"""What the theme writes, made fit for validators and for all readers."""

from __future__ import annotations

import re

NAMELESS_DIALOG = re.compile(r'<(?![^>]*\baria-label)([^>]*\brole="dialog"[^>]*)>')
EMPTY_TABINDEX = re.compile(r'(<label\b[^>]*?) tabindex=""')

SCRIPT = re.compile(r'<script src="([^"]*)(assets/javascripts/bundle\b[^"]*)"></script>')
LATER = r'<script src="\1assets/live/theme-loader.js" data-later="\1\2" defer></script>'
"""The theme's script, which is fetched when a reader first does something."""

CHOSEN = "<script>var palette="
"""Where the theme sets the colours that a reader chose on an earlier visit."""

SYSTEM = """<script>
for (const { dataset } of document.querySelectorAll("[data-md-color-media]"))
  if (matchMedia(dataset.mdColorMedia).matches) document.body.dataset.mdColorScheme = dataset.mdColorScheme;
</script>
"""
"""Sets the colours that a reader's system asks for, which the theme leaves to its script."""

DIALOG = "Search"
"""What the theme's one dialog is for."""


def mended(html: str) -> str:
    """A page whose dialog has a name, whose labels have no empty attribute, and whose script waits.

    The colours that a reader's system asks for are there without that script.
    """
    html = html.replace(CHOSEN, SYSTEM + CHOSEN, 1)
    html = SCRIPT.sub(LATER, html)
    html = NAMELESS_DIALOG.sub(rf'<\1 aria-label="{DIALOG}">', html)
    return EMPTY_TABINDEX.sub(r"\1", html)
