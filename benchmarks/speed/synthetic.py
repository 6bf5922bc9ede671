"""How fast a synthetic cohort is made: seconds, cells a second and peak memory.

python -m benchmarks speed/synthetic
python benchmarks/speed/synthetic.py --participants 500000 --columns 300

Takes about 10 s, 5 s with --quick.
"""

import argparse
import resource
import tempfile
import time
from pathlib import Path

from strongroom.cohort.synthetic import SyntheticFiles, write_synthetic_cohort


def main() -> None:
    wanted = _arguments()
    with tempfile.TemporaryDirectory(dir=wanted.into) as folder:
        started = time.perf_counter()
        files = write_synthetic_cohort(
            Path(folder),
            participants=wanted.participants,
            columns=wanted.columns,
            variants=wanted.variants,
            file_format=wanted.format,
            seed=1,
        )
        seconds = time.perf_counter() - started
        size = sum(path.stat().st_size for path in _paths(files))
    cells = wanted.participants * wanted.columns
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"participants {wanted.participants:,}")
    print(f"columns      {wanted.columns}, variants {wanted.variants}, as {wanted.format}")
    print(f"seconds      {seconds:.1f}")
    print(f"cells/s      {cells / seconds:,.0f} (events and genotypes take their share of the time)")
    print(f"written      {size / 1e6:,.0f} MB")
    print(f"peak memory  {peak:,.0f} MiB")


def _paths(files: SyntheticFiles) -> list[Path]:
    return [files.participants, *files.events.values(), files.genotypes.with_suffix(".bed")]


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--participants", type=int, default=100_000)
    parser.add_argument("--columns", type=int, default=150)
    parser.add_argument("--variants", type=int, default=200)
    parser.add_argument("--format", choices=("parquet", "csv"), default="parquet")
    parser.add_argument("--into", type=Path, help="a folder with room (a temporary one by default)")
    parser.add_argument("--quick", action="store_true", help="10,000 participants")
    chosen = parser.parse_args()
    chosen.participants = 10_000 if chosen.quick else chosen.participants
    return chosen


if __name__ == "__main__":
    main()
