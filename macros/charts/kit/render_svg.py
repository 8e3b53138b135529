"""From a Vega-Lite spec to what a page holds of it, made once for each different chart."""

from __future__ import annotations

import hashlib
import json
import re
from collections import Counter
from collections.abc import Collection, Iterable
from importlib.metadata import version
from pathlib import Path
from typing import Any
from xml.etree import ElementTree
from xml.etree.ElementTree import Element

from macros.cache import kept
from macros.charts.kit.theme import FONT, FONT_SIZE, config

RENDERERS = ("altair", "vl-convert-python")

DEAD_WEIGHT = re.compile(r"role|aria-.+|pointer-events|class|version|style")
"""Attributes that neither draw nor matter inside a hidden SVG; a strict policy refuses `style`."""

IMPLIED = {"opacity": "1", "font-weight": "normal", "transform": "translate(0,0)"}
"""Attributes that say what holds without them."""

INHERITED = (
    "fill",
    "stroke",
    "stroke-width",
    "stroke-opacity",
    "stroke-dasharray",
    "stroke-linecap",
    "text-anchor",
    "font-weight",
)
"""Attributes that a group hands down to its marks, so that it can carry them once."""


def fingerprint(spec: dict[str, Any]) -> str:
    """A short name for a chart that changes when anything of it, or of its renderer, changes."""
    source = hashlib.sha256(Path(__file__).read_bytes()).hexdigest()
    renderers = [version(package) for package in RENDERERS]
    content = json.dumps([spec, renderers, source], sort_keys=True, ensure_ascii=False)
    return hashlib.sha256(content.encode()).hexdigest()[:16]


def svg_file(spec: dict[str, Any], cache: Path) -> Path:
    """The place of a Vega-Lite spec's SVG in the cache, rendered unless it was before.

    Its ids count from 1 in every chart: see `with_own_ids`.
    """
    spec = {**spec, "config": config()}
    return kept(cache / f"{fingerprint(spec)}.svg", lambda: tidy(render(spec)))


def vega_file(spec: dict[str, Any], live: Collection[str], cache: Path) -> Path:
    """The place of its Vega spec, without the rows of the datasets that come alive."""
    spec = {**spec, "config": config()}
    spec["datasets"] = {
        name: [] if name in live else rows for name, rows in spec["datasets"].items()
    }
    return kept(cache / f"{fingerprint(spec)}.json", lambda: json.dumps(compile_(spec)))


def render(spec: dict[str, Any]) -> str:
    """The renderer's SVG of a Vega-Lite spec."""
    # Imported late: with a warm cache no page needs the renderer.
    import vl_convert

    return vl_convert.vegalite_to_svg(spec)


def compile_(spec: dict[str, Any]) -> dict[str, Any]:
    """The renderer's Vega spec of a Vega-Lite spec, without words for its editor."""
    import vl_convert

    made = vl_convert.vegalite_to_vega(spec)
    return {key: value for key, value in made.items() if key not in {"$schema", "description"}}


def with_own_ids(svg: str, prefix: str) -> str:
    """An SVG whose ids, and the references to them, begin with a prefix unique on its page."""
    svg = re.sub(r'\bid="', f'id="{prefix}-', svg)
    svg = re.sub(r"url\(#", f"url(#{prefix}-", svg)
    return re.sub(r'\bhref="#', f'href="#{prefix}-', svg)


def tidy(svg: str) -> str:
    """A renderer's SVG made fit for a page: hidden from screen readers, without dead weight.

    The figure around it carries the text alternative and the data table. The font is named once,
    at the root, where the page's style sheet can replace it.
    """
    root = ElementTree.fromstring(svg)
    for element in root.iter():
        _shed(element)
    _prune(root)
    _renumber(root)
    root.attrib |= {
        "font-family": FONT,
        "font-size": str(FONT_SIZE),
        "aria-hidden": "true",
        "focusable": "false",
    }
    return ElementTree.tostring(root, encoding="unicode").replace(" />", "/>")


def _shed(element: Element) -> None:
    element.tag = _local(element.tag)
    kept = {_local(name): value for name, value in element.attrib.items()}
    fonts = {"font-family": FONT, "font-size": f"{FONT_SIZE}px"}
    element.attrib = {
        name: re.sub(r"(\.\d\d)\d+", r"\1", value)
        for name, value in kept.items()
        if not DEAD_WEIGHT.fullmatch(name) and {**IMPLIED, **fonts}.get(name) != value
    }


def _renumber(root: Element) -> None:
    """Count ids from 1: the renderer counts on from one chart to the next."""
    ids = [id for element in root.iter() if (id := element.get("id"))]
    numbers = {id: str(number) for number, id in enumerate(ids, 1)}
    for element in root.iter():
        for name, value in element.attrib.items():
            if name == "id":
                element.set(name, numbers[value])
            elif name == "href" or "url(#" in value:
                reference = re.compile(r"#([^)]+)")
                element.set(name, reference.sub(lambda found: f"#{numbers[found[1]]}", value))


def _local(name: str) -> str:
    """A name without its XML namespace, which HTML does not write."""
    return name.rpartition("}")[2]


def _prune(parent: Element) -> None:
    """Drop what draws nothing, let groups speak for their marks, dissolve those with no say."""
    if parent.tag == "defs":
        return  # clips and gradients draw by reference
    for child in parent:
        _prune(child)
    parent[:] = [child for child in parent if _draws(child)]
    if parent.tag == "g":
        for name in INHERITED:
            _hand_up(name, parent)
    parent[:] = [part for child in parent for part in _dissolved(child)]


def _draws(element: Element) -> bool:
    if element.tag == "path":
        return bool({"fill", "stroke"} & element.attrib.keys())
    return element.tag != "g" or len(element) > 0


def _dissolved(element: Element) -> Iterable[Element]:
    return element if element.tag == "g" and not element.attrib else (element,)


def _hand_up(name: str, group: Element) -> None:
    """Let a group say what most of its members say, if each of them says anything."""
    values = [value for child in group if (value := child.get(name)) is not None]
    if values and len(values) == len(group):
        usual = Counter(values).most_common(1)[0][0]
        group.set(name, usual)
        for child in group:
            if child.get(name) == usual:
                del child.attrib[name]
