"""From built pages to a site fit for the public: policy, heads, data for machines.

Everything here works on finished HTML and on plain data, so that it depends on no theme.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath
from typing import Any

from macros.catalog import Catalog
from macros.figures.ledger import LedgerData
from macros.site.publish import api, linked_data, robots_and_llms
from macros.site.publish.about import About, PublishedPage
from macros.site.publish.csp import with_policy, with_safe_links
from macros.site.publish.head import with_head
from macros.site.publish.theme_fixes import mended
from macros.site.social_card import Card

__all__ = ["About", "PublishedPage", "Publisher", "path_of"]

CARD = "assets/card.png"
"""Where the site holds the picture that links to it are shown with."""


@dataclass
class Publisher:
    """What a build knows of its pages, and finishes them with.

    Attributes:
        about: the site as a whole.
        catalog: what its figures rest on.
        draw_card: makes the picture for links to the site, from the axes of a scenario.
        scenarios: of the pages that name one, by the path of the page.
        card: that picture, if a page's front matter asks for it.
        pages: those that have been finished.
    """

    about: About
    catalog: Catalog
    draw_card: Callable[[Mapping[str, Any]], Card]
    scenarios: dict[str, Mapping[str, Any]] = field(default_factory=dict)
    card: Card | None = None
    pages: list[PublishedPage] = field(default_factory=list)

    def opened(self, url: str, front_matter: Mapping[str, Any]) -> None:
        """Take note of a page that is being built.

        Raises:
            ScenarioError: it asks for a picture of a scenario that cannot be.
        """
        scenario = front_matter.get("scenario", {})
        self.scenarios[path_of(url)] = scenario
        if front_matter.get("card"):
            self.card = self.draw_card(scenario)

    def finished(self, html: str, page: PublishedPage | None = None) -> str:
        """A page as it is published; one that is no page of ours, such as an error page, has no head."""
        html = with_safe_links(mended(html), self.about.host)
        if page:
            self.pages.append(page)
            data = linked_data.of(page, self.about, self.catalog)
            image = (f"{self.about.address}{CARD}", self.card.alt) if self.card else None
            html = with_head(html, page, self.about, data, image)
        return with_policy(html, loose=self.about.served)

    def publish(self, site: Path, ledgers: Mapping[str, LedgerData]) -> None:
        """Put beside the pages what machines read.

        Args:
            site: the built site.
            ledgers: of the pages that have one, by the address of the page.
        """
        pages = sorted(self.pages, key=lambda page: PurePosixPath(page.path, "index.html"))
        by_path = {path_of(url): ledger for url, ledger in ledgers.items()}
        files = api.files(self.about, self.catalog, pages, self.scenarios, by_path)
        files |= robots_and_llms.files(self.about, pages)
        for name, text in files.items():
            (site / name).parent.mkdir(parents=True, exist_ok=True)
            (site / name).write_text(text, "utf-8")
        if self.card:
            (site / CARD).parent.mkdir(parents=True, exist_ok=True)
            (site / CARD).write_bytes(self.card.png)


def path_of(url: str) -> str:
    """A page's address from the root of the site, where MkDocs calls the home page `./`."""
    return "" if PurePosixPath(url) == PurePosixPath(".") else url
