"""How compressed files, archives, genotypes and markup begin, as the MIME types `kinds` names."""

import re

BZIP2, XZ, ZSTD = "application/x-bzip2", "application/x-xz", "application/zstd"
TAR, FOREIGN, PROGRAMS = "application/x-tar", "application/x-foreign-archive", "application/java-archive"
PLINK_TEXT = "text/x-plink"
RTF, XML = "application/rtf", "application/xml"
VCF, BCF = "text/x-vcf", "application/x-bcf"
BED, BGEN, PGEN = "application/x-plink-bed", "application/x-bgen", "application/x-plink-pgen"

# What the names of these kinds end in.
ENDINGS: dict[str, tuple[str, ...]] = {
    "application/gzip": (".tgz",),
    BZIP2: (".bz2", ".tbz2"),
    XZ: (".xz", ".txz", ".lzma"),
    ZSTD: (".zst", ".tzst"),
    TAR: (".tar", ".tgz", ".tbz2", ".txz", ".tzst"),
    FOREIGN: (".7z", ".rar", ".iso", ".deb", ".a", ".cab", ".lz4", ".lz", ".z", ".dmg", ".rpm", ".xar"),
    PROGRAMS: (".whl", ".jar", ".war", ".ear", ".egg", ".apk", ".xpi", ".nupkg"),
    VCF: (".vcf", ".bgz"),
    BCF: (".bcf",),
    BED: (".bed",),
    BGEN: (".bgen",),
    PGEN: (".pgen",),
    PLINK_TEXT: (".raw", ".ped"),
    RTF: (".rtf", ".doc"),
    XML: (".xml", ".pmml"),
}
_MAGIC = (
    (b"\xfd7zXZ\x00", XZ),
    (b"\x28\xb5\x2f\xfd", ZSTD),
    (b"7z\xbc\xaf\x27\x1c", FOREIGN),
    (b"Rar!\x1a\x07", FOREIGN),
    (b"!<arch>\n", FOREIGN),
    (b"MSCF\x00\x00\x00\x00", FOREIGN),
    (b"\x04\x22\x4d\x18", FOREIGN),
    (b"LZIP\x01", FOREIGN),
    (b"\x1f\x9d", FOREIGN),
    (b"\xed\xab\xee\xdb", FOREIGN),
    (b"xar!\x00", FOREIGN),
    (b"##fileformat=VCF", VCF),
    (b"BCF\x02", BCF),
    (b"{\\rtf", RTF),
    (b"\x6c\x1b\x00", BED),
    (b"\x6c\x1b\x01", BED),
    (b"\x6c\x1b", PGEN),
    # A skippable frame of zstd may come first, RFC 8878 section 3.1.2.
    *((bytes([low]) + b"\x2a\x4d\x18", ZSTD) for low in range(0x50, 0x60)),
)
_RAW = re.compile(rb"FID[ \t]IID[ \t]PAT[ \t]MAT[ \t]SEX[ \t]PHENOTYPE[ \t]")
_ISO_AT, _ISO = 0x8001, b"CD001"
_TAR_AT, _TAR_CHECKSUM = 257, slice(148, 156)
_BLOCK = 512
_BZIP2_BLOCKS = (b"1AY&SY", b"\x17rE8P\x90")
_LZMA_START = b"\x5d\x00\x00"


def packed(data: bytes, name: str) -> str | None:
    """Return the MIME type of a compressed file, archive or genotype file, or None.

    `name` decides only where the format has no word of its own: LZMA without a container, old tar, and ZIP
    files that are programs.
    """
    lowered = name.lower()
    if data.startswith(b"PK\x03\x04"):
        return PROGRAMS if lowered.endswith(ENDINGS[PROGRAMS]) or _is_program(data) else None
    by_magic = next((kind for magic, kind in _MAGIC if data.startswith(magic)), None)
    return by_magic or _by_layout(data, lowered)


def _by_layout(data: bytes, lowered: str) -> str | None:
    """Return the kind of what has no word of its own at its first byte."""
    kinds = (
        (BZIP2, data.startswith(b"BZh") and data[4:10] in _BZIP2_BLOCKS),
        (XZ, data.startswith(_LZMA_START) and lowered.endswith(".lzma")),
        (BGEN, data[16:20] == b"bgen" and int.from_bytes(data[4:8], "little") <= len(data)),
        (FOREIGN, data[_ISO_AT : _ISO_AT + len(_ISO)] == _ISO),
        (PLINK_TEXT, _RAW.match(data) or (lowered.endswith(".ped") and b"\x00" not in data)),
        (XML, data[:_BLOCK].removeprefix(b"\xef\xbb\xbf").lstrip().startswith(b"<?xml")),
        (TAR, _is_tar(data)),
    )
    return next((kind for kind, told in kinds if told), None)


def _is_tar(data: bytes) -> bool:
    """Tell whether the first block is a tar header: its checksum is right (POSIX 1003.1, ustar)."""
    block = data[:_BLOCK]
    if len(block) < _BLOCK or not block[0]:
        return False
    stated = block[_TAR_CHECKSUM].strip(b" \x00")
    summed = sum(block) - sum(block[_TAR_CHECKSUM]) + 8 * ord(" ")
    try:
        return int(stated, 8) == summed
    except ValueError:
        return False


def _is_program(data: bytes) -> bool:
    head = data[:200]
    return b"META-INF/MANIFEST.MF" in head or b"AndroidManifest.xml" in head
