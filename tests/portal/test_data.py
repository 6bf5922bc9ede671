"""Cohorts come in whole, views hold what was approved and no more, and who withdraws is gone from what
follows."""

import numpy as np
import pyarrow.parquet as pq
import pytest

from strongroom.cohort import CohortManifest
from strongroom.errors import (
    AlreadyExistsError,
    IngestError,
    InputError,
    KeyUnavailableError,
    NotFoundError,
    RefusedError,
    UsageError,
)
from strongroom.portal.acts.transactions import ledger
from strongroom.portal.data.cohorts import (
    CohortSource,
    add_cohort,
    describe_cohort,
    find_cohort,
    open_cohort,
    open_index,
)
from strongroom.portal.data.models import Cohort, DecoyPool, View
from strongroom.portal.data.vault import incoming, sweep
from strongroom.portal.data.views import (
    add_project,
    current_view,
    members_of,
    pseudonyms_of,
    write_project_view,
)
from strongroom.portal.data.withdrawals import withdraw_participants
from strongroom.portal.projects.actions import find_project, revoke_project
from strongroom.portal.projects.models import Project

COLUMNS = ("p31", "21022-0.0", "f.21001.0.0", "hesin_diag.*", "genotypes.*")


def approve(home, slug="heart", **changes):
    asked = {
        "institution": "Northgate",
        "cohort_name": "synthetic",
        "columns": COLUMNS,
        "by": "ada",
        **changes,
    }
    return add_project(home, slug=slug, **asked)


def export(home, tmp_path, slug="heart"):
    _, files = write_project_view(home, slug=slug, to=tmp_path / f"view-{slug}", by="ada")
    return {file.stem: pq.read_table(file) for file in files}


def kinds(home):
    return [entry.kind for _, entry in ledger(home).entries()]


def vault_files(home):
    return sorted(path.name for path in home.vault.rglob("*") if path.is_file() and path.stat().st_size)


class TestCohort:
    def test_an_added_cohort_is_described_without_a_value(self, cohort_home):
        described = describe_cohort(find_cohort("synthetic"))
        assert described["participants"] == 2_000
        assert {"participants", "hesin_diag", "genotypes"} <= {table["name"] for table in described["tables"]}
        assert kinds(cohort_home) == ["cohort.added", "relations.kept"]

    def test_the_same_name_twice_is_refused_before_any_work(self, cohort_home, synthetic_source):
        before = vault_files(cohort_home)
        with pytest.raises(AlreadyExistsError, match="'synthetic' already exists"):
            add_cohort(cohort_home, name="synthetic", source=synthetic_source, by="ada")
        assert vault_files(cohort_home) == before

    def test_a_bad_file_leaves_no_half_cohort(self, home, synthetic_source, tmp_path):
        broken = tmp_path / "broken.parquet"
        broken.write_bytes(synthetic_source.participants.read_bytes()[:5_000])
        source = CohortSource(broken, synthetic_source.dictionary, "eid", {})
        with pytest.raises(IngestError):
            add_cohort(home, name="half", source=source, by="ada")
        assert Cohort.objects.count() == 0
        assert vault_files(home) == []
        assert ledger(home).size() == 0

    def test_an_unknown_cohort_is_named_with_those_there_are(self, cohort_home):
        with pytest.raises(NotFoundError, match="Cohorts in this home: synthetic"):
            find_cohort("ghost")

    def test_what_a_killed_process_left_is_swept_and_what_is_under_way_is_not(self, home):
        with incoming(home) as working:
            dead = home.vault / "incoming" / "in_dead"
            dead.mkdir()
            (dead / ".lock").touch()
            (dead / "part.parquet").write_bytes(b"x")
            sweep(home)
            assert not dead.exists()
            assert working.exists()
        assert not working.exists()


