"""Jupyter notebooks (nbformat 4): sources, every output in every form, attachments and metadata."""

import base64
import binascii
import json
from collections.abc import Iterator
from typing import Any

from strongroom.checker.contents.found import Artefact, FoundText, ProblemKind
from strongroom.checker.formats.documents import plot_json, script_data
from strongroom.checker.formats.part import Context, Part, UnreadableError
from strongroom.checker.formats.text import json_text
from strongroom.checker.formats.text.plain_text import decode, tables_in

Json = Any
TEXTS = {"text/plain", "text/markdown", "text/latex"}
# Output types that are separate files: their extension, and whether they are base64.
FILES = {
    "image/png": ".png",
    "image/jpeg": ".jpg",
    "image/gif": ".gif",
    "image/webp": ".webp",
    "image/bmp": ".bmp",
    "application/pdf": ".pdf",
}
MARKUP = {"text/html": ".html", "image/svg+xml": ".svg"}
_PROGRAMS = {"application/javascript", "text/javascript", "application/x-javascript"}
_CELL_KEYS = {"cell_type", "source", "outputs", "metadata", "attachments", "execution_count", "id"}
_USUAL_METADATA = {"kernelspec", "language_info"}


def read(part: Part, context: Context) -> Iterator[Artefact]:
    """Yield the whole contents of a notebook, cell by cell."""
    notebook = parse(part.data)
    metadata = {key: value for key, value in notebook["metadata"].items() if key not in _USUAL_METADATA}
    yield from _json_text(metadata, f"{part.where} > metadata", context)
    for number, cell in enumerate(notebook["cells"], start=1):
        yield from _cell(cell, Part(b"", part.name, f"{part.where} > cell {number}"), context)
    rest = {key: value for key, value in notebook.items() if key not in {"cells", "metadata"}}
    if rest.keys() - {"nbformat", "nbformat_minor"}:
        yield part.problem(ProblemKind.HIDDEN_CONTENT, "keys that notebooks do not have")


def parse(data: bytes) -> dict[str, Json]:
    """Return a notebook of format 4 as parsed JSON, its shape checked; raise UnreadableError."""
    notebook = json_text.parse(decode(data))
    shaped = (
        isinstance(notebook, dict)
        and isinstance(notebook.get("cells"), list)
        and isinstance(notebook.setdefault("metadata", {}), dict)
        and all(isinstance(cell, dict) and _is_cell(cell) for cell in notebook["cells"])
    )
    if not shaped:
        raise UnreadableError(ProblemKind.UNREADABLE, "not a notebook of format 4")
    return notebook  # type: ignore[no-any-return]


def joined(value: Json) -> str:
    """Return a multi-line string as nbformat keeps it: one string, or a list of lines."""
    if isinstance(value, list) and all(isinstance(line, str) for line in value):
        return "".join(value)
    if isinstance(value, str):
        return value
    raise UnreadableError(ProblemKind.UNREADABLE, "a notebook text field that is not text")


def is_json_form(form: str) -> bool:
    """Return whether an output's MIME type is JSON: plain, or a vendor's."""
    return form == "application/json" or (form.startswith("application/") and form.endswith("json"))


def _is_cell(cell: dict[str, Json]) -> bool:
    outputs = cell.get("outputs", [])
    return isinstance(outputs, list) and all(isinstance(output, dict) for output in outputs)


def _cell(cell: dict[str, Json], part: Part, context: Context) -> Iterator[Artefact]:
    source = joined(cell.get("source", ""))
    if source:
        yield FoundText(f"{part.where} > source", source)
        yield from tables_in(source, f"{part.where} > source")
    yield from _json_text(cell.get("metadata", {}), f"{part.where} > metadata", context)
    attachments = cell.get("attachments", {})
    if not isinstance(attachments, dict):
        raise UnreadableError(ProblemKind.UNREADABLE, "malformed attachments")
    for name, bundle in attachments.items():
        yield from _bundle(bundle, part.inner(b"", name), context)
    for number, output in enumerate(cell.get("outputs", []), start=1):
        yield from _output(output, part.inner(b"", f"output {number}"), context)
    if cell.keys() - _CELL_KEYS:
        yield part.problem(ProblemKind.HIDDEN_CONTENT, "keys that notebook cells do not have")


def _output(output: dict[str, Json], part: Part, context: Context) -> Iterator[Artefact]:
    kind = output.get("output_type")
    if kind == "stream":
        yield from _text(joined(output.get("text", "")), part)
    elif kind == "error":
        lines = [
            str(output.get("ename", "")),
            str(output.get("evalue", "")),
            joined(output.get("traceback", [])),
        ]
        yield from _text("\n".join(lines), part)
    elif kind in {"display_data", "execute_result"}:
        yield from _bundle(output.get("data", {}), part, context)
        yield from _json_text(output.get("metadata", {}), f"{part.where} > metadata", context)
    else:
        yield part.problem(ProblemKind.UNKNOWN_TYPE, "an output of unknown type")


def _bundle(bundle: Json, part: Part, context: Context) -> Iterator[Artefact]:
    """Yield every form of one output that may be released: a reader may show any of them."""
    if not isinstance(bundle, dict):
        raise UnreadableError(ProblemKind.UNREADABLE, "an output without data")
    for form, value in bundle.items():
        if form in FILES:
            yield from context.nested(Part(file_bytes(value), "output" + FILES[form], part.where))
        elif form in MARKUP:
            yield from context.nested(
                Part(joined(value).encode("utf-8", "replace"), "output" + MARKUP[form], part.where)
            )
        elif form in TEXTS:
            yield from _text(joined(value), part)
        elif form in _PROGRAMS:
            yield from script_data.read(joined(value), part, context)
        elif is_json_form(form):
            plain = plot_json.unpacked(value)
            yield FoundText(part.where, json.dumps(value))
            yield from plot_json.tables(plain, part.where)
        # A form of any other type is not in the copy; the output's other forms are.


def file_bytes(value: Json) -> bytes:
    """Return the bytes of a form written as base64; raise UnreadableError."""
    try:
        return base64.b64decode("".join(joined(value).split()), validate=True)
    except (binascii.Error, ValueError) as error:
        raise UnreadableError(ProblemKind.UNREADABLE, "output data that is not base64") from error


def _text(content: str, part: Part) -> Iterator[Artefact]:
    if content:
        yield FoundText(part.where, content)
        yield from tables_in(content, part.where)


def _json_text(value: Json, where: str, context: Context) -> Iterator[Artefact]:
    if value:
        yield from json_text.artefacts_of(value, where, json.dumps(value), context)
