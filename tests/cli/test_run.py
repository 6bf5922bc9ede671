"""`strongroom run` as it is typed: what it prints, and how it ends."""

import pytest

from program import document, run
from strongroom.portal.data.views import add_project
from strongroom.sandbox.confinement import bubblewrap

pytestmark = pytest.mark.skipif(not bubblewrap(), reason="bubblewrap cannot be used on this machine")

SCRIPT = """
import strongroom_data
n, = strongroom_data.open().sql("SELECT count(*) FROM participants").fetchall()[0]
print("rows", n)
open("/outputs/table 1.csv", "w").write(f"people,n\\nall,{n // 10 * 10}\\n")
"""


@pytest.fixture
def home(cohort_home):
    columns = ["p31", "p21001_i0", "p50_i0"]
    add_project(
        cohort_home, slug="heart", institution="Northgate", cohort_name="synthetic", columns=columns, by="ada"
    )
    return cohort_home


@pytest.fixture
def script(tmp_path):
    path = tmp_path / "analysis.py"
    path.write_text(SCRIPT)
    return path


def test_on_dummy_data_everything_is_shown_and_the_next_command_named(home, script):
    code, out, err = run(home, "run", "heart", script, "--dummy")
    assert (code, err) == (0, "")
    assert "rows 1000" in out
    assert "On the view: strongroom run heart analysis.py --output 'table 1.csv'" in out


def test_on_the_view_a_result_is_released_and_what_it_printed_is_not_shown(home, script, tmp_path):
    to = tmp_path / "released"
    words = ("run", "heart", script, "--output", "table 1.csv", "--release-to", to)
    code, told = document(home, *words)
    assert code == {"release": 0, "review": 10, "block": 20}[told["verdict"]]
    assert told["verdict"] == "release", run(home, *words[:-2], "--detailed")
    assert "streams" not in told
    assert "outputs" not in told
    assert (to / "table 1.csv").read_text().startswith("people,n\nall,")
    code, out, _ = run(home, "run", "heart", "--list")
    assert "finished" in out
    code, listed = document(home, "run", "heart", "--list", "--detailed")
    assert listed["jobs"][0]["outputs"][0]["name"] == "outputs/table 1.csv"


def test_a_script_that_fails_ends_with_its_cause_alone(home, tmp_path):
    path = tmp_path / "fails.py"
    path.write_text("raise ValueError('Sarah')")
    code, out, err = run(home, "run", "heart", path, "--output", "x.csv")
    assert code == 1
    assert "ended with an error" in out
    assert "Sarah" not in out + err


def test_refused_outputs_are_a_failure_though_what_was_printed_may_leave(home, tmp_path):
    path = tmp_path / "links.py"
    path.write_text("import os; os.symlink('/etc/passwd', '/outputs/x.csv'); print('The model converged.')")
    code, told = document(home, "run", "heart", path, "--output", "x.csv")
    assert told["cause"] == "outputs-refused"
    assert told["verdict"] == "release"
    assert code == 1


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["heart"], "No script"),
        (["heart", "SCRIPT"], "No outputs"),
        (["heart", "SCRIPT", "--dummy", "--minutes", "0"], "above 0"),
        (["nobody", "SCRIPT", "--dummy"], "nobody"),
    ],
)
def test_a_wrong_call_is_explained(home, script, words, message):
    code, _, err = run(home, "run", *(script if word == "SCRIPT" else word for word in words))
    assert code in {1, 2}
    assert message in err
