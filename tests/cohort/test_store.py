"""The encrypted store: nothing plain on disk, nothing changed goes unnoticed, nothing half-written stays."""

import threading

import duckdb
import numpy as np
import pyarrow as pa
import pytest

from strongroom.cohort.keys import new_key, wrap
from strongroom.cohort.store import (
    ROW_GROUP,
    EncryptedTable,
    EncryptedTableWriter,
    StoredTable,
    TableKind,
    file_sha256,
    fresh_directory,
    read_blob,
    write_blob,
)
from strongroom.errors import AlreadyExistsError, KeyUnavailableError, StoreError

KEY = b"k" * 32
ROWS = ROW_GROUP + 1000


@pytest.fixture(scope="module")
def table() -> pa.Table:
    return pa.table(
        {
            "telltale_column": pa.array([f"telltale value {number % 50}" for number in range(ROWS)]),
            "measure": pa.array(np.arange(ROWS, dtype=np.int64)),
        }
    )


@pytest.fixture
def path(tmp_path, table):
    target = tmp_path / "t.parquet"
    _write(target, table)
    return target


def _write(path, table, file_id="file_1"):
    with EncryptedTableWriter(path, table.schema, key=KEY, file_id=file_id) as writer:
        for batch in table.to_batches(max_chunksize=30_000):
            writer.write(batch)


def _write_all(path, schema, batches):
    with EncryptedTableWriter(path, schema, key=KEY, file_id="file_1") as writer:
        for batch in batches:
            writer.write(batch)


def test_a_table_comes_back_whole(path, table):
    stored = EncryptedTable(path, key=KEY, file_id="file_1")
    assert stored.num_rows == ROWS
    assert stored.column_names == ["telltale_column", "measure"]
    assert stored.read().equals(table)


def test_columns_come_in_the_order_asked_for(path):
    stored = EncryptedTable(path, key=KEY, file_id="file_1")
    assert stored.read(["measure", "telltale_column"]).column_names == ["measure", "telltale_column"]
    batches = list(stored.batches(["measure"], size=10_000))
    assert max(batch.num_rows for batch in batches) <= 10_000
    assert sum(batch.num_rows for batch in batches) == ROWS


def test_an_unknown_column_is_named(path):
    with pytest.raises(StoreError, match="nonesuch"):
        EncryptedTable(path, key=KEY, file_id="file_1").read(["nonesuch"])


def test_no_column_name_or_value_is_on_the_disk(path):
    content = path.read_bytes()
    assert b"telltale" not in content
    assert content[-4:] == b"PARE", "the footer is encrypted too"


def test_duckdb_reads_through_a_stream_and_never_the_file(path):
    stream = EncryptedTable(path, key=KEY, file_id="file_1").reader(["measure"])  # noqa: F841 - by name
    assert duckdb.sql("SELECT max(measure) FROM stream").fetchall() == [(ROWS - 1,)]


def test_another_key_does_not_open_it(path):
    with pytest.raises(StoreError):
        EncryptedTable(path, key=new_key(), file_id="file_1")


def test_a_swapped_file_does_not_open(path, table):
    """Two files under one key: the file id is authenticated, so one cannot stand in for the other."""
    other = path.with_name("other.parquet")
    _write(other, table.slice(0, 5), file_id="file_2")
    other.replace(path)
    with pytest.raises(StoreError):
        EncryptedTable(path, key=KEY, file_id="file_1")


@pytest.mark.parametrize("place", [0.01, 0.3, 0.6, 0.9, 0.999])
def test_an_edited_file_is_noticed(path, place):
    content = bytearray(path.read_bytes())
    content[int(len(content) * place)] ^= 1
    path.write_bytes(content)
    with pytest.raises(StoreError):
        EncryptedTable(path, key=KEY, file_id="file_1").read()


@pytest.mark.parametrize("keep", [0, 3, 0.5, -1])
def test_a_truncated_file_is_noticed(path, keep):
    content = path.read_bytes()
    path.write_bytes(content[: int(len(content) * keep) if isinstance(keep, float) else keep])
    with pytest.raises(StoreError):
        EncryptedTable(path, key=KEY, file_id="file_1")


