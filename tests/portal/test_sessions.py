"""Sessions: entries for each cell before it runs, for what was withheld, holds and ends."""

import hashlib
from contextlib import contextmanager
from pathlib import Path

import pytest

from strongroom.errors import NotFoundError, RefusedError, UsageError
from strongroom.portal.acts.transactions import ledger
from strongroom.portal.data.views import add_project
from strongroom.portal.enclave import sessions
from strongroom.portal.enclave.interrupted_sessions import locked, settle_sessions
from strongroom.portal.enclave.models import Session
from strongroom.portal.enclave.runtimes import build_runtime, find_runtime, folder, job_runtime, runtimes
from strongroom.portal.enclave.sessions import code_of, end_session, open_session, sessions_of
from strongroom.portal.outputs.session_judge import session_judge
from strongroom.portal.oversight.state_audit import verify_state
from strongroom.portal.projects.actions import revoke_project
from strongroom.sandbox.confinement import bubblewrap
from strongroom.sandbox.proxy.bundles import Part
from strongroom.sandbox.runtimes import building
from strongroom.sandbox.runtimes.building import BuiltRuntime

pytestmark = pytest.mark.skipif(not bubblewrap(), reason="bubblewrap cannot be used on this machine")

RUNTIME = BuiltRuntime("analysis-0", Path("/none"), "00" * 32, "3.11", Path("/usr"), {})


class Server:
    directory, isolation = -1, "tests"

    def __init__(self):
        self.running = True

    def runs(self):
        return self.running

    def wait_for(self, name):
        assert name


class Desk:
    """Says to the session what a proxy would say, step by step."""

    steps, address = [], "http://127.0.0.1:1/open?key=x"

    def __init__(self, **_):
        self.answers = []

    def serve(self, judge, record, *, goes_on):
        for step in self.steps:
            try:
                step(record)
            except (RefusedError, UsageError) as error:
                self.answers.append(type(error))
            if not goes_on():
                return "ended"
        return "idle"

    def __enter__(self):
        return self

    def __exit__(self, *_):
        pass


@pytest.fixture
def home(cohort_home, monkeypatch):
    columns = ["p31", "p21001_i0", "p50_i0", "p21002_i0"]
    add_project(
        cohort_home, slug="heart", institution="Northgate", cohort_name="synthetic", columns=columns, by="ada"
    )

    @contextmanager
    def started(*_, **__):
        yield Server()

    monkeypatch.setattr(sessions, "interactive", started)
    monkeypatch.setattr(sessions, "Desk", Desk)
    monkeypatch.setattr(sessions, "LIMITS", type(sessions.LIMITS)(look_seconds=0.0))
    return cohort_home


def entries(home, *kinds):
    return [entry for _, entry in ledger(home).entries() if entry.kind in kinds]


def serve(home, monkeypatch, *steps, by="researcher"):
    monkeypatch.setattr(Desk, "steps", list(steps))
    with open_session(home, slug="heart", runtime=RUNTIME, by=by) as running:
        return running.serve(lambda _: None)


def cell(code):
    return lambda record: record("code", {"code": code})


def hold(record):
    record("totals", {"bytes": 12, "rows": 3})
    record("hold", {"reason": "session budget: bytes"})


def test_a_session_is_entered_from_start_to_end(home, monkeypatch):
    def withheld(record):
        for _ in range(50):
            record("withheld", {"where": "kernel", "reason": "row-level output", "size": 9})

    ended = serve(home, monkeypatch, cell("1 + 1"), withheld, cell("2 + 2"))
    kinds = ("session.started", "session.executed", "session.withheld", "session.ended")
    found = entries(home, *kinds)
    assert [each.kind for each in found] == [kinds[0], kinds[1], kinds[1], kinds[2], kinds[3]]
    assert found[1].facts["code"] == hashlib.sha256(b"1 + 1").hexdigest()
    assert found[3].facts["outputs"] == {"kernel: row-level output": 50}
    assert "1 + 1" not in str([each.facts for each in found])
    assert (ended.state, ended.reason, ended.cells, ended.withheld) == (Session.State.ENDED, "idle", 2, 50)
    assert [each.code for each in code_of("heart", ended.pk)] == ["1 + 1", "2 + 2"]
    assert sessions_of("heart") == [ended]
    verify_state(home)


def test_code_that_is_too_long_or_of_a_revoked_project_does_not_run(home, monkeypatch):
    answers = []

    def tried(record):
        for code in ("x" * 200_000, "1"):
            try:
                record("code", {"code": code})
            except (RefusedError, UsageError) as error:
                answers.append(type(error))
            revoke_project(home, slug="heart", by="ada", reason="the end") if code != "1" else None

    ended = serve(home, monkeypatch, tried, cell("never"))
    assert answers == [UsageError, RefusedError]
    assert (ended.state, ended.reason, ended.cells) == (Session.State.ENDED, "ended", 0)
    with pytest.raises(RefusedError):
        serve(home, monkeypatch)


