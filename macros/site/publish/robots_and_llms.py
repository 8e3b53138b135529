"""The plain texts at the root of the site: for crawlers, and for language models."""

from __future__ import annotations

from collections.abc import Sequence

from macros.law import formulas
from macros.site.publish import api
from macros.site.publish.about import LICENCE, About, PublishedPage

LAW = ("decode_tps", "plain_step_time")


def files(about: About, pages: Sequence[PublishedPage]) -> dict[str, str]:
    """The texts by their path; none for a site that has no address."""
    if not about.address:
        return {}
    return {"robots.txt": robots(about), "llms.txt": for_language_models(about, pages)}


def robots(about: About) -> str:
    """Everyone may read everything. Crawlers look for this at the root of a host only."""
    return f"User-agent: *\nAllow: /\n\nSitemap: {about.address}sitemap.xml\n"


def for_language_models(about: About, pages: Sequence[PublishedPage]) -> str:
    """What the site is, its law in one line, its pages and its data, in the form of llms.txt."""
    law = "; ".join(f"{formulas.words_of(name)} = {formulas.in_words(name)}" for name in LAW)
    listed = "\n".join(f"- [{page.title}]({page.address}): {page.description}" for page in pages)
    data = "\n".join(
        f"- [{name}]({about.address}{api.FOLDER}/{name}): {what}"
        for name, what in api.DOCUMENTS.items()
    )
    return f"""\
# {about.name}

> {about.description}

The law of decode for one user: {law}.
It is a ceiling: published speeds lie below it, and the site says by how much.
Text, charts and data are CC BY 4.0 ({LICENCE}).

## Pages

{listed}

## Data

{data}
"""
