"""A large table is judged on a sample and on every row, and its copy is of the bytes that were judged."""

import bz2
import gzip
import hashlib
import lzma

import numpy as np
import pyarrow as pa
import pytest
import zstandard
from pyarrow import csv as arrow_csv

from strongroom.checker import KnownIds, Limits, Verdict, check, run_detectors
from strongroom.checker.confined import running, snapshot
from strongroom.checker.confined.reader import judge_large_table, read_file
from strongroom.checker.contents.id_query import IdQuery
from strongroom.checker.detectors.people import participant_ids
from strongroom.checker.release import rebuild
from strongroom.errors import RefusedError, UsageError

STREAMING = """
from strongroom.checker.formats.tables import large_delimited
large_delimited.STREAMED_BYTES = large_delimited.STREAMED_GZIP_BYTES = 1
from strongroom.checker.confined.server import serve
serve()
"""
ROWS = 60_000
ID_QUERY = IdQuery(seed=1)


@pytest.fixture(autouse=True)
def _everything_is_large(monkeypatch):
    monkeypatch.setattr(running, "_START", running._PATH + STREAMING)
    monkeypatch.setattr(snapshot, "LARGE_BYTES", 1)


@pytest.fixture
def variants(tmp_path):
    """A table of 60,000 variants."""
    draw = np.random.default_rng(4)
    table = pa.table(
        {
            "variant": [f"{number:06}" for number in range(ROWS)],
            "position": np.sort(draw.integers(10_000, 240_000_000, ROWS)),
            "p": np.round(draw.random(ROWS), 6),
        }
    )
    path = tmp_path / "gwas.tsv"
    arrow_csv.write_csv(table, path, arrow_csv.WriteOptions(delimiter="\t", quoting_style="none"))
    return path


@pytest.fixture
def judged(extracts):
    def run(path, **asked):
        known = [KnownIds("the cohort's own ids", extracts.cohort.ids())]
        return check([path], cohort=extracts.cohort, index=extracts.index, known_ids=known, **asked)

    return run


def ids_finding(report):
    return [each for each in report.files[0].findings if each.detector == "participant-ids"]


def test_an_honest_large_table_has_no_ids_and_its_own_hash(variants, judged):
    report = judged(variants)
    assert ids_finding(report) == []
    assert report.files[0].sha256 == hashlib.sha256(variants.read_bytes()).hexdigest()
    assert report.files[0].size == variants.stat().st_size


def test_ids_between_the_rows_of_the_sample_are_found(variants, judged, extracts):
    lines = variants.read_text().splitlines()
    ids = extracts.cohort.ids()[:12]
    for number, each in enumerate(ids):
        lines[1_000 + 4_000 * number] = f"id-{each}\t5\t0.5"
    variants.write_text("\n".join(lines))
    (finding,) = ids_finding(judged(variants))
    assert finding.severity is Verdict.BLOCK
    assert finding.participants >= 12


def test_a_scanner_that_fails_blocks(variants, judged, monkeypatch):
    def fail(*_):
        raise ZeroDivisionError

    monkeypatch.setattr(participant_ids, "_found_in_all_rows", fail)
    (finding,) = ids_finding(judged(variants))
    assert (finding.severity, finding.detail) == (Verdict.BLOCK, "ZeroDivisionError")


def test_detectors_without_a_scanner_see_the_sample(variants, judged, monkeypatch):
    seen = []

    class Looking:
        name = "looking"

        def run(self, examined, _):
            artefact = examined.found
            seen.append((artefact.table.num_rows, artefact.rows, artefact.total_rows))
            yield from ()

    monkeypatch.setattr(run_detectors, "DETECTORS", (Looking(),))
    judged(variants)
    [(kept, rows, total)] = seen
    assert 9_000 < kept <= 20_000
    assert rows == total == ROWS


def test_the_rest_of_the_batch_goes_on_after_a_damaged_one(variants, judged, tmp_path):
    folder = tmp_path / "request"
    folder.mkdir()
    (folder / "a.tsv.gz").write_bytes(gzip.compress(variants.read_bytes())[:-9])
    (folder / "b.tsv").write_bytes(variants.read_bytes())
    damaged, sound = judged(folder).files
    assert damaged.verdict is Verdict.BLOCK
    assert "not-understood" in {each.detector for each in damaged.findings}
    assert "not-understood" not in {each.detector for each in sound.findings}


