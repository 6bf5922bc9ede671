"""How often participants carried out are stopped and honest files released, beside the peers' rules.

    python -m benchmarks exfiltration/rates
    python benchmarks/exfiltration/rates.py --quick
    python benchmarks/exfiltration/rates.py --only rounding --sizes 100 --repeats 20 --seed 3
    python benchmarks/exfiltration/rates.py --held-out --json > held-out.json

Takes about 40 min, 3 min with --quick.

Attacks are the project's 43 classes and compositions of them, over a synthetic cohort and open tables; honest
files are 27 generated classes, hard negatives, and real files of the shared folder (STRONGROOM_SHARED_DATA).
A third of the parameter sets is held out and looked at once, with --held-out.
"""

import argparse
import dataclasses
import json
import sys
import tempfile
from collections.abc import Iterable, Sequence
from contextlib import nullcontext
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[2]))
from benchmarks.elsewhere import available
from benchmarks.ending import exit_code, left_out
from benchmarks.exfiltration._aims import shortfalls
from benchmarks.exfiltration._benign import generated, hard, real
from benchmarks.exfiltration._cases import Case, Plan, case_seed
from benchmarks.exfiltration._cohorts import Source, open_tables, synthetic
from benchmarks.exfiltration._gate import take_in
from benchmarks.exfiltration._peers.acro_outputs import Told, told
from benchmarks.exfiltration._run import FRESH, Outcome, Setting, timed
from benchmarks.exfiltration._summary import summary

from benchmarks.exfiltration import _cases, _tables

_QUICK = {"sizes": [10, 100], "repeats": 1, "people": 5_000, "every": 8}
_FULL = {"sizes": [10, 100, 1_000, 10_000], "repeats": 1, "people": 20_000, "every": 1}


def cohorts(folder: Path, chosen: argparse.Namespace) -> dict[str, Source]:
    """Make or read the cohorts, and take each into a vault; the fresh draw is there for its tables alone."""
    made = {"synthetic": synthetic(folder / "made", people=chosen.people, seed=chosen.seed)}
    for name, read in open_tables(chosen.seed).items():
        if not chosen.cohorts or name in chosen.cohorts:
            made[name] = read()
    drawn = synthetic(folder / "fresh", people=chosen.people, seed=chosen.seed + 1_000_003)
    for name, source in {**made, FRESH: drawn}.items():
        take_in(source, folder / name)
    return {name: source for name, source in made.items() if not chosen.cohorts or name in chosen.cohorts}


def planned(plan: Plan, sources: dict[str, Source], parts: Sequence[str], every: int = 1) -> list[Case]:
    """Return all cases of a run; of the real files only each `every`th."""
    cases: list[Case] = []
    if "attacks" in parts:
        cases += _cases.attack_cases(plan, list(sources.values()))
    if "benign" in parts:
        cases += generated.cases(plan)
        cases += hard.cases(plan, sources)
    if "real" in parts and not plan.only:
        cases += list(real_cases())[::every]
    return cases


def real_cases() -> Iterable[Case]:
    """Return the real files, judged against the synthetic cohort."""
    for each in real.real_files():
        seed = case_seed("real", str(each.path))
        yield Case("real", "synthetic", 0, each.group, 0, {"kind": each.kind}, seed, str(each.path))


def report(outcomes: Sequence[Outcome], acro: Sequence[Told] = ()) -> list[str]:
    """Return the run's tables in Markdown."""
    by = {
        family: [one for one in outcomes if one.case.family == family]
        for family in ("attack", "composition", "benign", "hard negative", "real")
    }
    wrong = [one for one in by["real"] if one.case.name.startswith("corrected")]
    honest = [one for one in by["real"] if one not in wrong]
    stopped = [*by["attack"], *by["composition"]]
    return [
        *summary(by["attack"], by["composition"]),
        *_tables.attack_table("Attacks by class", by["attack"], lambda one: (one.case.number, one.case.name)),
        *_tables.attack_table("Attacks by people", by["attack"], lambda one: one.case.size),
        *_tables.attack_table("Attacks by cohort", by["attack"], lambda one: one.case.cohort),
        *_tables.attack_table(
            "Compositions", by["composition"], lambda one: str(one.case.parameters["chain"])
        ),
        *_tables.benign_table("Honest files, real", honest, lambda one: one.case.name),
        *_tables.benign_table(
            "Honest files, generated", by["benign"], lambda one: (one.case.number, one.case.name)
        ),
        *_tables.benign_table("Hard negatives", by["hard negative"], lambda one: one.case.name),
        *_tables.attack_table("Files labelled benign that show people", wrong, lambda one: one.case.name),
        *_tables.peer_table(stopped, honest),
        *_tables.acro_table(acro),
        *_gwas(honest),
        *_tables.misses(stopped),
        *_tables.false_alarms([*honest, *by["benign"], *by["hard negative"]]),
        *_tables.slowest(outcomes),
        *_tables.failures(outcomes),
    ]


