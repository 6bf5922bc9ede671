"""Run every benchmark, or those named, one process each so that peak memory is the benchmark's own."""

import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).parent


def main() -> int:
    """Run the benchmarks named on the command line, all of them by default; returns the worst exit code."""
    known = {
        f"{path.parent.name}/{path.stem}": path
        for path in sorted(HERE.glob("*/*.py"))
        if not path.name.startswith("_")
    }
    chosen = sys.argv[1:] or list(known)
    unknown = [name for name in chosen if name not in known]
    if unknown:
        sys.stderr.write(f"There is no benchmark {', '.join(unknown)}. Known: {', '.join(known)}.\n")
        return 2
    worst = 0
    for name in chosen:
        sys.stdout.write(f"\n## {name}\n\n")
        sys.stdout.flush()
        worst = max(worst, subprocess.run([sys.executable, str(known[name])], check=False).returncode)
    return worst


if __name__ == "__main__":
    sys.exit(main())
