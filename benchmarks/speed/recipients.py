"""How long a trace takes through the portal: 20,000 projects in the database, each without some participants.

    python -m benchmarks speed/recipients
    python benchmarks/speed/recipients.py --participants 500000 --recipients 20000 --keep folder
    python benchmarks/speed/recipients.py --json

Takes about 3 min, 60 s with --quick.

Of the projects one is approved as usual, with decoys; its exported view is what leaks, in any order, without
ids and names. The others are added with keys, members and ledger entries like it, without files and decoys
of their own: a trace reads neither of them. Each trace is `trace_file`, in a process of its own; seconds are
wall seconds and include the database, memory is that of all processes together. Exits 1 where the source is
not named, or the aims for 500,000 participants are missed.
"""

import argparse
import json
import sys
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl

sys.path.insert(0, str(Path(__file__).parents[2]))
from benchmarks.ending import exit_code
from benchmarks.speed._processes import measured
from benchmarks.speed.tracing import WHOLE, misses_aim

_GUILTY = "guilty"
_WITHHELD = 0.0002
_BATCH = 500


@dataclass(frozen=True)
class Traced:
    """One trace through the portal; `named` says whether the source, and nobody else, was accused."""

    rows: int
    recipients: int
    seconds: float
    cpu_seconds: float
    peak_mib: float
    cells: int
    log10_best: float
    named: bool

    @property
    def slow(self) -> bool:
        """Whether an aim is missed."""
        return misses_aim(self.rows, self.seconds, self.peak_mib)


def prepare(
    begin: Callable[[], None], folder: Path, participants: int, columns: int, recipients: int
) -> None:
    """Make a home with a cohort and so many projects, and export the guilty one's view."""
    from benchmarks.speed._homes import ACTOR, COHORT, home_with_cohort, usual_columns_of  # noqa: PLC0415 - in the measured process

    begin()
    home = home_with_cohort(folder, participants, columns)
    from strongroom.portal.data.views import add_project, write_project_view  # noqa: PLC0415 - after the set-up

    names = usual_columns_of(home)
    add_project(home, slug=_GUILTY, institution="Guilty", cohort_name=COHORT, columns=names, by=ACTOR)
    write_project_view(home, slug=_GUILTY, to=folder / "view", by=ACTOR)
    for start in range(1, recipients, _BATCH):
        _add_projects(home, range(start, min(start + _BATCH, recipients)))


def _add_projects(home: Any, numbers: Sequence[int]) -> None:
    """Add projects like the guilty one, each with members of its own."""
    from benchmarks.speed._homes import ACTOR, COHORT  # noqa: PLC0415 - see `prepare`

    from strongroom.cohort.keys import new_key, wrap  # noqa: PLC0415 - see `prepare`
    from strongroom.portal.acts.transactions import act  # noqa: PLC0415 - likewise
    from strongroom.portal.data.cohorts import cohort_key  # noqa: PLC0415 - likewise
    from strongroom.portal.data.models import View  # noqa: PLC0415 - likewise
    from strongroom.portal.data.views import members_context, members_of  # noqa: PLC0415 - likewise
    from strongroom.portal.projects.actions import create_project  # noqa: PLC0415 - likewise
    from strongroom.portal.projects.models import KeyPurpose  # noqa: PLC0415 - likewise

    model = View.objects.select_related("project", "cohort", "plan").get(project__slug=_GUILTY)
    everybody, key = members_of(home, model), cohort_key(home, model.cohort)
    draw = np.random.default_rng(numbers[0])
    with act(home, by=ACTOR) as record:
        for number in numbers:
            slug = f"p{number}"
            keys = {purpose: new_key(home.random) for purpose in KeyPurpose}
            project = create_project(
                home,
                slug=slug,
                institution=f"Institution {number}",
                cohort_name=COHORT,
                columns=model.columns,
                where="",
                keys=keys,
                record=record,
            )
            members = everybody.copy()
            members[draw.integers(0, len(members), int(_WITHHELD * len(members)) + 1)] = False
            fields = {each.name: getattr(model, each.name) for each in View._meta.concrete_fields}  # noqa: SLF001 - Django documents it
            context = members_context(slug, 1)
            sealed = wrap(key, np.packbits(members).tobytes(), context=context, random=home.random)
            changed = {"id": None, "project": project, "members": sealed, "decoys": b""}
            View(**{**fields, **changed}).save()


