"""How long an approval takes, beside writing the same view without marks and decoys.

    python -m benchmarks speed/approvals
    python benchmarks/speed/approvals.py --participants 500000 --columns 8 24 44 220
    python benchmarks/speed/approvals.py --json

Takes about 4 min, 60 s with --quick.

What all projects share is made first (`prepare_cohort`) and shown apart: the plan of marks, and decoys for
twenty projects. Then, for each number of columns, one project is approved (`add_project`), and its view's
files are written once more plainly (`write_view`). Seconds are processor seconds of the act, in processes of
their own. Exits 1 where an approval takes more than twice as long as the plain view.
"""

import argparse
import json
import sys
import tempfile
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[2]))
from benchmarks.ending import exit_code
from benchmarks.speed._processes import measured

MOST_TIMES = 2.0


@dataclass(frozen=True)
class Approved:
    """One approval, or preparing for all of them, and the plain view of as many columns."""

    columns: int
    seconds: float
    plain_seconds: float
    peak_mib: float
    preparing: bool

    @property
    def times(self) -> float:
        """How many times as long the approval takes."""
        return self.seconds / self.plain_seconds


def prepare(begin: Callable[[], None], folder: Path, participants: int, columns: int) -> None:
    """Make a home with a synthetic cohort."""
    from benchmarks.speed._homes import home_with_cohort  # noqa: PLC0415 - in the measured process

    begin()
    home_with_cohort(folder, participants, columns)


def prepare_views(begin: Callable[[], None], folder: Path, columns: int) -> int:
    """Prepare the cohort for views of its first columns; return how many they are."""
    from strongroom.portal.home import open_home  # noqa: PLC0415 - Django is set up by it

    home = open_home(folder / "home")
    from benchmarks.speed._homes import ACTOR, COHORT, usual_columns_of  # noqa: PLC0415 - likewise

    from strongroom.portal.data.preparation import prepare_cohort  # noqa: PLC0415 - likewise

    names = usual_columns_of(home)[:columns]
    begin()
    prepare_cohort(home, cohort_name=COHORT, columns=names, by=ACTOR)
    return len(names)


def approve(begin: Callable[[], None], folder: Path, slug: str, columns: int) -> int:
    """Approve a project with the cohort's first columns; return how many they are."""
    from strongroom.portal.home import open_home  # noqa: PLC0415 - Django is set up by it

    home = open_home(folder / "home")
    from benchmarks.speed._homes import ACTOR, COHORT, usual_columns_of  # noqa: PLC0415 - likewise

    from strongroom.portal.data.views import add_project  # noqa: PLC0415 - likewise

    names = usual_columns_of(home)[:columns]
    begin()
    add_project(home, slug=slug, institution=slug, cohort_name=COHORT, columns=names, by=ACTOR)
    return len(names)


def write_plainly(begin: Callable[[], None], folder: Path, name: str, columns: int) -> None:
    """Write the same view's files, encrypted, under pseudonyms, without marks and decoys."""
    from strongroom.portal.home import open_home  # noqa: PLC0415 - see `prepare`

    home = open_home(folder / "home")
    from benchmarks.speed._homes import COHORT, usual_columns_of  # noqa: PLC0415 - likewise

    from strongroom.cohort.views import plan_view, write_view  # noqa: PLC0415 - likewise
    from strongroom.portal.data.cohorts import find_cohort, open_cohort  # noqa: PLC0415 - likewise
    from strongroom.portal.data.decoys import pseudonyms_for  # noqa: PLC0415 - likewise

    names = usual_columns_of(home)[:columns]
    begin()
    cohort = open_cohort(home, find_cohort(COHORT))
    pseudonyms = pseudonyms_for(cohort, bytes(32), None)
    people, plan = cohort.ordinals(), plan_view(cohort, names)
    write_view(cohort, plan, people, pseudonyms=pseudonyms, into=folder / name, key=bytes(32))


def measure(folder: Path, columns: list[int], told: Callable[[Approved], None]) -> list[Approved]:
    """Prepare for the largest view, then approve one of each number of columns."""
    found = []
    for turn, count in enumerate([max(columns), *columns]):
        taken = (
            measured(approve, folder, f"p{turn}", count) if turn else measured(prepare_views, folder, count)
        )
        plain = measured(write_plainly, folder, f"plain{turn}", count)
        one = Approved(
            taken.result,
            round(taken.cpu_seconds, 2),
            round(plain.cpu_seconds, 2),
            round(taken.peak_mib),
            turn == 0,
        )
        found.append(one)
        told(one)
    return found


def _line(one: Approved) -> str:
    what = "preparing" if one.preparing else "approval"
    return (
        f"| {what} | {one.columns} | {one.seconds:.1f} | {one.plain_seconds:.1f} | {one.times:.1f} | "
        f"{one.peak_mib:,.0f} |"
    )


def main() -> int:
    """Print the table."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--participants", type=int, default=50_000)
    parser.add_argument("--columns", type=int, nargs="+", default=[8, 24, 44, 220])
    parser.add_argument("--json", action="store_true", help="print a line of JSON only")
    parser.add_argument("--quick", action="store_true", help="3,000 participants, 8 and 24 columns")
    chosen = parser.parse_args()
    if chosen.quick:
        chosen.participants, chosen.columns = 3_000, [8, 24]
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary)
        measured(prepare, folder, chosen.participants, max(chosen.columns))
        if not chosen.json:
            print("| what | columns | CPU s | plain view, CPU s | times | MiB |")
            print("|---|---:|---:|---:|---:|---:|", flush=True)
        told = (lambda _: None) if chosen.json else (lambda one: print(_line(one), flush=True))
        found = measure(folder, chosen.columns, told)
    if chosen.json:
        print(json.dumps([asdict(one) for one in found]))
    # The smallest cohorts say nothing of the ratio: opening the home takes longer than writing.
    missed = [
        f"{one.columns} columns: {one.times:.1f} times the plain view"
        for one in found
        if not one.preparing and one.times > MOST_TIMES and not chosen.quick
    ]
    return exit_code(missed, sys.stderr if chosen.json else sys.stdout)


if __name__ == "__main__":
    sys.exit(main())
