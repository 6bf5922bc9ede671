"""Reads a file and searches everything its reader finds for encoded content."""

from collections.abc import Iterator

from strongroom.checker.contents.found import Artefact, Limits
from strongroom.checker.contents.id_query import NO_IDS, IdQuery
from strongroom.checker.disguises.other_readings import inner_name, of_names
from strongroom.checker.disguises.search_content import Search
from strongroom.checker.formats.part import Context, Part, printable
from strongroom.checker.formats.reader_errors import errors_as_problems, or_nothing_found
from strongroom.checker.formats.registry import BUILT_IN, Registry
from strongroom.checker.formats.tables.sampled import Sampling


def read_bytes(
    data: bytes,
    name: str,
    *,
    limits: Limits | None = None,
    id_query: IdQuery = NO_IDS,
    formats: Registry = BUILT_IN,
) -> Iterator[Artefact]:
    """Yield all that is found in a file's bytes; never raises, whatever they are.

    A file in which nothing is found was not understood. Large tables are kept as a sample where
    `id_query` asks for ids in them.
    """
    context = formats.context(limits or Limits(), id_query)
    file = Part(data, name, printable(name))
    found = search_artefacts(file, formats.read(file, context), context)
    yield from or_nothing_found(file, found) if data else found


def search_artefacts(part: Part, artefacts: Iterator[Artefact], context: Context) -> Iterator[Artefact]:
    """Yield what was found in a part, normalised, and what is encoded in it."""
    search, sampling = Search(context), Sampling(context.id_query)
    names: dict[str, None] = {}
    for found in errors_as_problems(part.where, artefacts):
        names[inner_name(found.where)] = None
        for kept in errors_as_problems(found.where, sampling.kept(found)):
            yield from errors_as_problems(found.where, search.within(kept))
    yield from errors_as_problems(part.where, of_names(f"{part.where} > names", names))
