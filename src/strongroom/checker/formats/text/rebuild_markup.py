"""Rich text is released as plain text, XML as its elements, attributes and text."""

from xml.etree import ElementTree as ET

from strongroom.checker.formats.part import Context, Copy, Part, Rebuilt, one_file
from strongroom.checker.formats.text import rtf
from strongroom.checker.formats.text.normalised import visible
from strongroom.checker.formats.text.xml_tree import is_aside, parse_xml


def rebuild_rtf(part: Part, context: Context) -> Rebuilt:
    """Return the words as UTF-8 text, a tab between cells."""
    del context
    content, _ = rtf.words(part.data)
    change = f"{part.where}: released as plain text; fonts, styles and pictures are left out"
    return Rebuilt((Copy(f"{part.name}.txt", visible(content).encode(errors="replace")),), (change,))


def rebuild_xml(part: Part, context: Context) -> Rebuilt:
    """Return the document rewritten without comments and processing instructions."""
    del context
    root = parse_xml(part.data)
    for element in root.iter():
        for child in [child for child in element if is_aside(child)]:
            element.remove(child)
    data = ET.tostring(root, encoding="utf-8", xml_declaration=True)
    return one_file(part, data, f"{part.where}: rebuilt from its elements; comments are left out")
