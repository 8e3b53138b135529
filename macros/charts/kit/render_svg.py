"""From a Vega-Lite spec to what a page holds of it, made once for each different chart."""

from __future__ import annotations

import functools
import json
import re
from collections import Counter
from collections.abc import Callable, Collection, Iterable
from pathlib import Path
from typing import Any
from xml.etree import ElementTree
from xml.etree.ElementTree import Element

from macros.cache import content_of, kept_text, name_for, tools
from macros.charts.kit.theme import FONT, FONT_SIZE, config

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


def svg_of(spec: dict[str, Any], cache: Path) -> str:
    """A Vega-Lite spec's SVG, rendered unless the same was before.

    Its ids count from 1 in every chart: see `with_own_ids`.
    """
    spec = {**spec, "config": config()}
    return _kept("svg", spec, cache, lambda: tidy(render(spec)))


def vega_of(spec: dict[str, Any], live: Collection[str], cache: Path) -> str:
    """Its Vega spec, as JSON, without the rows of the datasets that come alive."""
    spec = {**spec, "config": config()}
    spec["datasets"] = {
        name: [] if name in live else rows for name, rows in spec["datasets"].items()
    }
    return _kept("json", spec, cache, lambda: json.dumps(compile_(spec)))


def _kept(kind: str, spec: dict[str, Any], cache: Path, make: Callable[[], str]) -> str:
    key = name_for(_renderer(), kind, json.dumps(spec, sort_keys=True))
    return kept_text(cache / f"{key}.{kind}.kept", key, make)


@functools.cache
def _renderer() -> str:
    """A name for what makes an SVG of a spec: of all our code only these two modules."""
    here = Path(__file__)
    return name_for(tools(), content_of(here.parent, [here.name, "theme.py"]))


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
