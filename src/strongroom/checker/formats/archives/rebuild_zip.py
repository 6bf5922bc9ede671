"""Archives made anew from rebuilt members: fixed dates, no comments, no extra fields, no gaps."""

import zipfile
import zlib
from io import BytesIO

from strongroom.checker.contents.found import ProblemKind
from strongroom.checker.formats.archives.zip_structure import member_bytes, open_zip, unsafe_name
from strongroom.checker.formats.part import Context, Part, UnreadableError
from strongroom.checker.formats.rebuilt import Rebuilder, Rebuilt, one
from strongroom.checker.formats.streams import gz

_FIRST_DATE = (1980, 1, 1, 0, 0, 0)  # the earliest a ZIP can state
_PLAIN_FILE = 0o100644 << 16
_GZIP_WINDOW = 31
_LEVEL = 6


def rebuild_zip(part: Part, context: Context, member_rebuilder: Rebuilder) -> Rebuilt:
    """Return an archive of rebuilt members in their order; raise UnreadableError when one cannot be."""
    archive = open_zip(part)
    changes = [f"{part.where}: dates, comments and folders of the archive are left out"]
    sink = BytesIO()
    with zipfile.ZipFile(sink, "w", zipfile.ZIP_DEFLATED) as rebuilt:
        for member in archive.infolist():
            if unsafe_name(member):
                raise UnreadableError(ProblemKind.UNSAFE_NAME, "a member's name points elsewhere")
            if member.is_dir():
                continue
            inner = member_rebuilder(
                part.inner(member_bytes(archive, member, context), member.filename), context
            )
            changes.extend(inner.changes)
            for copy in inner.files:
                entry = zipfile.ZipInfo(copy.name, _FIRST_DATE)
                entry.external_attr = _PLAIN_FILE
                entry.compress_type = zipfile.ZIP_DEFLATED
                rebuilt.writestr(entry, copy.data)
    return one(part, sink.getvalue(), *changes)


def rebuild_gzip(part: Part, context: Context, member_rebuilder: Rebuilder) -> Rebuilt:
    """Return the rebuilt inner file as one gzip member without name and time."""
    data, _ = gz.unpack(part.data, context.unpack_limit(len(part.data)))
    context.budget.take(len(data))
    inner = member_rebuilder(part.inner(data, gz.inner_name(part.name)), context)
    if len(inner.files) != 1:
        raise UnreadableError(ProblemKind.UNKNOWN_TYPE, "a gzip file that would become several files")
    packer = zlib.compressobj(_LEVEL, zlib.DEFLATED, _GZIP_WINDOW)
    packed = packer.compress(inner.files[0].data) + packer.flush()
    return one(part, packed, f"{part.where}: name and time in the gzip header are left out", *inner.changes)
