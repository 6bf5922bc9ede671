"""Genotype formats: how many people, who they are, and what they carry; lists of variants are tables."""

import gzip
import struct

import numpy as np
import pytest

from strongroom.checker.contents.found import (
    FoundGenotypes,
    FoundProblem,
    FoundTable,
    Limits,
    Origin,
    ProblemKind,
)
from strongroom.checker.disguises.search_file import read_bytes
from strongroom.checker.formats.registry import rebuild_bytes

HEAD = '##fileformat=VCFv4.3\n##INFO=<ID=AF,Number=A,Type=Float,Description="Frequency">\n'
FIXED = "#CHROM\tPOS\tID\tREF\tALT\tQUAL\tFILTER\tINFO"
SITES = HEAD + FIXED + "\n" + "".join(f"1\t{n}00\trs{n}\tA\tG\t.\tPASS\tAF=0.{n}\n" for n in range(1, 9))
SAMPLES = (
    HEAD
    + FIXED
    + "\tFORMAT\ts1\ts2\ts3\n"
    + "".join(f"1\t{n}00\trs{n}\tA\tG\t.\tPASS\t.\tGT:DP\t0/0:3\t0|1:4\t./.:0\n" for n in range(1, 9))
)
DRAW = np.random.default_rng(6)


def read(data, name):
    return list(read_bytes(data if isinstance(data, bytes) else data.encode(), name, limits=Limits()))


def one(found, kind):
    [only] = [each for each in found if isinstance(each, kind)]
    return only


def arrays(found):
    return [each.table for each in found if isinstance(each, FoundTable) and each.origin is Origin.ARRAY]


def packed(dosages):
    """Return a bed file of dosages of shape (people, variants), a variant a block."""
    bits = np.array([3, 2, 0, 1])[dosages.T]
    bits = np.pad(bits, ((0, 0), (0, -bits.shape[1] % 4))).reshape(len(bits), -1, 4)
    return b"\x6c\x1b\x01" + (bits << np.array([0, 2, 4, 6])).sum(axis=-1).astype(np.uint8).tobytes()


@pytest.mark.parametrize("pack", [str.encode, lambda text: gzip.compress(text.encode())])
def test_a_list_of_variants_is_a_table(pack):
    data = pack(SITES)
    found = read(data, "t.vcf" if data.startswith(b"##") else "t.vcf.gz")
    table = one(found, FoundTable).table
    assert table.column_names[:3] == ["CHROM", "POS", "ID"]
    assert table.num_rows == 8
    assert not [each for each in found if isinstance(each, FoundGenotypes | FoundProblem)]


def test_a_list_of_variants_is_made_anew():
    [copy] = rebuild_bytes(SITES.encode(), "t.vcf", limits=Limits()).files
    assert copy.data == SITES.encode()


def test_samples_of_a_vcf_are_people():
    found = read(SAMPLES, "t.vcf")
    assert one(found, FoundGenotypes).samples == 3
    [table] = arrays(found)
    assert table.to_pylist()[:2] == [{f"v{n}": 0 for n in range(8)}, {f"v{n}": 1 for n in range(8)}]
    assert table.column(0)[2].as_py() is None
    names = [each.table for each in found if isinstance(each, FoundTable) and each.where.endswith("samples")]
    assert names[0].to_pydict() == {"sample": ["s1", "s2", "s3"]}


def test_a_vcf_with_uneven_lines_is_not_read():
    assert one(read(SITES + "1\t2\n", "t.vcf"), FoundProblem).kind is ProblemKind.UNREADABLE


def test_the_samples_of_a_bed_are_counted_from_its_bytes():
    frequencies = DRAW.uniform(0.02, 0.5, 300)
    dosages = DRAW.binomial(2, frequencies, (118, 300))
    found = read(packed(dosages), "t.bed")
    counted = one(found, FoundGenotypes)
    assert (counted.samples, counted.variants) == (118, 300)
    [table] = arrays(found)
    assert np.array_equal(np.column_stack(table.columns), dosages)


def test_bgen_names_its_samples():
    names = b"".join(struct.pack("<H", 4) + f"p{n:03}".encode() for n in range(5))
    block = struct.pack("<II", 8 + len(names), 5) + names
    head = struct.pack("<III4sI", 20, 70, 5, b"bgen", 1 << 31 | 9)
    found = read(struct.pack("<I", 20 + len(block)) + head + block, "t.bgen")
    assert one(found, FoundGenotypes).variants == 70
    assert one(found, FoundTable).table.column(0).to_pylist() == ["p000", "p001", "p002", "p003", "p004"]


def test_pgen_counts_are_in_its_header():
    found = read(b"\x6c\x1b\x10" + struct.pack("<II", 829, 2504) + bytes(20), "t.pgen")
    assert one(found, FoundGenotypes).samples == 2504


def test_raw_and_ped():
    raw = "FID IID PAT MAT SEX PHENOTYPE rs1_A rs2_G\n1 11 0 0 1 -9 0 2\n2 12 0 0 2 -9 NA 1\n"
    found = read(raw, "t.raw")
    assert one(found, FoundGenotypes).samples == 2
    assert arrays(found)[0].to_pydict() == {"v0": [0, None], "v1": [2, 1]}
    ped = read("1 11 0 0 1 -9 A A G T\n2 12 0 0 2 -9 A C 0 0\n", "t.ped")
    assert one(ped, FoundGenotypes).variants == 2


def test_bcf_is_counted():
    header = SAMPLES.split("\n1\t")[0].encode() + b"\x00"
    record = struct.pack("<II", 4, 2) + bytes(6)
    data = b"BCF\x02\x02" + struct.pack("<I", len(header)) + header + record * 7
    found = one(read(gzip.compress(data), "t.bcf.gz"), FoundGenotypes)
    assert (found.samples, found.variants) == (3, 7)
