"""Attacks on the egress index, which holds every value of every participant."""

import shutil
from collections import Counter

import numpy as np
import polars as pl
import pytest

from strongroom.errors import StoreError
from strongroom.matching import CohortColumns, Index
from strongroom.matching.storage.encrypted_arrays import EncryptedArrays
from strongroom.portal.data.cohorts import cohort_key, find_cohort, open_cohort, open_index
from strongroom.portal.data.withdrawals import withdraw_participants

FILE_ID = "index:synthetic:1"


def index_path(home):
    return home.vault / find_cohort("synthetic").directory / "index.bin"


def read_everything(path, key):
    """Open the index and decrypt every array of it."""
    file = EncryptedArrays.open(path, key=key, file_id=FILE_ID)
    return {name: file.array(name) for name in file.names}


def test_a_stolen_index_shows_no_value_no_name_and_no_repetition(cohort_home):
    """Not even equal values look alike: 16 bytes of the cipher never come twice."""
    content = index_path(cohort_home).read_bytes()
    index = open_index(cohort_home, find_cohort("synthetic"))
    names = index.stored.names
    assert {"genotypes:calls:0", "events:0:pairs"} <= set(names)
    for name in names:
        assert name.encode() not in content
        plain = index.stored.array(name).tobytes()
        assert len(plain) < 16 or plain[:64] not in content
    blocks = Counter(content[start : start + 16] for start in range(0, len(content), 16))
    assert max(blocks.values()) == 1


def test_an_index_opens_with_no_other_key_and_under_no_other_name(cohort_home):
    path, key = index_path(cohort_home), cohort_key(cohort_home, find_cohort("synthetic"))
    assert Index.open(path, key=key, file_id=FILE_ID).columns
    with pytest.raises(StoreError):
        Index.open(path, key=bytes(32), file_id=FILE_ID)
    with pytest.raises(StoreError):
        Index.open(path, key=key, file_id="index:other:1")


def test_a_changed_block_of_the_index_is_refused(cohort_home, tmp_path):
    """One bit anywhere, a block moved, or the end cut off: it does not open, or the array does not read."""
    whole, key = index_path(cohort_home).read_bytes(), cohort_key(cohort_home, find_cohort("synthetic"))
    path = tmp_path / "index.bin"
    places = np.random.default_rng(4).choice(len(whole), 40, replace=False).tolist()
    changed = [whole[:at] + bytes([whole[at] ^ 1]) + whole[at + 1 :] for at in (0, 9, 41, 49, *places)]
    moved = whole[:56] + whole[20_056:40_056] + whole[56:20_056] + whole[40_056:]
    for content in (*changed, moved, whole[:-1], whole[:50], b""):
        path.write_bytes(content)
        with pytest.raises(StoreError):
            read_everything(path, key)


def test_an_index_of_another_revision_is_not_taken_for_this_one(cohort_home, tmp_path):
    row = find_cohort("synthetic")
    path, key = index_path(cohort_home), cohort_key(cohort_home, row)
    assert Index.open(path, key=key, file_id=FILE_ID)
    with pytest.raises(StoreError):
        Index.open(path, key=key, file_id="index:synthetic:2")
    old = shutil.copy(path, tmp_path / "old.bin")
    ids = open_cohort(cohort_home, row).ids()[:1]
    (tmp_path / "withdrawn.csv").write_text(str(ids[0]), encoding="utf-8")
    withdraw_participants(cohort_home, cohort_name="synthetic", ids_file=tmp_path / "withdrawn.csv", by="ada")
    shutil.copy(old, index_path(cohort_home))
    with pytest.raises(StoreError):
        open_index(cohort_home, find_cohort("synthetic"))


def test_who_withdrew_leaves_no_trace_in_the_index(cohort_home, tmp_path):
    """Neither their row, nor a value that only they had, nor a count with them in it."""
    row = find_cohort("synthetic")
    before = open_index(cohort_home, row)
    columns = CohortColumns(open_cohort(cohort_home, row), before)
    name = max(before.columns, key=lambda each: before.columns[each].bits)
    held = columns.coded(name)
    alone = int(np.flatnonzero(held.counts == 1)[0])
    gone = held.holders([(alone, alone + 1)])[0]
    ids = open_cohort(cohort_home, row).ids()[gone]
    (tmp_path / "withdrawn.csv").write_text(str(ids[0]), encoding="utf-8")
    withdraw_participants(cohort_home, cohort_name="synthetic", ids_file=tmp_path / "withdrawn.csv", by="ada")
    row = find_cohort("synthetic")
    after = open_index(cohort_home, row)
    left = CohortColumns(open_cohort(cohort_home, row), after)
    everyone = np.arange(columns.people)
    assert left.people == columns.people - 1
    assert len(after.genotypes.ordinals) == len(before.genotypes.ordinals) - 1
    assert gone[0] not in after.genotypes.ordinals
    events = open_cohort(cohort_home, row).events["hesin_diag"].read(["diag_icd10", "epistart"])
    assert len(after.events[0].pairs) >= len(pl.from_arrow(events).drop_nulls().unique())
    assert len(after.events[0].pairs) <= len(before.events[0].pairs)
    assert gone[0] not in left.ordinals(np.arange(left.people))
    assert held.distinct[alone] not in left.coded(name).distinct
    for each in after.columns:
        old = columns.coded(each).codes[everyone != gone[0]]
        assert left.coded(each).counts.sum() == np.count_nonzero(old)
    assert len(list(cohort_home.vault.rglob("index.bin"))) == 1
