"""A member of a ZIP archive read piece by piece, under the limits that hold for one read at once."""

from typing import IO
from zipfile import ZipFile, ZipInfo

from strongroom.checker.contents.found import ProblemKind
from strongroom.checker.formats.archives.zip_structure import require_readable
from strongroom.checker.formats.part import Context, UnreadableError


class MemberStream:
    """Unpacks a member; raises UnreadableError if it is damaged or larger than allowed or stated."""

    def __init__(self, archive: ZipFile, member: ZipInfo, context: Context) -> None:
        require_readable(member)
        self._archive = archive
        self._member = member
        self._context = context
        self._limit = context.unpack_limit(member.compress_size)
        self._read = 0
        self._stream: IO[bytes] | None = None

    def head(self, size: int) -> bytes:
        """Return the first bytes without consuming them."""
        try:
            with self._archive.open(self._member) as stream:
                return stream.read(size)
        except Exception as error:
            raise UnreadableError(ProblemKind.UNREADABLE, "a damaged member") from error

    def take(self) -> None:
        """Count the member against the limit of the whole file."""
        self._context.budget.take_member()
        self._context.budget.take(self._member.file_size)

    def readinto(self, into: memoryview) -> int:
        """Fill a buffer with what comes next and return how far, 0 at the end."""
        try:
            self._stream = self._stream or self._archive.open(self._member)
            data = self._stream.read(len(into))
        except Exception as error:
            raise UnreadableError(ProblemKind.UNREADABLE, "a damaged member") from error
        self._read += len(data)
        if self._read > self._limit:
            raise UnreadableError(ProblemKind.TOO_LARGE, "a member unpacks to more than the limit")
        into[: len(data)] = data
        return len(data)

    def require_end(self) -> None:
        """Raise UnreadableError if the member's size differs from the directory's entry."""
        if self._read != self._member.file_size:
            raise UnreadableError(
                ProblemKind.DISAGREEMENT, "a member's size differs from the directory's entry"
            )
