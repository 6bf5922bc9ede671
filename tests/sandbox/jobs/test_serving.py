"""Programs that listen on a socket until they are ended."""

import socket

import pytest

from strongroom.errors import RefusedError
from strongroom.sandbox.confinement import bubblewrap
from strongroom.sandbox.jobs import Job, JobLimits, Supervisor, interactive, own_runtime, serving

pytestmark = pytest.mark.skipif(not bubblewrap(), reason="bubblewrap cannot be used on this machine")

SERVER = b"""
import os, socket
listening = socket.socket(socket.AF_UNIX); listening.bind("/run/session/s.sock"); listening.listen()
while True:
    caller, _ = listening.accept()
    try:
        caller.sendall(open("/data/x.txt").read().encode())
    except BrokenPipeError:  # whoever only looked whether it listens
        pass
    caller.close()
"""


def program(script):
    return Job(
        files={"main.py": script},
        command=("python", "/code/main.py"),
        runtime=own_runtime(),
        limits=JobLimits(seconds=60),
    )


def view(directory):
    (directory / "x.txt").write_text("view")


def answer(server):
    with socket.socket(socket.AF_UNIX) as caller:
        caller.settimeout(10)
        caller.connect(f"/proc/self/fd/{server.directory}/s.sock")
        return caller.recv(100)


def test_a_server_beside_a_view_is_reached_by_its_directory_and_ended_with_the_block():
    with Supervisor() as supervisor:
        with interactive(program(SERVER), view=view, supervisor=supervisor) as server:
            server.wait_for("s.sock")
            assert answer(server) == b"view"
            assert server.runs()
            assert "bubblewrap" in server.isolation
        with pytest.raises(OSError):
            answer(server)


def test_a_server_that_ends_is_noticed():
    with (
        Supervisor() as supervisor,
        interactive(program(b"pass"), view=view, supervisor=supervisor) as server,
    ):
        with pytest.raises(RefusedError, match="did not answer"):
            server.wait_for("s.sock")
        assert not server.runs()


def test_a_server_that_never_listens_is_not_waited_for(monkeypatch):
    monkeypatch.setattr(serving, "LIMITS", type(serving.LIMITS)(start_seconds=0.5))
    sleeping = program(b"import time; time.sleep(60)")
    with (
        Supervisor() as supervisor,
        interactive(sleeping, view=view, supervisor=supervisor) as server,
    ):
        with pytest.raises(RefusedError):
            server.wait_for("s.sock")
        assert server.runs()
