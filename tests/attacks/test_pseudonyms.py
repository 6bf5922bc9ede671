"""Attempts to join projects, or to learn about people while choosing them: T-PSEUDO-*."""

from pathlib import Path

import numpy as np
import pyarrow.parquet as pq
import pytest

from strongroom.cohort.pseudonyms import Pseudonyms
from strongroom.cohort.selection import select_participants
from strongroom.errors import UsageError
from strongroom.portal.data.cohorts import find_cohort, open_cohort
from strongroom.portal.data.views import add_project, pseudonyms_of, write_project_view
from strongroom.portal.projects.actions import find_project


@pytest.fixture
def cohort(cohort_home):
    return open_cohort(cohort_home, find_cohort("synthetic"))


def view_of(home, slug, tmp_path):
    add_project(
        home, slug=slug, institution="Northgate", cohort_name="synthetic", columns=["p31", "p21022"], by="ada"
    )
    _, files = write_project_view(home, slug=slug, to=tmp_path / slug, by="ada")
    return pq.read_table(files[0])


def test_two_projects_share_no_more_numbers_than_chance_gives(cohort_home, cohort, tmp_path):
    one, two = (set(view_of(cohort_home, slug, tmp_path)["eid"].to_pylist()) for slug in ("one", "two"))
    size = cohort.manifest.id_high - cohort.manifest.id_low + 1
    by_chance = len(one) * len(two) / size
    assert len(one & two) <= by_chance + 6 * np.sqrt(by_chance) + 1


def test_two_projects_cannot_be_joined_by_the_order_of_rows(cohort_home, cohort, tmp_path):
    orders = []
    for slug in ("one", "two"):
        ids = view_of(cohort_home, slug, tmp_path)["eid"].to_numpy()
        orders.append(pseudonyms_of(cohort_home, find_project(slug), cohort).ordinals(ids))
    place = np.argsort(orders[1])[orders[0]]
    for one, two in ((np.arange(len(place)), place), (np.arange(len(place)), orders[0])):
        assert abs(np.corrcoef(one, two)[0, 1]) < 6 / np.sqrt(len(place))


def test_pseudonyms_under_a_key_one_bit_off_are_unrelated():
    key = bytes(32)
    near = bytes([1]) + bytes(31)
    people = np.arange(5_000, dtype=np.uint32)
    one, two = (
        Pseudonyms(each, low=1_000_000, high=1_099_999, capacity=5_000).of(people) for each in (key, near)
    )
    assert abs(np.corrcoef(one, two)[0, 1]) < 0.08
    assert np.count_nonzero(one == two) < 10


@pytest.mark.parametrize(
    "where",
    [
        "p31 = 1 AND EXISTS (SELECT * FROM read_csv('/etc/passwd'))",
        "p31 IN (SELECT 1 FROM '/etc/passwd')",
        "p31 = 1 AND (SELECT count(*) FROM read_text('/etc/hostname')) > 0",
        "p31 = 1 AND getenv('HOME') = 'x' AND 1 = (SELECT 1 FROM read_blob('/etc/passwd'))",
    ],
)
def test_a_row_filter_reads_no_file(cohort, where):
    with pytest.raises(UsageError, match="cannot be evaluated"):
        select_participants(cohort, where)


@pytest.mark.parametrize(
    "where",
    [
        "p31 = 1); COPY participants TO '/tmp/strongroom-attack.csv'; SELECT (1",
        "p31 = 1); ATTACH '/tmp/strongroom-attack.db'; SELECT (1",
        "p31 = 1); SET enable_external_access = true; SELECT (1",
        "p31 = 1); INSTALL httpfs; SELECT (1",
    ],
)
def test_a_row_filter_is_one_condition_that_changes_nothing(cohort, where):
    with pytest.raises(UsageError, match="cannot be evaluated"):
        select_participants(cohort, where)
    assert list(Path("/tmp").glob("strongroom-attack*")) == []


def test_the_error_of_a_row_filter_repeats_no_value(cohort):
    with pytest.raises(UsageError) as caught:
        select_participants(cohort, "CAST(concat('x', p21001_i0) AS INTEGER) > 0")
    said = repr(caught.value) + str(caught.value.__cause__) + str(caught.value.__suppress_context__)
    values = cohort.participants.read(["p21001_i0"]).column(0).drop_null().to_pylist()
    assert not any(f"x{value}" in said for value in values)
    assert caught.value.__cause__ is None
    assert caught.value.__suppress_context__


def test_a_row_filter_cannot_single_people_out_by_the_cohorts_own_id(cohort):
    someone = cohort.ids()[0]
    for where in (f"eid = {someone}", f"p31 >= 0 AND eid = {someone}", "p31 >= 0 AND _participant = 0"):
        with pytest.raises(UsageError):
            select_participants(cohort, where)


def test_a_project_is_not_given_the_cohorts_own_ids(cohort_home):
    for column in ("eid", "EID", "participants.eid", "participants._participant", "_participant"):
        with pytest.raises(UsageError):
            add_project(
                cohort_home,
                slug="curious",
                institution="Northgate",
                cohort_name="synthetic",
                columns=["p31", column],
                by="ada",
            )
