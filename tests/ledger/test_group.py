"""Group commit: an index is given only for a durable entry, and a failed commit fails its whole group."""

import threading
from contextlib import contextmanager

import pytest

from ledger.samples import KEYS, START, entry, seal
from strongroom.errors import LedgerError
from strongroom.ledger import Entry, GroupCommitter, Ledger, SqliteDatabase


class Commits:
    """Counts transactions, and fails those it is told to, after the append and before the commit."""

    def __init__(self, ledger: Ledger) -> None:
        self.ledger, self.sizes, self.fail = ledger, [], False
        self.open, self.entered = threading.Event(), threading.Event()
        self.open.set()

    @contextmanager
    def transaction(self):
        self.entered.set()
        self.open.wait()
        before = self.ledger.size()
        with self.ledger.db.transaction():
            yield
            if self.fail:
                raise OSError("disk full")
        self.sizes.append(self.ledger.size() - before)


@pytest.fixture
def commits(ledger):
    return Commits(ledger)


def test_entries_that_wait_share_commits_of_at_most_the_limit(ledger, commits):
    commits.open.clear()
    with GroupCommitter(ledger, transaction=commits.transaction, limit=10) as committer:
        futures = [committer.submit(entry(0))]
        commits.entered.wait()
        futures += [committer.submit(entry(number)) for number in range(1, 25)]
        assert not any(future.done() for future in futures)
        commits.open.set()
    assert [future.result() for future in futures] == list(range(25))
    assert max(commits.sizes) <= 10
    assert len(commits.sizes) <= 4


def test_an_index_is_given_only_for_a_durable_entry(ledger, commits, tmp_path):
    other = SqliteDatabase.open(tmp_path / "ledger.sqlite3")
    with GroupCommitter(ledger, transaction=commits.transaction) as committer:
        for number in range(5):
            index = committer.append(entry(number))
            # Seen through another connection: it was committed before the submitter heard of it.
            assert Ledger(other, origin=ledger.origin).entry(index) == entry(number)
    other.close()


def test_a_failed_commit_fails_every_submitter_of_its_group(ledger, commits):
    with GroupCommitter(ledger, transaction=commits.transaction, limit=8, wait=0.2) as committer:
        commits.fail = True
        futures = [committer.submit(entry(number)) for number in range(8)]
        for future in futures:
            with pytest.raises(OSError, match="disk full"):
                future.result()
        commits.fail = False
        assert committer.append(entry(9)) == 0
    assert ledger.size() == 1


def test_an_entry_that_cannot_be_written_spoils_no_group(ledger, commits):
    with GroupCommitter(ledger, transaction=commits.transaction) as committer:
        good = committer.submit(entry(0))
        with pytest.raises(LedgerError):
            committer.submit(Entry("a", "b", "c", {"ratio": 0.5}, START))
        assert good.result() == 0


def test_closing_writes_what_was_submitted_and_takes_no_more(ledger, commits):
    committer = GroupCommitter(ledger, transaction=commits.transaction, limit=4)
    futures = [committer.submit(entry(number)) for number in range(11)]
    committer.close()
    committer.close()
    assert sorted(future.result() for future in futures) == list(range(11))
    with pytest.raises(LedgerError, match="closed"):
        committer.submit(entry(0))


def test_a_submitted_entry_cannot_be_cancelled(ledger, commits):
    with GroupCommitter(ledger, transaction=commits.transaction) as committer:
        assert not committer.submit(entry(0)).cancel()
    assert ledger.size() == 1


def test_many_threads_lose_nothing_and_leave_no_gap(ledger):
    indices: list[int] = []

    def work(worker: int) -> None:
        indices.extend(committer.append(entry(worker * 100 + number)) for number in range(25))

    with GroupCommitter(ledger, transaction=ledger.db.transaction) as committer:
        threads = [threading.Thread(target=work, args=(worker,)) for worker in range(8)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert sorted(indices) == list(range(200))
    assert {found.facts["rows"] for _, found in ledger.entries()} == {
        w * 100 + n for w in range(8) for n in range(25)
    }
    seal(ledger)
    assert ledger.verify(KEYS, witnesses=0).entries == 200
