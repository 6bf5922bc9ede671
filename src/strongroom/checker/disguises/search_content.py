"""What is found is searched once more: texts and cells may hold files, tables and numbers in disguise.

One place for every format: a text is searched the same wherever a reader found it.
"""

import re
from collections.abc import Iterator
from dataclasses import replace

from strongroom.checker.contents.found import (
    Artefact,
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
    """Searches all that is found in a file, or in what was decoded; every decoding is a level of nesting."""

    def __init__(self, context: Context) -> None:
        self._context = context
        self._texts: set[str] = set()

    def within(self, found: Artefact) -> Iterator[Artefact]:
        """Yield an artefact in the spelling that is judged, and what is encoded in it."""
        match found:
            case FoundText(where=where, text=text):
                self._texts.add(where)
                plain = normalised(text)
                yield FoundText(where, plain)
                hidden = hidden_in(text)
                if hidden:
                    yield FoundProblem(where, ProblemKind.HIDDEN_CONTENT, hidden)
                yield from encoded_in(plain, where, self._decoding())
                yield from other_readings.of_text(where, plain)
            case FoundTable(where=where, table=table):
                plain_table = normalised_table(table)
                yield replace(found, table=plain_table)
                yield from other_readings.of_table(where, plain_table)
                if is_coded(table):
                    said = "cells that spell something in a few signs of their own"
                    yield FoundProblem(where, ProblemKind.HIDDEN_CONTENT, said)
                cells = "" if self._is_of_a_text(where) else encoded_cells(table)
                if cells:
                    yield from encoded_in(cells, f"{where} > cells", self._decoding())
            case FoundSource():
                yield from other_readings.of_source(found)
            case _:
                yield found

    def _is_of_a_text(self, where: str) -> bool:
        """Tell whether a table stands in a text that was searched already."""
        match = _OF_A_TEXT.fullmatch(where)
        return match is not None and match.group(1) in self._texts

    def _decoding(self) -> Context:
        """Return a context whose nested parts are searched in turn."""

        def read(part: Part, deeper: Context) -> Iterator[Artefact]:
            plain = replace(deeper, read=self._context.read)
            inner = Search(plain)
            for found in self._context.read(part, plain):
                yield from inner.within(found)

        return replace(self._context, read=read)
