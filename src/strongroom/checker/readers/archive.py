"""ZIP archives: every member is read as a file of its own."""

from collections.abc import Iterator

from strongroom.checker.artefacts import Artefact, ProblemKind
from strongroom.checker.readers.part import Context, Part, UnreadableError
from strongroom.checker.readers.zip_structure import member_bytes, open_zip, structure_problems, unsafe_name


def read(part: Part, context: Context) -> Iterator[Artefact]:
    """Yield what every member holds, and what is wrong with the archive."""
    archive = open_zip(part)
    if len(archive.infolist()) > context.budget.members:
        raise UnreadableError(ProblemKind.TOO_LARGE, "holds more members than the limit")
    yield from structure_problems(part, archive)
    for member in archive.infolist():
        inner = part.inner(b"", member.filename)
        unsafe = unsafe_name(member)
        if unsafe:
            yield inner.problem(ProblemKind.UNSAFE_NAME, unsafe)
        try:
            data = member_bytes(archive, member, context)
        except UnreadableError as found:
            yield inner.problem(found.kind, found.detail)
            if found.kind is ProblemKind.TOO_LARGE:
                return  # what else the archive holds does not matter any more
            continue
        if not member.is_dir():
            yield from context.nested(part.inner(data, member.filename))
        elif data:
            yield inner.problem(ProblemKind.HIDDEN_CONTENT, "a folder entry with content")
