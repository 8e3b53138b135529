"""The pages that snapshots show, opened so that every machine sees the same: each character a box."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from io import BytesIO
from itertools import product
from typing import Literal

from building import ROOT
from chromium import settled
from pictures import coarse
from PIL import Image
from playwright.sync_api import Browser, FloatRect, Page

Theme = Literal["light", "dark"]
THEMES: tuple[Theme, ...] = ("light", "dark")
PHONE, DESK = 390, 1280

FONT = b64encode((ROOT / "tests" / "support" / "boxes.ttf").read_bytes()).decode()
# Geometric precision keeps a machine's taste in hinting from rounding the width of every box.
# The catalog's lists are cut, because they grow with every entry.
STYLE = f"""
@font-face {{ font-family: Boxes; src: url("data:font/ttf;base64,{FONT}"); }}
*, ::before, ::after {{
  font-family: Boxes !important; font-synthesis: none !important;
  text-rendering: geometricPrecision !important;
}}
.catalog > :nth-child(n + 4), .catalog li:nth-child(n + 4) {{ display: none; }}
"""

SECTIONS = """async () => {
  await document.fonts.load("16px Boxes");
  const heads = [...document.querySelectorAll("article h2[id]")];
  const tops = heads.map(head => Math.round(head.getBoundingClientRect().top + scrollY));
  const edges = [0, ...tops, document.documentElement.scrollHeight];
  const names = ["top", ...heads.map(head => head.id)];
  return names.map((name, n) => [name, edges[n], edges[n + 1] - edges[n]]);
}"""


@dataclass(frozen=True)
class View:
    """A page in one theme, on a screen of one width."""

    path: str
    theme: Theme
    width: int

    def __str__(self) -> str:
        page = self.path.strip("/").split("/")[-1] or "home"
        return f"{page}/{self.theme}-{self.width}"

    @contextmanager
    def opened(self, browser: Browser, address: str) -> Iterator[Page]:
        """The page in a browser, every character a box."""
        with browser.new_context(
            viewport={"width": self.width, "height": 900},
            color_scheme=self.theme,
            reduced_motion="reduce",
            bypass_csp=True,  # pages refuse fonts and styles that the site does not hold
        ) as context:
            page = context.new_page()
            settled(page, address + self.path)
            page.add_style_tag(content=STYLE)
            yield page

    def sections(self, page: Page) -> dict[str, Image.Image]:
        """How each section looks, by the id of its heading; what comes before them is the `top`."""
        sections: list[tuple[str, int, int]] = page.evaluate(SECTIONS)
        # A screen as tall as the page: nothing sticks to an edge, and no picture has to scroll.
        _, last, height = sections[-1]
        page.set_viewport_size({"width": self.width, "height": last + height})
        return {name: picture(page, top, height) for name, top, height in sections}


def picture(page: Page, top: int, height: int) -> Image.Image:
    """How a page looks from one height to another, in its full width."""
    width = page.viewport_size["width"] if page.viewport_size else 0
    clip: FloatRect = {"x": 0, "y": top, "width": width, "height": height}
    return coarse(Image.open(BytesIO(page.screenshot(clip=clip, animations="disabled"))))


CORE = "learn/decode-bottleneck/"
OTHERS = "", "calculate/", "validate/", "catalog/"
VIEWS = [
    *(View(CORE, theme, width) for width, theme in product((DESK, PHONE), THEMES)),
    *(View(path, theme, DESK) for path, theme in product(OTHERS, THEMES)),
]