def test_a_plain_parquet_file_is_not_accepted_in_its_place(path, table):
    import pyarrow.parquet as pq

    pq.write_table(table, path)
    with pytest.raises(StoreError):
        EncryptedTable(path, key=KEY, file_id="file_1")


def test_a_missing_file_is_a_store_error(tmp_path):
    with pytest.raises(StoreError, match="backup"):
        EncryptedTable(tmp_path / "gone.parquet", key=KEY, file_id="file_1")


def test_destroying_the_key_above_makes_the_file_unreadable(path, table):
    """Crypto-shredding: the data key exists only wrapped, so without the key above nothing opens."""
    project_key = new_key()
    stored = StoredTable(
        name="t",
        kind=TableKind.EVENTS,
        file=path.name,
        file_id="file_1",
        rows=ROWS,
        columns=tuple(table.column_names),
        wrapped_key=wrap(project_key, KEY, context="file_1"),
        sha256=file_sha256(path),
    )
    assert EncryptedTable.open(path.parent, stored, key=project_key).num_rows == ROWS
    project_key = new_key()
    with pytest.raises(KeyUnavailableError):
        EncryptedTable.open(path.parent, stored, key=project_key)


def test_a_description_survives_json():
    stored = StoredTable("t", TableKind.GENOTYPES, "t.parquet", "f", 3, ("a", "b"), b"\1\2", "00")
    assert StoredTable.from_json(stored.to_json()) == stored


def test_a_failed_write_leaves_nothing(tmp_path, table):
    def batches():
        yield table
        raise RuntimeError

    with pytest.raises(RuntimeError):
        _write_all(tmp_path / "t.parquet", table.schema, batches())
    assert list(tmp_path.iterdir()) == []


def test_the_file_being_written_holds_nothing_plain(tmp_path, table):
    with EncryptedTableWriter(tmp_path / "t.parquet", table.schema, key=KEY, file_id="f") as writer:
        writer.write(table)
        (partial,) = tmp_path.iterdir()
        assert partial.stat().st_mode & 0o077 == 0
        assert b"telltale" not in partial.read_bytes()


def test_a_table_without_rows_can_be_stored(tmp_path, table):
    _write(tmp_path / "t.parquet", table.slice(0, 0))
    assert EncryptedTable(tmp_path / "t.parquet", key=KEY, file_id="file_1").read().num_rows == 0


def test_threads_may_read_at_once(path):
    stored = EncryptedTable(path, key=KEY, file_id="file_1")
    rows = []
    threads = [threading.Thread(target=lambda: rows.append(stored.read().num_rows)) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert rows == [ROWS] * 4


def test_a_blob_comes_back_and_holds_nothing_plain(tmp_path):
    write_blob(tmp_path / "b", b"telltale", key=KEY, file_id="index:1")
    assert read_blob(tmp_path / "b", key=KEY, file_id="index:1") == b"telltale"
    assert b"telltale" not in (tmp_path / "b").read_bytes()


def test_a_blob_opens_only_unchanged_and_under_its_own_name(tmp_path):
    write_blob(tmp_path / "b", b"telltale", key=KEY, file_id="index:1")
    for key, file_id in ((new_key(), "index:1"), (KEY, "index:2")):
        with pytest.raises(StoreError):
            read_blob(tmp_path / "b", key=key, file_id=file_id)
    (tmp_path / "b").write_bytes(b"short")
    with pytest.raises(StoreError):
        read_blob(tmp_path / "b", key=KEY, file_id="index:1")
    with pytest.raises(StoreError, match="backup"):
        read_blob(tmp_path / "gone", key=KEY, file_id="index:1")


def _fill(path, *names):
    with fresh_directory(path) as directory:
        for name in names:
            (directory / name).write_text("x")


def test_a_directory_appears_whole_or_not_at_all(tmp_path):
    with pytest.raises(FileNotFoundError):
        _fill(tmp_path / "d", "half", "no such folder/whole")
    assert list(tmp_path.iterdir()) == []
    with fresh_directory(tmp_path / "d") as directory:
        (directory / "whole").write_text("x")
        assert not (tmp_path / "d").exists()
    assert list(tmp_path.iterdir()) == [tmp_path / "d"]
    with pytest.raises(AlreadyExistsError):
        _fill(tmp_path / "d", "again")
