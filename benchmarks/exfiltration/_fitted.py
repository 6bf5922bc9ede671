"""How numbers were fitted, as it is stored beside them: command, data, commit, date, held-out scores."""

import subprocess
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

_ROOT = Path(__file__).parents[2]


def statement(script: str, *, data: str, held_out: Mapping[str, float]) -> dict[str, Any]:
    """Return the object "fitted" of a fit made now, with the code of this checkout."""
    return {
        "by": Path(script).resolve().relative_to(_ROOT).as_posix(),
        "data": data,
        "commit": commit(),
        "date": datetime.now(UTC).date().isoformat(),
        "held_out": dict(held_out),
    }


def commit() -> str:
    """Return the hash of the checkout's commit, "unknown" outside one."""
    command = ["git", "-C", str(_ROOT), "rev-parse", "HEAD"]
    try:
        ran = subprocess.run(command, capture_output=True, text=True, check=True)
    except (OSError, subprocess.CalledProcessError):
        return "unknown"
    return ran.stdout.strip()
