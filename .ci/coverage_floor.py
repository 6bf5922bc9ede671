#!/usr/bin/env python3
"""Compare branch coverage with the floor of each package: `coverage_floor.py COVERAGE.json`.

Exits 1 where a package is below its floor in coverage_floor.json, or a file that decides was not measured.
With --write the floors become what was measured, rounded down to whole per cent, and never lower than they
were.
"""

import json
import math
import sys
from collections import defaultdict
from pathlib import Path

FLOORS = Path(__file__).with_suffix(".json")
# The code that decides what may leave is watched by itself: it is small, and its packages are large.
DECISIONS = (
    "checker/check_request.py",
    "checker/run_detectors.py",
    "checker/report.py",
    "checker/policy.py",
    "checker/confidence.py",
    "portal/outputs/actions.py",
    "portal/outputs/decisions.py",
    "portal/outputs/release.py",
)


def measured(report: dict[str, dict[str, dict[str, dict[str, int]]]]) -> dict[str, float]:
    """Return the covered share of statements and branches of each package, in per cent."""
    covered: dict[str, int] = defaultdict(int)
    total: dict[str, int] = defaultdict(int)
    for path, file in report["files"].items():
        inside = path.partition("strongroom/")[2]
        names = {_package(inside)}
        if inside in DECISIONS:
            names.add("decisions")
        summary = file["summary"]
        for name in names:
            covered[name] += summary["covered_lines"] + summary["covered_branches"]
            total[name] += summary["num_statements"] + summary["num_branches"]
    return {name: 100 * covered[name] / total[name] for name in sorted(total) if total[name]}


def _package(inside: str) -> str:
    """Return the package that a file counts to; attackers are no part of what protects."""
    if inside.startswith("disclosure/redteam/"):
        return "disclosure/redteam"
    return inside.split("/", maxsplit=1)[0] if "/" in inside else "the shared words"


def main(arguments: list[str]) -> int:
    """Compare, or write, the floors; return the exit code."""
    report = json.loads(Path(arguments[0]).read_text(encoding="utf-8"))
    found, files = measured(report), report["files"]
    floors: dict[str, int] = json.loads(FLOORS.read_text(encoding="utf-8"))
    if "--write" in arguments:
        floors = {name: max(math.floor(share), floors.get(name, 0)) for name, share in found.items()}
        FLOORS.write_text(json.dumps(floors, indent=1, sort_keys=True) + "\n", encoding="utf-8")
    for name, share in found.items():
        sys.stdout.write(f"{name:18} {share:6.2f} %   floor {floors.get(name, 0)} %\n")
    gone = [
        inside for inside in DECISIONS if not any(path.endswith(f"strongroom/{inside}") for path in files)
    ]
    if gone:
        sys.stderr.write(f"Not measured: {', '.join(gone)}. Name the files that decide in DECISIONS.\n")
    below = [name for name, floor in floors.items() if found.get(name, 0) < floor]
    if below:
        sys.stderr.write(f"Coverage fell in: {', '.join(below)}. Add tests; never lower a floor.\n")
    return 1 if below or gone else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
