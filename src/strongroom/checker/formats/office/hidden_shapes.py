"""Words that slides do not show: hidden slides and shapes, tiny, transparent or white words, off the slide.

Elements and attributes are those of ECMA-376, part 1, section 19 (PresentationML) and 20 (DrawingML).
"""

import re
from collections.abc import Iterator, Mapping
from xml.etree.ElementTree import Element

from strongroom.checker.formats.office.hidden_runs import LIMITS as WORDS
from strongroom.checker.formats.office.ooxml import relations
from strongroom.checker.formats.office.slide_shapes import (
    every,
    first,
    slide_size,
    stated_frame,
    tag_of,
)
from strongroom.checker.formats.text.xml_tree import parse_xml
from strongroom.thresholds import Thresholds, threshold


class _Limits(Thresholds):
    """The numbers this module decides by."""

    size: int = threshold(
        400, "hundredths of a point", "judgement: letters of four points on a slide cannot be read"
    )
    opaque: int = threshold(
        20_000, "thousandths of a per cent", "judgement: words less opaque than a fifth cannot be read"
    )


LIMITS = _Limits()

_SHAPES = {"sp", "pic", "graphicFrame", "grpSp", "cxnSp"}
_WHITE_RGB = {"FFFFFF", "FEFEFE"}
_WHITE_THEME = {"bg1", "lt1"}
_TRUE = {"1", "true"}
_FALSE = {"0", "false"}


def hidden_on_slide(name: str, root: Element, parts: Mapping[str, bytes]) -> str:
    """Return the words of a slide that are not shown; "" where they are few."""
    hidden = (
        [root]
        if root.get("show") in _FALSE
        else list(_hidden(root, _is_plain(name, root, parts), slide_size(parts)))
    )
    words = "\n".join("".join(each.text or "" for each in every(element, "t")) for element in hidden)
    return words if len(re.findall(r"\w", words)) >= WORDS.least_letters else ""


def _hidden(element: Element, plain: bool, size: tuple[int, int]) -> Iterator[Element]:  # noqa: FBT001 - of the slide
    for child in element:
        tag = tag_of(child)
        if tag in _SHAPES and (_is_marked(child) or _is_outside(child, size)):
            yield child
        elif tag in {"r", "fld"}:
            looks = first(child, "rPr")
            if looks is not None and _hides(looks, plain):
                yield child
        elif tag:
            # On a shape that is filled, white words are seen.
            yield from _hidden(child, plain and not (tag in {"sp", "tc"} and _is_filled(child)), size)


def _is_marked(shape: Element) -> bool:
    names = [own for holder in shape for own in holder if tag_of(own) == "cNvPr"]
    return any(each.get("hidden") in _TRUE for each in names)


def _is_outside(shape: Element, size: tuple[int, int]) -> bool:
    frame = stated_frame(shape)
    return frame is not None and frame.on_slide(size) != frame


def _hides(looks: Element, plain: bool) -> bool:  # noqa: FBT001 - of the slide
    stated = looks.get("sz", "")
    if stated.isdecimal() and int(stated) <= LIMITS.size:
        return True
    fill = next((each for each in looks if tag_of(each) in {"solidFill", "noFill"}), None)
    if fill is None:
        return False
    if tag_of(fill) == "noFill":
        return True
    alpha = first(fill, "alpha")
    opaque = "" if alpha is None else alpha.get("val", "")
    if opaque.isdecimal() and int(opaque) < LIMITS.opaque:
        return True
    return plain and any(map(_is_white, fill))


def _is_white(colour: Element) -> bool:
    stated = colour.get("val", "")
    return (
        stated.upper() in _WHITE_RGB
        if tag_of(colour) == "srgbClr"
        else stated in _WHITE_THEME and not len(colour)
    )


def _is_filled(shape: Element) -> bool:
    """Whether a shape or cell states a fill other than white."""
    looks = next((each for each in shape if tag_of(each) in {"spPr", "tcPr"}), None)
    if looks is None or any(tag_of(each) == "style" for each in shape):
        return True
    fills = [each for each in looks if tag_of(each).endswith("Fill") and tag_of(each) != "noFill"]
    return any(tag_of(each) != "solidFill" or not any(map(_is_white, each)) for each in fills)


def _is_plain(name: str, root: Element, parts: Mapping[str, bytes]) -> bool:
    """Whether white words cannot be seen on a slide: no background, picture or filled shape is below them."""
    for _ in range(3):  # the slide, its layout, its master
        tree = first(root, "spTree")
        background = first(root, "bg")
        stated = (
            [] if background is None else [each for each in background.iter() if tag_of(each).endswith("Clr")]
        )
        pictured = background is not None and first(background, "blipFill") is not None
        if pictured or any(not _is_white(each) for each in stated):
            return False
        shapes = [] if tree is None else [each for each in tree if tag_of(each) in _SHAPES]
        if any(tag_of(each) == "pic" or (not _has_words(each) and _is_filled(each)) for each in shapes):
            return False
        name = next(
            (
                each
                for each in relations(name, parts).values()
                if "slideLayouts/" in each or "slideMasters/" in each
            ),
            "",
        )
        if name not in parts:
            return True
        root = parse_xml(parts[name])
    return True


def _has_words(shape: Element) -> bool:
    return any((each.text or "").strip() for each in every(shape, "t"))
