"""No content of a file makes its reader raise: errors become problems found in the file."""

from collections.abc import Iterator

from strongroom.checker.contents.found import Artefact, FoundProblem, ProblemKind
from strongroom.checker.formats.part import Part, UnreadableError

EXTRAS = {
    "h5py": "science",
    "onnx": "models",
    "pdfplumber": "pdf",
    "pikepdf": "pdf",
    "pyreadstat": "statistics",
    "rdata": "statistics",
}
"""The extra of the package (`pip install strongroom[NAME]`) that brings each optional library."""


def or_nothing_found(part: Part, artefacts: Iterator[Artefact]) -> Iterator[Artefact]:
    """Yield what was found in a part; a problem if nothing was found."""
    empty = True
    for found in artefacts:
        empty = False
        yield found
    if empty:
        yield part.problem(ProblemKind.UNREADABLE, "the file has no readable content")


def errors_as_problems(where: str, artefacts: Iterator[Artefact]) -> Iterator[Artefact]:
    """Yield artefacts; an error on the way is the last of them."""
    try:
        yield from artefacts
    except UnreadableError as found:
        yield FoundProblem(where, found.kind, found.detail)
    except MemoryError:
        yield FoundProblem(where, ProblemKind.TOO_LARGE, "needs more memory than the limit")
    except ModuleNotFoundError as missing:
        yield FoundProblem(where, ProblemKind.UNREADABLE, _missing(missing))
    except Exception as error:  # noqa: BLE001 - a hostile file may raise any error; it is not released
        yield FoundProblem(where, ProblemKind.UNREADABLE, f"the reader failed ({type(error).__name__})")


def _missing(error: ModuleNotFoundError) -> str:
    """Say which extra of this package reads such a file."""
    extra = EXTRAS.get((error.name or "").partition(".")[0])
    if extra is None:
        return f"the reader failed ({type(error).__name__})"
    return f'this installation cannot read this format; the custodian can install "strongroom[{extra}]"'
