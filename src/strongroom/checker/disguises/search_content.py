"""Searches everything a reader found: texts and cells may hold encoded files, tables and numbers.

One place for every format, so that a text is searched the same way wherever a reader found it.
"""

import re
from collections.abc import Iterator
from dataclasses import replace

from strongroom.checker.contents.found import (
    Artefact,
    FoundOpaque,
    FoundProblem,
    FoundSource,
    FoundTable,
    FoundText,
    ProblemKind,
)
from strongroom.checker.disguises import other_readings
from strongroom.checker.disguises.cells import encoded_cells, normalised_table
from strongroom.checker.disguises.coded_cells import is_coded
from strongroom.checker.disguises.encodings import encoded_in
from strongroom.checker.formats.part import Context, Part
from strongroom.checker.formats.text.normalised import hidden_in, normalised

_OF_A_TEXT = re.compile(r"(.*) > (?:table|literals) at line \d+", re.DOTALL)


class Search:
    """Searches all that was found in a file, or in decoded content; each decoding is one level of nesting."""

    def __init__(self, context: Context) -> None:
        self._context = context
        self._texts: set[str] = set()

    def within(self, found: Artefact) -> Iterator[Artefact]:
        """Yield an artefact, normalised, and what is encoded in it."""
        match found:
            case FoundText(where=where, text=text):
                self._texts.add(where)
                plain = normalised(text)
                yield replace(found, text=plain)
                hidden = hidden_in(text)
                if hidden:
                    yield FoundProblem(where, ProblemKind.HIDDEN_CONTENT, hidden)
                for decoded in encoded_in(plain, where, self._decoding()):
                    if not (found.left_out and isinstance(decoded, FoundOpaque)):
                        yield decoded
                yield from other_readings.of_text(where, plain)
            case FoundTable(where=where, table=table):
                plain_table = normalised_table(table)
                yield replace(found, table=plain_table)
                yield from other_readings.of_table(where, plain_table)
                if is_coded(table):
                    description = "cells written in a private code of a few symbols"
                    yield FoundProblem(where, ProblemKind.HIDDEN_CONTENT, description)
                cells = "" if self._is_of_a_text(where) else encoded_cells(table)
                if cells:
                    yield from encoded_in(cells, f"{where} > cells", self._decoding())
            case FoundSource():
                yield from other_readings.of_source(found)
            case _:
                yield found

    def _is_of_a_text(self, where: str) -> bool:
        """Return whether a table is part of a text that was searched already."""
        match = _OF_A_TEXT.fullmatch(where)
        return match is not None and match.group(1) in self._texts

    def _decoding(self) -> Context:
        """Return a context whose nested parts are searched as well."""

        def read(part: Part, deeper: Context) -> Iterator[Artefact]:
            plain = replace(deeper, read=self._context.read)
            inner = Search(plain)
            for found in self._context.read(part, plain):
                yield from inner.within(found)

        return replace(self._context, read=read)
