"""What the styles of an OpenDocument text say: how words look, which are hidden, which lists are numbered.

Elements and attributes are those of ISO/IEC 26300, part 1, sections 16 and 20.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import NamedTuple
from xml.etree.ElementTree import Element

from strongroom.checker.formats.office.ooxml import local_attribute
from strongroom.checker.formats.text.xml_tree import is_aside, local
from strongroom.thresholds import Thresholds, threshold


class _Limits(Thresholds):
    """The numbers this module decides by."""

    points: float = threshold(2.0, "points", "judgement: smaller letters cannot be read")


LIMITS = _Limits()

_MOST_PARENTS = 20  # fixed: styles rest on few others; a circle never ends
_WHITE = {"#ffffff", "#fefefe"}
_POINTS = re.compile(r"(\d+(?:\.\d+)?)pt")
_ALIGNED = {"center": "center", "end": "end", "right": "end", "justify": "justify"}
_KNOWN = {"title": "Title", "subtitle": "Subtitle"}


class Look(NamedTuple):
    """How words look; `raised` is "super", "sub" or ""."""

    bold: bool = False
    italic: bool = False
    underlined: bool = False
    raised: str = ""


@dataclass
class OdtStyles:
    """A document's styles by name and family, and the names of its numbered lists."""

    styles: dict[tuple[str, str], Element] = field(default_factory=dict, repr=False)
    numbered: frozenset[str] = frozenset()

    def look(self, element: Element, family: str) -> Look:
        """Return how the words of a span or paragraph look."""
        stated = self._stated(element, family)
        position = stated.get("text-position", "")
        return Look(
            stated.get("font-weight", "") in {"bold", "600", "700", "800", "900"},
            stated.get("font-style", "") in {"italic", "oblique"},
            stated.get("text-underline-style", "none") != "none",
            next((each for each in ("super", "sub") if position.startswith(each)), ""),
        )

    def aligned(self, paragraph: Element) -> str:
        """Return a paragraph's alignment, "" for the usual one."""
        return _ALIGNED.get(self._stated(paragraph, "paragraph").get("text-align", ""), "")

    def known(self, paragraph: Element) -> str:
        """Return "Title" or "Subtitle" for a paragraph of such a style."""
        chain = self._chain(local_attribute(paragraph, "style-name"), "paragraph")
        return next((_KNOWN[name.lower()] for name, _ in chain if name.lower() in _KNOWN), "")

    def hides(self, element: Element, family: str) -> bool:
        """Whether a style hides words: not displayed, tiny, or white on white."""
        stated = self._stated(element, family)
        size = _POINTS.fullmatch(stated.get("font-size", ""))
        return (
            stated.get("display", "") == "none"
            or (size is not None and float(size.group(1)) <= LIMITS.points)
            or (
                stated.get("color", "").lower() in _WHITE
                and stated.get("background-color", "transparent").lower() in {"transparent", *_WHITE}
            )
        )

    def _stated(self, element: Element, family: str) -> dict[str, str]:
        """Return the properties of an element's style, its own before those it is based on."""
        found: dict[str, str] = {}
        chain = self._chain(local_attribute(element, "style-name"), family)
        for _, style in reversed(chain):
            for properties in style:
                if not is_aside(properties) and local(properties.tag).endswith("properties"):
                    found |= {local(name): value for name, value in properties.attrib.items()}
        return found

    def _chain(self, name: str, family: str) -> list[tuple[str, Element]]:
        found: list[tuple[str, Element]] = []
        while len(found) < _MOST_PARENTS and (style := self.styles.get((family, name))) is not None:
            found.append((name.replace("_20_", " "), style))
            name = local_attribute(style, "parent-style-name")
        usual = self.styles.get((family, ""))
        return [*found, ("", usual)] if usual is not None else found


def odt_styles(roots: Iterable[Element]) -> OdtStyles:
    """Return the styles in the roots of a document's parts."""
    styles: dict[tuple[str, str], Element] = {}
    numbered: set[str] = set()
    for root in roots:
        for element in root.iter():
            tag = "" if is_aside(element) else local(element.tag)
            name = local_attribute(element, "name")
            if tag in {"style", "default-style"}:
                styles[local_attribute(element, "family"), name if tag == "style" else ""] = element
            elif tag == "list-style" and _numbers(element):
                numbered.add(name)
    return OdtStyles(styles, frozenset(numbered))


def _numbers(style: Element) -> bool:
    """Whether a list's first level is numbered."""
    first = next((each for each in style if local_attribute(each, "level") == "1"), None)
    return first is not None and local(str(first.tag)) == "list-level-style-number"


def hidden_words(root: Element, styles: OdtStyles) -> list[str]:
    """Return the words of a text that are not shown."""
    found: list[str] = []
    _gather(root, styles, found)
    return found


def _gather(element: Element, styles: OdtStyles, found: list[str]) -> None:
    for child in element:
        tag = "" if is_aside(child) else local(child.tag)
        if tag in {"hidden-text", "conditional-text"}:
            found.append(local_attribute(child, "string-value"))
        elif tag and (
            _is_marked(child.attrib, tag) or (tag in _FAMILIES and styles.hides(child, _FAMILIES[tag]))
        ):
            found.append("".join(child.itertext()))
        elif tag:
            _gather(child, styles, found)


_FAMILIES = {"span": "text", "p": "paragraph", "h": "paragraph"}


def _is_marked(attributes: Mapping[str, str], tag: str) -> bool:
    """Whether an element says itself that it is not shown: a section, a paragraph, a row or a column."""
    stated = {local(name): value for name, value in attributes.items()}
    if tag == "section":
        return stated.get("display", "true") in {"none", "condition"}
    if tag == "hidden-paragraph":
        return stated.get("is-hidden", "true") == "true"
    return tag in {"table-row", "table-column"} and stated.get("visibility", "visible") != "visible"
