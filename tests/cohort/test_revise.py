"""Withdrawal: people are gone from every table of the next revision, and nobody's ordinal moves."""

import numpy as np
import pytest

from strongroom.cohort import PARTICIPANT, Cohort, ingest_cohort, rewrite_without
from strongroom.cohort.dictionary import Dictionary, Field, Role, ValueType
from strongroom.errors import KeyUnavailableError, StoreError, UsageError

KEY = b"c" * 32


@pytest.fixture
def cohort(tmp_path):
    (tmp_path / "p.csv").write_text("eid,bmi\n" + "".join(f"{1000 + n},{n / 2}\n" for n in range(6)))
    (tmp_path / "e.csv").write_text("eid,icd\n1001,A\n1002,B\n1001,C\n1005,D\n")
    dictionary = Dictionary.of(
        [
            Field.named("bmi", ValueType.REAL, Role.MEASUREMENT),
            Field.named("icd", ValueType.CATEGORY, Role.SENSITIVE),
        ]
    )
    manifest, _ = ingest_cohort(
        "study",
        participants=tmp_path / "p.csv",
        dictionary=dictionary,
        id_column="eid",
        into=tmp_path / "r1",
        key=KEY,
        events={"diagnoses": tmp_path / "e.csv"},
    )
    return Cohort(tmp_path / "r1", manifest, KEY)


def without(cohort, *ordinals):
    into = cohort.directory.with_name(f"r{cohort.manifest.revision + 1}")
    return Cohort(into, rewrite_without(cohort, np.array(ordinals, dtype=np.uint32), into=into), KEY)


def test_people_are_gone_from_every_table(cohort):
    rest = without(cohort, 1, 3)
    assert rest.ids().tolist() == [1000, 1002, 1004, 1005]
    assert rest.ordinals().tolist() == [0, 2, 4, 5]
    assert rest.events["diagnoses"].read().to_pydict() == {PARTICIPANT: [2, 5], "icd": ["B", "D"]}


def test_the_revision_moves_on_and_ordinals_are_never_reused(cohort):
    rest = without(without(cohort, 5), 0)
    assert (rest.manifest.revision, rest.manifest.participants, rest.manifest.capacity) == (3, 4, 6)
    assert rest.ordinals().tolist() == [1, 2, 3, 4]


def test_every_file_gets_a_fresh_key(cohort):
    """The old wrapped keys open none of the new files: what was destroyed with them stays destroyed."""
    rest = without(cohort, 0)
    for old, new in zip(cohort.manifest.tables, rest.manifest.tables, strict=True):
        assert {old.file_id, old.wrapped_key, old.sha256}.isdisjoint(
            {new.file_id, new.wrapped_key, new.sha256}
        )
    with pytest.raises((StoreError, KeyUnavailableError)):
        Cohort(rest.directory, cohort.manifest, KEY).participants.read()


def test_someone_who_never_was_there_is_refused(cohort, tmp_path):
    with pytest.raises(UsageError, match="17"):
        without(cohort, 17)
    assert not (tmp_path / "r2").exists()


def test_everybody_may_withdraw(cohort):
    rest = without(cohort, *range(6))
    assert rest.manifest.participants == 0
    assert rest.participants.num_rows == 0