class TestView:
    def test_a_view_has_the_approved_columns_and_the_projects_own_ids(self, cohort_home, tmp_path):
        view = approve(cohort_home)
        tables = export(cohort_home, tmp_path)
        assert tables["participants"].column_names == ["eid", "p31_i0", "p21022_i0", "p21001_i0"]
        assert view.participants == tables["participants"].num_rows == 2_000
        cohort = open_cohort(cohort_home, find_cohort("synthetic"))
        pseudonyms = pseudonyms_of(cohort_home, find_project("heart"), cohort)
        ordinals = pseudonyms.ordinals(tables["participants"]["eid"].to_numpy())
        stored = cohort.participants.read(["p21022_i0", "p21001_i0"])
        age, mass = (stored.column(name).to_numpy()[ordinals] for name in ("p21022_i0", "p21001_i0"))
        given = tables["participants"]
        assert np.array_equal(age, given["p21022_i0"].to_numpy())
        # Marked: near its own value, and for most people not that.
        moved = given["p21001_i0"].to_numpy() - mass
        assert np.nanmax(np.abs(moved)) < 0.1 * np.nanstd(mass)
        assert np.mean(moved[~np.isnan(mass)] != 0) > 0.5

    def test_two_projects_share_no_id_and_no_order(self, cohort_home, tmp_path):
        approve(cohort_home)
        approve(cohort_home, "lungs")
        one, two = (export(cohort_home, tmp_path, slug)["participants"] for slug in ("heart", "lungs"))
        assert len(set(one["eid"].to_pylist()) & set(two["eid"].to_pylist())) < 20
        assert one["p21001_i0"].to_pylist() != two["p21001_i0"].to_pylist()

    def test_events_and_genotypes_carry_the_same_pseudonyms(self, cohort_home, tmp_path):
        approve(cohort_home)
        tables = export(cohort_home, tmp_path)
        people = set(tables["participants"]["eid"].to_pylist())
        assert set(tables["hesin_diag"]["eid"].to_pylist()) <= people
        assert set(tables["genotypes"]["eid"].to_pylist()) == people
        assert "_participant" not in tables["hesin_diag"].column_names

    def test_a_row_filter_chooses_people_in_every_table(self, cohort_home, tmp_path):
        view = approve(cohort_home, where='"31-0.0" = 1 AND p21022 >= 60')
        tables = export(cohort_home, tmp_path)
        assert 0 < view.participants < 1_000
        assert set(tables["participants"]["p31_i0"].to_pylist()) == {1}
        assert min(tables["participants"]["p21022_i0"].to_pylist()) >= 60
        assert set(tables["hesin_diag"]["eid"].to_pylist()) <= set(tables["participants"]["eid"].to_pylist())
        assert members_of(cohort_home, view).sum() == view.participants

    @pytest.mark.parametrize(
        ("columns", "complaint"),
        [
            (["p31", "p999999_i0"], "no column p999999_i0"),
            (["eid"], "own id"),
            ([], "at least one column"),
            (["nosuch.*"], "no column nosuch"),
        ],
    )
    def test_columns_that_do_not_fit_are_refused(self, cohort_home, columns, complaint):
        with pytest.raises(UsageError, match=complaint):
            approve(cohort_home, columns=columns)
        assert Project.objects.count() == 0

    @pytest.mark.parametrize("where", ["p31 = 7", "p31 ="])
    def test_a_filter_that_selects_nobody_or_is_no_condition_leaves_no_project(self, cohort_home, where):
        before = vault_files(cohort_home)
        with pytest.raises((RefusedError, UsageError)):
            approve(cohort_home, where=where)
        assert (Project.objects.count(), View.objects.count()) == (0, 0)
        assert vault_files(cohort_home) == before

    def test_a_view_is_not_written_over_what_is_there(self, cohort_home, tmp_path):
        approve(cohort_home)
        (tmp_path / "busy").mkdir()
        (tmp_path / "busy" / "thesis.txt").write_text("mine")
        with pytest.raises(UsageError, match="not empty"):
            write_project_view(cohort_home, slug="heart", to=tmp_path / "busy", by="ada")
        assert (tmp_path / "busy" / "thesis.txt").read_text() == "mine"

    def test_exporting_is_recorded_before_a_byte_is_written(self, cohort_home, tmp_path):
        approve(cohort_home)
        export(cohort_home, tmp_path)
        assert kinds(cohort_home)[-2:] == ["view.issued", "view.exported"]

    def test_a_revoked_project_gets_no_view_and_its_files_do_not_open(self, cohort_home, tmp_path):
        view = approve(cohort_home)
        revoke_project(cohort_home, slug="heart", reason="leak", by="ada")
        with pytest.raises(RefusedError, match="was revoked"):
            write_project_view(cohort_home, slug="heart", to=tmp_path / "v", by="ada")
        from strongroom.portal.projects.actions import project_key
        from strongroom.portal.projects.models import KeyPurpose

        with pytest.raises(KeyUnavailableError):
            project_key(cohort_home, view.project, KeyPurpose.FILES)

    def test_a_view_stays_the_same_until_somebody_withdraws(self, cohort_home):
        first = approve(cohort_home)
        assert current_view(cohort_home, slug="heart", by="ada").pk == first.pk


