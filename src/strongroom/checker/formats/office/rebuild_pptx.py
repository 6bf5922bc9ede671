"""Rebuilt slides: texts, tables and pictures in their places, on a plain master."""

from collections import Counter

from strongroom.checker.contents.found import ProblemKind
from strongroom.checker.formats.office.ooxml import Package, extras, parts_of, relations
from strongroom.checker.formats.office.slide_master import LAYOUT, MASTER, SPACES, TREE, add_master
from strongroom.checker.formats.office.slide_shapes import SHOW, SlideWriter, every, first, slide_size
from strongroom.checker.formats.part import Context, Part, Rebuilt, UnreadableError, one_file
from strongroom.checker.formats.text.xml_tree import parse_xml

_MIME = "presentationml"


def rebuild_pptx(part: Part, context: Context) -> Rebuilt:
    """Return the slides with listed shapes only; raise UnreadableError where nothing is left."""
    parts, package = parts_of(part, context), Package()
    show = parse_xml(parts[SHOW])
    links = relations(SHOW, parts)
    listed: list[str] = []
    shown = 0
    lost: Counter[str] = Counter()
    master = package.refer(SHOW, MASTER, "slideMaster")
    for slide in every(show, "sldId"):
        source = links.get(
            next((value for key, value in slide.attrib.items() if key.endswith("}id")), ""), ""
        )
        tree = first(parse_xml(parts[source]), "spTree") if source in parts else None
        if tree is None:
            continue
        target = f"ppt/slides/slide{len(listed) + 1}.xml"
        writer = SlideWriter(source, target, parts, package, part, context)
        shapes = "".join(writer.shapes(tree))
        package.add(
            target,
            f"<p:sld {SPACES}><p:cSld><p:spTree>{TREE}{shapes}</p:spTree></p:cSld></p:sld>",
            f"{_MIME}.slide",
        )
        package.refer(target, LAYOUT, "slideLayout")
        listed.append(f'<p:sldId id="{256 + len(listed)}" r:id="{package.refer(SHOW, target, "slide")}"/>')
        lost += writer.lost
        shown += writer.shown
    if not shown:
        raise UnreadableError(ProblemKind.UNKNOWN_TYPE, "slides of which nothing is left")
    width, height = slide_size(parts)
    package.add(
        SHOW,
        f'<p:presentation {SPACES}><p:sldMasterIdLst><p:sldMasterId id="2147483648" r:id="{master}"/>'
        f"</p:sldMasterIdLst><p:sldIdLst>{''.join(listed)}</p:sldIdLst>"
        f'<p:sldSz cx="{width}" cy="{height}"/><p:notesSz cx="{height}" cy="{width}"/></p:presentation>',
        f"{_MIME}.presentation.main",
    )
    package.refer("", SHOW, "officeDocument")
    add_master(package)
    words = [f"{what} ({count})" for what, count in lost.items() if count]
    left_out = ", ".join([*words, *extras(parts), "design", "animations", "links", "metadata"])
    return one_file(part, package.data(), f"{part.where}: rebuilt as slides; left out: {left_out}")
