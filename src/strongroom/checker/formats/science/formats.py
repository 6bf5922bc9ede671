"""Formats of scientific programs: arrays, statistics packages, R, HDF5, SQLite and genotypes."""

import re

from strongroom.checker.formats.format import Candidate, Format, Order, Sign, magic
from strongroom.thresholds import Thresholds, threshold


class _Limits(Thresholds):
    """The numbers this module decides by."""

    user_block_most: int = threshold(
        1 << 24,
        "bytes",
        "judgement: HDF5 may begin anywhere at a power of two; no program writes user blocks as long",
    )


LIMITS = _Limits()


_IN = "strongroom.checker.formats.science"
_SAS_MAGIC = bytes(12) + bytes.fromhex("c2ea8160b31411cfbd92080009c7318c181f1011")
_HDF5_MAGIC = b"\x89HDF\r\n\x1a\n"
_OLD_STATA = re.compile(rb"[\x68-\x73][\x01\x02]\x01\x00", re.DOTALL)
_R_STREAM = re.compile(
    rb"X\n\x00\x00\x00[\x02\x03]|[AB]\r?\n[23]\r?\n|B\n(?:[\x02\x03]\x00\x00\x00|\x00\x00\x00[\x02\x03])",
    re.DOTALL,
)
_R_WORKSPACE = (b"RDX", b"RDA", b"RDB")
_POR_TITLE, _POR = b"SPSS PORT FILE", b"SPSSPORT"
_RAW = re.compile(rb"FID[ \t]IID[ \t]PAT[ \t]MAT[ \t]SEX[ \t]PHENOTYPE[ \t]")
_CSV = "one CSV file per table"


def _is_npz(file: Candidate) -> bool:
    if not file.is_zip or b".npy" not in file.tail:
        return False
    return bool(file.members) and all(name.endswith(".npy") for name in file.members)


def _is_hdf5(file: Candidate) -> bool:
    """Return whether an HDF5 superblock is at 0, 512, 1024 and so on: what is before it is a user block."""
    if file.is_zip:
        return False
    place = 0
    while place < min(len(file.data), LIMITS.user_block_most):
        if file.data.startswith(_HDF5_MAGIC, place):
            return True
        place = 2 * place or 512
    return False


def _is_por(file: Candidate) -> bool:
    return _POR_TITLE in file.data[:100] and _POR in file.data[400:600] and not file.is_zip


def _is_r(start: bytes) -> bool:
    return bool((start.startswith(_R_WORKSPACE) and start[4:5] == b"\n") or _R_STREAM.match(start))


def _is_bgen(file: Candidate) -> bool:
    offset = int.from_bytes(file.data[4:8], "little")
    return file.data[16:20] == b"bgen" and offset <= len(file.data) and not file.is_zip


def _is_plink_text(file: Candidate) -> bool:
    if file.is_zip:
        return False
    return bool(_RAW.match(file.data)) or (file.name.endswith(".ped") and b"\x00" not in file.data)


def _statistics(name: str, mime: str, endings: tuple[str, ...], *looks: Sign) -> Format:
    return Format(
        name,
        mime,
        endings,
        f"{_IN}.statistical:read",
        looks,
        f"{_IN}.rebuild_columns:rebuild_statistical",
        preload=("pyreadstat",),
        copy="a CSV file of the cells, without labels and notes",
        library="pyreadstat",
    )


def _genotypes(name: str, mime: str, endings: tuple[str, ...], reader: str, *looks: Sign) -> Format:
    return Format(name, mime, endings, f"{_IN}.{reader}", looks)


