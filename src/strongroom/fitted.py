"""Fitted numbers are JSON files that state how they were fitted; a file that does not is refused.

    {"fitted": {"by": "benchmarks/exfiltration/calibrate.py",
                "data": "outcomes of 1,629 benchmark files",
                "commit": "d8d0217ed75ed35a365e3a5a24d75dbb90452454",
                "date": "2026-11-21",
                "held_out": {"brier": 0.0023}},
     ...}

`by` is the command, `commit` the code it was fitted with, `held_out` each metric's value on data that the fit
did not use. `benchmarks/refit.py` fits all of them again.
"""

import json
from pathlib import Path
from typing import Any

from strongroom.errors import StoreError

_FIELDS = ("by", "data", "commit", "date", "held_out")


def read_fitted(path: Path) -> dict[str, Any]:
    """Return the content of a file of fitted numbers; StoreError if it does not state their fit."""
    stored = json.loads(path.read_text(encoding="utf-8"))
    fitted = stored.get("fitted")
    if not isinstance(fitted, dict):
        raise _unstated(path, 'the object "fitted"')
    missing = [name for name in _FIELDS if not fitted.get(name)]
    if missing:
        raise _unstated(path, ", ".join(f'"fitted.{name}"' for name in missing))
    content: dict[str, Any] = stored
    return content


def _unstated(path: Path, what: str) -> StoreError:
    return StoreError(
        f"{path.name} does not state how its numbers were fitted: it lacks {what}.",
        hint="Install the package again, or fit the numbers again with benchmarks/refit.py.",
    )