class TestWithdrawal:
    @pytest.fixture
    def leavers(self, cohort_home, tmp_path):
        cohort = open_cohort(cohort_home, find_cohort("synthetic"))
        ids = cohort.ids()[[3, 500, 1999]]
        path = tmp_path / "withdrawn.csv"
        path.write_text("eid\n" + "\n".join(str(each) for each in ids) + "\n9999998\n")
        return ids, path

    def withdraw(self, home, leavers):
        return withdraw_participants(home, cohort_name="synthetic", ids_file=leavers[1], by="ada")

    def test_the_people_are_gone_from_every_table_and_the_index_follows(self, cohort_home, leavers):
        old = find_cohort("synthetic").directory
        withdrawal = self.withdraw(cohort_home, leavers)
        row = find_cohort("synthetic")
        cohort = open_cohort(cohort_home, row)
        assert (withdrawal.participants, withdrawal.unknown_ids) == (3, 2)
        assert row.revision == 2
        assert not set(leavers[0].tolist()) & set(cohort.ids().tolist())
        gone = {3, 500, 1999}
        for name in ("participants", "hesin_diag", "genotypes"):
            assert not gone & set(cohort.table(name).read(["_participant"]).column(0).to_pylist())
        assert CohortManifest.from_json(row.manifest).participants == 1_997
        open_index(cohort_home, row)
        assert not (cohort_home.vault / old).exists()

    def test_views_that_still_hold_them_are_listed_and_later_views_do_not(self, cohort_home, leavers):
        first = approve(cohort_home)
        kept = approve(cohort_home, "kept")
        withdrawal = self.withdraw(cohort_home, leavers)
        assert {view["project"] for view in withdrawal.views} == {first.project.slug, kept.project.slug}
        second = current_view(cohort_home, slug="heart", by="ada")
        assert (second.number, second.participants) == (2, 1_997)
        assert not members_of(cohort_home, second)[[3, 500, 1999]].any()

    def test_the_vaults_copies_of_views_that_hold_them_are_removed(self, cohort_home, leavers):
        holds = approve(cohort_home)
        someone = (
            open_cohort(cohort_home, find_cohort("synthetic")).participants.read(["p21022_i0"]).column(0)
        )
        ages = {someone[row].as_py() for row in (3, 500, 1999)}
        lacks = approve(cohort_home, "others", where=" AND ".join(f"p21022 <> {age}" for age in ages))
        self.withdraw(cohort_home, leavers)
        assert not (cohort_home.vault / holds.directory).exists()
        assert (cohort_home.vault / lacks.directory).exists()

    def test_others_keep_their_pseudonyms_across_a_withdrawal(self, cohort_home, leavers, tmp_path):
        approve(cohort_home)
        before = set(export(cohort_home, tmp_path)["participants"]["eid"].to_pylist())
        self.withdraw(cohort_home, leavers)
        _, files = write_project_view(cohort_home, slug="heart", to=tmp_path / "later", by="ada")
        after = set(pq.read_table(files[0])["eid"].to_pylist())
        assert after < before
        assert len(before - after) == 3

    def test_the_record_holds_commitments_and_no_id(self, cohort_home, leavers):
        withdrawal = self.withdraw(cohort_home, leavers)
        bodies = b"".join(entry.to_bytes() for _, entry in ledger(cohort_home).entries())
        assert not any(str(each).encode() in bodies for each in leavers[0])
        assert len(withdrawal.commitments) == 3

    def test_ids_of_nobody_change_nothing(self, cohort_home, tmp_path):
        path = tmp_path / "ids.txt"
        path.write_text("1\n2\n")
        with pytest.raises(NotFoundError, match="None of the 2 ids"):
            withdraw_participants(cohort_home, cohort_name="synthetic", ids_file=path, by="ada")
        assert find_cohort("synthetic").revision == 1

    def test_a_list_that_is_no_list_is_refused(self, cohort_home, tmp_path):
        (tmp_path / "ids.bin").write_bytes(b"\xff\xfe\x00")
        (tmp_path / "empty.txt").write_text("\n")
        for name in ("ids.bin", "empty.txt", "missing.txt"):
            with pytest.raises(InputError):
                withdraw_participants(
                    cohort_home, cohort_name="synthetic", ids_file=tmp_path / name, by="ada"
                )


def test_a_project_without_decoys_of_its_own_leaves_the_kept_ones_as_they_are(cohort_home, extracts):
    """Storing them again would make two approvals at the same moment wait for each other in vain."""
    (cohort_home.path / "fingerprint.yaml").write_text("decoys: {unique: 0, shared: 10, withheld: 0}\n")
    for slug in ("one", "two"):
        add_project(
            cohort_home,
            slug=slug,
            institution="University",
            cohort_name="synthetic",
            columns=extracts.telling,
            by="ada",
        )
    assert DecoyPool.objects.get().version == 1
