"""PLINK files: every call is the one PLINK means, and files that do not fit together are refused."""

import shutil

import numpy as np
import pytest

from strongroom.cohort import PARTICIPANT
from strongroom.cohort.ingest import genotypes
from strongroom.errors import IngestError

MAGIC = b"\x6c\x1b\x01"
PEOPLE = "eid,note\n" + "".join(f"{1000 + n},x\n" for n in range(7))


def write_plink(folder, calls, *, samples=None, variants=None, magic=MAGIC, extra=b""):
    """Write two-bit codes, shape (variants, samples), as PREFIX.bed, .bim and .fam."""
    calls = np.asarray(calls, dtype=np.uint8)
    samples = [f"{1000 + n}" for n in range(calls.shape[1])] if samples is None else samples
    variants = [f"rs{n}" for n in range(calls.shape[0])] if variants is None else variants
    padded = np.zeros((calls.shape[0], -(-calls.shape[1] // 4) * 4), dtype=np.uint8)
    padded[:, : calls.shape[1]] = calls
    packed = (padded.reshape(len(calls), -1, 4) << np.array([0, 2, 4, 6], dtype=np.uint8)).sum(
        axis=2, dtype=np.uint8
    )
    (folder / "g.bed").write_bytes(magic + packed.tobytes() + extra)
    (folder / "g.bim").write_text("".join(f"1 {name} 0 {10 + n} A G\n" for n, name in enumerate(variants)))
    (folder / "g.fam").write_text("".join(f"F {name} 0 0 1 -9\n" for name in samples))
    return folder / "g"


def stored(take_in, prefix):
    return take_in(PEOPLE, genotypes=prefix).cohort.genotypes.read().to_pydict()


def test_codes_count_the_first_allele(take_in, tmp_path):
    """00 two copies, 01 missing, 10 one copy, 11 none: the PLINK 1 format."""
    prefix = write_plink(tmp_path, [[0b00, 0b01, 0b10, 0b11, 0b00], [0b11, 0b11, 0b00, 0b10, 0b01]])
    assert stored(take_in, prefix) == {
        PARTICIPANT: [0, 1, 2, 3, 4],
        "rs0": [2, None, 1, 0, 2],
        "rs1": [0, 0, 2, 1, None],
    }


def test_missing_calls_are_reported_for_each_variant(take_in, tmp_path, monkeypatch):
    monkeypatch.setattr(genotypes, "LIMITS", type(genotypes.LIMITS)(most_cells=1))
    taken = take_in(PEOPLE, genotypes=write_plink(tmp_path, [[1, 1, 0, 3, 0, 1], [0, 0, 1, 0, 0, 0]]))
    assert [(each.name, each.missing) for each in taken.report.tables[1].columns] == [("rs0", 3), ("rs1", 1)]


def test_samples_are_matched_by_id_not_by_place(take_in, tmp_path):
    prefix = write_plink(tmp_path, [[0, 2, 3]], samples=["1006", "1000", "1003"])
    assert stored(take_in, prefix) == {PARTICIPANT: [6, 0, 3], "rs0": [2, 1, 0]}


def test_variants_without_a_name_are_called_by_their_place(take_in, tmp_path):
    prefix = write_plink(tmp_path, [[0], [0]], variants=[".", "."])
    assert list(stored(take_in, prefix)) == [PARTICIPANT, "1:10:A:G", "1:11:A:G"]


def test_pieces_give_the_same_as_the_whole(take_in, tmp_path, monkeypatch):
    calls = np.random.default_rng(5).integers(0, 4, (3, 7))
    whole = stored(take_in, write_plink(tmp_path, calls))
    monkeypatch.setattr(genotypes, "LIMITS", type(genotypes.LIMITS)(most_cells=1))
    pieces = take_in(PEOPLE, genotypes=tmp_path / "g", into=tmp_path / "again").cohort.genotypes.read()
    assert pieces.to_pydict() == whole


@pytest.mark.parametrize(
    ("damage", "file", "says"),
    [
        ({"magic": b"\x6c\x1b\x00"}, "g.bed", "sample-major"),
        ({"magic": b"PAR"}, "g.bed", "not a PLINK 1"),
        ({"extra": b"\0"}, "g.bed", "6 bytes, not the 5"),
        ({"variants": ["rs0", "rs1", "rs2"]}, "g.bed", "5 bytes, not the 6"),
        ({"samples": ["1000"] * 3}, "g.fam", "two samples"),
        ({"samples": ["1000", "77", "88"]}, "g.fam", "2 samples are not participants"),
        ({"samples": []}, "g.fam", "no samples"),
        ({"variants": ["rs0", "rs0"]}, "g.bim", "used already"),
        ({"variants": ["rs0", "two words"]}, "g.bim", "7 columns, not 6"),
        ({"variants": []}, "g.bim", "no variants"),
    ],
)
def test_files_that_do_not_fit_together(take_in, tmp_path, damage, file, says):
    prefix = write_plink(tmp_path, [[0, 2, 3], [0, 2, 3]], **damage)
    with pytest.raises(IngestError, match=says) as caught:
        take_in(PEOPLE, genotypes=prefix)
    assert caught.value.file.endswith(file)


@pytest.mark.parametrize("suffix", ["bed", "bim", "fam"])
def test_a_missing_file_of_the_three(take_in, tmp_path, left_behind, suffix):
    prefix = write_plink(tmp_path, [[0, 2, 3]])
    (tmp_path / f"g.{suffix}").unlink()
    with pytest.raises(IngestError, match=suffix):
        take_in(PEOPLE, genotypes=prefix)
    assert left_behind() == []


def test_too_many_variants_are_refused_clearly(take_in, tmp_path, monkeypatch):
    monkeypatch.setattr(genotypes, "LIMITS", type(genotypes.LIMITS)(most_variants=1))
    with pytest.raises(IngestError, match="more than 1 variants") as caught:
        take_in(PEOPLE, genotypes=write_plink(tmp_path, [[0], [0]]))
    assert "--extract" in caught.value.hint


def test_a_real_file(take_in, tmp_path, shared_data):
    """regenie's example (MIT, simulated), read as its own bytes say; it has no .bim here, so one is made."""
    (bed,) = (shared_data / "rowlevel/git/rgcgithub__regenie").glob("**/example.bed")
    shutil.copy(bed, tmp_path / "g.bed")
    shutil.copy(bed.with_suffix(".fam"), tmp_path / "g.fam")
    ids = [line.split()[1] for line in (tmp_path / "g.fam").read_text().splitlines()]
    variants = (bed.stat().st_size - 3) // -(-len(ids) // 4)
    (tmp_path / "g.bim").write_text("".join(f"1 v{n} 0 {n} A G\n" for n in range(variants)))
    taken = take_in("eid,note\n" + "".join(f"{each},x\n" for each in ids), genotypes=tmp_path / "g")
    calls = taken.cohort.genotypes.read()
    assert (calls.num_rows, calls.num_columns) == (len(ids), variants + 1)
    first = [bed.read_bytes()[3] >> shift & 3 for shift in (0, 2, 4, 6)]
    assert calls.column("v0").to_pylist()[:4] == [{0: 2, 1: None, 2: 1, 3: 0}[code] for code in first]
