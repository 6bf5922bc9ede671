"""What no single request gives away must not leave in several."""

import pyarrow.csv

from strongroom.checker import Verdict
from strongroom.checker.policy import LIMITS, Policy
from strongroom.portal.data.views import add_project
from strongroom.portal.outputs.actions import airlock, check_outputs


def ask(home, slug, path, to):
    return check_outputs(home, [path], through=airlock(project=slug), by="rita", release_to=to)[1]


def projects(home, *slugs):
    for slug in slugs:
        add_project(
            home,
            slug=slug,
            institution=slug,
            cohort_name="synthetic",
            columns=["p31", "p21001_i0", "p50_i0", "p21002_i0"],
            by="ada",
        )


def counts(path, cells):
    rows = "".join(
        f"{centre},{n}\n" for centre, n in zip(("Leeds", "Bristol", "Cardiff"), cells, strict=True)
    )
    path.write_text(f"centre,cases\n{rows}")
    return path


def test_two_projects_cannot_publish_one_person_between_them(cohort_home, tmp_path):
    projects(cohort_home, "heart", "lung")
    first = counts(tmp_path / "a.csv", (120, 340, 210))
    assert ask(cohort_home, "heart", first, tmp_path / "out-a").verdict is Verdict.RELEASE
    second = counts(tmp_path / "b.csv", (120, 339, 210))
    report = ask(cohort_home, "lung", second, tmp_path / "out-b")
    assert report.verdict is Verdict.REVIEW
    assert report.files[0].findings[0].detector == "differencing"
    assert not (tmp_path / "out-b").exists()
    # And it does not tell one project what another's files are called.
    assert "a.csv" not in report.files[0].findings[0].message


def test_trying_until_something_passes_ends_with_a_person(cohort_home, tmp_path, monkeypatch):
    projects(cohort_home, "heart")
    few = Policy(limits=type(LIMITS)(blocked_allowed=1))
    monkeypatch.setattr("strongroom.portal.outputs.actions.policy_of", lambda home: few)
    (tmp_path / "unknown.bin").write_bytes(bytes(range(256)))
    honest = counts(tmp_path / "honest.csv", (120, 340, 210))
    for _ in range(2):
        assert ask(cohort_home, "heart", tmp_path / "unknown.bin", None).verdict is Verdict.BLOCK
    report = ask(cohort_home, "heart", honest, tmp_path / "out")
    assert report.verdict is Verdict.REVIEW
    assert not (tmp_path / "out").exists()


def test_columns_taken_out_one_by_one_are_a_table_in_the_end(cohort_home, extracts, tmp_path):
    projects(cohort_home, "heart")
    table, _ = extracts.rows(extracts.telling, 300)
    verdicts = []
    for number, name in enumerate(table.column_names):
        path = tmp_path / f"{number}.csv"
        pyarrow.csv.write_csv(table.select([name]), path)
        verdicts.append(ask(cohort_home, "heart", path, None).verdict)
    assert Verdict.BLOCK in verdicts


def test_rows_taken_out_a_few_at_a_time_are_a_table_in_the_end(cohort_home, extracts, tmp_path):
    projects(cohort_home, "heart")
    table, _ = extracts.rows(extracts.telling[:4], 60)
    verdicts = []
    for start in range(0, 60, 3):
        path = tmp_path / f"{start}.csv"
        pyarrow.csv.write_csv(table.slice(start, 3), path)
        verdicts.append(ask(cohort_home, "heart", path, None).verdict)
    assert Verdict.BLOCK in verdicts


def test_a_project_that_takes_out_too_much_over_time_is_seen_by_a_person(cohort_home, tmp_path):
    projects(cohort_home, "heart")
    (cohort_home.path / "policy.yaml").write_text("project_mb: 0\n")
    report = ask(cohort_home, "heart", counts(tmp_path / "a.csv", (120, 340, 210)), tmp_path / "out")
    assert report.verdict is Verdict.REVIEW
    assert report.files[0].findings[0].detector == "information-budget"