def test_a_hold_keeps_the_project_out_until_another_person_lifts_it(home, monkeypatch):
    held = serve(home, monkeypatch, cell("print(1)"), hold)
    assert (held.state, held.bytes, held.rows) == (Session.State.HELD, 12, 3)
    with pytest.raises(RefusedError, match="is on hold: session budget: bytes"):
        serve(home, monkeypatch)
    with pytest.raises(RefusedError, match="cannot lift its hold"):
        end_session(home, slug="heart", number=held.pk, by="researcher")
    end_session(home, slug="heart", number=held.pk, by="ada")
    assert [each.actor for each in entries(home, "session.hold-lifted")] == ["ada"]
    assert serve(home, monkeypatch).state == Session.State.ENDED


def test_another_person_ends_a_session_that_runs(home, monkeypatch):
    def end(_):
        end_session(home, slug="heart", number=sessions_of("heart")[-1].pk, by="ada")

    ended = serve(home, monkeypatch, end, cell("never"))
    assert (ended.state, ended.ended_by, ended.cells) == (Session.State.ENDED, "ada", 0)
    with pytest.raises(NotFoundError):
        end_session(home, slug="heart", number=99, by="ada")
    assert end_session(home, slug="heart", number=ended.pk, by="ada").state == Session.State.ENDED


def test_a_session_that_fails_or_is_stopped_has_an_end(home, monkeypatch):
    def interrupt(_):
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        serve(home, monkeypatch, interrupt)
    [found] = sessions_of("heart")
    assert (found.state, found.reason) == (Session.State.ENDED, "stopped")
    assert list((home.path / "sessions").iterdir()) == []


def test_a_killed_session_is_recorded_and_a_running_one_is_left(home, monkeypatch):
    def look(_):
        settle_sessions(home)
        assert sessions_of("heart")[0].state == Session.State.RUNNING

    ended = serve(home, monkeypatch, look)
    Session.objects.filter(pk=ended.pk).update(state=Session.State.RUNNING)
    with locked(home, ended.pk):
        settle_sessions(home)
        assert sessions_of("heart")[0].state == Session.State.RUNNING
    settle_sessions(home)
    assert sessions_of("heart")[0].state == Session.State.INTERRUPTED
    assert len(entries(home, "session.interrupted")) == 1


def test_the_checker_judges_what_is_shown(home, monkeypatch):
    from strongroom.portal.enclave.view_files import view_files
    from strongroom.portal.projects.actions import find_project

    (home.path / "view").mkdir()
    view_files(home, find_project("heart").views.get())(home.path / "view")
    import polars as pl

    table = pl.read_parquet(home.path / "view" / "participants.parquet").head(60)
    judge = session_judge(home, "heart")
    text = "\n".join(" ".join(map(str, row)) for row in table.rows())
    assert judge([Part("text/plain", text)]) is not None
    html = "".join(f"<tr>{''.join(f'<td>{each}</td>' for each in row)}</tr>" for row in table.rows())
    assert judge([Part("text/html", f"<table>{html}</table>")]) is not None
    summary = (
        "          bmi     height\ncount  1200.0   1200.0\nmean     27.4    168.9\nstd       4.7      9.2\n"
    )
    assert judge([Part("text/plain", summary)]) is None
    assert judge([Part("image/png", "bm90IGEgcGljdHVyZQ==")]) is not None


def test_figures_of_statistics_are_shown_and_points_of_participants_are_not(home):
    import base64
    import io

    import matplotlib as mpl
    import numpy as np

    mpl.use("Agg")
    import matplotlib.pyplot as plt

    def drawn(kind, *values, **options):
        figure, axes = plt.subplots()
        getattr(axes, kind)(*values, **options)
        file = io.BytesIO()
        figure.savefig(file)
        plt.close(figure)
        return [Part("image/png", base64.b64encode(file.getvalue()).decode())]

    judge, draw = session_judge(home, "heart"), np.random.default_rng(5)
    bmi, height = draw.normal(27, 4, 300), draw.normal(169, 9, 300)
    assert judge(drawn("hist", bmi, bins=20)) is None
    assert judge(drawn("step", np.sort(bmi), np.linspace(1, 0, 300))) is None
    assert "picture/points" in judge(drawn("scatter", bmi, height, s=5))


def test_a_runtime_is_entered_when_it_is_built(home, monkeypatch):
    assert job_runtime(home).name == "strongroom"
    with pytest.raises(NotFoundError):
        find_runtime(home)
    monkeypatch.setattr(building, "_commands", lambda target, _: [["mkdir", str(target)]])
    made = build_runtime(home, name="analysis", by="ada")
    assert build_runtime(home, name="analysis", by="ada") == made
    assert runtimes(home) == [made]
    assert made.path.parent == folder(home)
    assert find_runtime(home) == made
    assert job_runtime(home).name == made.name
    assert [each.subject for each in entries(home, "runtime.built")] == [made.name]
