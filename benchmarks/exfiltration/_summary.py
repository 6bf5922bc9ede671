"""What a run comes to, in one table: how often attacks were stopped, in all, by people, cohort and kind."""

from collections.abc import Container, Sequence

from benchmarks.exfiltration._cohorts import COARSE
from benchmarks.exfiltration._run import Outcome
from benchmarks.exfiltration._tables import interval

AS_THEY_ARE = {1, 3, *range(6, 16), 24, 25, 26, 28, 29, 30, 31}
CHANGED = {*range(16, 22), 23}
_SHOWN = {32, 33, 34}
MANY = 100


def summary(attacks: Sequence[Outcome], compositions: Sequence[Outcome]) -> list[str]:
    """Return the table; *undone* is what left as a copy with nothing of the leak, not called stopped."""
    made = [one for one in attacks if not one.error]
    changed = _of(made, CHANGED)
    kept = _of(made, AS_THEY_ARE)
    groups = {
        "**all attacks**": made,
        **{
            f"{size:,} people": [one for one in made if one.case.size == size]
            for size in sorted({one.case.size for one in made})
        },
        **{
            f"cohort {name}": [one for one in made if one.case.cohort == name]
            for name in sorted({one.case.cohort for one in made})
        },
        "rows as they are": [one for one in kept if one.case.cohort not in COARSE],
        "rows as they are, out of coarse cohorts": [one for one in kept if one.case.cohort in COARSE],
        f"changed values, {MANY} people and more": [one for one in changed if one.case.size >= MANY],
        "changed values, fewer people": [one for one in changed if one.case.size < MANY],
        "pictures and drawings": _of(made, _SHOWN),
        "all other classes": _of(made, set(range(1, 44)) - AS_THEY_ARE - CHANGED - _SHOWN),
        "compositions": [one for one in compositions if not one.error],
    }
    return [
        "\n### Attacks in short\n",
        "| what | files | blocked or reviewed, 95 % | blocked | undone | released |",
        "|---|---:|---|---:|---:|---:|",
        *(_row(name, group) for name, group in groups.items() if group),
    ]


def _of(attacks: Sequence[Outcome], classes: Container[int]) -> list[Outcome]:
    return [one for one in attacks if one.case.number in classes]


def _row(name: str, group: Sequence[Outcome]) -> str:
    verdicts = [one.verdict for one in group]
    stopped = verdicts.count("block") + verdicts.count("review")
    shown = " | ".join(str(verdicts.count(each)) for each in ("block", "undone", "release"))
    return f"| {name} | {len(group)} | {stopped}, {interval(stopped, len(group))} | {shown} |"
