"""XML parsed without entities, external references or network; comments and instructions are kept."""

from xml.etree.ElementTree import Element, TreeBuilder

from strongroom.checker.contents.found import ProblemKind
from strongroom.checker.formats.part import UnreadableError
from strongroom.thresholds import Thresholds, threshold


class _Limits(Thresholds):
    """The numbers this module decides by."""

    deepest: int = threshold(400, "levels", "cost: recursion of the tree's users; no document nests deeper")


LIMITS = _Limits()


class _Bounded(TreeBuilder):
    """Stops at a depth that no ordinary document reaches."""

    depth = 0

    def start(self, tag: str, attrs: dict[str, str]) -> Element:
        self.depth += 1
        if self.depth > LIMITS.deepest:
            raise UnreadableError(ProblemKind.TOO_DEEP, f"XML nested more than {LIMITS.deepest} deep")
        return super().start(tag, attrs)

    def end(self, tag: str) -> Element:
        self.depth -= 1
        return super().end(tag)


def parse_xml(data: bytes) -> Element:
    """Return the root; raise UnreadableError for what is not XML, declares entities or is too deep."""
    from defusedxml import DefusedXmlException  # noqa: PLC0415 - few files need it
    from defusedxml.ElementTree import DefusedXMLParser  # noqa: PLC0415 - as above

    parser = DefusedXMLParser(target=_Bounded(insert_comments=True, insert_pis=True))
    try:
        parser.feed(data)
        root = parser.close()
    except UnreadableError:
        raise
    except DefusedXmlException as error:
        raise UnreadableError(ProblemKind.ACTIVE_CONTENT, "XML that declares entities") from error
    except Exception as error:
        raise UnreadableError(ProblemKind.UNREADABLE, "is not well-formed XML") from error
    if not isinstance(root, Element):
        raise UnreadableError(ProblemKind.UNREADABLE, "XML without content")
    return root


def local(name: str) -> str:
    """Return a tag's or attribute's name without its namespace."""
    return name.rpartition("}")[2]


def is_aside(element: Element) -> bool:
    """Return whether a node is a comment or a processing instruction, which are never shown."""
    return not isinstance(element.tag, str)
