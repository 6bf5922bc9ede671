"""SVG drawings: marks and lines become tables of coordinates, words become text; no element is ignored."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import pairwise
from xml.etree.ElementTree import Element

from strongroom.checker.contents.drawing_kind import Drawn
from strongroom.checker.contents.found import Artefact, FoundTable, FoundText, source_of
from strongroom.checker.formats import data_uri
from strongroom.checker.formats.part import Context, Part
from strongroom.checker.formats.pictures.geometry import Affine, affine, numbers, subpaths
from strongroom.checker.formats.pictures.repeated_shapes import Label
from strongroom.checker.formats.pictures.shapes import Mark, Shapes
from strongroom.checker.formats.pictures.svg_vocabulary import PLACES, SHOWN
from strongroom.checker.formats.pictures.text_layout import Word, words_as_text
from strongroom.checker.formats.text.plain_text import tables_in
from strongroom.checker.formats.text.xml_tree import is_aside, local, parse_xml
from strongroom.thresholds import Thresholds, threshold


class _Limits(Thresholds):
    """The numbers this module decides by."""

    usual_side: float = threshold(
        1_000.0,
        "user units",
        "judgement: a drawing that does not state its size; only relative sizes are compared",
    )


LIMITS = _Limits()


@dataclass(repr=False)
class _Found:
    shapes: Shapes
    words: list[Word] = field(default_factory=list)
    hidden: list[str] = field(default_factory=list)
    pictures: list[str] = field(default_factory=list)
    letters: set[Element] = field(default_factory=set)


def read(part: Part, context: Context) -> Iterator[Artefact]:
    """Yield a drawing's words, its hidden words, its marks and lines, and its pictures.

    Scripts, foreign objects, metadata, comments and unknown elements are not released: the rebuilt copy lacks
    them. They are checked as text all the same.
    """
    root = parse_xml(part.data)
    found = _Found(Shapes(_longer_side(root)))
    _walk(root, Affine(), "", found, context)
    yield from _artefacts(found, part, context)
    yield source_of(part.where, part.data)


def _artefacts(found: _Found, part: Part, context: Context) -> Iterator[Artefact]:
    shown = words_as_text(found.words)
    if shown:
        yield FoundText(f"{part.where} > words", shown)
        yield from tables_in(shown, f"{part.where} > words")
    hidden = "\n".join(dict.fromkeys(each for each in found.hidden if each))
    if hidden:
        yield FoundText(f"{part.where} > hidden text", hidden)
        yield from tables_in(hidden, f"{part.where} > hidden text")
    tables: Iterator[FoundTable] = found.shapes.tables(part.where)
    yield from tables
    for number, uri in enumerate(found.pictures, start=1):
        yield from data_uri.read(uri, f"picture {number}", part, context)


def _longer_side(root: Element) -> float:
    box = numbers(root.get("viewBox", ""))
    sides = box[2:4] if len(box) == 4 else numbers(root.get("width", "")) + numbers(root.get("height", ""))  # noqa: PLR2004 - x, y, width, height
    return max([each for each in sides if each > 0], default=LIMITS.usual_side)


def _walk(root: Element, place: Affine, clip: str, found: _Found, context: Context) -> None:
    """Visit every element, without recursion."""
    waiting = [(root, place, clip)]
    while waiting:
        element, outer, clip = waiting.pop()
        context.budget.take(1)
        _collect_hidden(element, found)
        if is_aside(element):
            continue
        inner = outer.after(affine(element.get("transform", "")))
        clip = element.get("clip-path", clip)
        letters = _letters(element)
        found.letters.update(letters)
        found.shapes.labels.extend(
            Label(*inner.of(_number(first, "x"), _number(first, "y"))) for first in letters[:1]
        )
        _shape(element, inner, clip, found)
        waiting.extend((child, inner, clip) for child in reversed(element))


def _collect_hidden(element: Element, found: _Found) -> None:
    """Collect an element's text that is not drawn: comments, titles, styles, unusual attributes."""
    if is_aside(element):
        found.hidden.append((element.text or "").strip())
    else:
        tag = local(str(element.tag))
        shown = tag in {"text", "tspan", "textPath"}
        text = (element.text or "").strip()
        if text and not shown:
            found.hidden.append(text)
        if tag not in SHOWN:
            found.hidden.append(f"<{tag[:80]}>")
        found.hidden.extend(value for name, value in element.attrib.items() if _says_something(name, value))
    if (element.tail or "").strip():
        found.hidden.append((element.tail or "").strip())


