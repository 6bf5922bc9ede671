"""Words that a Word document does not show: marked hidden, tiny, or white on white (ECMA-376, 17.3.2)."""

import re
from collections.abc import Collection, Iterator, Mapping
from xml.etree.ElementTree import Element

from strongroom.checker.formats.text.xml_tree import is_aside, local
from strongroom.thresholds import Thresholds, threshold


class _Limits(Thresholds):
    """The numbers this module decides by."""

    half_points: int = threshold(4, "half points", "judgement: letters of two points cannot be read")
    least_letters: int = threshold(
        20,
        "letters",
        "judgement: field codes and marks of an index are shorter; a larger value lets values pass",
    )


LIMITS = _Limits()

_MARKED = ("vanish", "webHidden", "specVanish")
_MOST_BASES = 20  # fixed: styles rest on few others; a circle never ends
_ON = {"1", "true", "on"}
_OFF = {"0", "false", "off", "none"}
_WHITE = {"ffffff", "fefefe", "white"}


def hidden_words(root: Element, styles: Element | None) -> str:
    """Return the words of a document's part that are not shown; "" where they are no more than marks."""
    hiding = frozenset(_hiding_styles(styles)) if styles is not None else frozenset[str]()
    words = "\n".join(_hidden(root, hiding, shaded=False))
    return words if len(re.findall(r"\w", words)) >= LIMITS.least_letters else ""


def _hiding_styles(styles: Element) -> Iterator[str]:
    """Yield the ids of styles that hide, by themselves or by what they are based on; "" for the default."""
    named = {_attribute(style, "styleId"): style for style in styles if not is_aside(style)}
    usual = _child(styles, "docDefaults")
    common = None if usual is None else _child(usual, "rPrDefault")
    for name, style in named.items():
        chain = [common] if common is not None else []
        chain += reversed(list(_bases(style, named)))
        looks = Element("rPr")
        # What a style says replaces what those say that it is based on.
        looks.extend({str(own.tag): own for each in chain for own in _child(each, "rPr") or ()}.values())
        if _hides(looks, shaded=False):
            yield name
            if _attribute(style, "default") in _ON and _attribute(style, "type") == "paragraph":
                yield ""


def _bases(style: Element, named: Mapping[str, Element]) -> Iterator[Element]:
    """Yield a style and those it is based on, nearest first."""
    for _ in range(_MOST_BASES):
        yield style
        base = named.get(_value(style, "basedOn"))
        if base is None:
            return
        style = base


def _hidden(element: Element, hiding: Collection[str], *, shaded: bool) -> Iterator[str]:
    for child in element:
        if is_aside(child):
            continue
        tag = local(str(child.tag))
        if tag == "r":
            looks = _child(child, "rPr")
            if looks is not None and (_hides(looks, shaded=shaded) or _styled(looks, "rStyle", hiding)):
                yield "".join(each.text or "" for each in child.iter() if _is_text(each))
                continue
        # A table's style may shade its cells: white words there are a heading.
        own = _child(child, f"{tag}Pr") if tag in {"p", "tc", "tbl"} else None
        dark = shaded or (own is not None and (_shaded(own) or _child(own, "tblStyle") is not None))
        if tag == "p" and ("" if own is None else _value(own, "pStyle")) in hiding:
            yield "".join(each.text or "" for each in child.iter() if _is_text(each))
        else:
            yield from _hidden(child, hiding, shaded=dark)


def _is_text(element: Element) -> bool:
    return not is_aside(element) and local(str(element.tag)) == "t"


def _hides(looks: Element, *, shaded: bool) -> bool:
    for name in _MARKED:
        mark = _child(looks, name)
        if mark is not None and _attribute(mark, "val").lower() not in _OFF:
            return True
    size = _value(looks, "sz")
    if size.isdecimal() and int(size) <= LIMITS.half_points:
        return True
    dark = shaded or _shaded(looks) or _child(looks, "highlight") is not None
    return not dark and _value(looks, "color").lower() in _WHITE


def _shaded(looks: Element) -> bool:
    shade = _child(looks, "shd")
    return shade is not None and _attribute(shade, "fill").lower() not in {"", "auto", *_WHITE}


def _styled(looks: Element, name: str, styles: Collection[str]) -> bool:
    stated = _value(looks, name)
    return bool(stated) and stated in styles


def _value(looks: Element, name: str) -> str:
    found = _child(looks, name)
    return "" if found is None else _attribute(found, "val")


def _attribute(element: Element, name: str) -> str:
    return next((value for key, value in element.attrib.items() if local(key) == name), "")


def _child(element: Element, name: str) -> Element | None:
    return next((each for each in element if not is_aside(each) and local(str(each.tag)) == name), None)
