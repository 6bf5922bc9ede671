"""`strongroom doctor` on the command line."""

from types import SimpleNamespace

import pytest

from program import document, run
from strongroom.sandbox.confinement import bubblewrap


@pytest.mark.skipif(not bubblewrap(), reason="bubblewrap cannot be used on this machine")
def test_the_doctor_says_whether_the_machine_is_fit(tmp_path):
    home = SimpleNamespace(path=tmp_path / "none")
    code, found = document(home, "doctor")
    assert (code, found["fit"], found["full"]) == (0, True, False)
    assert {each["verdict"] for each in found["probes"]} == {"held"}
    assert not home.path.exists()
    _, out, _ = run(home, "doctor", "--probes")
    assert "network/tcp-connection" in out
    assert "This machine is fit for real data." in out


def test_an_open_key_makes_the_machine_unfit(tmp_path):
    tmp_path.chmod(0o755)
    code, out, _ = run(SimpleNamespace(path=tmp_path), "doctor")
    assert code == 1
    assert "not fit for real data" in out
    assert "chmod -R go-rwx" in out
