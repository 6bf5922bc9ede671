"""The words and tables of an Office part, in order: WordprocessingML and DrawingML (ECMA-376)."""

from collections.abc import Iterator
from xml.etree.ElementTree import Element

from strongroom.checker.formats.text.xml_tree import is_aside, local

Rows = list[list[str]]
_DELETED = {"del", "moveFrom", "delText", "delInstrText"}
_WORDS = {"t", "delText", "instrText", "delInstrText"}
_BREAKS = {"br": "\n", "cr": "\n", "tab": "\t"}


def blocks(element: Element, *, deleted: bool = True) -> Iterator[str | Rows]:
    """Yield paragraphs and tables in order; with `deleted`, also what tracked changes took out."""
    for child in element:
        if is_aside(child) or (not deleted and local(str(child.tag)) in _DELETED):
            continue
        match local(str(child.tag)):
            case "tbl":
                yield _rows(child, deleted=deleted)
                for inner in child.iter():
                    if inner is not child and local(str(inner.tag)) == "tbl":
                        yield _rows(inner, deleted=deleted)
            case "p":
                words = words_of(child, deleted=deleted)
                if words.strip():
                    yield words
                for inner in child.iter():
                    if local(str(inner.tag)) == "tbl":  # in a text box
                        yield _rows(inner, deleted=deleted)
            case _:
                yield from blocks(child, deleted=deleted)


def words_of(element: Element, *, deleted: bool = True) -> str:
    """Return all words inside an element, paragraphs parted by line ends."""
    pieces: list[str] = []
    waiting = [element]
    while waiting:
        here = waiting.pop()
        tag = "" if is_aside(here) else local(str(here.tag))
        if not tag or (not deleted and tag in _DELETED):
            continue
        if tag in _WORDS:
            pieces.append(here.text or "")
        elif tag in _BREAKS:
            pieces.append(_BREAKS[tag])
        elif tag == "p" and pieces:
            pieces.append("\n")
        waiting.extend(reversed(here))
    return "".join(pieces)


def _rows(table: Element, *, deleted: bool) -> Rows:
    """Return a table's cells; cells covered by a merged cell are empty."""
    return [
        [words_of(cell, deleted=deleted).strip() for cell in _inside(row, "tc")]
        for row in _inside(table, "tr")
    ]


def _inside(element: Element, wanted: str) -> Iterator[Element]:
    """Yield the nearest descendants of a name: content controls may come between a table and its rows."""
    for child in element:
        tag = local(str(child.tag))
        if tag == wanted:
            yield child
        elif tag not in {"tbl", "p"}:
            yield from _inside(child, wanted)
