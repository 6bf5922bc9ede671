"""Ingest genotypes from PLINK 1 binary files: PREFIX.bed, PREFIX.bim and PREFIX.fam.

The format is PLINK's (cog-genomics.org/plink/1.9/formats): after three magic bytes, two bits a sample for
each variant, four samples a byte, lowest bits first; 00 is two copies of the first allele (A1), 10 one, 11
none, 01 missing. Stored with one row a participant, so that a project's view selects rows as in any table.
"""

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from strongroom.cohort.ingest.job import IngestJob, store_table
from strongroom.cohort.ingest.participant_ids import ParticipantIds
from strongroom.cohort.ingest.report import ColumnReport, TableReport
from strongroom.cohort.model import PARTICIPANT
from strongroom.cohort.store import StoredTable, TableKind
from strongroom.errors import IngestError
from strongroom.thresholds import Thresholds, threshold


class _Limits(Thresholds):
    """The numbers this module decides by."""

    most_variants: int = threshold(
        20_000,
        "variants",
        "cost: a column a variant suits candidate variants, not a whole genotyping array",
    )
    most_cells: int = threshold(32 * 1024 * 1024, "calls", "cost: 32 MB of calls at once")


LIMITS = _Limits()


_MAGIC, _SAMPLE_MAJOR = b"\x6c\x1b\x01", b"\x6c\x1b\x00"
_SAMPLES_PER_BYTE = 4  # fixed: PLINK 1 .bed, two bits a call
_BIM_COLUMNS, _FAM_COLUMNS = 6, 6  # fixed: PLINK 1 .bim and .fam
_MISSING = -1  # fixed: no count of alleles
# For each byte value, the copies of A1 in its four samples.
_COPIES = np.array([2, _MISSING, 1, 0], dtype=np.int8)[
    np.arange(256)[:, None] >> (2 * np.arange(_SAMPLES_PER_BYTE)) & 3
]


def ingest_genotypes(
    intake: IngestJob, prefix: Path, people: ParticipantIds
) -> tuple[StoredTable, TableReport]:
    """Store a genotype matrix: uint32 ordinal and int8 copies of A1 (0, 1, 2 or missing) for each variant.

    Raises IngestError for files that do not fit together, unknown samples, or more than 20,000 variants.
    """
    bed, bim, fam = (prefix.with_name(f"{prefix.name}.{suffix}") for suffix in ("bed", "bim", "fam"))
    variants = _read_variants(bim)
    ordinals = _read_samples(fam, people)
    calls = _open_calls(bed, variants=len(variants), samples=len(ordinals))
    schema = pa.schema(
        [
            pa.field(PARTICIPANT, pa.uint32(), nullable=False),
            *(pa.field(name, pa.int8()) for name in variants),
        ]
    )

    missing = np.zeros(len(variants), dtype=np.int64)

    def tables() -> Iterator[pa.Table]:
        with intake.progress(f"Reading {bed.name}", len(ordinals)) as advance:
            for first, copies in _copies(calls, samples=len(ordinals)):
                people_here = ordinals[first : first + copies.shape[1]]
                columns = [pa.array(row, mask=row == _MISSING) for row in copies]
                np.add(missing, [column.null_count for column in columns], out=missing)
                yield pa.table([people_here, *columns], schema=schema)
                advance(len(people_here))

    kind = TableKind.GENOTYPES
    stored = store_table(intake, name=kind.value, kind=kind, schema=schema, tables=tables())
    columns = tuple(
        ColumnReport(name, name, "genotype", count, 0)
        for name, count in zip(variants, missing.tolist(), strict=True)
    )
    return stored, TableReport(kind.value, kind.value, bed.name, stored.rows, 0, columns)


