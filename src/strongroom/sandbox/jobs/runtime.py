"""The runtime that is always there: the environment strongroom itself is installed in."""

import sys
from pathlib import Path

from strongroom.sandbox.jobs.job import Runtime

# Bound as parts of the system already.
_SYSTEM = Path("/usr")
FONTS = "fonts"
"""The directory of an environment with matplotlib's list of fonts, if one was made with it."""


def own_runtime() -> Runtime:
    """Return this interpreter with the packages beside strongroom: NumPy, Polars, DuckDB and others."""
    return runtime_of("strongroom", Path(sys.prefix), Path(sys.base_prefix))


def runtime_of(name: str, environment: Path, base: Path) -> Runtime:
    """Return the runtime of a virtual environment and the interpreter that it was made with."""
    directories = dict.fromkeys(
        each for each in (base, environment) if each != _SYSTEM and _SYSTEM not in each.parents
    )
    return Runtime(name, environment / "bin" / "python3", tuple(directories), environment / FONTS)
