"""What pages are, in the words of schema.org: a site, articles, data sets."""

from __future__ import annotations

from typing import Any

from macros.catalog import Catalog
from macros.site.publish import api
from macros.site.publish.about import LICENCE, About, PublishedPage

DATA_PAGE = "catalog/"
"""The page that shows the data sets."""


def of(page: PublishedPage, about: About, catalog: Catalog) -> dict[str, Any]:
    """What a page is, for machines; nothing for a page that is just a page."""
    if page.path == "":
        things = [_site(about)]
    elif page.is_article:
        things = [_article(page, about)]
    elif page.path == DATA_PAGE:
        things = _data_sets(page, about, catalog)
    else:
        return {}
    return {"@context": "https://schema.org", "@graph": things}


def _site(about: About) -> dict[str, Any]:
    return {
        "@type": "WebSite",
        "@id": about.address,
        "url": about.address,
        "name": about.name,
        "description": about.description,
        "inLanguage": "en",
        "license": LICENCE,
        "publisher": about.author,
    }


def _article(page: PublishedPage, about: About) -> dict[str, Any]:
    return {
        "@type": "TechArticle",
        "@id": page.address,
        "url": page.address,
        "headline": page.title,
        "description": page.description,
        "inLanguage": "en",
        "dateModified": about.built,
        "author": about.author,
        "publisher": about.author,
        "license": LICENCE,
        "isAccessibleForFree": True,
        "isPartOf": {"@id": about.address},
        "isBasedOn": {"@id": f"{about.address}{DATA_PAGE}#catalog"},
    }


def _data_sets(page: PublishedPage, about: About, catalog: Catalog) -> list[dict[str, Any]]:
    kinds = f"{len(catalog.gpus)} accelerators, {len(catalog.models)} language models"
    read = max(source.read for source in catalog.sources.values()).isoformat()
    told = {
        "catalog": (
            f"Catalog of {about.name}",
            f"Published facts about {kinds} and {len(catalog.precisions)} number formats, "
            "each with the place where it was read.",
        ),
        "measurements": (
            f"Measurements of {about.name}",
            f"{len(catalog.measurements)} published decode speeds of language models, "
            "each with its source, its setting and how far it is trusted.",
        ),
    }
    return [
        {
            "@type": "Dataset",
            "@id": f"{page.address}#{id}",
            "url": page.address,
            "name": name,
            "description": description,
            "license": LICENCE,
            "creator": about.author,
            "dateModified": read,
            "isAccessibleForFree": True,
            "distribution": {
                "@type": "DataDownload",
                "encodingFormat": "application/json",
                "contentUrl": f"{about.address}{api.FOLDER}/{id}.json",
            },
        }
        for id, (name, description) in told.items()
    ]
