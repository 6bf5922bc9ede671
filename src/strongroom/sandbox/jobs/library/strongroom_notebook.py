# ruff: noqa: INP001 - a module by itself, in the path of jobs
"""Run a notebook in a job and write it, with what its cells showed, to /outputs/notebook.ipynb."""

import shutil
import subprocess
import sys

# Where the kernel puts its sockets, and where the program that runs it looks for them.
PLACE = "/tmp"  # noqa: S108 - the job's own


def main(notebook: str) -> int:
    """Run it; return the exit code."""
    copy = shutil.copyfile(notebook, f"{PLACE}/notebook.ipynb")
    options = (
        "--execute",
        "--to",
        "notebook",
        "--KernelManager.transport=ipc",
        "--ExecutePreprocessor.timeout=-1",
    )
    command = [sys.executable, "-m", "nbconvert", *options, "--output-dir", "/outputs", copy]
    return subprocess.call(command, cwd=PLACE)  # noqa: S603 - fixed words


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
