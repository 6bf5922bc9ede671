"""Outcomes as tables in Markdown."""

from collections import defaultdict
from collections.abc import Iterable, Sequence

import numpy as np
from benchmarks.attribution._reach import Goal
from benchmarks.attribution._run import Outcome
from benchmarks.intervals import wilson

_FOUND = (
    "one named, 95 % | all named, 95 % | log10 e guilty min / median | innocent max | falsely accused |"
    " cost, SD | CPU s |"
)
_HEADER = f"| kind | attack | rows x columns | c | files | {_FOUND}"
_KIND_HEADER = f"| kind | attack | files | {_FOUND}"
_REACH_HEADER = (
    "| must reach | strength | wanted | solved, 95 % | log10 e guilty min / median | innocent max | CPU s | |"
)


def attack_table(outcomes: Sequence[Outcome]) -> list[str]:
    """Return one line for every attack, size, number of colluders and parameter set."""
    groups: dict[tuple[object, ...], list[Outcome]] = defaultdict(list)
    for one in outcomes:
        case = one.case
        chosen = ", ".join(f"{name} {value}" for name, value in case.parameters.items())
        groups[
            case.number, f"{case.name} {chosen}", f"{case.rows:,} x {case.columns}", case.colluders
        ].append(one)
    lines = [_HEADER, "|---:|---|---|---:|---:|---|---|---|---:|---:|---:|---:|"]
    for (number, what, size, colluders), group in sorted(groups.items(), key=str):
        lines.append(f"| {number} | {what} | {size} | {colluders} | {len(group)} | {_found(group)} |")
    return [*lines, "", innocents_line(outcomes)]


def kind_table(outcomes: Sequence[Outcome]) -> list[str]:
    """Return one line for every attack, its sizes, colluders and parameters together."""
    groups: dict[tuple[int, str], list[Outcome]] = defaultdict(list)
    for one in outcomes:
        groups[one.case.number, one.case.name].append(one)
    lines = [_KIND_HEADER, "|---:|---|---:|---|---|---|---:|---:|---:|---:|"]
    for (number, what), group in groups.items():
        lines.append(f"| {number} | {what} | {len(group)} | {_found(group)} |")
    return [*lines, "", innocents_line(outcomes)]


def overview(outcomes: Sequence[Outcome]) -> list[str]:
    """Return one line for every attack, one column for every cohort.

    A cell has the files of which all guilty were named, with the 95 % interval of their share, and the
    innocents named among all innocent (recipient, file) trials.
    """
    cohorts = list(dict.fromkeys(one.case.cohort for one in outcomes))
    groups: dict[tuple[int, str], dict[str, list[Outcome]]] = defaultdict(lambda: defaultdict(list))
    for one in outcomes:
        groups[one.case.number, one.case.name][one.case.cohort].append(one)
    lines = [f"| kind | attack | {' | '.join(cohorts)} |", f"|---:|---|{'---|' * len(cohorts)}"]
    for (number, what), by_cohort in groups.items():
        cells = " | ".join(_in_short(by_cohort.get(name, ())) for name in cohorts)
        lines.append(f"| {number} | {what} | {cells} |")
    return lines


def reach_table(found: Iterable[tuple[Goal, Sequence[Outcome]]]) -> list[str]:
    """Return the must-reach list with what was measured."""
    lines = [
        _REACH_HEADER,
        "|---|---:|---|---|---|---:|---:|---|",
    ]
    for goal, group in found:
        solved = sum(goal.solved(one) for one in group)
        wanted = f"{goal.rule}, {goal.share:.0%} of files"
        ok = "reached" if solved >= goal.share * len(group) else "**short**"
        seconds = np.median([one.seconds for one in group])
        scores = f"{_guilty(group)} | {_innocent(group)} | {seconds:.1f}"
        lines.append(
            f"| {goal.title}, {goal.rows:,} x {goal.columns} | {goal.strength:.0%} | {wanted} |"
            f" {interval(solved, len(group))} | {scores} | {ok} |"
        )
    return lines


def shortfalls(found: Iterable[tuple[Goal, Sequence[Outcome]]]) -> list[str]:
    """Return the lines of the must-reach list that were not reached, with what was."""
    return [
        f"{goal.title} at {goal.strength:.0%}: {solved} of {len(group)}"
        for goal, group in found
        if (solved := sum(goal.solved(one) for one in group)) < goal.share * len(group)
    ]


def innocents_line(outcomes: Sequence[Outcome]) -> str:
    """Return the false accusations among all innocent (recipient, file) trials."""
    trials, accused = sum(one.trials for one in outcomes), sum(one.accused for one in outcomes)
    return f"{accused} false accusations in {trials:,} innocent (recipient, file) trials."


def interval(count: int, total: int) -> str:
    """Return a count with its share's 95 % interval in per cent."""
    low, high = wilson(count, total)
    return f"{count}/{total} ({100 * low:.0f}-{100 * high:.0f} %)"


def _in_short(group: Sequence[Outcome]) -> str:
    guilty = [one for one in group if one.guilty]
    accused = f"{sum(one.accused for one in group)}/{sum(one.trials for one in group):,}"
    if not guilty:
        return accused if group else ""
    return f"{interval(sum(one.named == len(one.guilty) for one in guilty), len(guilty))}, {accused}"


def _found(group: Sequence[Outcome]) -> str:
    guilty = [one for one in group if one.guilty]
    some = sum(one.named > 0 for one in guilty)
    any_named = interval(some, len(guilty)) if guilty else "nobody is"
    all_named = interval(sum(one.named == len(one.guilty) for one in guilty), len(guilty)) if guilty else ""
    accused = f"{sum(one.accused for one in group)} of {sum(one.trials for one in group):,}"
    cost, seconds = np.median([one.cost for one in group]), np.median([one.seconds for one in group])
    damage = "" if np.isnan(cost) else f"{cost:.3f}"
    shares = f"{any_named} | {all_named} | {_guilty(group)} | {_innocent(group)}"
    return f"{shares} | {accused} | {damage} | {seconds:.1f}"


def _guilty(group: Sequence[Outcome]) -> str:
    scores = [score for one in group for score in one.guilty]
    return f"{min(scores):.1f} / {np.median(scores):.1f}" if scores else ""


def _innocent(group: Sequence[Outcome]) -> str:
    best = max((one.innocent for one in group), default=-np.inf)
    return f"{best:.1f}" if np.isfinite(best) else "-"
