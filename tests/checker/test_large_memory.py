"""Large tables of every kind are kept as samples, searched in every row, and released as what was judged."""

import gzip
import json
import lzma
import sqlite3
import tarfile
import zipfile
from contextlib import closing
from io import BytesIO

import numpy as np
import pyarrow as pa
import pytest
from pyarrow import csv as arrow_csv
from pyarrow import feather
from pyarrow import parquet as pq

from strongroom.checker import KnownIds, Verdict, check
from strongroom.checker.confined import running
from strongroom.checker.confined.reader import judge_file
from strongroom.checker.contents.found import ProblemKind
from strongroom.checker.contents.id_query import query_for_ids
from strongroom.checker.release import rebuild
from strongroom.errors import RefusedError

SMALL = """
from strongroom.checker.formats.archives import compressed_tar, tar_archive, zip_archive
from strongroom.checker.formats.science import sqlite_tables
from strongroom.checker.formats.tables import large_columnar, large_delimited, large_json, sampled
compressed_tar.STREAMED_GZIP_BYTES = 1 << 16
for module in zip_archive, large_columnar, large_json, sqlite_tables, large_delimited, tar_archive:
    module.STREAMED_BYTES = 1 << 18
sampled.SAMPLED_BYTES = 1 << 18
from strongroom.checker.confined.server import serve
serve()
"""
ROWS = 60_000


@pytest.fixture(autouse=True)
def _little_is_large(monkeypatch):
    monkeypatch.setattr(running, "_START", running._PATH + SMALL)


@pytest.fixture
def variants():
    draw = np.random.default_rng(4)
    position = np.sort(draw.integers(10_000_000, 240_000_000, ROWS))
    return pa.table(
        {
            "variant": [f"rs{number}" for number in range(ROWS)],
            "position": position,
            "beta": np.round(draw.normal(0, 0.01, ROWS), 6),
        }
    )


def as_parquet(table, path):
    pq.write_table(table, path, row_group_size=25_000)


def as_feather(table, path):
    feather.write_feather(table, path, compression="uncompressed")


def as_zip(table, path):
    sink = pa.BufferOutputStream()
    arrow_csv.write_csv(table, sink)
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("notes.txt", "the results\n")
        archive.writestr("gwas.csv", sink.getvalue().to_pybytes())


def as_tar(table, path):
    sink = pa.BufferOutputStream()
    arrow_csv.write_csv(table, sink)
    with tarfile.open(path, "w") as archive:
        for name, data in (("notes.txt", b"the results\n"), ("gwas.csv", sink.getvalue().to_pybytes())):
            entry = tarfile.TarInfo(name)
            entry.size = len(data)
            archive.addfile(entry, BytesIO(data))


def as_records(table, path):
    path.write_text("".join(f"{json.dumps(row)}\n" for row in table.to_pylist()))


def as_sqlite(table, path):
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("CREATE TABLE gwas (variant, position, beta)")
        rows = zip(*(column.to_pylist() for column in table.columns), strict=True)
        connection.executemany("INSERT INTO gwas VALUES (?, ?, ?)", rows)
        connection.commit()


def as_list(table, path):
    path.write_text(json.dumps(table.to_pylist()))


def as_packed_tar(table, path):
    as_tar(table, path)
    path.write_bytes(gzip.compress(path.read_bytes(), 1))


WAYS = {
    "gwas.sqlite": as_sqlite,
    "gwas.parquet": as_parquet,
    "gwas.feather": as_feather,
    "gwas.zip": as_zip,
    "gwas.tar": as_tar,
    "gwas.tar.gz": as_packed_tar,
    "gwas.ndjson": as_records,
    "gwas.json": as_list,
}


@pytest.fixture(params=WAYS)
def written(request, tmp_path):
    def write(table):
        path = tmp_path / request.param
        WAYS[request.param](table, path)
        return path

    return write


def tables_of(content):
    return [found for found in content.artefacts if hasattr(found, "rows")]


def test_a_sample_is_kept(variants, written, extracts):
    ids = extracts.cohort.ids()
    [found] = tables_of(judge_file(written(variants), id_query=query_for_ids([np.unique(ids)], seed=3)))
    assert found.rows == ROWS
    assert 9_000 < found.table.num_rows <= 20_000
    assert found.table.schema.types == variants.schema.types


def test_an_id_in_few_rows_is_found(variants, written, extracts):
    names = variants.column("variant").to_pylist()
    ids = extracts.cohort.ids()[:12]
    for number, each in enumerate(ids):
        names[100 + 4_111 * number] = f"id_{each}"
    path = written(variants.set_column(0, "variant", pa.array(names)))
    known = [KnownIds("the cohort's own ids", extracts.cohort.ids())]
    report = check([path], cohort=extracts.cohort, index=extracts.index, known_ids=known)
    [finding] = [each for each in report.files[0].findings if each.detector == "participant-ids"]
    assert (finding.severity, finding.participants) == (Verdict.BLOCK, 12)


def test_the_copy_is_made_of_what_was_judged(variants, written, tmp_path):
    path = written(variants)
    content = judge_file(path, id_query=query_for_ids([np.arange(1_000_000, 2_000_000)], seed=3))
    (tmp_path / "out").mkdir()
    to, _ = rebuild(path, content, tmp_path / "out" / path.name)
    if path.suffix == ".parquet":
        assert pq.read_table(to).equals(variants)
    path.unlink()
    WAYS[path.name](variants.set_column(2, "beta", pa.array(np.zeros(ROWS))), path)
    with pytest.raises(RefusedError):
        rebuild(path, content, tmp_path / "out" / f"again-{path.name}")


