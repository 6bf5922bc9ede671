"""What is loaded when: the names of a package on their first use, and pandas not at all.

Most commands need a small part of the house, and loading all of it takes longer than they run.
"""

import sys
from collections.abc import Callable, Mapping
from importlib import import_module
from importlib.machinery import ModuleSpec, PathFinder, SourceFileLoader
from pathlib import Path
from types import ModuleType
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

    Arrow looks once and remembers what it found; a pandas table can still be asked of it. It may be imported
    before or after this call.
    """
    if "pyarrow" in sys.modules:
        _look_without_pandas()
    elif _ArrowFinder not in sys.meta_path:
        sys.meta_path.insert(0, _ArrowFinder)


def _look_without_pandas() -> None:
    import pyarrow as pa  # noqa: PLC0415 - who uses the other function need not have it

    sys.meta_path.insert(0, _NoPandas)
    try:
        pa.array([0])
    finally:
        sys.meta_path.remove(_NoPandas)


class _ArrowFinder:
    """Finds Arrow once, for a loader that has it look for pandas at once."""

    @staticmethod
    def find_spec(name: str, *_: object) -> ModuleSpec | None:
        if name != "pyarrow":
            return None
        sys.meta_path.remove(_ArrowFinder)
        spec = PathFinder.find_spec(name)
        if spec is not None and isinstance(spec.loader, SourceFileLoader):
            spec.loader = _ArrowLoader(spec.loader.name, spec.loader.path)
        return spec


class _ArrowLoader(SourceFileLoader):
    """Loads Arrow's package."""

    def exec_module(self, module: ModuleType) -> None:
        super().exec_module(module)
        _look_without_pandas()


class _NoPandas:
    """Tells an import that there is no pandas."""

    @staticmethod
    def find_spec(name: str, *_: object) -> None:
        if name == "pandas":
            raise ModuleNotFoundError(name)
