"""What is said of the site as a whole, and of each page."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import urlsplit

LICENCE = "https://creativecommons.org/licenses/by/4.0/"
"""Of prose, charts and catalog."""

ARTICLES = "learn/"
"""Pages below it are articles."""


@dataclass(frozen=True)
class About:
    """The site as a whole.

    Attributes:
        address: where it is published, ending in a slash; empty when that is not known.
        built: the day of the build, or of the commit that is built, as YYYY-MM-DD.
        served: whether an editor looks at it as it changes, by a server that adds a script.
    """

    name: str
    description: str
    address: str
    built: str
    served: bool = False

    @property
    def host(self) -> str:
        """The host that pages link to as their own."""
        return urlsplit(self.address).netloc

    @property
    def author(self) -> dict[str, str]:
        """Who wrote it, for machines."""
        return {"@type": "Organization", "name": f"{self.name} contributors"}


@dataclass(frozen=True)
class PublishedPage:
    """A page as its head tells of it.

    Attributes:
        address: its canonical address.
        path: the same from the root of the site; empty for the home page.
    """

    address: str
    path: str
    title: str
    description: str

    @property
    def is_article(self) -> bool:
        """Whether it argues something, rather than listing or offering something."""
        return self.path.startswith(ARTICLES)
