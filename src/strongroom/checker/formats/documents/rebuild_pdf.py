"""Rebuilt PDFs: pages only, with listed operators and keys, rounded numbers and re-encoded pictures."""

from collections.abc import Iterator
from decimal import Decimal
from enum import Enum
from io import BytesIO
from typing import Any

import numpy as np
import pikepdf

from strongroom.checker.contents.found import ProblemKind
from strongroom.checker.formats.documents.pdf import decoded, open_pdf
from strongroom.checker.formats.documents.pdf_vocabulary import (
    DRAWING_KEYS,
    OPERATORS,
    OWN_NAMES,
    PAGE_KEYS,
)
from strongroom.checker.formats.part import Context, Part, Rebuilt, UnreadableError, one_file
from strongroom.checker.formats.pictures.rebuild_raster import released_levels

Object = Any

_INHERITED = ("/MediaBox", "/CropBox", "/Rotate", "/Resources")


class _Role(Enum):
    """What a dictionary is: one of listed keys, one of the file's own names, glyphs, or a glyph."""

    PLAIN = 0
    NAMES = 1
    GLYPHS = 2
    GLYPH = 3

    @classmethod
    def of(cls, key: str) -> "_Role":
        """Return the value of a key."""
        if key == "/CharProcs":
            return cls.GLYPHS
        return cls.NAMES if key in OWN_NAMES else cls.PLAIN


def rebuild_pdf(part: Part, context: Context) -> Rebuilt:
    """Return the pages as a new document without metadata, notes, attachments, layers and scripts."""
    with open_pdf(part, context) as read, pikepdf.new() as rebuilt:
        for page in read.pages:
            _make_self_contained(page)
        done: set[tuple[int, int]] = set()
        for page in read.pages:
            _redraw(page.obj.get("/Contents"))
            for name in ("/Resources", "/Group"):
                _clean(page.obj.get(name), context, done)
        if not any(page.obj.Contents.read_bytes().strip() for page in read.pages if "/Contents" in page.obj):
            raise UnreadableError(ProblemKind.UNKNOWN_TYPE, "a document of which nothing is left")
        rebuilt.pages.extend(read.pages)
        sink = BytesIO()
        rebuilt.remove_unreferenced_resources()
        rebuilt.save(sink, deterministic_id=True, object_stream_mode=pikepdf.ObjectStreamMode.generate)
    change = (
        f"{part.where}: released as its pages only, redrawn; metadata, notes, links, layers, attachments, "
        "scripts and the low-order bits of pictures are left out"
    )
    return one_file(part, sink.getvalue(), change)


def _make_self_contained(page: pikepdf.Page) -> None:
    """Give a page its inherited attributes and one content stream, and drop keys not needed for drawing."""
    for key in _INHERITED:
        owner: Object = page.obj
        while owner is not None and key not in owner:
            owner = owner.get("/Parent")
        if owner is not None:
            page.obj[key] = owner[key]
    for key in sorted(page.obj.keys()):
        if key not in PAGE_KEYS | {"/Parent"}:
            del page.obj[key]
    page.contents_coalesce()


def _clean(value: Object, context: Context, done: set[Any]) -> None:
    """Remove keys drawing does not need, and redraw forms, glyphs and pictures, at any depth."""
    waiting = [(value, _Role.PLAIN)]
    while waiting:
        here, role = waiting.pop()
        if getattr(here, "is_indirect", False):
            if here.objgen in done:
                continue
            done.add(here.objgen)
        if isinstance(here, pikepdf.Array):
            waiting.extend((each, _Role.PLAIN) for each in here)
        elif isinstance(here, (pikepdf.Dictionary, pikepdf.Stream)):
            waiting.extend(_kept(here, role))
            if isinstance(here, pikepdf.Stream):
                _rewrite(here, role, context)


def _kept(here: Object, role: _Role) -> list[tuple[Object, _Role]]:
    """Remove the keys that are not listed, and return the values of the others with what they are."""
    kept = []
    for key in sorted(here.keys()):
        if role is _Role.GLYPHS:
            kept.append((here[key], _Role.GLYPH))
        elif role is _Role.NAMES:
            kept.append((here[key], _Role.PLAIN))
        elif key in DRAWING_KEYS:
            kept.append((here[key], _Role.of(key)))
        else:
            del here[key]
    return kept


def _rewrite(stream: Object, role: _Role, context: Context) -> None:
    kind = str(stream.get("/Subtype", ""))
    if kind == "/Image":
        _repaint(stream, context)
    elif kind == "/Form" or role is _Role.GLYPH or stream.get("/PatternType") == 1:
        _redraw(stream)


def _redraw(stream: Object) -> None:
    """Rewrite a content stream with listed operators and rounded numbers."""
    if stream is None:
        return
    if not isinstance(stream, pikepdf.Stream):
        raise UnreadableError(ProblemKind.UNREADABLE, "a page without a content stream")
    try:
        kept = list(_listed(stream))
    except (pikepdf.PdfError, UnicodeDecodeError, TypeError) as error:
        raise UnreadableError(ProblemKind.UNREADABLE, "a page with unreadable drawing commands") from error
    stream.write(pikepdf.unparse_content_stream(kept))


def _listed(stream: Object) -> Iterator[Any]:
    """Yield the instructions of a content stream whose operators are listed."""
    for instruction in pikepdf.parse_content_stream(stream):
        if str(instruction.operator) not in OPERATORS:
            continue
        if isinstance(instruction, pikepdf.ContentStreamInlineImage):
            yield instruction
        else:
            operands = [_short(operand) for operand in instruction.operands]
            yield pikepdf.ContentStreamInstruction(operands, instruction.operator)


def _short(value: Object) -> Object:
    """Return a number in six figures: further digits are not visible."""
    if isinstance(value, (Decimal, float)):
        return Decimal(f"{value:.6g}")
    if isinstance(value, pikepdf.Array):
        return pikepdf.Array([_short(each) for each in value])
    return value


def _repaint(image: Object, context: Context) -> None:
    """Replace a picture's data by its pixels in 16 steps a channel; a stencil by its pixels."""
    read = decoded(image, context)
    if bool(image.get("/ImageMask", False)):
        image.write(bytes(image.read_bytes()))
        return
    mode = "L" if read.mode in {"1", "L"} else "RGB"
    pixels = np.asarray(read.convert(mode), dtype=np.uint8)
    for key in ("/Decode", "/Mask", "/Intent"):
        if key in image:
            del image[key]
    image.write(released_levels(pixels).tobytes())
    image["/ColorSpace"] = pikepdf.Name("/DeviceGray" if mode == "L" else "/DeviceRGB")
    image["/BitsPerComponent"] = 8
    image["/Width"], image["/Height"] = read.width, read.height
