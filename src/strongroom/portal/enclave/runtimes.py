"""The home's runtimes: built by a custodian, with an entry, and used by jobs and sessions."""

from pathlib import Path

from strongroom.portal.acts.transactions import act
from strongroom.portal.home import Home
from strongroom.progress import Progress, silent
from strongroom.sandbox.jobs import Runtime, own_runtime
from strongroom.sandbox.runtimes.building import ANALYSIS, BuiltRuntime, build, built, identifier, listed


def folder(home: Home) -> Path:
    """Return where the home's runtimes are."""
    return home.path / "runtimes"


def build_runtime(home: Home, *, name: str, by: str, progress: Progress = silent) -> BuiltRuntime:
    """Build a runtime unless it is built; RefusedError where its packages cannot be downloaded."""
    before = {each.name for each in listed(folder(home))}
    made = build(folder(home), name, progress=progress)
    if made.name not in before:
        with act(home, by=by) as record:
            record("runtime.built", made.name, lock=made.lock_sha256, packages=len(made.packages))
    return made


def runtimes(home: Home) -> list[BuiltRuntime]:
    """Return the runtimes that are built."""
    return listed(folder(home))


def job_runtime(home: Home) -> Runtime:
    """Return what jobs use: the analysis runtime if it is built, and otherwise strongroom's environment."""
    found = {each.name: each for each in runtimes(home)}.get(identifier(ANALYSIS))
    return own_runtime() if found is None else found.runtime


def find_runtime(home: Home, name: str = ANALYSIS) -> BuiltRuntime:
    """Return a runtime; NotFoundError if it is not built."""
    return built(folder(home), name)
