"""Outcomes as tables in Markdown, and as the same figures in JSON."""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Sequence
from typing import Any

from benchmarks.exfiltration._peers import NAMES as PEERS
from benchmarks.exfiltration._peers.acro_outputs import Told
from benchmarks.exfiltration._run import Outcome
from benchmarks.intervals import wilson

Key = Callable[[Outcome], Any]
_CAUGHT = ("review", "block")


def counted(outcomes: Iterable[Outcome], key: Key) -> dict[Any, Counter[str]]:
    """Count verdicts by key, the keys in order."""
    found: dict[Any, Counter[str]] = defaultdict(Counter)
    for one in outcomes:
        if not one.error:
            found[key(one)][one.verdict] += 1
    return dict(sorted(found.items()))


def attack_table(title: str, outcomes: Sequence[Outcome], key: Key) -> list[str]:
    """Return how much was stopped, by key and in all: blocked or reviewed; undone in the copy is apart."""
    lines = [
        f"\n### {title}\n",
        "| class | files | block | review | undone | release | blocked, 95 % | stopped, 95 % |",
        "|---|---:|---:|---:|---:|---:|---|---|",
    ]
    groups = {**counted(outcomes, key), "**all**": Counter(one.verdict for one in outcomes if not one.error)}
    for name, verdicts in groups.items():
        total = verdicts.total()
        shown = " | ".join(str(verdicts[each]) for each in ("block", "review", "undone", "release"))
        blocked = interval(verdicts["block"], total)
        caught = interval(verdicts["block"] + verdicts["review"], total)
        lines.append(f"| {name} | {total} | {shown} | {blocked} | {caught} |")
    return lines


def benign_table(title: str, outcomes: Sequence[Outcome], key: Key) -> list[str]:
    """Return how much was let go, by key and in all."""
    lines = [
        f"\n### {title}\n",
        "| class | files | release | review | block | released, 95 % | reviewed, 95 % | blocked, 95 % |",
        "|---|---:|---:|---:|---:|---|---|---|",
    ]
    groups = {**counted(outcomes, key), "**all**": Counter(one.verdict for one in outcomes if not one.error)}
    for name, verdicts in groups.items():
        total = verdicts.total()
        order = ("release", "review", "block")
        shown = " | ".join(str(verdicts[each]) for each in order)
        shares = " | ".join(interval(verdicts[each], total) for each in order)
        lines.append(f"| {name} | {total} | {shown} | {shares} |")
    return lines


def peer_table(attacks: Sequence[Outcome], benign: Sequence[Outcome]) -> list[str]:
    """Return what each peer stops of the attacks and of the honest files, beside the checker."""
    lines = [
        "\n### Side by side, on the same files\n",
        "| rule | attacks stopped | attacks reviewed | honest files stopped | honest files reviewed |",
        "|---|---|---|---|---|",
    ]
    lines.append(_peer_row("strongroom", attacks, benign, lambda one: one.verdict))
    for name in PEERS:
        if any(name in one.peers for one in attacks):
            lines.append(_peer_row(name, attacks, benign, lambda one, name=name: one.peers.get(name, "")))  # type: ignore[misc]
        else:
            lines.append(f"| {name} | not installed (`make bench` does) | | | |")
    return lines


def acro_table(outputs: Sequence[Told]) -> list[str]:
    """Return what ACRO says of its own outputs."""
    rows = [f"| {one.output} | {'yes' if one.discloses else 'no'} | {one.status} |" for one in outputs]
    lines = ["\n### ACRO on its own outputs (any other file it sends to review)\n"]
    return [*lines, "| output | discloses a person | ACRO |", "|---|---|---|", *rows]


def misses(outcomes: Iterable[Outcome]) -> list[str]:
    """List the attacks that were released, so that each can be made again."""
    missed = [one for one in outcomes if one.verdict == "release"]
    return [
        "\n### Attacks released\n",
        *(f"- {one.case.label}; seed {list(one.case.seed)}" for one in missed),
    ]


def false_alarms(outcomes: Iterable[Outcome]) -> list[str]:
    """List the honest files that were held, with the detectors that fired."""
    lines = ["\n### Honest files held\n"]
    for one in outcomes:
        if one.verdict in _CAUGHT:
            fired = sorted({f"{found[0]} ({found[1]})" for found in one.findings if found[1] != "release"})
            lines.append(f"- {one.verdict}: {one.case.path or one.case.label}: {', '.join(fired)}")
    return lines


def slowest(outcomes: Iterable[Outcome]) -> list[str]:
    """List the ten cases that took most work."""
    most = sorted(outcomes, key=lambda one: -one.work)[:10]
    lines = [f"- {one.work:.1f} s for {one.size:,} bytes: {one.case.path or one.case.label}" for one in most]
    return ["\n### Most CPU seconds of the detectors\n", *lines]


def failures(outcomes: Iterable[Outcome]) -> list[str]:
    """List the cases that could not be made or judged."""
    failed = [one for one in outcomes if one.error]
    return (
        ["\n### Cases that failed\n", *(f"- {one.case.label}: {one.error}" for one in failed)]
        if failed
        else []
    )


def interval(count: int, total: int) -> str:
    """Return a share and its 95 % interval in per cent."""
    low, high = wilson(count, total)
    return f"{100 * count / max(total, 1):.1f} % ({100 * low:.1f}-{100 * high:.1f})"


def _peer_row(name: str, attacks: Sequence[Outcome], benign: Sequence[Outcome], verdict: Key) -> str:
    cells = []
    for outcomes in (attacks, benign):
        verdicts = Counter(verdict(one) for one in outcomes if not one.error and verdict(one))
        total = verdicts.total()
        cells += [interval(verdicts["block"], total), interval(verdicts["review"], total)]
    return f"| {name} | {' | '.join(cells)} |"