NPY = Format(
    "NumPy array",
    "application/x-npy",
    (".npy",),
    f"{_IN}.npy:read",
    (magic(Order.SCIENTIFIC_MAGIC, b"\x93NUMPY"),),
    f"{_IN}.npy:rebuild",
    copy="the array, saved again",
    library="NumPy",
)
NPZ = Format(
    "NumPy arrays in a ZIP",
    "application/x-npz",
    (".npz",),
    "strongroom.checker.formats.archives.zip_archive:read",
    (Sign(Order.SCIENTIFIC_ZIP, _is_npz),),
    "strongroom.checker.formats.archives.zip_archive:rebuild",
    copy="an archive of the arrays, saved again",
    library="NumPy",
)
SAV = _statistics(
    "SPSS",
    "application/x-spss-sav",
    (".sav", ".zsav"),
    magic(Order.SCIENTIFIC_MAGIC, b"$FL2", b"$FL3"),
)
XPORT = _statistics(
    "SAS transport",
    "application/x-sas-xport",
    (".xpt",),
    magic(Order.SCIENTIFIC_MAGIC, b"HEADER RECORD*******LIB"),
)
SAS = _statistics(
    "SAS data set", "application/x-sas-data", (".sas7bdat",), magic(Order.SCIENTIFIC_MAGIC, _SAS_MAGIC)
)
POR = _statistics(
    "SPSS portable", "application/x-spss-por", (".por",), Sign(Order.SCIENTIFIC_LAYOUT, _is_por)
)
STATA = _statistics(
    "Stata",
    "application/x-stata-dta",
    (".dta",),
    magic(Order.SCIENTIFIC_MAGIC, b"<stata_dta>"),
    Sign(Order.SCIENTIFIC_LAYOUT, lambda file: bool(_OLD_STATA.match(file.start))),
)
SQLITE = Format(
    "SQLite database",
    "application/vnd.sqlite3",
    (".db", ".sqlite", ".sqlite3", ".db3"),
    f"{_IN}.sqlite_tables:read",
    (magic(Order.SCIENTIFIC_MAGIC, b"SQLite format 3\x00"),),
    f"{_IN}.rebuild_sqlite:rebuild_sqlite",
    copy="a database of the tables, without indexes, views, triggers and unused pages",
    library="Python's sqlite3",
)
HDF5 = Format(
    "HDF5 (NetCDF-4, AnnData, Loom)",
    "application/x-hdf5",
    (".h5", ".hdf5", ".hdf", ".he5", ".h5ad", ".nc", ".nc4", ".loom"),
    f"{_IN}.hdf5:read",
    (Sign(Order.SCIENTIFIC_LAYOUT, _is_hdf5),),
    f"{_IN}.rebuild_hdf5:rebuild_hdf5",
    preload=("h5py",),
    copy="the groups, datasets and plain attributes in a new file",
    library="h5py",
)
R_DATA = Format(
    "R data",
    "application/x-r-data",
    (".rds", ".rda", ".rdata"),
    f"{_IN}.r_data:read",
    (
        magic(Order.SCIENTIFIC_MAGIC, *(b"RD%c%d\n" % (form, each) for form in b"XAB" for each in (2, 3))),
        Sign(Order.SERIALISED, lambda file: _is_r(file.start)),
        Sign(Order.SERIALISED_AND_PACKED, lambda file: _is_r(file.unpacked_start)),
    ),
    f"{_IN}.rebuild_columns:rebuild_r",
    preload=("rdata",),
    copy=_CSV,
    library="rdata",
)
VCF = Format(
    "VCF",
    "text/x-vcf",
    (".vcf", ".bgz"),
    f"{_IN}.vcf:read",
    (magic(Order.PACKED_MAGIC, b"##fileformat=VCF"),),
    f"{_IN}.vcf:rebuild",
    copy="the text, where it has no samples",
)
BCF = _genotypes("BCF", "application/x-bcf", (".bcf",), "vcf:read_bcf", magic(Order.PACKED_MAGIC, b"BCF\x02"))
BED = _genotypes(
    "PLINK 1 bed",
    "application/x-plink-bed",
    (".bed",),
    "plink:read_bed",
    magic(Order.PACKED_MAGIC, b"\x6c\x1b\x00", b"\x6c\x1b\x01"),
)
PGEN = _genotypes(
    "PLINK 2 pgen",
    "application/x-plink-pgen",
    (".pgen",),
    "plink:read_pgen",
    magic(Order.PACKED_MAGIC, b"\x6c\x1b"),
)
BGEN = _genotypes(
    "BGEN", "application/x-bgen", (".bgen",), "plink:read_bgen", Sign(Order.PACKED_LAYOUT, _is_bgen)
)
PLINK_TEXT = _genotypes(
    "PLINK text",
    "text/x-plink",
    (".raw", ".ped"),
    "plink:read_raw",
    Sign(Order.PACKED_LAYOUT, _is_plink_text),
)
