"""What is found is searched once more: texts and cells may hold files, tables and numbers in disguise.

One place for every format: a text is searched the same wherever a reader found it.
"""

from collections.abc import Iterator
from dataclasses import replace

from strongroom.checker.artefacts import Artefact, FoundText
from strongroom.checker.readers.encodings import encoded_in
from strongroom.checker.readers.part import Context, Part


def searched(found: Artefact, context: Context) -> Iterator[Artefact]:
    """Yield an artefact and what is encoded in it; every decoding counts as a level of nesting."""
    yield found
    if isinstance(found, FoundText):
        yield from encoded_in(found.text, found.where, _decoding(context))


def _decoding(context: Context) -> Context:
    """Return a context whose nested parts are searched in turn."""

    def read(part: Part, deeper: Context) -> Iterator[Artefact]:
        plain = replace(deeper, read=context.read)
        for found in context.read(part, plain):
            yield from searched(found, plain)

    return replace(context, read=read)