def _read_variants(path: Path) -> list[str]:
    """Return the variants' names; one without a name is named chromosome:position:A1:A2."""
    names: dict[str, int] = {}
    for row, cells in _records(path, _BIM_COLUMNS):
        chromosome, name, _, position, first, second = cells
        name = f"{chromosome}:{position}:{first}:{second}" if name == "." else name
        if name in names or name == PARTICIPANT:
            raise IngestError(
                f"the variant name {name} is used already.",
                file=path,
                row=row,
                hint="Give each variant a unique name.",
            )
        names[name] = row
        if len(names) > LIMITS.most_variants:
            raise IngestError(
                f"contains more than {LIMITS.most_variants:,} variants.",
                file=path,
                row=row,
                hint="Extract the variants that projects need: plink2 --extract.",
            )
    if not names:
        raise IngestError("contains no variants.", file=path)
    return list(names)


def _read_samples(path: Path, people: ParticipantIds) -> NDArray[np.uint32]:
    """Return the ordinals of the samples, by their within-family id."""
    ids = [cells[1] for _, cells in _records(path, _FAM_COLUMNS)]
    if not ids:
        raise IngestError("contains no samples.", file=path)
    found = people.find(pa.array(ids, pa.string()))
    if (found < 0).any():
        row = int((found < 0).argmax()) + 1
        raise IngestError(
            f"{np.count_nonzero(found < 0)} samples are not participants.",
            file=path,
            row=row,
            hint="Leave them out: plink2 --keep.",
        )
    _, first = np.unique(found, return_index=True)
    if len(first) < len(found):
        row = int(np.setdiff1d(np.arange(len(found)), first)[0]) + 1
        raise IngestError("a participant has two samples.", file=path, row=row, hint="Keep one of them.")
    return found.astype(np.uint32)


def _records(path: Path, width: int) -> Iterator[tuple[int, list[str]]]:
    try:
        with path.open(encoding="utf-8") as file:
            for row, line in enumerate(file, start=1):
                cells = line.split()
                if len(cells) != width:
                    raise IngestError(
                        f"has {len(cells)} columns, not {width}.",
                        file=path,
                        row=row,
                        hint="Export it with PLINK.",
                    )
                yield row, cells
    except (OSError, UnicodeDecodeError) as error:
        raise IngestError(
            "cannot be read as text.", file=path, hint="Give the prefix that .bed, .bim and .fam share."
        ) from error


def _open_calls(path: Path, *, variants: int, samples: int) -> NDArray[np.uint8]:
    """Return the packed calls, shape (variants, bytes a variant), mapped from the file."""
    width = -(-samples // _SAMPLES_PER_BYTE)
    try:
        with path.open("rb") as file:
            magic = file.read(len(_MAGIC))
        size = path.stat().st_size
    except OSError as error:
        raise IngestError("cannot be opened.", file=path, hint="Give the prefix of the files.") from error
    if magic == _SAMPLE_MAJOR:
        raise IngestError(
            "is in PLINK's old sample-major order.", file=path, hint="Convert it: plink --make-bed."
        )
    if magic != _MAGIC:
        raise IngestError("is not a PLINK 1 .bed file.", file=path, hint="Export it: plink2 --make-bed.")
    expected = len(_MAGIC) + variants * width
    if size != expected:
        raise IngestError(
            f"has {size} bytes, not the {expected} of {variants} variants in {samples} samples.",
            file=path,
            hint="Check that .bed, .bim and .fam belong together and were copied completely.",
        )
    mapped: NDArray[np.uint8] = np.memmap(path, np.uint8, "r", len(_MAGIC), (variants, width))
    return mapped


def _copies(calls: NDArray[np.uint8], *, samples: int) -> Iterator[tuple[int, NDArray[np.int8]]]:
    """Yield blocks of samples: the first sample, and the copies of A1, shape (variants, samples)."""
    variants, width = calls.shape
    step = max(1, min(width, LIMITS.most_cells // (variants * _SAMPLES_PER_BYTE)))
    for start in range(0, width, step):
        packed = np.asarray(calls[:, start : start + step])
        first = start * _SAMPLES_PER_BYTE
        yield first, _COPIES[packed].reshape(variants, -1)[:, : samples - first]
