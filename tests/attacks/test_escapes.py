"""Attacks from within a job: T-SANDBOX-*. Probes run inside, as root and an ordinary user, and outside."""

import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

import strongroom
from strongroom.sandbox.confinement import bubblewrap
from strongroom.sandbox.jobs import caps, running
from strongroom.sandbox.probes import examine
from strongroom.sandbox.probes.attempts.catalogue import PROBES
from strongroom.sandbox.probes.attempts.probe import HELD, LEAK, LEAKS, LEAKS_AS_ROOT

pytestmark = pytest.mark.skipif(not bubblewrap(), reason="bubblewrap cannot be used on this machine")

NOBODY = 65534
PROGRAM = """
import json, sys
from strongroom.sandbox.probes.examine import inside, outside
from strongroom.sandbox.probes.attempts.catalogue import PROBES
names = sorted(PROBES)
found = inside(names).findings if sys.argv[1] == "inside" else outside(names)
print(json.dumps({each.name: [each.verdict, each.reason] for each in found}))
"""
# Only control groups limit processors: without one, this is a matter of fairness.
NEEDS_GROUPS = {"floods/processors"}


def family(name):
    return pytest.mark.parametrize("probe", [each for each in sorted(PROBES) if each.startswith(f"{name}/")])


@pytest.fixture(scope="module")
def inside():
    """What each probe found in a job of this user."""
    examined = examine.inside(sorted(PROBES))
    return {each.name: (each.verdict, each.reason) for each in examined.findings}


@pytest.fixture(scope="module")
def outside():
    """What each probe found without a job."""
    return {each.name: (each.verdict, each.reason) for each in examine.outside(sorted(PROBES))}


@pytest.fixture(scope="module")
def inside_as_nobody():
    """What each probe found in a job of an ordinary user, where the tests run as root."""
    if os.geteuid() != 0:
        pytest.skip("the tests run as an ordinary user already")
    done = as_nobody(interpreter_for_nobody(), "-c", PROGRAM, "inside")
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def interpreter_for_nobody():
    for program in (sys.executable, "/usr/bin/python3"):
        if (
            os.access(program, os.X_OK)
            and as_nobody(program, "-c", "import strongroom.sandbox.jobs").returncode == 0
        ):
            return program
    pytest.skip("an ordinary user cannot read any interpreter and this package")
    return None


def as_nobody(*command):
    source = str(Path(strongroom.__file__).parents[1])
    try:
        return subprocess.run(
            command,
            user=NOBODY,
            group=NOBODY,
            extra_groups=[],
            cwd="/",
            env={"PYTHONPATH": source, "PYTHONDONTWRITEBYTECODE": "1", "PATH": "/usr/bin", "TMPDIR": "/tmp"},
            capture_output=True,
            text=True,
            check=False,
        )
    except PermissionError:
        return subprocess.CompletedProcess(command, 1)


def assert_held(found, probe):
    verdict, reason = found[probe]
    if probe in NEEDS_GROUPS and (verdict != LEAK or caps.level() == caps.WATCHDOG):
        return
    assert verdict == HELD, f"{PROBES[probe].tries} {reason}"


@family("network")
def test_a_job_reaches_no_network(inside, probe):
    assert_held(inside, probe)


@family("files")
def test_a_job_sees_no_file_of_the_host(inside, probe):
    assert_held(inside, probe)


@family("processes")
def test_a_job_reaches_no_other_process_and_leaves_none(inside, probe):
    assert_held(inside, probe)


@family("namespaces")
def test_a_job_makes_no_namespace_and_no_mount(inside, probe):
    assert_held(inside, probe)


@family("kernel")
def test_a_job_makes_no_call_that_analyses_do_not_need(inside, probe):
    assert_held(inside, probe)


@family("descriptors")
def test_a_job_inherits_nothing(inside, probe):
    assert_held(inside, probe)


@family("floods")
def test_a_job_uses_up_no_more_than_its_limits(inside, probe):
    assert_held(inside, probe)


@family("outputs")
def test_a_jobs_outputs_deceive_no_collection(inside, probe):
    assert_held(inside, probe)


@pytest.mark.parametrize("probe", sorted(PROBES))
def test_a_job_of_an_ordinary_user_is_held_as_well(inside_as_nobody, probe):
    verdict, reason = inside_as_nobody[probe]
    if probe not in NEEDS_GROUPS:
        assert verdict == HELD, f"{PROBES[probe].tries} {reason}"


@pytest.mark.parametrize("probe", [each for each in sorted(PROBES) if each.startswith("floods/memory")])
def test_without_control_groups_a_job_uses_up_no_more_memory(inside_without_groups, probe):
    assert_held(inside_without_groups, probe)


@pytest.fixture(scope="module")
def inside_without_groups():
    """What floods of memory found where no control group can be made."""
    head, _, tail = running._START.rpartition("\n")
    without = "from strongroom.sandbox.jobs import caps; caps._version_1 = caps._version_2 = lambda *_: None"
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(running, "_START", f"{head}\n{without}\n{tail}")
        examined = examine.inside([each for each in sorted(PROBES) if each.startswith("floods/memory")])
    assert caps.WATCHDOG in examined.isolation
    return {each.name: (each.verdict, each.reason) for each in examined.findings}


@pytest.mark.parametrize("probe", sorted(PROBES))
def test_every_probe_shows_a_leak_without_a_job(outside, probe):
    """A probe that cannot fail proves nothing; where a machine may lack what it needs, it says what."""
    verdict, reason = outside[probe]
    control = PROBES[probe].control
    if control == LEAKS or (control == LEAKS_AS_ROOT and os.geteuid() == 0):
        assert verdict == LEAK, reason
    elif control != LEAKS_AS_ROOT:
        assert len(control.split()) > 2, "say why the control may hold"


def test_probes_leave_nothing_on_the_host(inside, outside):
    assert len(inside) == len(outside) == len(PROBES)
    assert not [*Path(tempfile.gettempdir()).glob("strongroom-????????????????-*")]
    assert not [*Path("/dev/shm").glob("strongroom-????????????????")]
