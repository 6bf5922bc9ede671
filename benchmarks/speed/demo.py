"""The whole story at the size of UK Biobank: seconds and peak memory of each act, in processes of its own.

python -m benchmarks speed/demo
python benchmarks/speed/demo.py --participants 100000 --json

Takes about 2 min, 90 s with --quick.
"""

import argparse
import json
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parents[2]))
from benchmarks.ending import exit_code

PROGRAM = [sys.executable, "-c", "from strongroom.cli import main; main()"]


def measure(participants: int) -> dict[str, Any]:
    """Run the demo once; returns what happened, its seconds and the largest process's peak memory."""
    with tempfile.TemporaryDirectory() as folder:
        words = ["demo", "--participants", str(participants), "--home", str(Path(folder) / "demo"), "--json"]
        began = time.perf_counter()
        run = subprocess.run(
            [*PROGRAM, *words], check=False, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
        )
        seconds = time.perf_counter() - began
    peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
    return {"seconds": round(seconds, 1), "peak_mib": round(peak), **json.loads(run.stdout)}


def main() -> int:
    """Print the table; exits 1 where the story did not end well."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--participants", type=int, default=500_000)
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--quick", action="store_true", help="10,000 participants")
    chosen = parser.parse_args()
    chosen.participants = 10_000 if chosen.quick else chosen.participants
    measured = measure(chosen.participants)
    if chosen.json:
        print(json.dumps(measured, indent=2))
    else:
        figures = f"{measured['seconds']} s, peak {measured['peak_mib']:,} MiB"
        print(f"{chosen.participants:,} participants: {figures}\n")
        print("| act | how it ended | seconds |\n|---|---|---:|")
        for each in measured["happenings"]:
            print(f"| {each['what']} | {each['outcome']} | {each['seconds']:.1f} |")
    wrong = [f"the demo did not end well with {chosen.participants:,} participants"]
    return exit_code(wrong * (not measured["ended_well"]), sys.stderr if chosen.json else sys.stdout)


if __name__ == "__main__":
    sys.exit(main())
