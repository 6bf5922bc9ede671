"""Files written into an attribute: `data:image/png;base64,...` (RFC 2397), read as files of their own."""

import base64
import binascii
from collections.abc import Iterator
from urllib.parse import unquote_to_bytes

from strongroom.checker.contents.found import Artefact, FoundText, ProblemKind
from strongroom.checker.formats.part import Context, Part, UnreadableError

# fmt: off
_ENDINGS = {
    "image/png": ".png", "image/jpeg": ".jpg", "image/jpg": ".jpg", "image/gif": ".gif",
    "image/webp": ".webp", "image/bmp": ".bmp", "image/tiff": ".tiff", "image/svg+xml": ".svg",
    "text/html": ".html", "text/csv": ".csv", "application/json": ".json", "application/pdf": ".pdf",
}
# fmt: on


def read(uri: str, name: str, part: Part, context: Context) -> Iterator[Artefact]:
    """Yield what the file in a `data:` address holds; any other address is text."""
    if not is_data(uri):
        if uri:
            yield FoundText(f"{part.where} > {name}", uri)
        return
    try:
        inner = as_part(uri, name, part)
    except UnreadableError as error:
        yield part.inner(b"", name).problem(error.kind, error.detail)
        return
    context.budget.take(len(inner.data))
    yield from context.nested(inner)


def is_data(uri: str) -> bool:
    """Return whether an address holds its file itself."""
    return uri.lstrip()[:5].lower() == "data:"


def as_part(uri: str, name: str, part: Part) -> Part:
    """Return the file in a `data:` address, its name ending as its type says; raise UnreadableError."""
    head, comma, body = uri.lstrip()[5:].partition(",")
    kind, *options = head.lower().split(";")
    if not comma:
        raise UnreadableError(ProblemKind.UNREADABLE, "a data: URI without data")
    data = unquote_to_bytes(body)
    if "base64" in {option.strip() for option in options}:
        try:
            data = base64.b64decode(b"".join(data.split()), validate=True)
        except (binascii.Error, ValueError) as error:
            raise UnreadableError(ProblemKind.UNREADABLE, "a data: URI that is not base64") from error
    return part.inner(data, name + _ENDINGS.get(kind.strip(), ""))
