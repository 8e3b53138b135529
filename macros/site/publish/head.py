"""What a page's head says of it to search engines and to those who share a link."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any

from macros.figures.html import json_script, tag
from macros.site.publish.about import About, PublishedPage

TITLE = re.compile(r"<title>(.*?)</title>", re.S)


def with_head(
    html: str,
    page: PublishedPage,
    about: About,
    data: Mapping[str, Any],
    image: tuple[str, str] | None,
) -> str:
    """A page whose head describes it for sharing and for machines.

    Args:
        html: the page.
        page: what is said of it.
        about: the site.
        data: linked data about the page.
        image: the address of a picture for it, and what that says; or nothing.
    """
    # The home page is called what the site is called, once.
    full = page.title if page.title == about.name else f"{page.title} - {about.name}"
    html = TITLE.sub(lambda _: tag("title", full), html, count=1)
    properties = {
        "og:type": "article" if page.is_article else "website",
        "og:site_name": about.name,
        "og:title": page.title,
        "og:description": page.description,
        "og:url": page.address,
    }
    names = {"twitter:card": "summary"}
    if image:
        properties |= {
            "og:image": image[0],
            "og:image:type": "image/png",
            "og:image:width": "1200",
            "og:image:height": "630",
            "og:image:alt": image[1],
        }
        names = {"twitter:card": "summary_large_image"}
    tags = [tag("meta", property=name, content=text) for name, text in properties.items()]
    tags += [tag("meta", name=name, content=text) for name, text in names.items()]
    if data:
        text = json.dumps(data, ensure_ascii=False, separators=(",", ":"))
        tags.append(json_script(text, type="application/ld+json"))
    inserted = "\n".join(tags)
    return html.replace("</head>", f"{inserted}\n</head>", 1)
