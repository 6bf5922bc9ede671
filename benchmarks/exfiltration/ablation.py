"""What each rule alone achieves: the attacks only it stops, and the honest files only it holds.

    python -m benchmarks.exfiltration.ablation ATTACKS HONEST
    python -m benchmarks.exfiltration.ablation attacks.jsonl honest.jsonl --names

Takes about 1 s, 1 s with --quick: nothing is judged again.

ATTACKS and HONEST are the verdicts of one run: a folder of what `strongroom check FILE --json` printed, one
file a request; a file of such documents, one a line; or the outcomes that `rates.py --rows` wrote, which may
be given as both (its families tell attacks from honest files). A rule alone holds a file if no finding of
another rule would; a detector alone, if no finding of another detector would. A rule that alone stops nothing
and alone holds honest files is one to delete or to merge.
"""

import argparse
import json
import sys
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

_ATTACKS = ("attack", "composition")
_HONEST = ("benign", "real")
_NAMES = 6


@dataclass(frozen=True)
class Judged:
    """A file judged: its name, its verdict and the rules that sent it to review or blocked it."""

    name: str
    verdict: str
    rules: frozenset[str]


@dataclass(frozen=True)
class Share:
    """What one rule does: the attacks and honest files it has findings in, and those that it alone holds."""

    rule: str
    stopped: int
    stopped_alone: tuple[str, ...]
    held: int
    held_alone: tuple[str, ...]


def read(path: Path, families: Sequence[str]) -> list[Judged]:
    """Read verdicts from a folder of documents, or from lines; of `rates.py`'s outcomes, some families."""
    if path.is_dir():
        found = [
            (each.stem, json.loads(each.read_text(encoding="utf-8"))) for each in sorted(path.glob("*.json"))
        ]
    else:
        lines = path.read_text(encoding="utf-8").splitlines()
        found = [(f"line {number}", json.loads(line)) for number, line in enumerate(lines, 1)]
    judged = (_judged(name, row, families) for name, row in found)
    return [each for each in judged if each is not None]


def shares(attacks: Sequence[Judged], honest: Sequence[Judged]) -> list[Share]:
    """Return what each rule does, those that alone stop most attacks first."""
    stopped, held = _by_rule(attacks), _by_rule(honest)
    found = [
        Share(rule, stopped[rule], _alone(rule, attacks), held[rule], _alone(rule, honest))
        for rule in {*stopped, *held}
    ]
    return sorted(found, key=lambda one: (-len(one.stopped_alone), len(one.held_alone), one.rule))


def by_detector(judged: Iterable[Judged]) -> list[Judged]:
    """Return the same files with detectors in place of rules."""
    return [
        Judged(each.name, each.verdict, frozenset(rule.split("/")[0] for rule in each.rules))
        for each in judged
    ]


def table(found: Sequence[Share], *, names: bool = False) -> list[str]:
    """Return the shares in Markdown, with the names of the files if asked."""
    lines = [
        "| rule | attacks | alone stops | honest files | alone holds |",
        "|---|---:|---:|---:|---:|",
        *(
            f"| {one.rule} | {one.stopped} | {len(one.stopped_alone)} | {one.held} | {len(one.held_alone)} |"
            for one in found
        ),
    ]
    return [*lines, *(_named(found) if names else [])]


def doubtful(found: Sequence[Share]) -> list[str]:
    """Return the rules that alone stop no attack but alone hold honest files."""
    return [one.rule for one in found if one.held_alone and not one.stopped_alone]


def all_findings(findings: Iterable[Mapping[str, Any]]) -> Iterator[Mapping[str, Any]]:
    """Yield findings of a document of `strongroom check --json`, and their further evidence."""
    for each in findings:
        yield each
        yield from all_findings(each["further"])


def _judged(name: str, row: Mapping[str, Any], families: Sequence[str]) -> Judged | None:
    """Read a document of `strongroom check --json` or an outcome; None for an outcome of other families."""
    if "case" in row:
        case = row["case"]
        if case["family"] not in families or row["error"]:
            return None
        parts = (case["name"], case["cohort"], case["size"], Path(case["path"]).name)
        name = " ".join(str(part) for part in parts if part)
        found = [(rule, severity) for rule, severity, *_ in row["findings"]]
    else:
        shown = (each for file in row.get("files", ()) for each in all_findings(file["findings"]))
        found = [(each["rule"] or each["detector"], each["severity"]) for each in shown]
    rules = frozenset(rule for rule, severity in found if severity != "release")
    return Judged(str(row.get("file", name)), str(row.get("verdict", "")), rules)


def _by_rule(judged: Iterable[Judged]) -> Counter[str]:
    return Counter(rule for each in judged for rule in each.rules)


def _alone(rule: str, judged: Iterable[Judged]) -> tuple[str, ...]:
    return tuple(each.name for each in judged if each.rules == {rule})


def _named(found: Iterable[Share]) -> Iterator[str]:
    for one in found:
        for what, files in (("stops", one.stopped_alone), ("holds honest", one.held_alone)):
            if files:
                more = f" and {len(files) - _NAMES} more" * (len(files) > _NAMES)
                yield f"- {one.rule} alone {what}: {', '.join(files[:_NAMES])}{more}"


def _totals(what: str, judged: Sequence[Judged]) -> str:
    verdicts = Counter(each.verdict for each in judged)
    counts = ", ".join(f"{number:,} {verdict}" for verdict, number in verdicts.items())
    return f"{what}: {len(judged):,} ({counts})"


def main() -> int:
    """Print both tables, by detector and by rule, and what to reconsider."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("attacks", type=Path, nargs="?", help="verdicts on attacks")
    parser.add_argument("honest", type=Path, nargs="?", help="verdicts on honest files")
    parser.add_argument("--names", action="store_true", help="name the files that one rule alone holds")
    parser.add_argument("--quick", action="store_true", help="changes nothing: all benchmarks take it")
    chosen = parser.parse_args()
    if chosen.attacks is None or chosen.honest is None:
        print("Nothing to compare: give the verdicts on attacks and those on honest files.")
        return 0
    attacks, honest = read(chosen.attacks, _ATTACKS), read(chosen.honest, _HONEST)
    found = shares(attacks, honest)
    print(_totals("Attacks", attacks), _totals("Honest files", honest), "", sep="\n")
    print("By detector", "", *table(shares(by_detector(attacks), by_detector(honest))), "", sep="\n")
    print("By rule", "", *table(found, names=chosen.names), "", sep="\n")
    print("Alone hold honest files and alone stop nothing:", ", ".join(doubtful(found)) or "none")
    return 0


if __name__ == "__main__":
    sys.exit(main())
