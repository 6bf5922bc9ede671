"""A check that fails in any part blocks what it could not judge, and never takes it for harmless."""

import pytest

from strongroom.checker import Verdict, check, check_request, retained_content, run_detectors
from strongroom.checker.finding import Finding
from strongroom.errors import UsageError

HARMLESS = "term,estimate,n\nage,0.51,1800\nsex,3.20,1800\n"


@pytest.fixture
def files(tmp_path):
    folder = tmp_path / "files"
    folder.mkdir()
    for name in ("one.csv", "other.csv"):
        (folder / name).write_text(HARMLESS)
    return sorted(folder.iterdir())


@pytest.fixture
def checked(extracts):
    def run(*paths, **options):
        return check(paths, cohort=extracts.cohort, index=extracts.index, **options)

    return run


def test_a_path_that_does_not_exist_is_refused(checked, files, tmp_path):
    """A mistyped name must not end as the release of the other files alone."""
    with pytest.raises(UsageError, match=r"missing\.csv does not exist"):
        checked(*files, tmp_path / "missing.csv", release_to=tmp_path / "out")
    assert not (tmp_path / "out").exists()


def test_a_detector_of_whole_requests_that_fails_blocks_every_file(checked, files, tmp_path, monkeypatch):
    """What only shows across files was looked for in none of them: no file may leave."""

    class Failing:
        name = "failing"

        def run_request(self, files, _):
            raise ValueError("4711")
            yield

    assert checked(*files).verdict is Verdict.RELEASE
    monkeypatch.setattr(check_request, "REQUEST_DETECTORS", (Failing(),))
    report = checked(*files, release_to=tmp_path / "out")
    for file in report.files:
        assert file.verdict is Verdict.BLOCK
        assert [finding.rule for finding in file.findings] == ["not-understood/not-judged"]
        assert "4711" not in file.findings[0].message + file.findings[0].detail
    assert report.kilobytes == 0
    assert not (tmp_path / "out").exists()


def test_what_only_shows_across_files_counts_for_the_file_it_names(checked, files, monkeypatch):
    """Each file of a folder has its own verdict, and the strictest is the request's."""

    class Naming:
        name = "naming"

        def run_request(self, files, _):
            yield files[1].name, Finding(self.name, Verdict.REVIEW, files[1].name, "Goes with the other.")

    monkeypatch.setattr(check_request, "REQUEST_DETECTORS", (Naming(),))
    report = checked(files[0].parent)
    assert [(file.path, file.verdict) for file in report.files] == [
        ("one.csv", Verdict.RELEASE),
        ("other.csv", Verdict.REVIEW),
    ]
    assert report.verdict is Verdict.REVIEW
    assert report.files[1].confidence < report.files[0].confidence


def fail(*_, **__):
    raise ValueError


@pytest.fixture
def noted(monkeypatch):
    """The files that the detectors of whole requests get."""
    files = []

    class Noting:
        name = "noting"

        def run_request(self, judged, _):
            files.extend(judged)
            return iter(())

    monkeypatch.setattr(check_request, "REQUEST_DETECTORS", (Noting(),))
    return files


def test_content_that_cannot_be_reduced_is_kept_whole(checked, files, noted, monkeypatch):
    """Saving memory must not decide a verdict: the detectors across files still get all of a file."""
    monkeypatch.setattr(check_request, "retained", fail)
    assert checked(*files).verdict is Verdict.RELEASE
    assert [each.artefacts[0].table.num_rows for each in noted] == [2, 2]
    # Nobody vouches for its size any more: the detectors measure what was kept, which is all of it.
    assert {each.measured for each in noted} == {None}


def test_a_file_is_measured_before_it_is_reduced_though_its_judge_could_not(
    checked, tmp_path, noted, monkeypatch
):
    """What a project takes out over time is added up: rows that are let go must still count."""
    path = tmp_path / "long.csv"
    path.write_text("step,value\n" + "".join(f"{row},{row * row % 7919}\n" for row in range(5_000)))
    checked(path)
    monkeypatch.setattr(retained_content, "LIMITS", type(retained_content.LIMITS)(largest_kept_whole=1))
    monkeypatch.setattr(run_detectors, "incompressible_bytes", fail)
    checked(path)
    whole, reduced = noted
    assert whole.artefacts[0].table.num_rows == 5_000 > reduced.artefacts[0].table.num_rows
    assert reduced.measured == whole.measured
    assert reduced.measured.total() > 0
