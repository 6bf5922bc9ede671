"""What is loaded when: the names of a package on their first use, and pandas not at all.

Most commands need a small part of the house, and loading all of it takes longer than they run.
"""

import sys
from collections.abc import Callable, Mapping
from importlib import import_module
from pathlib import Path
from typing import Any

PACKAGE = Path(__file__).parent
"""The directory of this package: what a confined process must be able to read."""


def on_first_use(package: str, places: Mapping[str, str]) -> Callable[[str], Any]:
    """Return a package's `__getattr__`; `places` says in which of its modules each of its names is made."""

    def found(name: str) -> Any:
        if name not in places:
            raise AttributeError(f"module {package!r} has no attribute {name!r}")
        return getattr(import_module(f"{package}.{places[name]}"), name)

    return found


def leave_pandas() -> None:
    """Have Arrow not load pandas, which it does to make its first array, in a process that is ours.

    It looks once, and remembers what it found; who asks it for a pandas table still gets one.
    """
    import pyarrow as pa  # noqa: PLC0415 - who uses the other function need not have it

    sys.meta_path.insert(0, _NoPandas)
    try:
        pa.array([0])
    finally:
        sys.meta_path.remove(_NoPandas)


class _NoPandas:
    """Tells an import that there is no pandas."""

    @staticmethod
    def find_spec(name: str, *_: object) -> None:
        if name == "pandas":
            raise ModuleNotFoundError(name)
