"""Attacks on data at rest by whoever holds the vault's disk or the database: T-STORE-*."""

import re
import shutil
import sqlite3
from contextlib import closing

import pytest

from strongroom.cohort import StoredTable
from strongroom.cohort.keys import FileKeyProvider, unwrap
from strongroom.cohort.store import EncryptedTable
from strongroom.errors import KeyUnavailableError, RefusedError, StoreError
from strongroom.portal.data.cohorts import cohort_key, find_cohort, open_cohort
from strongroom.portal.data.views import add_project, pseudonyms_of, write_project_view
from strongroom.portal.data.withdrawals import withdraw_participants
from strongroom.portal.home import Home
from strongroom.portal.projects.actions import find_project, project_key, revoke_project
from strongroom.portal.projects.models import KeyPurpose

FILES = KeyPurpose.FILES


def approve(home, slug="heart"):
    return add_project(
        home,
        slug=slug,
        institution="Northgate",
        cohort_name="synthetic",
        columns=["p31", "p21001_i0"],
        by="ada",
    )


def table_of(view) -> StoredTable:
    return StoredTable.from_json(view.tables[0])


def test_one_projects_file_in_the_place_of_anothers_does_not_open(cohort_home):
    ours, theirs = approve(cohort_home, "ours"), approve(cohort_home, "theirs")
    mine, other = (cohort_home.vault / view.directory / table_of(view).file for view in (ours, theirs))
    shutil.copy(other, mine)
    key = project_key(cohort_home, ours.project, FILES)
    with pytest.raises((StoreError, KeyUnavailableError)):
        EncryptedTable.open(mine.parent, table_of(ours), key=key).read()


def test_a_files_row_moved_to_another_project_does_not_open(cohort_home):
    ours, theirs = approve(cohort_home, "ours"), approve(cohort_home, "theirs")
    key = project_key(cohort_home, ours.project, FILES)
    with pytest.raises(KeyUnavailableError):
        EncryptedTable.open(cohort_home.vault / theirs.directory, table_of(theirs), key=key)


def test_a_wrapped_key_moved_to_another_context_does_not_open(cohort_home):
    ours, theirs = approve(cohort_home, "ours").project, approve(cohort_home, "theirs").project
    stolen = bytes(theirs.keys.get(purpose=FILES).wrapped)
    for context in (f"project:{ours.slug}:files", f"project:{theirs.slug}:tracing", "signer:ledger"):
        with pytest.raises(KeyUnavailableError):
            cohort_home.keys.unwrap(stolen, context=context)


def test_a_destroyed_key_reads_nothing_any_more(cohort_home, tmp_path):
    view = approve(cohort_home)
    revoke_project(cohort_home, slug="heart", reason="found for sale", by="ada")
    with pytest.raises(KeyUnavailableError, match="was destroyed"):
        project_key(cohort_home, find_project("heart"), FILES)
    with pytest.raises(RefusedError):
        write_project_view(cohort_home, slug="heart", to=tmp_path / "view", by="ada")
    tracing = project_key(cohort_home, view.project, KeyPurpose.TRACING)
    with pytest.raises(KeyUnavailableError):
        EncryptedTable.open(cohort_home.vault / view.directory, table_of(view), key=tracing)


def test_a_destroyed_key_is_not_left_in_the_database_file_or_its_journal(cohort_home):
    wrapped = bytes(approve(cohort_home).project.keys.get(purpose=FILES).wrapped)
    files = [path for path in cohort_home.path.glob("strongroom.sqlite3*") if not path.name.endswith("-shm")]
    assert any(wrapped in path.read_bytes() for path in files), "the attack must be able to succeed"
    revoke_project(cohort_home, slug="heart", reason="found for sale", by="ada")
    left = [
        path.name for path in cohort_home.path.rglob("*") if path.is_file() and wrapped in path.read_bytes()
    ]
    assert left == []


def test_the_vault_holds_no_value_in_clear(cohort_home):
    cohort = open_cohort(cohort_home, find_cohort("synthetic"))
    approve(cohort_home)
    ids = [str(each).encode() for each in cohort.ids()[:200]]
    little_endian = cohort.ids()[:64].astype("<i4").tobytes()
    for path in cohort_home.vault.rglob("*"):
        if path.is_file():
            content = path.read_bytes()
            assert not any(each in content for each in ids)
            assert little_endian not in content
            assert b"p21001" not in content


def test_a_changed_bit_anywhere_in_a_file_is_noticed(cohort_home):
    view = approve(cohort_home)
    path = cohort_home.vault / view.directory / table_of(view).file
    whole, key = path.read_bytes(), project_key(cohort_home, view.project, FILES)
    # The first four bytes only say that this is an encrypted Parquet file.
    for place in range(4, len(whole), max(1, len(whole) // 40)):
        path.write_bytes(whole[:place] + bytes([whole[place] ^ 1]) + whole[place + 1 :])
        with pytest.raises((StoreError, KeyUnavailableError)):
            EncryptedTable.open(path.parent, table_of(view), key=key).read()


def test_a_master_key_that_others_may_read_is_not_used(cohort_home):
    (cohort_home.path / "keys" / "master.key").chmod(0o644)
    with pytest.raises(KeyUnavailableError, match="can be read by others"):
        cohort_key(cohort_home, find_cohort("synthetic"))


def test_a_stolen_vault_and_database_open_nothing_without_the_master_key(cohort_home, tmp_path):
    row = find_cohort("synthetic")
    thief = Home(path=cohort_home.path, keys=FileKeyProvider.create(tmp_path / "guess.key"))
    with pytest.raises(KeyUnavailableError):
        cohort_key(thief, row)
    with pytest.raises(KeyUnavailableError):
        unwrap(bytes(32), bytes(row.wrapped_key), context="cohort:synthetic")


def test_who_withdrew_is_in_no_file_of_the_vault_that_opens(cohort_home, tmp_path):
    cohort = open_cohort(cohort_home, find_cohort("synthetic"))
    before = {path for path in cohort_home.vault.rglob("*.parquet") if "cohorts" in path.parts}
    leaving, everyone = cohort.ids()[:3], set(cohort.ordinals().tolist())
    (tmp_path / "withdrawn.csv").write_text("\n".join(map(str, leaving)), encoding="utf-8")
    withdraw_participants(cohort_home, cohort_name="synthetic", ids_file=tmp_path / "withdrawn.csv", by="ada")
    after = open_cohort(cohort_home, find_cohort("synthetic"))
    assert not before & set(cohort_home.vault.rglob("*.parquet"))
    assert not set(leaving.tolist()) & set(after.ids().tolist())
    gone = everyone - set(after.ordinals().tolist())
    for table in after.manifest.tables:
        held = after.table(table.name).read(["_participant"]).column(0).to_pylist()
        assert not gone & set(held)
    assert len(gone) == len(leaving)


def test_the_database_alone_does_not_say_who_is_in_a_view(cohort_home):
    view = approve(cohort_home)
    cohort = open_cohort(cohort_home, view.cohort)
    issued = pseudonyms_of(cohort_home, view.project, cohort).of(cohort.ordinals())
    with closing(sqlite3.connect(cohort_home.path / "strongroom.sqlite3")) as stolen:
        dump = "\n".join(stolen.iterdump())
    # Whole numbers only: a digest of many digits holds any seven of them now and then.
    numbers = set(map(int, re.findall(r"(?<![\w+/=])[0-9]{7}(?![\w+/=])", dump)))
    assert not numbers & {*cohort.ids().tolist(), *issued.tolist()}
