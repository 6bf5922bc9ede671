"""ACRO's own published examples, and what it lets through, put to ACRO and to the library side by side.

    python -m benchmarks privacy/acro

Takes about 20 s, 20 s with --quick.

ACRO (MIT) runs in the environment that `make bench` makes, with its defaults; the library under the policy of
its thresholds. Exits with 1 where the library passes what ACRO fails, shows a cell that ACRO would not, says
something against an output that ACRO's examples call a pass, or does not refuse what ACRO lets through.
"""

import argparse
import sys
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).parents[2]))
from benchmarks.elsewhere import available
from benchmarks.ending import exit_code, left_out
from benchmarks.privacy._acro_cases import Judged, counts, cross_table, magnitudes, regression, survival
from benchmarks.privacy._acro_data import Records, charities, nursery, synthetic

from strongroom.disclosure import Status, check_difference

_Case = tuple[str, str, Callable[[], Judged]]


def published(draw: np.random.Generator) -> Iterator[_Case]:
    """Yield ACRO's examples with the word its documentation or tests give them ('' where they give none)."""
    families, accounts = nursery(draw), charities(draw)
    both, kinds = (["recommend"], ["parents"]), (["year"], ["grant_type"])
    yield "nursery: recommendation by parents", "fail", lambda: counts(families, *both)
    yield "nursery: the same with margins", "", lambda: counts(families, *both, margins=True)
    for statistic in ("mean", "sum", "median"):
        yield (
            f"nursery: {statistic} of children by both",
            "fail",
            lambda statistic=statistic: magnitudes(families, *both, statistic),
        )
    for statistic in ("mean", "std"):
        yield (
            f"nursery: {statistic} of children by parents",
            "pass",
            lambda statistic=statistic: magnitudes(families, ["parents"], [], statistic),
        )
    recommended = np.unique(families.keys["recommend"], return_inverse=True)[1].astype(float)
    usual = (np.array(families.keys["parents"]) == "usual").astype(float)
    terms = [np.ones(len(usual)), families.values]
    yield "nursery: OLS of recommendation on children", "pass", lambda: regression("ols", recommended, terms)
    yield "nursery: logit of parents on children", "pass", lambda: regression("logit", usual, terms)
    yield "nursery: probit of parents on children", "pass", lambda: regression("probit", usual, terms)
    yield "charities: year by grant type", "fail", lambda: counts(accounts, *kinds)
    yield "charities: mean grants by year and type", "fail", lambda: magnitudes(accounts, *kinds, "mean")
    yield "charities: mean grants by type", "pass", lambda: magnitudes(accounts, ["grant_type"], [], "mean")
    for columns in (1, 2, 3, 4):
        rows, across = _laid_out(columns)
        few = synthetic(columns)
        enough = few.without("first", "C")
        yield (
            f"synthetic, {columns}-dimensional, unsafe: sum",
            "fail",
            lambda r=rows, c=across, few=few: magnitudes(few, r, c, "sum"),
        )
        yield (
            f"synthetic, {columns}-dimensional, safe: sum",
            "pass",
            lambda r=rows, c=across, e=enough: magnitudes(e, r, c, "sum"),
        )
    one = synthetic(4)
    dominated = replace(one, values=one.values.copy())
    dominated.values[np.flatnonzero(np.array(one.keys["first"]) == "A")[0]] = 10_000
    yield (
        "synthetic: one value of 10,000, sum",
        "fail",
        lambda: magnitudes(dominated, ["first"], ["second"], "sum"),
    )
    times = draw.integers(1, 40, 300)
    yield "survival function, one step a time", "", lambda: survival(times, draw.integers(0, 2, 300))


def _laid_out(columns: int) -> tuple[list[str], list[str]]:
    names = ["first", "second", "third", "fourth"][:columns]
    return (names[: max(columns // 2, 1)], names[max(columns // 2, 1) :] or ["second"])


def let_through(draw: np.random.Generator) -> Iterator[_Case]:
    """Yield outputs that give a person away."""
    families = nursery(draw)
    few = families.without("recommend", "recommend")
    people = len(families.values)
    numbered = replace(families, values=1_000_000 + draw.permutation(people).astype(float))
    yield "max of children by parents", "", lambda: magnitudes(families, ["parents"], [], "max")
    yield "min of children by parents", "", lambda: magnitudes(families, ["parents"], [], "min")
    yield "max of the id by parents", "", lambda: magnitudes(numbered, ["parents"], [], "max")
    yield "two tables that differ by one person", "", lambda: _two_tables(few)
    one = (np.arange(people) == 17).astype(float)
    outcome = families.values
    constant, usual = np.ones(people), (np.array(families.keys["parents"]) == "usual").astype(float)
    yield "OLS with a dummy for one person", "", lambda: regression("ols", outcome, [constant, usual, one])
    hidden = [constant, usual, np.abs(usual - one)]
    yield "OLS with one person in the difference of two terms", "", lambda: regression("ols", outcome, hidden)
    rare = (np.arange(people) < 4).astype(float)
    yield "OLS of what four people have", "", lambda: regression("ols", rare, [constant, usual])
    persons = np.arange(people) % 5
    yield (
        "mean of thousands of rows of five people",
        "",
        lambda: magnitudes(families, ["parents"], [], "mean", persons=persons),
    )


def _two_tables(families: Records) -> Judged:
    """Put two tables of large groups to both, the second without one person."""
    both = (["recommend"], ["parents"])
    all_of = families.without("parents", "great_pret")
    less = Records({name: cells[1:] for name, cells in all_of.keys.items()}, all_of.values[1:])
    words = {counts(each, *both).theirs for each in (all_of, less)}
    found = check_difference(cross_table(less, *both), cross_table(all_of, *both), policy="acro")
    return Judged("pass" if words == {"pass"} else "fail", found)


def main() -> int:
    """Print both tables; returns 1 where the library says less than it should."""
    _arguments()
    if not available():
        left_out("ACRO, which is not installed (`make .venv-bench/.ready`)")
        return 0
    wrong = _parity(np.random.default_rng(3)) + _gaps(np.random.default_rng(4))
    return exit_code(
        [f"{wrong} outputs where the library says less than ACRO, or something against a pass"] * bool(wrong)
    )


def _parity(draw: np.random.Generator) -> int:
    print("| ACRO's published example | published | ACRO 1.0 | cells | library | cells | missed | why |")
    print("|---|---|---|---|---|---|---|---|")
    wrong = 0
    for name, word, run in published(draw):
        judged = run()
        print(
            f"| {name} | {word} | {judged.theirs} | {len(judged.their_cells)} | "
            f"{judged.our_status.name.lower()} | {len(judged.our_cells)} | {len(judged.missed)} | "
            f"{judged.reasons} |"
        )
        fails = "fail" in {judged.theirs, word}
        wrong += bool(judged.missed) or (fails and judged.our_status is not Status.FAIL)
        wrong += word == "pass" and judged.theirs == "pass" and judged.our_status is not Status.PASS
    return wrong


def _gaps(draw: np.random.Generator) -> int:
    print("\n| gives a person away | ACRO 1.0 | library | why |\n|---|---|---|---|")
    wrong = 0
    for name, _, run in let_through(draw):
        judged = run()
        print(f"| {name} | {judged.theirs} | {judged.our_status.name.lower()} | {judged.reasons} |")
        wrong += judged.our_status is not Status.FAIL
    return wrong


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--quick", action="store_true", help="changes nothing: all benchmarks take it")
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
