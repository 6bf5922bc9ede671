"""What is found in a file, each find searched once more; nothing a file holds makes this raise.

Apart from `dispatch`, so that who reads one large table does not wait until every reader is loaded.
"""

from collections.abc import Iterator

from strongroom.checker.artefacts import Artefact, FoundProblem, Limits, ProblemKind
from strongroom.checker.readers.part import Budget, Context, Part, UnreadableError
from strongroom.checker.readers.reread import inner_name, of_names
from strongroom.checker.readers.sampled import Sampling
from strongroom.checker.readers.searched import Search
from strongroom.checker.sought import NOTHING, Sought


def new_context(limits: Limits, sought: Sought = NOTHING) -> Context:
    """Return the context of a file not yet unpacked."""
    return Context(limits, _read_part, Budget(limits.unpacked_bytes, limits.members), sought=sought)


def something(part: Part, artefacts: Iterator[Artefact]) -> Iterator[Artefact]:
    """Yield what was found in a part; a problem where that is nothing."""
    empty = True
    for found in artefacts:
        empty = False
        yield found
    if empty:
        yield part.problem(ProblemKind.UNREADABLE, "nothing was found in it")


def searched(part: Part, artefacts: Iterator[Artefact], context: Context) -> Iterator[Artefact]:
    """Yield what was found in a part, in the spelling that is judged, and what is encoded in it."""
    search, sampling = Search(context), Sampling(context.sought)
    names: dict[str, None] = {}
    for found in guarded(part.where, artefacts):
        names[inner_name(found.where)] = None
        for kept in guarded(found.where, sampling.kept(found)):
            yield from guarded(found.where, search.within(kept))
    yield from guarded(part.where, of_names(f"{part.where} > names", names))


def guarded(where: str, artefacts: Iterator[Artefact]) -> Iterator[Artefact]:
    """Yield artefacts; what goes wrong on the way is the last of them."""
    try:
        yield from artefacts
    except UnreadableError as found:
        yield FoundProblem(where, found.kind, found.detail)
    except MemoryError:
        yield FoundProblem(where, ProblemKind.TOO_LARGE, "needs more memory than the limit")
    except Exception as error:  # noqa: BLE001 - a hostile file finds errors nobody listed; it stays inside
        yield FoundProblem(where, ProblemKind.UNREADABLE, f"the reader failed ({type(error).__name__})")


def _read_part(part: Part, context: Context) -> Iterator[Artefact]:
    from strongroom.checker.readers.dispatch import read_part  # noqa: PLC0415 - see the module

    yield from read_part(part, context)
