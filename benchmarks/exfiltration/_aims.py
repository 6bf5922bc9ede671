"""What the benchmark is to reach, and where a run falls short of it."""

from collections.abc import Sequence

from benchmarks.exfiltration._cohorts import COARSE
from benchmarks.exfiltration._run import Outcome
from benchmarks.exfiltration._summary import AS_THEY_ARE, CHANGED, MANY
from benchmarks.exfiltration._tables import interval

ALL_STOPPED, CLASS_STOPPED = 0.995, 0.97
MOST_REVIEWED, MOST_BLOCKED = 0.05, 0.005


def shortfalls(
    attacks: Sequence[Outcome], compositions: Sequence[Outcome], honest: Sequence[Outcome]
) -> list[str]:
    """Return each aim that a run misses, with what it reached; honest files are the real ones."""
    made = [one for one in attacks if not one.error]
    kept = [one for one in made if one.case.number in AS_THEY_ARE and one.case.cohort not in COARSE]
    changed = [one for one in made if one.case.number in CHANGED and one.case.size >= MANY]
    found = [_stopped("attacks", [*made, *(one for one in compositions if not one.error)], ALL_STOPPED)]
    found.append(_stopped("rows as they are", kept, 1.0))
    for name in sorted({one.case.name for one in changed}):
        group = [one for one in changed if one.case.name == name]
        found.append(_stopped(f"{name}, {MANY} people and more", group, CLASS_STOPPED))
    found.append(_held(honest, "review", MOST_REVIEWED))
    found.append(_held(honest, "block", MOST_BLOCKED))
    return [each for each in found if each]


def _stopped(what: str, group: Sequence[Outcome], least: float) -> str:
    stopped = sum(one.verdict in {"block", "review"} for one in group)
    undone = sum(one.verdict == "undone" for one in group)
    more = f" and {undone} more undone" * (undone > 0)
    rate = interval(stopped, len(group))
    said = f"{what}: {stopped} of {len(group)} stopped{more}, {rate}, at least {least:.1%}"
    return said * (stopped < least * len(group))


def _held(honest: Sequence[Outcome], verdict: str, most: float) -> str:
    judged = [one for one in honest if not one.error]
    held = sum(one.verdict == verdict for one in judged)
    said = f"honest files: {held} of {len(judged)} end in {verdict}, at most {most:.1%}"
    return said * (held > most * len(judged))
