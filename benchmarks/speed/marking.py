"""Writing a marked view against writing the same view unmarked, in the same run: seconds, and their ratio.

python -m benchmarks speed/marking
python benchmarks/speed/marking.py --participants 500000 --json
python benchmarks/speed/marking.py --dates 7

Takes about 60 s, 20 s with --quick.

With --dates everybody's dates move too, also those of event tables, which are then part of the view; finding
out whose may move is part of the time.
"""

import argparse
import json
import sys
import tempfile
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parents[2]))
from benchmarks.ending import exit_code
from benchmarks.stored import stored_synthetic

from strongroom.cohort import Cohort
from strongroom.cohort.pseudonyms import Pseudonyms
from strongroom.cohort.views import Marker, Unmarked, plan_view, write_view
from strongroom.matching import Index, write_index
from strongroom.tracer.fingerprint import IssuedFingerprint
from strongroom.tracer.fingerprint.planning.cohort_plan import plan_fingerprint
from strongroom.tracer.fingerprint.settings import MarkSettings
from strongroom.tracer.fingerprint.visible_values import add_visible

KEY = bytes(range(32))
MOST = 1.5


def measure(folder: Path, participants: int, columns: int, repeats: int, dates: int = 0) -> dict[str, Any]:
    """Write the view both ways, alternately; the best of `repeats` counts for each."""
    cohort = stored_synthetic(folder, key=KEY, participants=participants, seed=7, columns=columns)
    write_index(cohort, folder / "index.bin", file_id="index")
    index = Index.open(folder / "index.bin", key=KEY, file_id="index")
    names = list(index.columns)[:columns]
    shown = [*names, *(f"{table}.*" for table in cohort.events)] if dates else names
    began = time.perf_counter()
    plan = plan_fingerprint(cohort, index, MarkSettings(dates=dates))
    planned = time.perf_counter() - began
    fingerprint = IssuedFingerprint(plan, KEY, bytes(32))
    marks: dict[str, Callable[[], Marker]] = {
        "unmarked": Unmarked,
        "marked": lambda: fingerprint.marker(plan.movable(cohort)),
    }
    wall: dict[str, float] = {}
    cpu: dict[str, float] = {}
    for repeat in range(repeats):
        for way, mark in marks.items():
            taken = _timed(partial(_write, cohort, shown, folder / f"{way}-{repeat}", mark))
            wall[way] = min(wall.get(way, taken[0]), taken[0])
            cpu[way] = min(cpu.get(way, taken[1]), taken[1])
    seen = _timed(lambda: add_visible(cohort, index, fingerprint, names, {}.__setitem__))
    changes = fingerprint.marker(plan.movable(cohort)).changes
    return {
        "participants": participants,
        "columns": len(names),
        "columns_changed": sum(changes(name) for name in plan_view(cohort, shown).names()),
        "plan_seconds": round(planned, 2),
        "unmarked_seconds": round(wall["unmarked"], 2),
        "marked_seconds": round(wall["marked"], 2),
        "ratio": round(wall["marked"] / wall["unmarked"], 3),
        "cpu_ratio": round(cpu["marked"] / cpu["unmarked"], 3),
        "coding_what_is_seen_seconds": round(seen[0], 2),
    }


def _write(cohort: Cohort, names: list[str], into: Path, mark: Callable[[], Marker]) -> None:
    manifest = cohort.manifest
    pseudonyms = Pseudonyms(KEY, low=manifest.id_low, high=manifest.id_high, capacity=manifest.capacity)
    plan = plan_view(cohort, names)
    write_view(cohort, plan, cohort.ordinals(), pseudonyms=pseudonyms, into=into, key=KEY, mark=mark())


def _timed(work: Callable[[], object]) -> tuple[float, float]:
    wall, cpu = time.perf_counter(), time.process_time()
    work()
    return time.perf_counter() - wall, time.process_time() - cpu


def main() -> int:
    """Print the figures; exits 1 where marking takes more than it may."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--participants", type=int, default=100_000)
    parser.add_argument("--columns", type=int, default=50)
    parser.add_argument("--repeats", type=int, default=3)
    parser.add_argument("--dates", type=int, default=0, help="days by which dates move")
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--quick", action="store_true", help="10,000 participants, twice")
    chosen = parser.parse_args()
    if chosen.quick:
        chosen.participants, chosen.repeats = 10_000, 2
    with tempfile.TemporaryDirectory() as folder:
        found = measure(Path(folder), chosen.participants, chosen.columns, chosen.repeats, chosen.dates)
    if chosen.json:
        print(json.dumps(found, indent=2))
    else:
        print("\n".join(f"{name.replace('_', ' ')}: {value}" for name, value in found.items()))
    slow = [f"marking takes {found['ratio']} times the unmarked view's time, at most {MOST}"]
    return exit_code(slow * (found["ratio"] > MOST), sys.stderr if chosen.json else sys.stdout)


if __name__ == "__main__":
    sys.exit(main())
