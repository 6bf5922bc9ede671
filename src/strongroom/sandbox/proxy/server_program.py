"""The server inside a session's sandbox: Jupyter's, on a unix socket, with kernels that use sockets of files.

Nothing that is set here is a control: the server belongs to the researcher, who can replace it.
"""

from strongroom.sandbox.jobs.job import Job, JobLimits, Runtime
from strongroom.sandbox.jobs.recipe import OUTPUTS, SOCKETS
from strongroom.thresholds import Thresholds, threshold


class _Limits(Thresholds):
    """The numbers this module decides by."""

    seconds: float = threshold(
        12 * 3600.0, "seconds", "judgement: a working day; an open session is an open door"
    )
    processes: int = threshold(
        512, "processes", "judgement: threads count too; a server and three kernels take about 300"
    )


LIMITS = _Limits()

SOCKET = "j.sock"
_CONFIG, _START = "jupyter_server_config.py", "start.py"
# Figures of a notebook are shown, where a script draws to files alone.
_PROGRAM = f"""
import os
os.environ["MPLBACKEND"] = "module://matplotlib_inline.backend_inline"
from jupyter_server.serverapp import main
main(["--config=/code/{_CONFIG}"])
"""
# The default address probes AF_INET, which does not exist inside; a fixed address of kernels makes two that
# start together hang.
_SETTINGS = f"""
c = get_config()
c.ServerApp.sock = "{SOCKETS}/{SOCKET}"
c.ServerApp.sock_mode = "0600"
c.ServerApp.ip = "localhost"
c.ServerApp.allow_remote_access = True
c.ServerApp.disable_check_xsrf = True
c.ServerApp.open_browser = False
c.ServerApp.root_dir = "{OUTPUTS}"
c.ServerApp.terminals_enabled = False
c.ServerApp.jpserver_extensions = {{}}
c.IdentityProvider.token = ""
c.KernelManager.transport = "ipc"
"""


def program(runtime: Runtime, *, limits: JobLimits | None = None) -> Job:
    """Return the server of a session as a program to run."""
    return Job(
        files={_CONFIG: _SETTINGS.encode(), _START: _PROGRAM.encode()},
        command=("python", f"/code/{_START}"),
        runtime=runtime,
        limits=limits or JobLimits(seconds=LIMITS.seconds, processes=LIMITS.processes),
    )
