"""A ZIP's structure: every byte belongs to a member or to the directory, and the two agree."""

import stat
import struct
import zipfile
from collections.abc import Iterator
from io import BytesIO

from strongroom.checker.contents.found import FoundProblem, ProblemKind
from strongroom.checker.formats.archives.member_names import unsafe_path
from strongroom.checker.formats.part import Context, Part, UnreadableError
from strongroom.thresholds import Thresholds, threshold


class _Limits(Thresholds):
    """The numbers this module decides by."""

    usual_extra: int = threshold(
        64,
        "bytes",
        "judgement: times, owners and ZIP64 sizes take less; longer ones have room for a row of values",
    )


LIMITS = _Limits()


_LOCAL = struct.Struct("<4s5H3I2H")  # APPNOTE 4.3.7
_END = struct.Struct("<4s4H2IH")  # APPNOTE 4.3.16
_END64_BYTES = 56 + 20  # fixed: APPNOTE 4.3.14 and 4.3.15, its record and its locator
_DESCRIPTOR = b"PK\x07\x08"
_STREAMED, _ENCRYPTED = 8, 1  # fixed: APPNOTE 4.4.4, general purpose bits
_METHODS = {zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED}


def open_zip(part: Part) -> zipfile.ZipFile:
    """Return the archive; raise UnreadableError when its directory cannot be read."""
    try:
        return zipfile.ZipFile(BytesIO(part.data))
    except (zipfile.BadZipFile, ValueError, struct.error, OverflowError, NotImplementedError) as error:
        raise UnreadableError(ProblemKind.UNREADABLE, "a ZIP without a readable directory") from error


def member_bytes(archive: zipfile.ZipFile, member: zipfile.ZipInfo, context: Context) -> bytes:
    """Return a member's bytes, its checksum verified, within ratio and budget; raise UnreadableError."""
    context.budget.take_member()
    require_readable(member)
    limit = context.unpack_limit(member.compress_size)
    try:
        with archive.open(member) as stream:
            data = stream.read(limit + 1)
            if len(data) <= limit:
                stream.read(1)  # reaching the end is what verifies the checksum
    except Exception as error:
        raise UnreadableError(ProblemKind.UNREADABLE, "a damaged member") from error
    if len(data) > limit:
        raise UnreadableError(ProblemKind.TOO_LARGE, "a member unpacks to more than the limit")
    if len(data) != member.file_size:
        raise UnreadableError(ProblemKind.DISAGREEMENT, "a member's size differs from the directory's entry")
    context.budget.take(len(data))
    return data


def require_readable(member: zipfile.ZipInfo) -> None:
    """Raise UnreadableError for a member that is encrypted, or packed in a way that is not read."""
    if member.flag_bits & _ENCRYPTED:
        raise UnreadableError(ProblemKind.ENCRYPTED, "an encrypted member")
    if member.compress_type not in _METHODS:
        raise UnreadableError(ProblemKind.UNKNOWN_TYPE, "an unsupported compression method")


def structure_problems(part: Part, archive: zipfile.ZipFile) -> Iterator[FoundProblem]:
    """Yield what is wrong with the archive as a whole: gaps, prefixes, trailing bytes, duplicate names."""
    members = sorted(archive.infolist(), key=lambda member: member.header_offset)
    names = [member.filename for member in members]
    if len(set(names)) != len(names):
        yield part.problem(ProblemKind.HIDDEN_CONTENT, "two members with the same name")
    position = 0
    for member in members:
        if member.header_offset != position:
            yield part.problem(
                ProblemKind.TRAILING_BYTES, "bytes before or between members, or overlapping members"
            )
        after = _end_of_member(part.data, member)
        if after is None:
            yield part.problem(ProblemKind.DISAGREEMENT, "a member's own header contradicts the directory")
            return
        position = after
    if archive.start_dir != position:
        yield part.problem(ProblemKind.TRAILING_BYTES, "bytes between the members and the directory")
    yield from _ending_problems(part, archive)
    if any(len(member.extra) > LIMITS.usual_extra or member.comment for member in members):
        yield part.problem(ProblemKind.HIDDEN_CONTENT, "a member has a comment or large extra fields")


def unsafe_name(member: zipfile.ZipInfo) -> str:
    """Return why a member's name or kind is unsafe, or ""."""
    mode = member.external_attr >> 16
    if mode and stat.S_IFMT(mode) not in {0, stat.S_IFREG, stat.S_IFDIR}:
        return "a symbolic link or special file"
    # zipfile cuts a name at a NUL; the original name shows it.
    return unsafe_path(member.orig_filename.rstrip("/"))


def _ending_problems(part: Part, archive: zipfile.ZipFile) -> Iterator[FoundProblem]:
    at = part.data.rfind(b"PK\x05\x06")
    _, _, _, _, _, size, _, comment = _END.unpack_from(part.data, at)
    if archive.comment or comment:
        yield part.problem(ProblemKind.HIDDEN_CONTENT, "the archive has a comment")
    if at + _END.size + comment != len(part.data):
        yield part.problem(ProblemKind.TRAILING_BYTES, "bytes after the archive's end")
    directory_end = archive.start_dir + size
    if at not in {directory_end, directory_end + _END64_BYTES}:
        yield part.problem(ProblemKind.TRAILING_BYTES, "bytes between the directory and the archive's end")


def _end_of_member(data: bytes, member: zipfile.ZipInfo) -> int | None:
    """Return where a member ends, or None if its local header contradicts the directory."""
    start = member.header_offset
    if start < 0 or start + _LOCAL.size > len(data):
        return None
    magic, _, flags, method, _, _, crc, packed, size, name_length, extra_length = _LOCAL.unpack_from(
        data, start
    )
    name = data[start + _LOCAL.size : start + _LOCAL.size + name_length]
    wide = 0xFFFFFFFF
    stated = (crc, packed, size)
    known = (member.CRC, member.compress_size, member.file_size)
    streamed = bool(flags & _STREAMED)
    agrees = all(a in (b, wide) or (streamed and a == 0) for a, b in zip(stated, known, strict=True))
    encoding = "utf-8" if flags & 0x800 else "cp437"
    same_name = name.decode(encoding, errors="replace") == member.orig_filename
    if magic != b"PK\x03\x04" or flags != member.flag_bits or method != member.compress_type:
        return None
    if not agrees or not same_name:
        return None
    end: int = start + _LOCAL.size + name_length + extra_length + member.compress_size
    return end + _descriptor_bytes(data, end, member) if streamed else end


def _descriptor_bytes(data: bytes, at: int, member: zipfile.ZipInfo) -> int:
    """Return the size of the data descriptor at `at` (APPNOTE 4.3.9), in any of its four layouts."""
    for layout in ("<4sIII", "<4sIQQ", "<III", "<IQQ"):
        size = struct.calcsize(layout)
        if at + size > len(data):
            continue
        values = struct.unpack_from(layout, data, at)
        if values[0] == _DESCRIPTOR:
            values = values[1:]
        if values == (member.CRC, member.compress_size, member.file_size):
            return size
    return 0
