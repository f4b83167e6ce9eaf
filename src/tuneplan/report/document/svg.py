"""A chart as part of an HTML page: no prolog, no reference to anywhere, names of its own, words for who can't see it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from xml.etree import ElementTree

from tuneplan.report.document.letters import lines

DROPPED = ("metadata", "style", "title", "desc", "script", "foreignObject", "a")
"""Parts that a page has no use for; the style holds for all of it, so that the page's own takes its place."""
SAFE = re.compile(r"#|data:image/png;base64,")
"""Where a reference may lead."""
INSIDE = re.compile(r"url\(#([^)]+)\)")
FINE = re.compile(r"(-?\d+\.\d\d)\d+")
"""Numbers finer than a hundredth of a point, which no screen shows."""
FONTS = '"DejaVu Sans", Verdana, "Noto Sans", "Noto Sans CJK SC", sans-serif'
"""Where the font of the drawing is missing, one of the same width."""


def inline(svg: bytes, *, prefix: str, title: str, alt: str) -> str:
    """A drawing that can stand in a page, beside others.

    Parameters
    ----------
    prefix
        What its names begin with: letters, digits and hyphens.
    """
    root = ElementTree.fromstring(lines(svg.decode()))
    for element in root.iter():
        element.tag = _local(element.tag)
        element.attrib = {name: value for name, value in _attributes(element.attrib) if name != "href" or SAFE.match(value)}
    for parent in list(root.iter()):
        for child in [each for each in parent if each.tag in DROPPED]:
            parent.remove(child)
    _rename(root, prefix)
    view = root.attrib["viewBox"]
    root.attrib = {"viewBox": view, "preserveAspectRatio": "xMinYMin meet", "role": "img", "aria-labelledby": f"{prefix}-title {prefix}-desc"}
    for place, (tag, words) in enumerate((("title", title), ("desc", alt))):
        child = ElementTree.Element(tag, id=f"{prefix}-{tag}")
        child.text = words
        root.insert(place, child)
    return ElementTree.tostring(root, encoding="unicode")


def _local(name: str) -> str:
    return name.rpartition("}")[2]


def _attributes(attributes: dict[str, str]) -> Iterator[tuple[str, str]]:
    for name, value in attributes.items():
        known = _local(name)
        if known in ("d", "transform", "points"):
            value = FINE.sub(r"\1", " ".join(value.split()))
        if known == "style":
            value = re.sub(r"font-family: [^;]*?(?=;|$)", f"font-family: {FONTS}", value)
            value = re.sub(r"(font:[^;]*?[\d.]+p[xt]) [^;]*?(?=;|$)", rf"\1 {FONTS}", value)
        if not known.startswith("on"):
            yield known, value


def _rename(root: ElementTree.Element, prefix: str) -> None:
    """Names that something refers to get a prefix; the others go, and so do spaces between parts."""
    used = {found for element in root.iter() for value in element.attrib.values() for found in (*INSIDE.findall(value), *_target(element))}
    for element in root.iter():
        own = element.attrib.pop("id", None)
        if own in used:
            element.attrib["id"] = f"{prefix}-{own}"
        for name, value in element.attrib.items():
            if name == "href" and value.startswith("#"):
                element.attrib[name] = f"#{prefix}-{value[1:]}"
            elif "url(#" in value:
                element.attrib[name] = INSIDE.sub(rf"url(#{prefix}-\1)", value)
        if element.tag not in ("text", "tspan"):
            element.text = None if element.text is None or not element.text.strip() else element.text
            for child in element:
                child.tail = None


def _target(element: ElementTree.Element) -> Iterator[str]:
    if element.attrib.get("href", "").startswith("#"):
        yield element.attrib["href"][1:]