def _says_something(name: str, value: str) -> bool:
    if local(name) in PLACES:
        return False
    return local(name) != "href" or not value.startswith("data:")


def _letters(group: Element) -> list[Element]:
    """Return the symbols of a group that are a word's letter outlines: different ones, side by side."""
    symbols = [each for each in group if local(str(each.tag)) == "use"]
    if len({_href(each) for each in symbols}) < 2 or len({_number(each, "y") for each in symbols}) > 1:  # noqa: PLR2004
        return []
    places = [_number(each, "x") for each in symbols]
    return symbols if all(first < second for first, second in pairwise(places)) else []


def _shape(element: Element, place: Affine, clip: str, found: _Found) -> None:
    tag = local(str(element.tag))
    colour = element.get("style") or element.get("fill") or element.get("class") or ""
    key = f"{tag} {clip}"
    match tag:
        case "use":
            _use(element, place, key, colour, found)
        case "circle" | "ellipse":
            at = place.of(_number(element, "cx"), _number(element, "cy"))
            wide, high = (_number(element, name) or _number(element, "r") for name in ("rx", "ry"))
            found.shapes.mark(key, Mark(*at, wide * place.scale, high * place.scale, colour))
        case "rect":
            x, y, wide, high = (_number(element, name) for name in ("x", "y", "width", "height"))
            corners = [place.of(x, y), place.of(x + wide, y + high)]
            found.shapes.line(corners, key, colour)
        case "line":
            ends = [_number(element, name) for name in ("x1", "y1", "x2", "y2")]
            found.shapes.line([place.of(*ends[:2]), place.of(*ends[2:])], key, colour)
        case "polyline" | "polygon":
            values = numbers(element.get("points", ""))
            points = [place.of(x, y) for x, y in zip(values[::2], values[1::2], strict=False)]
            found.shapes.line(points, f"{key} {len(points)}", colour)
        case "path" | "textPath":
            for piece in subpaths(element.get("d", ""), place):
                found.shapes.line(piece.points, f"{key} {piece.letters[:40]}", colour, piece.controls)
        case "text" | "tspan":
            _word(element, place, found)
        case "image":
            found.pictures.append(_href(element))
        case _:
            pass


def _use(element: Element, place: Affine, key: str, colour: str, found: _Found) -> None:
    at = place.of(_number(element, "x"), _number(element, "y"))
    # Letter outlines use an upward y axis, a page a downward one.
    upright = Drawn.LETTERS if place.mirrors else Drawn.DOTS
    drawn = Drawn.BARS if element in found.letters else upright
    if drawn is Drawn.LETTERS:
        found.shapes.labels.append(Label(*at))
    found.shapes.mark(f"{key} {_href(element)}", Mark(*at, place.scale, place.scale, colour), drawn)


def _word(element: Element, place: Affine, found: _Found) -> None:
    text = (element.text or "") + "".join(child.tail or "" for child in element)
    if text.strip():
        x, y = numbers(element.get("x", "")) or [0.0], numbers(element.get("y", "")) or [0.0]
        at = place.of(x[0], y[0])
        found.words.append(Word(*at, text.strip()))
        found.shapes.labels.append(Label(*at, text.strip()))
        found.shapes.mark("text", Mark(*at), Drawn.LETTERS)


def _number(element: Element, name: str) -> float:
    values = numbers(element.get(name, ""))
    return values[0] if values else 0.0


def _href(element: Element) -> str:
    return next((value for name, value in element.attrib.items() if local(name) == "href"), "")