def test_a_member_with_more_than_it_says_is_a_problem(variants, tmp_path):
    path = tmp_path / "gwas.zip"
    as_zip(variants, path)
    data = path.read_bytes()
    size = zipfile.ZipFile(path).getinfo("gwas.csv").file_size
    path.write_bytes(data.replace(size.to_bytes(4, "little"), (size - 9).to_bytes(4, "little")))
    kinds = [
        getattr(found, "kind", None)
        for found in judge_file(path, id_query=query_for_ids([], seed=3)).artefacts
    ]
    assert any(kinds)


def test_a_damaged_parquet_file_is_a_problem(variants, tmp_path):
    path = tmp_path / "gwas.parquet"
    as_parquet(variants, path)
    data = bytearray(path.read_bytes())
    data[1_000:300_000] = bytes(299_000)
    path.write_bytes(data)
    kinds = [
        getattr(found, "kind", None)
        for found in judge_file(path, id_query=query_for_ids([], seed=3)).artefacts
    ]
    assert any(kinds)


def kinds_in(path):
    return {
        found.kind
        for found in judge_file(path, id_query=query_for_ids([], seed=3)).artefacts
        if hasattr(found, "kind")
    }


def test_bytes_after_a_large_tar_are_a_problem(variants, tmp_path):
    path = tmp_path / "gwas.tar"
    as_tar(variants, path)
    path.write_bytes(path.read_bytes() + b"and more")
    assert kinds_in(path) == {ProblemKind.TRAILING_BYTES}


def test_a_large_member_of_uneven_lines_is_a_problem(variants, tmp_path):
    path = tmp_path / "gwas.tar"
    as_tar(variants, path)
    path.write_bytes(path.read_bytes().replace(b'rs50000",', b'rs50000" '))
    assert kinds_in(path) == {ProblemKind.UNREADABLE}


@pytest.mark.parametrize("pack", [gzip.compress, lzma.compress])
def test_bytes_after_a_large_packed_tar_or_in_it_are_a_problem(variants, tmp_path, pack):
    path = tmp_path / f"gwas.tar.{'gz' if pack is gzip.compress else 'xz'}"
    as_tar(variants, path)
    plain = path.read_bytes()
    path.write_bytes(pack(plain))
    assert kinds_in(path) == set()
    path.write_bytes(pack(plain) + b"and more")
    assert kinds_in(path) == {ProblemKind.TRAILING_BYTES}
    path.write_bytes(pack(plain + b"and more"))
    assert kinds_in(path) == {ProblemKind.TRAILING_BYTES}
    path.write_bytes(pack(plain)[:-9])
    assert kinds_in(path) == {ProblemKind.UNREADABLE}


def with_last(path, record):
    text = path.read_text().rstrip()
    path.write_text(f"{text[:-1]}, {record}]" if path.suffix == ".json" else f"{text}\n{record}\n")


@pytest.mark.parametrize(
    "record", ['{"variant": "rs1"}', '{"p": 1}', '{"variant": "rs1", "position": 5, "beta": [1, 2]}']
)
@pytest.mark.parametrize(("name", "write"), [("gwas.ndjson", as_records), ("gwas.json", as_list)])
def test_a_record_like_no_other_is_a_row_of_the_table(variants, tmp_path, name, write, record):
    write(variants, tmp_path / name)
    with_last(tmp_path / name, record)
    [found] = tables_of(judge_file(tmp_path / name, id_query=query_for_ids([], seed=3)))
    assert found.rows == ROWS + 1


@pytest.mark.parametrize(("name", "write"), [("gwas.ndjson", as_records), ("gwas.json", as_list)])
def test_what_is_no_record_is_read_as_it_always_was(variants, tmp_path, name, write):
    write(variants, tmp_path / name)
    with_last(tmp_path / name, '["told", 1]')
    content = judge_file(tmp_path / name, id_query=query_for_ids([], seed=3))
    assert any('["told", 1]' in getattr(found, "text", "") for found in content.artefacts)
    write(variants, tmp_path / name)
    with_last(tmp_path / name, '{"variant": "rs1", "variant": "rs2"}')
    assert kinds_in(tmp_path / name) == {ProblemKind.UNREADABLE}


def test_a_list_of_rows_is_a_table(variants, tmp_path):
    path = tmp_path / "gwas.json"
    path.write_text(json.dumps([list(row.values()) for row in variants.to_pylist()]))
    [found] = tables_of(judge_file(path, id_query=query_for_ids([], seed=3)))
    assert (found.rows, found.table.schema.types) == (ROWS, variants.schema.types)


def test_records_whose_values_change_their_type_are_kept_as_text(variants, tmp_path):
    path = tmp_path / "gwas.ndjson"
    as_records(variants.set_column(1, "position", pa.array([None, 1.5, 2] * (ROWS // 3))), path)
    path.write_text(path.read_text() + '{"variant": null, "position": "none", "beta": true}\n' * ROWS)
    [found] = tables_of(judge_file(path, id_query=query_for_ids([], seed=3)))
    assert (found.rows, set(found.table.schema.types)) == (2 * ROWS, {pa.string()})


@pytest.mark.parametrize("cell", ["a,b", 'say "so"', "two\nlines", "a\rb", "a\0b"])
def test_what_stands_in_cells_of_a_large_table_moves_no_id(variants, tmp_path, cell):
    path = tmp_path / "gwas.parquet"
    names = variants.column("variant").to_pylist()
    names[30_000] = cell
    places = pa.array([5_000_001 if row == ROWS - 7 else 1 for row in range(ROWS)])
    as_parquet(variants.set_column(0, "variant", pa.array(names)).set_column(1, "position", places), path)
    [found] = tables_of(judge_file(path, id_query=query_for_ids([np.array([5_000_001, 5_000_009])], seed=3)))
    assert {each.column: each.numbers().tolist() for each in found.possible_ids} == {1: [5_000_001]}