@pytest.mark.parametrize(
    ("ending", "pack", "unpack"),
    [
        ("", bytes, bytes),
        (".gz", gzip.compress, gzip.decompress),
        (".bz2", bz2.compress, bz2.decompress),
        (".xz", lzma.compress, lzma.decompress),
        (
            ".zst",
            zstandard.compress,
            lambda data: zstandard.ZstdDecompressor().decompressobj().decompress(data),
        ),
    ],
)
def test_the_copy_is_the_table_written_anew(variants, tmp_path, ending, pack, unpack):
    path = tmp_path / f"gwas.tsv{ending}"
    path.write_bytes(pack(variants.read_bytes()))
    content = judge_large_table(path, id_query=ID_QUERY)
    to = tmp_path / "out" / path.name
    to.parent.mkdir()
    written, changes = rebuild(path, content, to)
    data = written.read_bytes()
    copy = unpack(data).decode().splitlines()
    assert copy[0] == "variant\tposition\tp"
    assert [line.split("\t")[0] for line in copy[1:4]] == ["000000", "000001", "000002"]
    assert len(copy) == ROWS + 1
    assert "rebuilt" in changes[0]
    assert [each.name for each in to.parent.iterdir()] == [path.name]


def test_a_file_that_changed_since_is_not_released(variants, tmp_path):
    content = judge_large_table(variants, id_query=ID_QUERY)
    variants.write_bytes(variants.read_bytes() + b"9\t9\t0.9\n")
    (tmp_path / "out").mkdir()
    with pytest.raises(RefusedError):
        rebuild(variants, content, tmp_path / "out" / "gwas.tsv")
    assert list((tmp_path / "out").iterdir()) == []


def test_a_copy_replaces_nothing(variants, tmp_path):
    content = judge_large_table(variants, id_query=ID_QUERY)
    to = tmp_path / "taken.tsv"
    to.write_text("mine")
    with pytest.raises(UsageError):
        rebuild(variants, content, to)
    assert to.read_text() == "mine"


def test_who_asks_for_all_rows_gets_them(variants):
    [found] = read_file(variants).artefacts
    assert found.rows is None
    assert found.table.num_rows == ROWS


def test_a_claim_of_a_hundred_gigabytes_is_refused_at_once(tmp_path, judged):
    path = tmp_path / "claim.csv"
    with path.open("wb") as file:
        file.write(b"a,b\n1,2\n")
        file.truncate(100 * 2**30)
    assert judged(path).verdict is Verdict.BLOCK
    content = read_file(path, limits=Limits())
    assert [each.kind.name for each in content.artefacts] == ["TOO_LARGE"]


def test_a_sparse_table_is_refused_at_its_first_hole(tmp_path):
    path = tmp_path / "claim.csv"
    with path.open("wb") as file:
        file.write(b"a,b\n" + b"1,2\n" * 100_000)
        file.truncate(1_500_000_000)
    content = judge_large_table(path, id_query=ID_QUERY)
    assert [each.kind.name for each in content.artefacts if hasattr(each, "kind")] == ["TOO_LARGE"]


def test_whoever_interrupts_a_check_does_not_wait_for_the_reader(variants, judged, tmp_path, monkeypatch):
    folder = tmp_path / "request"
    folder.mkdir()
    (folder / "a.txt").write_text("words\n")
    (folder / "b.tsv").write_bytes(variants.read_bytes())

    class Interrupted:
        name = "interrupted"

        def run(self, *_):
            raise KeyboardInterrupt

    monkeypatch.setattr(run_detectors, "DETECTORS", (Interrupted(),))
    with pytest.raises(KeyboardInterrupt):
        judged(folder)
    assert read_file(folder / "a.txt").type == "text/plain"


def test_a_stream_that_breaks_off_is_reported_with_the_files_hash(variants, judged):
    variants.write_bytes(variants.read_bytes() + b"too\tfew\n")
    report = judged(variants)
    assert report.verdict is Verdict.BLOCK
    assert report.files[0].sha256 == hashlib.sha256(variants.read_bytes()).hexdigest()
