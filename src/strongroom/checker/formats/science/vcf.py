"""VCF and BCF: a list of variants is a table; with samples it has people's genotypes (VCF 4.3, BCF 2.2)."""

from collections.abc import Iterator, Sequence
from itertools import islice

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from strongroom.checker.contents.found import (
    Artefact,
    FoundGenotypes,
    FoundTable,
    FoundText,
    Origin,
    ProblemKind,
)
from strongroom.checker.formats.columns import table_of
from strongroom.checker.formats.part import Context, Part, Rebuilt, UnreadableError
from strongroom.checker.formats.text.plain_text import decode
from strongroom.checker.formats.text.rebuild_text import rebuild_text
from strongroom.thresholds import Thresholds, threshold


class _Limits(Thresholds):
    """The numbers this module decides by."""

    shown_variants: int = threshold(500, "variants", "cost: as many tell whose genotypes they are")


LIMITS = _Limits()


_FIXED = 8  # fixed: VCF 4.3, CHROM POS ID REF ALT QUAL FILTER INFO; FORMAT and the samples follow
_BCF_HEAD = 9  # fixed: BCF 2.2, magic, version and header length
_BCF_RECORD = 8  # fixed: BCF 2.2, the two lengths of a record


def read(part: Part, context: Context) -> Iterator[Artefact]:
    """Yield the header as text, the variants as a table, and who the samples are and what they carry."""
    del context
    lines = decode(part.data).splitlines()
    start = next((number for number, line in enumerate(lines) if not line.startswith("##")), len(lines))
    yield FoundText(f"{part.where} > header", "\n".join(lines[:start]))
    if start == len(lines) or not lines[start].startswith("#CHROM\t"):
        raise UnreadableError(ProblemKind.UNREADABLE, "VCF without a header line")
    names = lines[start].lstrip("#").split("\t")
    rows = [line.split("\t") for line in lines[start + 1 :] if line]
    if any(len(row) != len(names) for row in rows):
        raise UnreadableError(ProblemKind.UNREADABLE, "VCF with lines of different widths")
    if rows:
        yield FoundTable(f"{part.where} > variants", _sites(rows, names[:_FIXED]))
    samples = names[_FIXED + 1 :]
    if samples:
        yield from people(part.where, "VCF", samples, len(rows))
        if rows:
            yield _genotypes(part.where, rows, len(samples))


def read_bcf(part: Part, context: Context) -> Iterator[Artefact]:
    """Yield the header as text, and the samples it names; the variants are counted."""
    del context
    length = int.from_bytes(part.data[5:_BCF_HEAD], "little")
    header = decode(part.data[_BCF_HEAD : _BCF_HEAD + length].rstrip(b"\x00"))
    last = header.splitlines()[-1] if header else ""
    if not last.startswith("#CHROM\t"):
        raise UnreadableError(ProblemKind.UNREADABLE, "BCF without a header line")
    yield FoundText(f"{part.where} > header", header)
    yield from people(
        part.where, "BCF", last.split("\t")[_FIXED + 1 :], _bcf_records(part.data, _BCF_HEAD + length)
    )


def rebuild(part: Part, context: Context) -> Rebuilt:
    """Return the text of a list of variants; raise UnreadableError where it has samples."""
    if has_samples(part.data):
        raise UnreadableError(ProblemKind.UNKNOWN_TYPE, "genotypes of individuals are not released")
    return rebuild_text(part, context)


def has_samples(data: bytes) -> bool:
    """Return whether a VCF names samples; one that cannot be read is assumed to have them."""
    start = data.find(b"\n#CHROM\t") + 1
    return not start or data[start : data.find(b"\n", start)].count(b"\t") >= _FIXED


def people(where: str, kind: str, samples: Sequence[str], variants: int) -> Iterator[Artefact]:
    """Yield that there are genotypes, and their samples' names as a table."""
    yield FoundGenotypes(where, kind, len(samples), variants)
    if samples:
        yield FoundTable(f"{where} > samples", table_of([samples], ["sample"]))


def dosages(where: str, matrix: NDArray[np.int8], names: Sequence[str]) -> FoundTable:
    """Return counts of alleles of shape (samples, variants), -1 for unknown, as a table: a row a person."""
    columns = [pa.array(column, mask=column < 0) for column in matrix.T]
    return FoundTable(f"{where} > genotypes", pa.Table.from_arrays(columns, list(names)), Origin.ARRAY)


def chosen(variants: int) -> list[int]:
    """Return which variants are looked at: all, or an even choice of 500."""
    places = np.unique(np.linspace(0, variants - 1, min(variants, LIMITS.shown_variants)).astype(int))
    return [int(place) for place in places]


def _sites(rows: list[list[str]], names: list[str]) -> pa.Table:
    return table_of(
        [[None if row[at] == "." else row[at] for row in rows] for at in range(len(names))], names
    )


def _genotypes(where: str, rows: list[list[str]], samples: int) -> FoundTable:
    picked = chosen(len(rows))
    known: dict[str, int] = {}
    matrix = np.full((samples, len(picked)), -1, np.int8)
    for column, number in enumerate(picked):
        cells = islice(rows[number], _FIXED + 1, None)
        calls = (cell.partition(":")[0] for cell in cells)
        matrix[:, column] = [
            known[call] if call in known else known.setdefault(call, _dosage(call)) for call in calls
        ]
    return dosages(where, matrix, [f"v{number}" for number in picked])


def _dosage(call: str) -> int:
    """Return how many alleles of a call are not the reference, -1 where one is missing."""
    alleles = call.replace("|", "/").split("/")
    return sum(allele != "0" for allele in alleles) if all(map(str.isdigit, alleles)) else -1


def _bcf_records(data: bytes, position: int) -> int:
    """Return how many records there are; raise UnreadableError where they do not end with the file."""
    count = 0
    while position < len(data):
        shared = int.from_bytes(data[position : position + 4], "little")
        single = int.from_bytes(data[position + 4 : position + _BCF_RECORD], "little")
        position += _BCF_RECORD + shared + single
        count += 1
    if position != len(data):
        raise UnreadableError(ProblemKind.UNREADABLE, "BCF ends within a record")
    return count