def missed(outcomes: Sequence[Outcome]) -> list[str]:
    """Return the aims that a run misses."""
    attacks, compositions, real_files = (
        [one for one in outcomes if one.case.family == family] for family in ("attack", "composition", "real")
    )
    honest = [one for one in real_files if not one.case.name.startswith("corrected")]
    return shortfalls(attacks, compositions, honest)


def _gwas(honest: Sequence[Outcome]) -> list[str]:
    largest = {str(each.path) for each in real.largest_gwas(list(real.real_files()))}
    rows = [one for one in honest if one.case.path in largest]
    lines = [f"| {Path(one.case.path).name} | {one.size:,} | {one.verdict} |" for one in rows]
    return [
        "\n### The ten largest tables of variants\n",
        "| file | bytes | verdict |",
        "|---|---:|---|",
        *lines,
    ]


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--people", type=int, help="participants of the synthetic cohort")
    parser.add_argument("--sizes", type=int, nargs="+", help="how many people an attack carries")
    parser.add_argument("--repeats", type=int, help="parameter sets a class and size")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--cohorts", nargs="+", default=[], help="only these")
    parser.add_argument("--only", nargs="+", default=[], help="only these classes, by name or number")
    parser.add_argument("--parts", nargs="+", default=["attacks", "benign", "real"])
    parser.add_argument("--every", type=int, help="of the real files, one in so many")
    parser.add_argument("--held-out", action="store_true", help="the parameters kept aside")
    parser.add_argument("--no-peers", action="store_true")
    parser.add_argument("--quick", action="store_true", help="small sizes, one repeat")
    parser.add_argument("--rows", type=Path, help="write every outcome as a line of JSON, as it comes")
    parser.add_argument("--stored", type=Path, help="print the tables of outcomes written before")
    parser.add_argument("--json", action="store_true")
    chosen = parser.parse_args()
    for name, value in (_QUICK if chosen.quick else _FULL).items():
        if getattr(chosen, name) is None:
            setattr(chosen, name, value)
    if chosen.quick and not chosen.cohorts:
        chosen.cohorts = ["synthetic", "NHANES"]
    return chosen


def measure(chosen: argparse.Namespace) -> tuple[list[Outcome], list[Told], float]:
    """Run everything chosen; returns outcomes in order, what ACRO says of its outputs, and seconds."""
    plan = Plan(chosen.sizes, chosen.repeats, chosen.seed, chosen.held_out, chosen.only)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        sources = cohorts(folder, chosen)
        folders = {each: folder / each for each in (*sources, "synthetic", FRESH)}
        cases = planned(plan, sources, chosen.parts, every=chosen.every)
        with chosen.rows.open("w", encoding="utf-8") if chosen.rows else nullcontext() as rows:
            outcomes, seconds = timed(cases, Setting(folders, peers=not chosen.no_peers), rows)
        first = next(iter(sources.values()))
        return outcomes, [] if chosen.no_peers else list(told(first, chosen.seed)), seconds


def _say_what_is_absent(chosen: argparse.Namespace) -> None:
    if not open_tables(chosen.seed):
        left_out("open tables and real honest files, which are not here (STRONGROOM_SHARED_DATA)")
    if not (chosen.no_peers or available()):
        left_out("Presidio and ACRO, which are not installed (`make .venv-bench/.ready`)")


def stored(path: Path) -> list[Outcome]:
    """Read the outcomes that a run wrote with --rows."""
    rows = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
    return [Outcome(**{**row, "case": Case(**row["case"])}) for row in rows]


def main() -> int:
    """Print the tables; 1 where an aim is missed."""
    chosen = _arguments()
    if chosen.stored:
        outcomes, acro, seconds = stored(chosen.stored), list[Told](), 0.0
    else:
        if not chosen.json:
            _say_what_is_absent(chosen)
        outcomes, acro, seconds = measure(chosen)
    size, busy = sum(one.size for one in outcomes), sum(one.seconds for one in outcomes)
    summary = f"{len(outcomes):,} cases, {size / 1e6:,.0f} MB in {busy:,.0f} s of checking"
    summary += f", {sum(one.work for one in outcomes):,.0f} CPU s of detectors"
    summary += f" ({size / 1e6 / max(busy, 1e-9):.1f} MB/s), {seconds:,.0f} s in all; seed {chosen.seed}"
    if chosen.json:
        told_by_acro = [dataclasses.asdict(one) for one in acro]
        rows = [dataclasses.asdict(one) for one in outcomes]
        print(json.dumps({"summary": summary, "acro": told_by_acro, "outcomes": rows}))
    else:
        print("\n".join([summary, *report(outcomes, acro)]))
    return exit_code(missed(outcomes), sys.stderr if chosen.json else sys.stdout)


if __name__ == "__main__":
    sys.exit(main())
