"""The objects of a PDF that no page draws: attachments, actions, metadata, notes, unused objects."""

from collections.abc import Iterator
from typing import Any

import pikepdf

from strongroom.checker.contents.found import Artefact, FoundText, ProblemKind
from strongroom.checker.formats.documents.pdf_vocabulary import (
    ACTIONS,
    DRAWING_KEYS,
    OWN_NAMES,
    PAGE_KEYS,
)
from strongroom.checker.formats.part import Context, Part
from strongroom.checker.formats.text.plain_text import tables_in
from strongroom.thresholds import Thresholds, threshold


class _Limits(Thresholds):
    """The numbers this module decides by."""

    deepest: int = threshold(60, "objects", "judgement: no writer nests as deep; more is a loop or an attack")


LIMITS = _Limits()


_CONTAINERS = {"/ObjStm", "/XRef"}

Object = Any
Key = tuple[int, int]


def drawn_objects(document: pikepdf.Pdf) -> set[Key]:
    """Return the objects that drawing the pages takes, by number and generation."""
    seen: set[Key] = set()
    waiting: list[tuple[Object, bool]] = []
    for page in document.pages:
        seen.add(page.obj.objgen)
        waiting.extend((page.obj[key], False) for key in sorted(page.obj.keys()) if key in PAGE_KEYS)
        inherited = page.obj.get("/Parent")
        for _ in range(LIMITS.deepest):
            if inherited is None:
                break
            seen.add(inherited.objgen)
            waiting.extend((inherited[key], False) for key in ("/Resources",) if key in inherited)
            inherited = inherited.get("/Parent")
    while waiting:
        value, own_names = waiting.pop()
        if getattr(value, "is_indirect", False):
            if value.objgen in seen:
                continue
            seen.add(value.objgen)
        if isinstance(value, (pikepdf.Dictionary, pikepdf.Stream)):
            keys = [key for key in sorted(value.keys()) if own_names or key in DRAWING_KEYS]
            waiting.extend((value[key], key in OWN_NAMES and not own_names) for key in keys)
        elif isinstance(value, pikepdf.Array):
            waiting.extend((each, False) for each in value)
    return seen


def hidden_content(document: pikepdf.Pdf, part: Part, context: Context) -> Iterator[Artefact]:
    """Yield the text of every object that no page draws, attachments, and active content."""
    drawn = drawn_objects(document)
    words: list[str] = [str(value) for value in document.docinfo.values()] if document.docinfo else []
    for value in document.objects:
        if getattr(value, "objgen", None) in drawn or not isinstance(value, pikepdf.Object):
            continue
        yield from _dangers(value, part)
        if isinstance(value, pikepdf.Stream):
            yield from _stream(value, words, part, context)
        words.extend(printable_string(each) for each in _direct(value) if isinstance(each, pikepdf.String))
    content = "\n".join(dict.fromkeys(word for word in words if word.strip()))
    if content:
        yield FoundText(f"{part.where} > hidden text", content)
        yield from tables_in(content, f"{part.where} > hidden text")


def _stream(value: Object, words: list[str], part: Part, context: Context) -> Iterator[Artefact]:
    kind = str(value.get("/Type", ""))
    if kind in _CONTAINERS:
        return
    try:
        limit = context.unpack_limit(int(value.get("/Length", 0)) + 1)
        data = bytes(value.read_bytes())
    except pikepdf.PdfError:
        yield part.problem(ProblemKind.UNREADABLE, "a stream that cannot be decoded")
        return
    if len(data) > limit:
        yield part.problem(ProblemKind.TOO_LARGE, "a stream that unpacks to more than the limit")
        return
    context.budget.take(len(data))
    if kind == "/EmbeddedFile":
        attached = list(context.nested(part.inner(data, "attached file")))
        if not all(isinstance(found, FoundText) for found in attached):
            yield part.problem(ProblemKind.HIDDEN_CONTENT, "an attached file that is not plain text")
        yield from attached
    elif str(value.get("/Subtype", "")) != "/Image" and data.strip():
        words.append(data.decode("utf-8", errors="replace"))


def _dangers(value: Object, part: Part) -> Iterator[Artefact]:
    """Yield actions that run or load something, and layers that are switched off."""
    for each in _direct(value):
        if not isinstance(each, (pikepdf.Dictionary, pikepdf.Stream)):
            continue
        if str(each.get("/S", "")) in ACTIONS or "/JS" in each:
            yield part.problem(ProblemKind.ACTIVE_CONTENT, "an action that runs or loads something")
        if "/OFF" in each and isinstance(each["/OFF"], pikepdf.Array) and len(each["/OFF"]):
            yield part.problem(ProblemKind.HIDDEN_CONTENT, "a layer that is switched off")


def _direct(value: Object, depth: int = 0) -> Iterator[Object]:
    """Yield an object and its direct children, to a depth that no legitimate file has."""
    yield value
    if depth > LIMITS.deepest:
        return
    children: list[Object] = []
    if isinstance(value, (pikepdf.Dictionary, pikepdf.Stream)):
        children = [value[key] for key in sorted(value.keys())]
    elif isinstance(value, pikepdf.Array):
        children = list(value)
    for child in children:
        if not getattr(child, "is_indirect", False):
            yield from _direct(child, depth + 1)


def printable_string(value: pikepdf.String) -> str:
    """Return a string of a PDF as text."""
    text = str(value)
    return "".join(letter if letter.isprintable() or letter in "\n\t" else " " for letter in text)
