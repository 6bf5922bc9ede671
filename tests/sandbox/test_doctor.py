"""The doctor: what it finds on this machine, and what it says of machines that lack something."""

import pytest

from strongroom.errors import RefusedError
from strongroom.sandbox import advice, doctor
from strongroom.sandbox.confinement import bubblewrap
from strongroom.sandbox.probes.attempts.catalogue import PROBES
from strongroom.sandbox.probes.attempts.probe import HELD, LEAK, UNKNOWN
from strongroom.sandbox.probes.examine import Examined, Finding

SOME = ("network/tcp-connection", "files/environments", doctor.FAIRNESS)


@pytest.fixture
def probes(monkeypatch):
    """Have the probes find what a test says: a verdict for each of SOME."""

    def found(*verdicts):
        pairs = zip(SOME, verdicts, strict=True)
        findings = tuple(Finding(PROBES[name], verdict, "so") for name, verdict in pairs)
        monkeypatch.setattr(doctor.examine, "inside", lambda _: Examined(findings, "bubblewrap"))

    found(HELD, HELD, HELD)
    return found


def state(found, name):
    [check] = [each for each in found.checks if each.name == name]
    return check.state, check.do


@pytest.mark.skipif(not bubblewrap(), reason="bubblewrap cannot be used on this machine")
def test_a_machine_with_bubblewrap_holds_the_quick_probes(tmp_path):
    found = doctor.diagnose(tmp_path / "none")
    assert not found.leaks
    assert len(found.findings) > 100
    assert {each.verdict for each in found.findings} == {HELD}
    assert found.fit, found.sentence


def test_a_leak_makes_a_machine_unfit(probes, tmp_path):
    probes(HELD, LEAK, HELD)
    found = doctor.diagnose(tmp_path)
    assert not found.fit
    assert "files/environments" in found.sentence
    assert state(found, "jobs")[0] == doctor.WARNING


def test_a_job_that_slows_others_down_is_no_leak(probes, tmp_path):
    probes(HELD, HELD, LEAK)
    assert not doctor.diagnose(tmp_path / "none").leaks


def test_jobs_that_run_no_probe_are_a_fault(probes, tmp_path):
    probes(UNKNOWN, UNKNOWN, UNKNOWN)
    assert state(doctor.diagnose(tmp_path), "jobs") == (doctor.FAULT, advice.RUNTIME)


def test_a_machine_that_cannot_isolate_is_unfit(monkeypatch, tmp_path):
    def refused(_):
        raise RefusedError("no", hint="Do that.")

    monkeypatch.setattr(doctor.examine, "inside", refused)
    monkeypatch.setattr(doctor, "bubblewrap", tuple)
    found = doctor.diagnose(tmp_path)
    assert not found.fit
    assert state(found, "jobs") == (doctor.FAULT, "Do that.")
    assert state(found, "namespaces")[0] == doctor.FAULT


def test_what_is_missing_comes_with_what_to_do(probes, monkeypatch, tmp_path):
    monkeypatch.setattr(doctor, "installed", str)
    monkeypatch.setattr(doctor.landlock, "version", int)
    monkeypatch.setattr(doctor.caps, "level", lambda: doctor.caps.WATCHDOG)
    monkeypatch.setattr(doctor.os, "geteuid", int)
    monkeypatch.setattr(doctor, "LIMITS", type(doctor.LIMITS)(free_disk=1 << 60, free_memory=1 << 60))
    found = doctor.diagnose(tmp_path / "none")
    assert not found.fit
    assert found.sentence == "This machine is not fit for real data: bubblewrap is not installed."
    assert state(found, "bubblewrap") == (doctor.FAULT, advice.INSTALL)
    for name, do in {
        "Landlock": advice.LANDLOCK,
        "limits": advice.DELEGATE,
        "user": advice.USER,
        "disk": advice.DISK,
        "memory": advice.MEMORY,
    }.items():
        assert state(found, name) == (doctor.WARNING, do)


def test_a_key_that_others_may_read_is_a_fault(probes, tmp_path):
    home = tmp_path / "home"
    (home / "keys").mkdir(parents=True)
    home.chmod(0o700)
    (home / "keys").chmod(0o700)
    key = home / "keys" / "master.key"
    key.write_bytes(b"key")
    key.chmod(0o640)
    assert state(doctor.diagnose(home), "keys") == (doctor.FAULT, advice.KEYS)
    key.chmod(0o600)
    assert state(doctor.diagnose(home), "keys") == (doctor.GOOD, "")


def test_advice_names_the_setting_that_forbids_namespaces(tmp_path):
    setting = tmp_path / "setting"
    setting.write_text("1\n", encoding="ascii")
    assert advice.namespaces(((str(setting), "1", "Change it."),)) == "Change it."
    assert "container" in advice.namespaces(((str(setting), "0", "Change it."),))
