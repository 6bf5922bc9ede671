"""What leaves a marked view is recognised as it was when views were not marked: T-MARK-*."""

import polars as pl
import pytest

from strongroom.checker import Verdict
from strongroom.portal.data.views import add_project, write_project_view
from strongroom.portal.data.visible_values import VISIBLE_VALUES
from strongroom.portal.data.withdrawals import withdraw_participants
from strongroom.portal.outputs.actions import airlock, check_outputs

FINE = [
    "p30690_i0", "p30780_i0", "p30760_i0", "p30870_i0", "p30740_i0", "p30750_i0", "p30700_i0", "p30710_i0",
    "p21002_i0", "p50_i0", "p21001_i0", "p48_i0", "p30000_i0", "p30020_i0", "p30080_i0",
]  # fmt: skip
COLUMNS = ["p31", "p21022", *FINE]


@pytest.fixture
def view(cohort_home, tmp_path):
    """The rows of a marked view, its ids left out and its columns named anew."""
    add_project(
        cohort_home,
        slug="heart",
        institution="Northgate",
        cohort_name="synthetic",
        columns=COLUMNS,
        risk="high",
        by="ada",
    )
    write_project_view(cohort_home, slug="heart", to=tmp_path / "view", by="ada")
    frame = pl.read_parquet(tmp_path / "view" / "participants.parquet").drop("eid")
    frame.columns = [f"v{place}" for place in range(frame.width)]
    return frame.sample(fraction=1, shuffle=True, seed=3)


def judged(home, frame, tmp_path):
    frame.write_csv(tmp_path / "out.csv")
    _, report = check_outputs(home, [tmp_path / "out.csv"], through=airlock(project="heart"), by="eve")
    found = {finding.detector for file in report.files for finding in file.findings}
    return report.verdict, found


def complete(view):
    return view.drop_nulls()


def test_rows_of_a_marked_view_are_recognised(cohort_home, view, tmp_path):
    verdict, found = judged(cohort_home, view.head(40), tmp_path)
    assert verdict is Verdict.BLOCK
    assert "row-match" in found


def test_one_marked_record_among_others_is_recognised(cohort_home, view, tmp_path):
    record = complete(view).select(pl.selectors.float()).head(1)
    upright = pl.DataFrame({"name": record.columns, "value": record.row(0)})
    verdict, found = judged(cohort_home, upright, tmp_path)
    assert verdict is Verdict.BLOCK
    assert "record" in found


def test_marked_rows_that_were_rounded_are_recognised(cohort_home, view, tmp_path):
    rounded = complete(view).head(60).with_columns(pl.selectors.float().round(1))
    verdict, found = judged(cohort_home, rounded, tmp_path)
    assert verdict is Verdict.BLOCK
    assert "row-match" in found


def test_a_single_marked_row_is_recognised_whichever_column_is_missing(cohort_home, view, tmp_path):
    verdict, _ = judged(cohort_home, complete(view).drop("v5", "v9").tail(1), tmp_path)
    assert verdict is Verdict.BLOCK


def test_a_stale_view_is_recognised_after_others_withdrew(cohort_home, view, tmp_path, synthetic_source):
    ids = pl.read_parquet(synthetic_source.participants, columns=["eid"]).head(3)["eid"]
    (tmp_path / "ids.txt").write_text("\n".join(map(str, ids)))
    withdraw_participants(cohort_home, cohort_name="synthetic", ids_file=tmp_path / "ids.txt", by="ada")
    assert not list(cohort_home.vault.rglob(VISIBLE_VALUES))
    verdict, found = judged(cohort_home, view.head(40), tmp_path)
    assert verdict is Verdict.BLOCK
    assert "row-match" in found
