"""PLINK's bed, raw, ped and pgen, and BGEN: individual-level genotypes by definition.

Layouts: cog-genomics.org/plink for bed, raw, ped and pgen; well.ox.ac.uk/~gav/bgen_format for BGEN.
"""

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from strongroom.checker.contents.found import Artefact, FoundGenotypes, FoundTable, ProblemKind
from strongroom.checker.formats.columns import table_of
from strongroom.checker.formats.part import Context, Part, UnreadableError
from strongroom.checker.formats.science.vcf import chosen, dosages, people
from strongroom.checker.formats.text.plain_text import decode
from strongroom.thresholds import Thresholds, threshold


class _Limits(Thresholds):
    """The numbers this module decides by."""

    least_samples: int = threshold(8, "people", "judgement: shorter blocks fit any bytes by chance")
    tested: int = threshold(1 << 21, "bytes", "cost: the block length shows in the first megabytes")


LIMITS = _Limits()


_BED_HEAD, _PGEN_HEAD = 3, 11  # fixed: PLINK 1 bed and PLINK 2 pgen, bytes before the genotypes
_DOSAGE_OF_BITS = np.array([2, -1, 1, 0], np.int8)  # bits 00, 01, 10, 11
_FIRST_GENOTYPE = 6  # fixed: PLINK, after FID IID PAT MAT SEX PHENOTYPE
_LEAST_HEADER = 20  # fixed: BGEN 1.2, header block without free data


def read_bed(part: Part, context: Context) -> Iterator[Artefact]:
    """Yield the genotypes; the number of samples is inferred from the bytes: only the fam file states it."""
    del context
    calls = np.frombuffer(part.data, np.uint8, offset=_BED_HEAD)
    width = bytes_per_variant(calls)
    rows = calls[: len(calls) // width * width].reshape(-1, width) if len(calls) else calls.reshape(0, 1)
    samples = 4 * width - next((pad for pad in (3, 2, 1) if not (rows[:, -1] >> (8 - 2 * pad)).any()), 0)
    picked = chosen(len(rows)) if len(rows) else []
    matrix = _unpacked(rows[picked]).reshape(len(picked), 4 * width)[:, :samples].T
    yield FoundGenotypes(part.where, "PLINK bed", samples, len(rows))
    if picked:
        yield dosages(part.where, matrix, [f"v{number}" for number in picked])


def bytes_per_variant(calls: NDArray[np.uint8]) -> int:
    """Return the block length that explains the calls best: each variant has its own frequencies.

    Lengths are compared by Akaike's information criterion, three frequencies a block.
    """
    tested = calls[: LIMITS.tested]
    call_counts = np.stack(
        [(_unpacked(tested[:, None]).reshape(-1, 4) == call).sum(axis=1) for call in _DOSAGE_OF_BITS]
    )
    until = np.concatenate([np.zeros((4, 1), np.int64), call_counts.cumsum(axis=1)], axis=1)
    best, least = max(len(calls), 1), np.inf
    for width in range(LIMITS.least_samples // 4, len(calls) // 2 + 1):
        if len(calls) % width or width > len(tested):
            continue
        counts = np.diff(until[:, ::width], axis=1)
        shares = np.log(np.maximum(counts, 1) / (4 * width))
        size = counts.sum()
        criterion = (-2 * (counts * shares).sum() + 2 * 3 * counts.shape[1]) / size
        if criterion < least:
            best, least = width, criterion
    return best


def read_raw(part: Part, context: Context) -> Iterator[Artefact]:
    """Yield a .raw or .ped file's people, their fields, and their genotypes."""
    del context
    rows = [line.split() for line in decode(part.data).splitlines() if line.strip()]
    named = bool(rows) and rows[0][0].lstrip("#") == "FID"
    names, rows = (rows[0], rows[1:]) if named else ([], rows)
    if not rows or any(len(row) != len(rows[0]) for row in rows):
        raise UnreadableError(ProblemKind.UNREADABLE, "genotypes with lines of different widths")
    cells = list(zip(*rows, strict=True))
    fields, calls = cells[:_FIRST_GENOTYPE], cells[_FIRST_GENOTYPE:]
    yield FoundGenotypes(part.where, "PLINK text", len(rows), len(calls) if named else len(calls) // 2)
    yield FoundTable(f"{part.where} > people", table_of(fields, names[:_FIRST_GENOTYPE]))
    picked = chosen(len(calls)) if calls else []
    if picked:
        matrix = np.array([[_count(call) for call in calls[number]] for number in picked], np.int8).T
        yield dosages(part.where, matrix, [f"v{number}" for number in picked])


def read_pgen(part: Part, context: Context) -> Iterator[Artefact]:
    """Yield how many people's genotypes there are; the header states it in every mode except the oldest."""
    del context
    if len(part.data) < _PGEN_HEAD:
        raise UnreadableError(ProblemKind.UNREADABLE, "PGEN without a header")
    variants, samples = (int.from_bytes(part.data[at : at + 4], "little") for at in (3, 7))
    yield FoundGenotypes(part.where, "PLINK pgen", samples, variants)


def read_bgen(part: Part, context: Context) -> Iterator[Artefact]:
    """Yield how many people's genotypes there are, and the names of the samples where the file has them."""
    del context
    length, variants, samples = (int.from_bytes(part.data[at : at + 4], "little") for at in (4, 8, 12))
    if length < _LEAST_HEADER or 4 + length > len(part.data):
        raise UnreadableError(ProblemKind.UNREADABLE, "BGEN without a header")
    flags = int.from_bytes(part.data[length : 4 + length], "little")
    if not flags >> 31:
        yield FoundGenotypes(part.where, "BGEN", samples, variants)
        return
    names = _sample_names(part.data, 4 + length)
    if len(names) != samples:
        raise UnreadableError(
            ProblemKind.DISAGREEMENT, "the number of sample names in the BGEN file differs from its count"
        )
    yield from people(part.where, "BGEN", names, variants)


def _sample_names(data: bytes, start: int) -> list[str]:
    count, at = int.from_bytes(data[start + 4 : start + 8], "little"), start + 8
    names: list[str] = []
    while len(names) < count and at + 2 <= len(data):
        size = int.from_bytes(data[at : at + 2], "little")
        names.append(data[at + 2 : at + 2 + size].decode(errors="replace"))
        at += 2 + size
    return names


def _unpacked(blocks: NDArray[np.uint8]) -> NDArray[np.int8]:
    """Return four calls a byte, the lowest bits first."""
    bits = np.stack([(blocks >> shift) & 3 for shift in (0, 2, 4, 6)], axis=-1)
    return _DOSAGE_OF_BITS[bits]


def _count(call: str) -> int:
    """Return a count of alleles as it is written; letters of alleles count as 1 and 2 by their order."""
    if call.isdigit():
        return min(int(call), 127)
    return "-ACGT".find(call)
