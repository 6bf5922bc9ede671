"""How the cost of a check grows: with bytes, with cohort columns touched, with the columns of the cohort.

    python -m benchmarks speed/growth
    python benchmarks/speed/growth.py --mb 400

Takes about 3 min, 60 s with --quick.

In processor seconds of all processes together, which a busy machine changes less than wall time. A summary
file of a genome-wide association study at an eighth, a quarter, half and all of --mb; 1,000 people's rows of
5, 10, 20 and 40 columns of the cohort; and the rows of 5 columns against cohorts of 50, 100 and 200. Behind
each is the power of its size with which the cost grew over the last step: 1 is linear, less where starting
takes part of the time. The aim is linear in bytes and in columns touched.
"""

import argparse
import math
import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import polars as pl

sys.path.insert(0, str(Path(__file__).parents[2]))
from benchmarks.ending import exit_code
from benchmarks.speed._processes import measured
from benchmarks.speed.checker import judge, make_home, write_gwas

ROWS = 1_000
TOUCHED = (5, 10, 20, 40)
COHORTS = (50, 100, 200)
PARTS = (0.125, 0.25, 0.5, 1.0)
# Linear, and what two runs of one thing differ by.
MOST_POWER = 1.15


@dataclass(frozen=True)
class Growth:
    """Processor seconds at sizes of `what`."""

    what: str
    sizes: Sequence[float]
    seconds: Sequence[float]

    @property
    def power(self) -> float:
        """The power of its size with which the cost grew over the last step."""
        return math.log(self.seconds[-1] / self.seconds[-2]) / math.log(self.sizes[-1] / self.sizes[-2])

    def __str__(self) -> str:
        steps = "  ".join(
            f"{size:,.0f}: {took:.2f} s" for size, took in zip(self.sizes, self.seconds, strict=True)
        )
        return f"{self.what:>24}  {steps}  (power {self.power:.2f})"


def grown(folder: Path, megabytes: float) -> Iterator[Growth]:
    """Yield how the cost grows with each of the three."""
    homes = {columns: folder / f"{columns}" for columns in COHORTS}
    for columns, home in homes.items():
        make_home(home, columns)
    home = homes[COHORTS[0]]
    yield _grown("megabytes", home, [megabytes * part for part in PARTS], write_gwas)
    people = pl.read_parquet(home / "source" / "participants.parquet").head(ROWS)
    told = [name for name in people.columns[1:] if people[name].n_unique() > 2][: TOUCHED[-1]]

    def write_rows(path: Path, columns: float) -> None:
        people.select(told[: int(columns)]).write_csv(path, separator="\t")

    yield _grown("cohort columns touched", home, TOUCHED, write_rows)
    few = [_seconds(each, TOUCHED[0], write_rows) for each in homes.values()]
    yield Growth("columns of the cohort", COHORTS, few)


def _grown(what: str, home: Path, sizes: Sequence[float], write: Callable[[Path, float], None]) -> Growth:
    return Growth(what, sizes, [_seconds(home, size, write) for size in sizes])


def _seconds(home: Path, size: float, write: Callable[[Path, float], None]) -> float:
    path = home / "file.tsv"
    write(path, size)
    took = measured(judge, str(home), str(path)).cpu_seconds
    path.unlink()
    return took


def main() -> int:
    """Print the figures; 1 where the cost grows faster than it should."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--mb", type=float, default=800)
    parser.add_argument("--quick", action="store_true", help="560 MB")
    chosen = parser.parse_args()
    missed = []
    with tempfile.TemporaryDirectory() as place:
        for growth in grown(Path(place), 560 if chosen.quick else chosen.mb):
            print(growth, flush=True)
            if growth.power > MOST_POWER:
                missed.append(
                    f"the cost of {growth.what} grows with power {growth.power:.2f}, at most {MOST_POWER}"
                )
    return exit_code(missed)


if __name__ == "__main__":
    sys.exit(main())
