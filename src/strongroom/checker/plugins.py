"""Formats and detectors of other installed packages, found by their entry points.

A detector judges beside our own and runs where they do. A format is loaded by the confined server that reads
files, never here. What cannot be loaded, or takes a name that is taken, stops the check: a file must never be
judged by fewer detectors, or read by another reader, than the custodian installed.
"""

import os
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from strongroom.errors import RefusedError

FORMATS, DETECTORS = "strongroom.formats", "strongroom.detectors"
_SECTIONS = (f"[{FORMATS}]".encode(), f"[{DETECTORS}]".encode())


@dataclass(frozen=True)
class Plugin:
    """An entry point of an installed package: its group and name, the package, and what it leads to."""

    group: str
    name: str
    package: str
    entry: Any

    def __str__(self) -> str:
        return f"{self.group.rpartition('.')[2].removesuffix('s')} {self.name} of {self.package}"

    def load(self, kind: type | None = None) -> Any:
        """Return what it leads to; raise RefusedError where that fails, or is no `kind`."""
        try:
            made = self.entry.load()
        except Exception as error:
            raise self.refusal(f"cannot be loaded ({type(error).__name__})") from error
        if kind is not None and not isinstance(made, kind):
            raise self.refusal(f"is not a {kind.__name__}")
        return made

    def refusal(self, why: str) -> RefusedError:
        """Return the error that stops a check."""
        return RefusedError(f"The plug-in {self} {why}.", hint="Repair or uninstall that package.")


def installed() -> tuple[Plugin, ...]:
    """Return the plug-ins of all installed packages in a stable order; loads none of them."""
    if not any(map(_has_plugins, sys.path)):
        return ()  # reading all packages' metadata takes longer than a small file
    from importlib.metadata import distributions  # noqa: PLC0415 - see above

    found = {
        Plugin(entry.group, entry.name, f"{each.name} {each.version}", entry)
        for each in distributions()
        for entry in each.entry_points
        if entry.group in {FORMATS, DETECTORS}
    }
    return tuple(sorted(found, key=str))


def installed_detectors(plugins: tuple[Plugin, ...], taken: set[str]) -> tuple[Any, ...]:
    """Return the detectors of plug-ins; raise RefusedError for one that fails or has a name of `taken`."""
    made = []
    for plugin in plugins:
        if plugin.group != DETECTORS:
            continue
        detector = plugin.load()
        detector = detector() if isinstance(detector, type) else detector
        if not all(isinstance(getattr(detector, each, None), str) for each in ("name", "protects_against")):
            raise plugin.refusal("is not a Detector")
        if detector.name in taken or not callable(getattr(detector, "run", None)):
            raise plugin.refusal("has the name of another detector, or no method `run`")
        taken = taken | {detector.name}
        made.append(detector)
    return tuple(made)


def _has_plugins(folder: str) -> bool:
    """Tell whether a folder of packages has one with a plug-in, by its metadata's text."""
    try:
        names = [entry.name for entry in os.scandir(folder or ".")]
    except OSError:
        return False
    endings = (".dist-info", ".egg-info")
    return any(
        _states_plugins(Path(folder, name, "entry_points.txt")) for name in names if name.endswith(endings)
    )


def _states_plugins(path: Path) -> bool:
    try:
        text = path.read_bytes()
    except OSError:
        return False
    return any(section in text for section in _SECTIONS)
