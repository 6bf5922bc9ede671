"""Building a runtime, completely or not at all, and listing those that are built.

A runtime is a virtual environment in `<folder>/<name>-<digest of its lock>`. `runtime.json` is written last,
and a directory without it is none. Its packages are those of a lock file that strongroom ships: the hash of
each download is compared before it is installed.
"""

import hashlib
import json
import os
import platform
import shutil
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

from strongroom.errors import NotFoundError, RefusedError
from strongroom.ids import new_id
from strongroom.progress import Progress, silent
from strongroom.sandbox.jobs.job import Runtime
from strongroom.sandbox.jobs.runtime import FONTS, runtime_of
from strongroom.thresholds import Thresholds, threshold


class _Limits(Thresholds):
    """The numbers this module decides by."""

    digest_chars: int = threshold(
        12, "hexadecimal digits", "judgement: 48 bits tell the few locks of one machine apart"
    )
    seconds: float = threshold(
        3600.0, "seconds", "judgement: 260 MB over a slow line take half an hour; later it hangs"
    )


LIMITS = _Limits()

LOCKS: Mapping[str, Path] = {"analysis": Path(__file__).with_name("analysis.lock")}
"""The runtimes that can be built, by name."""
ANALYSIS = "analysis"
_FACTS = "runtime.json"
_LIST_FONTS = "import os, sys; os.environ['MPLCONFIGDIR'] = sys.argv[1]; import matplotlib.font_manager"


@dataclass(frozen=True)
class BuiltRuntime:
    """A runtime on this machine: its name with its version, where it is, and its packages' versions.

    `base` is the installation of the interpreter that it was made with, which must be readable too.
    """

    name: str
    path: Path
    lock_sha256: str
    python: str
    base: Path
    packages: Mapping[str, str]

    @property
    def runtime(self) -> Runtime:
        """What a job needs of it: the environment and the interpreter that it was made with."""
        return runtime_of(self.name, self.path, self.base)

    @property
    def lab(self) -> Path:
        """The files of its JupyterLab."""
        return self.path / "share" / "jupyter" / "lab"


def identifier(name: str) -> str:
    """Return the name and version of a runtime as it would be built now; NotFoundError if there is none."""
    return f"{name}-{_digest(_lock(name))[: LIMITS.digest_chars]}"


def build(folder: Path, name: str = ANALYSIS, *, progress: Progress = silent) -> BuiltRuntime:
    """Build a runtime in `folder` unless it is there; RefusedError where packages cannot be downloaded."""
    wanted = folder / identifier(name)
    found = _read(wanted)
    if found is not None:
        return found
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    unfinished = folder / f".{new_id('runtime')}"
    try:
        commands = _commands(unfinished, _lock(name))
        with progress("Building the runtime", len(commands)) as advance:
            for command in commands:
                _run(command)
                advance(1)
        facts = {
            "lock_sha256": _digest(_lock(name)),
            "python": platform.python_version(),
            "base": sys.base_prefix,
            "packages": _installed(unfinished),
        }
        (unfinished / _FACTS).write_text(json.dumps(facts, indent=1, sort_keys=True), encoding="utf-8")
        unfinished.rename(wanted)
    finally:
        shutil.rmtree(unfinished, ignore_errors=True)
    return built(folder, wanted.name)


def built(folder: Path, name: str) -> BuiltRuntime:
    """Return a runtime by its name, or by its name and version; NotFoundError if it is not built."""
    wanted = identifier(name) if name in LOCKS else name
    found = next((each for each in listed(folder) if each.name == wanted), None)
    if found is None:
        raise NotFoundError(f"The runtime {name} is not built.", hint="Run 'strongroom runtime build'.")
    return found


def listed(folder: Path) -> list[BuiltRuntime]:
    """Return the runtimes that are built, by name."""
    if not folder.is_dir():
        return []
    paths = sorted(each for each in folder.iterdir() if not each.name.startswith("."))
    return [found for found in map(_read, paths) if found is not None]


def _read(path: Path) -> BuiltRuntime | None:
    try:
        facts = json.loads((path / _FACTS).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None
    base = Path(facts["base"])
    return BuiltRuntime(path.name, path, facts["lock_sha256"], facts["python"], base, facts["packages"])


def _lock(name: str) -> Path:
    if name not in LOCKS:
        raise NotFoundError(f"There is no runtime {name}.", hint=f"There are: {', '.join(LOCKS)}.")
    return LOCKS[name]


def _digest(lock: Path) -> str:
    """Return the hash of a lock and of the interpreter's version, of which compiled packages depend."""
    version = ".".join(map(str, sys.version_info[:2]))
    return hashlib.sha256(lock.read_bytes() + version.encode()).hexdigest()


def _commands(target: Path, lock: Path) -> list[list[str]]:
    """Return the commands that make an environment: with uv where it is installed, and else with pip.

    The last lists the machine's fonts, which every job that draws would look for otherwise.
    """
    uv = find_spec("uv") is not None
    make = [sys.executable, "-m", "venv", "--symlinks", *(["--without-pip"] if uv else []), str(target)]
    python = str(target / "bin" / "python")
    if uv:
        tool = [
            sys.executable,
            "-m",
            "uv",
            "pip",
            "install",
            "--python",
            python,
            "--link-mode",
            "copy",
            "--compile-bytecode",
        ]
    else:
        tool = [python, "-m", "pip", "install", "--disable-pip-version-check"]
    install = [*tool, "--quiet", "--require-hashes", "--requirement", str(lock)]
    return [make, install, [python, "-c", _LIST_FONTS, str(target / FONTS)]]


def _run(command: Sequence[str]) -> None:
    # A virtual environment that happens to be active is not the one to install to.
    environment = {name: value for name, value in os.environ.items() if name != "VIRTUAL_ENV"}
    try:
        done = subprocess.run(  # noqa: S603 - our own interpreter, no shell
            command,
            env=environment,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=LIMITS.seconds,
            check=False,
        )
    except subprocess.TimeoutExpired as error:
        raise _refused("it took too long") from error
    if done.returncode != 0:
        raise _refused(next(iter(reversed(done.stderr.strip().splitlines())), "no reason was given"))


def _refused(reason: str) -> RefusedError:
    return RefusedError(
        f"The runtime was not built, and nothing was left of it: {reason.strip()}.",
        hint="Its packages are downloaded: connect this machine to a package index or to a mirror of one, "
        "then run it again.",
    )


def _installed(path: Path) -> dict[str, str]:
    """Return the packages of an environment with their versions."""
    folders = path.glob("lib/python*/site-packages/*.dist-info")
    pairs = (each.name.removesuffix(".dist-info").rpartition("-") for each in folders)
    return {name.replace("_", "-").lower(): version for name, _, version in sorted(pairs)}