def leak(folder: Path, rows: int) -> Path:
    """Write some of the guilty project's rows, in any order and under no names."""
    table = pl.read_parquet(folder / "view" / "participants.parquet")
    table = table.drop(table.columns[0]).sample(min(rows, table.height), shuffle=True, seed=rows)
    table.columns = [f"v{place}" for place in range(table.width)]
    path = folder / f"leak-{rows}.csv"
    table.write_csv(path)
    return path


def traced(begin: Callable[[], None], folder: Path, path: Path) -> dict[str, Any]:
    """Trace a file; the clock runs from before the home is open."""
    from strongroom.portal.home import open_home  # noqa: PLC0415 - see `prepare`

    begin()
    home = open_home(folder / "home")
    from strongroom.portal.oversight.tracing import trace_file  # noqa: PLC0415 - after the set-up

    answer = trace_file(home, path, by="benchmark")
    return {
        "recipients": answer.marks.recipients,
        "cells": answer.marks.cells,
        "log10_best": round(answer.marks.log10_best, 1),
        "named": [each.project for each in answer.suspects] == [_GUILTY],
    }


def _line(one: Traced) -> str:
    return (
        f"| {one.rows:,} | {one.recipients:,} | {one.seconds:.1f} | {one.cpu_seconds:.1f} | "
        f"{one.peak_mib:,.0f} | {one.cells:,} | {one.log10_best:,.0f} | {'yes' if one.named else 'NO'} |"
    )


def main() -> int:
    """Print the table."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--participants", type=int, default=20_000)
    parser.add_argument("--columns", type=int, default=30)
    parser.add_argument("--rows", type=int, nargs="+", default=[1_000, 20_000])
    parser.add_argument("--recipients", type=int, default=5_000)
    parser.add_argument("--keep", type=Path, help="a folder in which the home is kept between runs")
    parser.add_argument("--json", action="store_true", help="print a line of JSON only")
    parser.add_argument("--quick", action="store_true", help="3,000 participants, 500 recipients")
    chosen = parser.parse_args()
    if chosen.quick:
        chosen.participants, chosen.rows, chosen.recipients = 3_000, [500, 3_000], 500
    found = []
    with tempfile.TemporaryDirectory() as temporary:
        folder = chosen.keep or Path(temporary)
        if not (folder / "view").exists():
            measured(prepare, folder, chosen.participants, chosen.columns, chosen.recipients)
        if not chosen.json:
            print("| rows | recipients | s | CPU s | MiB | cells | log10 e | named |")
            print("|---:|---:|---:|---:|---:|---:|---:|---|", flush=True)
        for rows in chosen.rows:
            taken = measured(traced, folder, leak(folder, rows))
            seconds, cpu = round(taken.seconds, 2), round(taken.cpu_seconds, 2)
            one = Traced(
                rows=rows, seconds=seconds, cpu_seconds=cpu, peak_mib=round(taken.peak_mib), **taken.result
            )
            found.append(one)
            if not chosen.json:
                print(_line(one), flush=True)
    if chosen.json:
        print(json.dumps([asdict(one) for one in found]))
    missed = [f"{one.rows:,} rows: the source was not named" for one in found if not one.named]
    if chosen.participants >= WHOLE:
        missed += [
            f"{one.rows:,} rows: {one.seconds:.0f} s, {one.peak_mib:,.0f} MiB" for one in found if one.slow
        ]
    return exit_code(missed, sys.stderr if chosen.json else sys.stdout)


if __name__ == "__main__":
    sys.exit(main())
