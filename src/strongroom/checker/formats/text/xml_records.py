"""XML of any kind: its words, and sibling elements of one name as the rows of a table."""

from collections import defaultdict
from collections.abc import Iterator
from xml.etree.ElementTree import Element

from strongroom.checker.contents.found import Artefact, FoundTable, FoundText, ProblemKind, source_of
from strongroom.checker.formats.columns import table_of
from strongroom.checker.formats.part import Context, Part, printable
from strongroom.checker.formats.text.plain_text import tables_in
from strongroom.checker.formats.text.xml_tree import is_aside, local, parse_xml
from strongroom.thresholds import Thresholds, threshold


class _Limits(Thresholds):
    """The numbers this module decides by."""

    least_rows: int = threshold(2, "elements", "judgement: one element of a name is no table")


LIMITS = _Limits()


_ACTIVE = {"script", "xml-stylesheet", "include"}


def read(part: Part, context: Context) -> Iterator[Artefact]:
    """Yield the words of a document with its attributes and comments, and the tables its elements form."""
    del context
    root = parse_xml(part.data)
    yield source_of(part.where, part.data)
    content = "\n".join(_words(root))
    yield FoundText(part.where, content)
    yield from tables_in(content, part.where)
    for name, rows in _repeated(root):
        names = list(dict.fromkeys(key for row in rows for key in row))
        table = table_of([[row.get(key) for row in rows] for key in names], names)
        yield FoundTable(f"{part.where} > {printable(name)}", table)
    if any(not is_aside(element) and local(element.tag) in _ACTIVE for element in root.iter()):
        yield part.problem(ProblemKind.ACTIVE_CONTENT, "XML with programs or references")


def _words(root: Element) -> Iterator[str]:
    for element in root.iter():
        if not is_aside(element):
            yield from (value for value in element.attrib.values() if value.strip())
        yield from (text.strip() for text in (element.text, element.tail) if text and text.strip())


def _repeated(root: Element) -> Iterator[tuple[str, list[dict[str, str | None]]]]:
    """Yield the elements that repeat under one parent, each as its attributes and leaves."""
    for parent in root.iter():
        alike: dict[str, list[dict[str, str | None]]] = defaultdict(list)
        for child in parent:
            if not is_aside(child):
                alike[local(child.tag)].append(_record(child))
        yield from (
            (name, rows) for name, rows in alike.items() if len(rows) >= LIMITS.least_rows and any(rows)
        )


def _record(element: Element) -> dict[str, str | None]:
    record: dict[str, str | None] = {local(key): value for key, value in element.attrib.items()}
    leaves = [child for child in element if not is_aside(child) and not len(child)]
    for child in leaves:
        name = local(child.tag)
        record[name if name not in record else f"{name} {len(record)}"] = (child.text or "").strip() or None
        record |= {f"{name} {local(key)}": value for key, value in child.attrib.items()}
    if not leaves and element.text and element.text.strip():
        record["text"] = element.text.strip()
    return record
