"""Run every benchmark, or those named, and say at the end which met their targets.

    python -m benchmarks                      all of them
    python -m benchmarks --quick              each at a small size, to see that all of them work
    python -m benchmarks speed privacy/acro   those of a folder, and one
    python -m benchmarks --list               which there are, and how long each takes

Where the folder of open tables is absent (STRONGROOM_SHARED_DATA, ../shared/data beside the checkout by
default) the synthetic cohort stands alone, and peers that are not installed are left out; both are said.
"""

import argparse
import sys
from collections.abc import Sequence

from benchmarks.suite import Benchmark, Ended, benchmarks, run_all, summary


def main(words: Sequence[str] | None = None) -> int:
    """Run what is asked for; 0 where all passed, 1 where one did not, 2 where there is no such benchmark."""
    asked = _arguments(words)
    known = benchmarks()
    chosen = [each for each in known if not asked.names or _is_asked(each, asked.names)]
    unknown = [name for name in asked.names if not any(_is_asked(each, [name]) for each in known)]
    if unknown:
        names = ", ".join(each.name for each in known)
        sys.stderr.write(f"There is no benchmark {', '.join(unknown)}. Known: {names}.\n")
        return 2
    if asked.list:
        print(*_listed(chosen), sep="\n")
        return 0
    ended: list[Ended] = []
    try:
        ended.extend(run_all(chosen, quick=asked.quick))
    except KeyboardInterrupt:
        sys.stderr.write("Stopped; these had ended:\n")
    print(*summary(ended), sep="\n")
    return int(len(ended) < len(chosen) or any(each.code for each in ended))


def _is_asked(benchmark: Benchmark, names: Sequence[str]) -> bool:
    return bool({benchmark.name, benchmark.path.parent.name} & set(names))


def _listed(chosen: Sequence[Benchmark]) -> list[str]:
    lines = ["| benchmark | minutes | with --quick | what it measures |", "|---|---:|---:|---|"]
    totals = []
    for each in chosen:
        took = [each.seconds(quick=quick) / 60 for quick in (False, True)]
        totals.append(took)
        lines.append(f"| {each.name} | {took[0]:.1f} | {took[1]:.1f} | {each.about} |")
    usual, quick = (sum(column) for column in zip(*totals, strict=True))
    return [*lines, f"| all | {usual:.0f} | {quick:.0f} | on two cores at 2.5 GHz with nothing beside |"]


def _arguments(words: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("names", nargs="*", help="benchmarks or their folders; all by default")
    parser.add_argument("--quick", action="store_true", help="each at a small size")
    parser.add_argument("--list", action="store_true", help="name them and end")
    return parser.parse_args(words)


if __name__ == "__main__":
    sys.exit(main())
