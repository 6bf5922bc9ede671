"""PDF: what the pages draw, their pictures, and every object they do not draw."""

import re
from collections.abc import Iterator
from io import BytesIO
from typing import TYPE_CHECKING, Any

from strongroom.checker.contents.found import Artefact, ProblemKind, source_of
from strongroom.checker.formats.documents.pdf_page import pages
from strongroom.checker.formats.documents.pdf_streams import require_bounded
from strongroom.checker.formats.part import Context, Part, UnreadableError
from strongroom.checker.formats.pictures.pixels import contents_of_picture
from strongroom.thresholds import Thresholds, threshold

if TYPE_CHECKING:
    import pikepdf
    from PIL import Image


class _Limits(Thresholds):
    """The numbers this module decides by."""

    most_objects: int = threshold(
        500_000,
        "objects",
        "cost: bound of the time to walk them all; reports of hundreds of pages have some tens of thousands",
    )
    source_pages: int = threshold(
        20, "pages", "cost: the commands of drawings are searched on the first pages only; plots are alike"
    )


LIMITS = _Limits()


_END = re.compile(rb"%%EOF\s*")


def read(part: Part, context: Context) -> Iterator[Artefact]:
    """Yield a document's text, tables, points and pictures by page, and what no page draws.

    A PDF is released as its pages only, so metadata, outlines and notes are no problem; they are checked.
    """
    from strongroom.checker.formats.documents.pdf_objects import hidden_content  # noqa: PLC0415 - loads pikepdf

    yield from _outside(part)
    with open_pdf(part, context) as document:
        for number, image in enumerate(images(document), start=1):
            inner = part.inner(b"", f"picture {number}")
            try:
                picture = decoded(image, context)
            except UnreadableError as error:
                yield inner.problem(error.kind, error.detail)
                continue
            found = Part(bytes(image.read_raw_bytes()), inner.name, inner.where)
            yield from contents_of_picture(found, picture, ())
        yield from hidden_content(document, part, context)
        yield from _undrawable(document, part)
    yield from pages(part)


def _undrawable(document: "pikepdf.Pdf", part: Part) -> Iterator[Artefact]:
    """Yield a problem where drawing commands cannot be parsed: viewers guess, and differ."""
    import pikepdf  # noqa: PLC0415 - slow to load, and most files are no PDF

    forms = [
        each
        for each in document.objects
        if isinstance(each, pikepdf.Stream) and each.get("/Subtype") == pikepdf.Name.Form
    ]
    try:
        for drawn in (*(page.obj for page in document.pages), *forms):
            pikepdf.parse_content_stream(drawn)
        commands = b"\n".join(_commands(document))
    except (pikepdf.PdfError, TypeError, ValueError):
        yield part.problem(ProblemKind.UNREADABLE, "drawing commands cannot be parsed")
        return
    yield source_of(part.where, commands)


def _commands(document: "pikepdf.Pdf") -> Iterator[bytes]:
    """Yield the drawing commands of the first pages, from one stream or several."""
    import pikepdf  # noqa: PLC0415 - slow to load, and most files are no PDF

    for page in document.pages[: LIMITS.source_pages]:
        contents = page.obj.get("/Contents")
        for stream in contents if isinstance(contents, pikepdf.Array) else [contents]:
            if isinstance(stream, pikepdf.Stream):
                yield stream.read_bytes()


def open_pdf(part: Part, context: Context) -> "pikepdf.Pdf":
    """Return the document; raise UnreadableError when it is damaged, encrypted or of too many objects."""
    import pikepdf  # noqa: PLC0415 - slow to load, and most files are no PDF

    try:
        document = pikepdf.open(BytesIO(part.data), suppress_warnings=True)
    except pikepdf.PasswordError as error:
        raise UnreadableError(ProblemKind.ENCRYPTED, "a password-protected PDF") from error
    except pikepdf.PdfError as error:
        raise UnreadableError(ProblemKind.UNREADABLE, "a damaged PDF") from error
    if document.is_encrypted:
        raise UnreadableError(ProblemKind.ENCRYPTED, "an encrypted PDF")
    if len(document.objects) > LIMITS.most_objects:
        raise UnreadableError(ProblemKind.TOO_LARGE, "a PDF with too many objects")
    require_bounded(document, part, context)
    return document


def images(document: "pikepdf.Pdf") -> Iterator[Any]:
    """Yield every picture among a document's objects, drawn or not."""
    import pikepdf  # noqa: PLC0415 - see above

    for value in document.objects:
        if isinstance(value, pikepdf.Stream) and str(value.get("/Subtype", "")) == "/Image":
            yield value


def decoded(image: Any, context: Context) -> "Image.Image":
    """Return a picture's pixels; raise UnreadableError for an encoding that is not read."""
    import pikepdf  # noqa: PLC0415 - see above

    width, height = int(image.get("/Width", 0)), int(image.get("/Height", 0))
    if width * height > context.limits.pixels or width <= 0 or height <= 0:
        raise UnreadableError(ProblemKind.TOO_LARGE, "more pixels than the limit")
    context.budget.take(width * height * 4)
    try:
        return pikepdf.PdfImage(image).as_pil_image()
    except Exception as error:
        # Its decoders raise any type of exception.
        raise UnreadableError(ProblemKind.UNREADABLE, "a picture in an unsupported encoding") from error


def _outside(part: Part) -> Iterator[Artefact]:
    """Yield data after the end, and earlier revisions: a later one only hides what it replaces."""
    ends = list(_END.finditer(part.data))
    if not ends:
        raise UnreadableError(ProblemKind.UNREADABLE, "a PDF without an end marker")
    left = len(part.data) - ends[-1].end()
    if left:
        yield part.problem(ProblemKind.TRAILING_BYTES, f"{left} bytes after the document's end")
    linearised = b"/Linearized" in part.data[:1024]
    if len(ends) > 1 + linearised:
        yield part.problem(ProblemKind.HIDDEN_CONTENT, "earlier revisions of the document")
