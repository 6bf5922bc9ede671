"""Several processes on one SQLite file, and one that is killed in the middle of its work."""

import subprocess
import sys
from pathlib import Path

from ledger.samples import KEYS, add, seal

WRITER = Path(__file__).with_name("writer.py")


def start(database: Path, *arguments: int) -> subprocess.Popen[str]:
    command = [sys.executable, str(WRITER), str(database), *map(str, arguments)]
    return subprocess.Popen(command, stdout=subprocess.PIPE, text=True)


def test_processes_lose_nothing_and_leave_no_gap(ledger, tmp_path):
    writers = [start(tmp_path / "ledger.sqlite3", first, 30) for first in (0, 1000, 2000)]
    indices = [int(line) for writer in writers for line in writer.communicate()[0].split()]
    assert [writer.returncode for writer in writers] == [0, 0, 0]
    assert sorted(indices) == list(range(90))
    found = [entry.facts["rows"] for _, entry in ledger.entries()]
    assert sorted(found) == [first + number for first in (0, 1000, 2000) for number in range(30)]
    # Each process's own entries stand in the order it wrote them.
    for first in (0, 1000, 2000):
        own = [rows for rows in found if first <= rows < first + 1000]
        assert own == sorted(own)
    seal(ledger)
    assert ledger.verify(KEYS, witnesses=0).entries == 90


def test_a_killed_writer_leaves_a_log_that_verifies_and_goes_on(ledger, tmp_path):
    """Killed without warning between or within commits, three times at different moments."""
    said = 0
    for moment in (5, 23, 48):
        writer = start(tmp_path / "ledger.sqlite3", 0, 0)
        for _ in range(moment):
            said = int(writer.stdout.readline())
        writer.kill()
        writer.communicate()
        # What it said was durable is there; at most what it wrote and could not say is there besides.
        assert ledger.size() > said
        seal(ledger)
        assert ledger.verify(KEYS, witnesses=0).entries == ledger.size()
    size = ledger.size()
    assert add(ledger, 0, 1) == [size]
