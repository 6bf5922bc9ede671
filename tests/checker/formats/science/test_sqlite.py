"""SQLite: every table, the schema's words, and what deleted rows leave."""

import sqlite3
import struct

import pytest
from tests.checker.formats.found import problems, read, tables, words

from strongroom.checker.confined.reader import read_file
from strongroom.checker.contents.found import FoundOpaque, Limits, ProblemKind
from strongroom.checker.formats.part import UnreadableError
from strongroom.checker.formats.registry import rebuild_bytes
from strongroom.checker.release import rebuild


def database(*statements):
    connection = sqlite3.connect(":memory:")
    connection.execute("PRAGMA secure_delete = OFF")
    connection.execute("CREATE TABLE t (id INTEGER PRIMARY KEY, x REAL, s TEXT, b BLOB)")
    rows = [(number, number / 2, f"person {number}") for number in range(1, 2_001)]
    connection.executemany("INSERT INTO t (id, x, s) VALUES (?, ?, ?)", rows)
    for statement in statements:
        connection.execute(statement)
        connection.commit()
    connection.commit()
    data = connection.serialize()
    connection.close()
    return data


def test_every_table_is_read_and_nothing_is_found_in_a_clean_file():
    found = read(database("CREATE TABLE other (n INTEGER)", "INSERT INTO other VALUES (7)"), "x.db")
    assert not problems(found)
    assert tables(found)["t"].num_rows == 2_000
    assert tables(found)["t"].slice(0, 1).to_pylist() == [{"id": 1, "x": 0.5, "s": "person 1", "b": None}]
    assert tables(found)["other"].to_pydict() == {"n": [7]}


def test_the_schemas_words_are_judged():
    found = read(database("CREATE VIEW v AS SELECT x FROM t /* eid 1000001 */"), "x.db")
    assert "eid 1000001" in words(found)


def test_what_leaves_is_a_new_database():
    data = database(
        "CREATE INDEX i ON t (s)",
        "DELETE FROM t WHERE id > 5",
        "CREATE TRIGGER g AFTER DELETE ON t BEGIN DELETE FROM t; END",
    )
    [copy] = rebuild_bytes(data, "x.db", limits=Limits()).files
    assert b"person 1999" in data
    assert b"person 1999" not in copy.data
    new = sqlite3.connect(":memory:")
    new.deserialize(copy.data)
    assert new.execute("SELECT count(*), max(s) FROM t").fetchone() == (5, "person 5")
    assert new.execute("SELECT type, name FROM sqlite_schema").fetchall() == [("table", "t")]
    new.close()
    assert problems(read(copy.data, "x.db")) == set()


def test_deleted_rows_are_told_and_their_words_judged():
    found = read(database("DELETE FROM t WHERE id > 5"), "x.db")
    assert ProblemKind.HIDDEN_CONTENT in problems(found)
    assert "person 1999" in words(found)
    assert ProblemKind.HIDDEN_CONTENT in problems(read(database("DELETE FROM t WHERE id % 3 = 1"), "x.db"))


def test_bytes_in_the_gaps_of_pages_are_told():
    data = bytearray(database())
    (page,) = struct.unpack_from(">H", data, 16)
    for start in range(page, len(data), page):
        cells, content = struct.unpack_from(">HH", data, start + 3)
        gap = slice(start + 8 + 2 * cells, start + content)
        if data[start] == 13:
            data[gap] = b"\x5a" * (gap.stop - gap.start)
    assert ProblemKind.HIDDEN_CONTENT in problems(read(bytes(data), "x.db"))


def test_a_database_left_in_wal_mode_is_read():
    data = bytearray(database())
    data[18:20] = b"\x02\x02"
    assert tables(read(bytes(data), "x.db"))["t"].num_rows == 2_000


def test_blobs_are_opened_and_never_leave():
    data = database("UPDATE t SET b = x'80ff00' || zeroblob(80) WHERE id = 1")
    data = database("UPDATE t SET b = randomblob(400) WHERE id < 3")
    found = read(data, "x.db")
    assert sum(isinstance(each, FoundOpaque) for each in found) == 2
    with pytest.raises(UnreadableError):
        rebuild_bytes(data, "x.db", limits=Limits())


def test_trailing_bytes_damage_and_size_are_told():
    data = database()
    assert ProblemKind.TRAILING_BYTES in problems(read(data + b"more", "x.db"))
    assert problems(read(data[:3_000], "x.db"))
    assert ProblemKind.UNREADABLE in problems(read(data[:4_096] + bytes(len(data) - 4_096), "x.db"))
    assert ProblemKind.TOO_LARGE in problems(read(data, "x.db", unpacked_bytes=1_000))
    assert ProblemKind.DISAGREEMENT in problems(read(data, "x.txt"))


def test_a_name_of_a_table_is_only_a_name():
    found = read(database('CREATE TABLE "x""; DROP TABLE t; --" (n)'), "x.db")
    assert tables(found)["t"].num_rows == 2_000
    assert not problems(found)


def test_a_large_database_needs_no_file_beside_it(tmp_path):
    """SQLite sorts and cleans up in temporary files, which the confined child cannot have."""
    path = tmp_path / "x.db"
    path.write_bytes(database(*["INSERT INTO t (x, s) SELECT x, s || x || id FROM t"] * 5))
    assert path.stat().st_size > 3_000_000
    content = read_file(path)
    assert not problems(content.artefacts)
    written, _ = rebuild(path, content, tmp_path / "y.db")
    assert written.stat().st_size > 3_000_000
