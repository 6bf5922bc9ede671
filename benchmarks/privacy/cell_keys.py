"""ONS's package cell-key-perturbation (MIT) beside ours, on its own test data: every count must be the same.

    python -m benchmarks privacy/cell_keys

Takes about 30 s, 30 s with --quick.

Tables of one to three of its variables, of 1,000 and of 50,000 people, with its 10-5 rule and with a table of
changes that differ by key. Beside it, the spread of the changes that queries get (release.CellNoise) and that
of the same tables. Exits with 1 where a count differs.
"""

import argparse
import sys
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).parents[2]))
from benchmarks.elsewhere import available
from benchmarks.ending import exit_code, left_out
from benchmarks.privacy._peer import ask

from strongroom.disclosure import PerturbationTable, cell_keys, perturb
from strongroom.disclosure.answer_noise import CellNoise
from strongroom.disclosure.answer_noise.release_rule import DEFAULT_RULE

_GROUPS = (["var2"], ["var1", "var8"], ["var1", "var5", "var8"])
_PEOPLE = (1_000, 50_000)


def other_table() -> PerturbationTable:
    """Return changes of -5 to 5 that depend on count and key."""
    counts, keys = np.arange(1, 751)[:, None], np.arange(256)[None, :]
    return PerturbationTable((counts * 7 + keys * 13) % 11 - 5)


def differing(people: int, groups: list[str], table: PerturbationTable | None) -> tuple[int, int]:
    """Return how many counts there are and how many differ; None for ONS's own 10-5 rule on both sides."""
    answer = ask(
        {
            "cell_keys": {
                "people": people,
                "groups": groups,
                "table": None if table is None else table.values.tolist(),
            }
        }
    )
    keys, counts, names = cell_keys(answer["keys"], answer["groups"])
    shown = perturb(counts, keys, table or PerturbationTable.ten_five()).cells[:, 0]
    theirs = np.array([answer["counts"][name] for name in names], np.float64)
    return len(names), int(np.count_nonzero(~((shown == theirs) | (np.isnan(shown) & np.isnan(theirs)))))


def main() -> int:
    """Print both; returns 1 where they differ."""
    chosen = _arguments()
    if not available():
        left_out("ONS's package, which is not installed (`make .venv-bench/.ready`)")
        return 0
    print("| people | groups by | table | counts | differ from ONS's |\n|---|---|---|---|---|")
    wrong = 0
    for people in _PEOPLE[: 1 if chosen.quick else None]:
        for groups in _GROUPS:
            for name, table in (("10-5 rule", None), ("by key", other_table())):
                cells, apart = differing(people, groups, table)
                print(f"| {people:,} | {', '.join(groups)} | {name} | {cells} | {apart} |")
                wrong += apart
    noise = CellNoise(b"k" * 32)
    drawn = noise.integers(np.arange(100_000, dtype=np.uint64), of="people", deviation=DEFAULT_RULE.noise)
    print(f"\nCellNoise over 100,000 groups: mean {drawn.mean():+.3f}, variance {drawn.var():.2f}, ", end="")
    print(f"from {drawn.min()} to {drawn.max()}; set: variance {DEFAULT_RULE.noise**2}.")
    return exit_code([f"{wrong} counts differ from ONS's"] * bool(wrong))


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--quick", action="store_true", help="1,000 people alone")
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
