"""What of a file was compared with participants, what was judged without that, and what was not examined.

A release is a statement about what was looked at, so it names that.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence

from strongroom.checker.contents.found import (
    Artefact,
    FoundModel,
    FoundOpaque,
    FoundPicture,
    FoundTable,
    FoundText,
    Origin,
)
from strongroom.checker.rules import counted

_COMPARED = "compared with participants: {}"
_JUDGED = "judged without comparison: {}"
_LEFT = "not examined: {}"
_PLURALS = {"drawn series": "drawn series"}
_ALWAYS = "the choice of words, of order and of last digits"


def examined(artefacts: Sequence[Artefact]) -> tuple[str, ...]:
    """Return one line each for what was compared, what was judged otherwise and what was not examined."""
    groups = (
        (_COMPARED, _named(_compared(artefacts))),
        (_JUDGED, _named(_judged(artefacts))),
        (_LEFT, [*_named(_left(artefacts)), _ALWAYS]),
    )
    return tuple(sentence.format(", ".join(named)) for sentence, named in groups if named)


def _compared(artefacts: Iterable[Artefact]) -> Iterator[str]:
    for each in artefacts:
        if isinstance(each, FoundTable):
            yield "drawn series" if each.origin is Origin.COORDINATES else "table"
        elif isinstance(each, FoundText):
            yield "text"


def _judged(artefacts: Iterable[Artefact]) -> Iterator[str]:
    for each in artefacts:
        if isinstance(each, FoundPicture):
            yield "picture"
        elif isinstance(each, FoundModel):
            yield "model"


def _left(artefacts: Iterable[Artefact]) -> Iterator[str]:
    yield from ("unreadable part" for each in artefacts if isinstance(each, FoundOpaque))


def _named(kinds: Iterable[str]) -> list[str]:
    return [counted(number, kind, _PLURALS.get(kind, "")) for kind, number in Counter(kinds).items()]
