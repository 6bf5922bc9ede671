"""Rebuilt text and JSON: one encoding, one line ending, one spelling."""

import json

from strongroom.checker.contents.found import ProblemKind
from strongroom.checker.formats.part import Context, Part, Rebuilt, UnreadableError, one_file
from strongroom.checker.formats.text import json_text
from strongroom.checker.formats.text.normalised import visible
from strongroom.checker.formats.text.plain_text import decode


def rebuild_text(part: Part, context: Context) -> Rebuilt:
    """Return the text as UTF-8 without a byte order mark, with LF line endings and no trailing blanks."""
    del context
    original = decode(part.data)
    content = visible(original.replace("\r\n", "\n").replace("\r", "\n"))
    if original.strip() and not content.strip():
        raise UnreadableError(ProblemKind.UNKNOWN_TYPE, "a text of which nothing is left")
    change = "written as UTF-8 with Unix line ends, without blanks at line ends and invisible characters"
    return one_file(part, content.encode(), f"{part.where}: {change}")


def rebuild_json(part: Part, context: Context) -> Rebuilt:
    """Return the document rewritten; one document per line if that is what the file is."""
    try:
        document = json_text.parse(decode(part.data))
    except UnreadableError:
        return rebuild_json_lines(part, context)
    return one_file(
        part, dumped(document, indent=1), f"{part.where}: rebuilt from its values, spacing normalised"
    )


def rebuild_json_lines(part: Part, context: Context) -> Rebuilt:
    """Return one document per line, each rewritten."""
    del context
    documents = json_text.parse_lines(decode(part.data))
    data = b"".join(dumped(document) for document in documents)
    return one_file(part, data, f"{part.where}: rebuilt from its values, one document per line")


def dumped(document: json_text.Json, *, indent: int | None = None) -> bytes:
    """Return a document as UTF-8 JSON, ended by LF; lone surrogates stay escaped."""
    text = json.dumps(document, ensure_ascii=False, indent=indent)
    try:
        return text.encode() + b"\n"
    except UnicodeEncodeError:
        return json.dumps(document, indent=indent).encode() + b"\n"
