"""The ledger's own SQLite connection ends every transaction that fails, whoever rolled it back."""

import sqlite3

import pytest

from ledger.samples import KEYS, add, seal


def test_a_full_disk_leaves_no_entry_of_the_group_and_the_log_goes_on(ledger):
    """SQLite itself rolls back when the disk is full: a second rollback must not hide that error."""
    connection = ledger.db.connection
    add(ledger, 0, 2)
    [(used,)] = connection.execute("PRAGMA page_count").fetchall()
    connection.execute(f"PRAGMA max_page_count = {used + 2}")
    with pytest.raises(sqlite3.OperationalError, match="full"):
        add(ledger, 2, 2_000)
    assert not connection.in_transaction
    assert ledger.size() == 2
    connection.execute("PRAGMA max_page_count = 1000000")
    assert add(ledger, 2, 3) == [2]
    seal(ledger)
    assert ledger.verify(KEYS, witnesses=0).entries == 3
