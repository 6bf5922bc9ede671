"""Formats of archives: ZIP and tar, and those that are refused."""

from strongroom.checker.contents.found import ProblemKind
from strongroom.checker.formats.format import ZIP_START, Candidate, Format, Order, Sign, magic, refusing

_IN = "strongroom.checker.formats.archives"
_EMPTY_ZIP = b"PK\x05\x06"  # fixed: APPNOTE 4.3.16, the end of a central directory
_BLOCK = 512  # fixed: POSIX 1003.1, ustar
_CHECKSUM = slice(148, 156)  # fixed: POSIX 1003.1, ustar
_ISO_AT, _ISO = 0x8001, b"CD001"  # fixed: ECMA-119, 9.1
_PROGRAM_ENDINGS = (".whl", ".jar", ".war", ".ear", ".egg", ".apk", ".xpi", ".nupkg")


def _is_tar(file: Candidate) -> bool:
    """Return whether the first block is a tar header: its checksum is right (POSIX 1003.1, ustar)."""
    block = file.data[:_BLOCK]
    if len(block) < _BLOCK or not block[0] or file.is_zip:
        return False
    stated = block[_CHECKSUM].strip(b" \x00")
    summed = sum(block) - sum(block[_CHECKSUM]) + 8 * ord(" ")
    try:
        return int(stated, 8) == summed
    except ValueError:
        return False


def _is_program(file: Candidate) -> bool:
    head = file.data[:200]
    manifest = b"META-INF/MANIFEST.MF" in head or b"AndroidManifest.xml" in head
    return file.is_zip and (file.name.endswith(_PROGRAM_ENDINGS) or manifest)


def _is_disk_image(file: Candidate) -> bool:
    return file.data.startswith(_ISO, _ISO_AT) and not file.is_zip


ZIP = Format(
    "ZIP",
    "application/zip",
    (".zip",),
    f"{_IN}.zip_archive:read",
    (magic(Order.ZIP, ZIP_START, _EMPTY_ZIP),),
    f"{_IN}.zip_archive:rebuild",
    copy="an archive of the rebuilt members, without dates, comments and folders",
    library="Python's zipfile",
)
TAR = Format(
    "tar",
    "application/x-tar",
    (".tar", ".tgz", ".tbz2", ".txz", ".tzst"),
    f"{_IN}.tar_archive:read",
    (Sign(Order.PACKED_LAYOUT, _is_tar),),
    f"{_IN}.tar_archive:rebuild",
    f"{_IN}.tar_archive:open_large",
    copy="an archive of the rebuilt members, without times, owners, modes and folders",
    library="Python's tarfile",
)
FOREIGN = refusing(
    "7-Zip, CAB, LZ4, RPM, disk images and other archives",
    "application/x-foreign-archive",
    (".7z", ".iso", ".deb", ".a", ".cab", ".lz4", ".lz", ".z", ".dmg", ".rpm", ".xar"),
    ProblemKind.UNKNOWN_TYPE,
    "this archive format is not supported; repack it as zip, tar.gz or tar.xz",
    magic(Order.PACKED_MAGIC, b"7z\xbc\xaf\x27\x1c", b"!<arch>\n", b"MSCF\x00\x00\x00\x00"),
    magic(Order.PACKED_MAGIC, b"\x04\x22\x4d\x18", b"LZIP\x01", b"\x1f\x9d"),
    magic(Order.PACKED_MAGIC, b"\xed\xab\xee\xdb", b"xar!\x00"),
    Sign(Order.PACKED_LAYOUT, _is_disk_image),
)
PROGRAMS = refusing(
    "Archive of programs (wheel, jar, apk)",
    "application/java-archive",
    _PROGRAM_ENDINGS,
    ProblemKind.ACTIVE_CONTENT,
    "a software package",
    Sign(Order.PROGRAMS, _is_program),
)
