"""What one paper costs at the query gateway, and how far off its numbers would be.

    python -m benchmarks privacy/paper
    python benchmarks/privacy/paper.py --people 50000

Takes about 20 s, 10 s with --quick.

A made-up cohort, a project with the default rule, and the queries of one paper: the flow chart, Table 1
by exposure (ten means with their SDs, six proportions), medians with quartiles, ten sensitivity analyses, and
the inputs of a survival curve, for which all that is left of the budget is spent. For every number, the
standard deviation of its noise is compared with the standard error that the number has without any noise, and
with its distance from the truth.
"""

import math
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

sys.path.insert(0, str(Path(__file__).parents[2]))
from benchmarks.ending import exit_code
from benchmarks.privacy._gateway import LocalGateway, arguments, cohort

from strongroom.disclosure.answer_noise import DEFAULT_RULE
from strongroom.disclosure.answer_noise.influence import Balance, budget_for
from strongroom.disclosure.gateway import Noise, charge_for, numbers_of
from strongroom.disclosure.query.reading import read_statement
from strongroom.disclosure.query.representation import Kind
from strongroom.disclosure.query.schema import Schema, Table

MEASURED = ("age", "bmi", "sbp", "dbp", "waist", "hdl", "ldl", "glucose", "crp", "deprivation")
FACTS = ("female", "smoker", "diabetes", "statins", "degree", "hypertension")
SENSITIVITY = (
    "bmi < 40",
    "bmi < 41",
    "smoker = 0",
    "diabetes = 0",
    "statins = 0",
    "age >= 50",
    "crp < 10",
    "months > 24",
    "female = 1 AND smoker = 0",
    "sbp < 160 OR hypertension = 0",
)
QUARTILES = (0.25, 0.5, 0.75)
_LAST_YEAR = 12  # people whose follow-up ends later are counted together, or their deaths would be hidden
_TEN_YEARS = 10
_MONTHLY_FROM = 200_000  # people: below it, deaths of one month and exposure are hidden
_WITHIN = 0.90  # of normal noise, 95 % is within 2 standard deviations; of 130 numbers, give or take 1.9 %
SCHEMA = Schema(
    Table(
        "participants",
        dict.fromkeys(["exposed", *MEASURED, *FACTS, "died", "months"], Kind.NUMBER),
    )
)


@dataclass(frozen=True)
class Step:
    """A part of the paper: its name, its queries, how many of the answer's columns are keys."""

    name: str
    queries: tuple[str, ...]
    keys: int = 1


@dataclass
class Project:
    """A project: the gateway, and what it has paid."""

    gateway: LocalGateway
    balance: Balance = field(default_factory=lambda: Balance(budget_for(DEFAULT_RULE.guessed)))

    def charge(self, sql: str, noise: float) -> dict[str, float]:
        """Return what a query would cost."""
        given = Noise(noise, DEFAULT_RULE.groups_each)
        return charge_for(
            numbers_of(read_statement(sql, SCHEMA), self.gateway.view.name, given), given, self.balance.paid
        )

    def answer(self, sql: str, noise: float) -> list[tuple[tuple[Any, ...], tuple[Any, ...]]]:
        """Pay for a query and return its rows with the standard deviations of their noise."""
        statement = read_statement(sql, SCHEMA)
        self.balance = self.balance.after(self.charge(sql, noise))
        answer = self.gateway.ask(statement, Noise(noise, DEFAULT_RULE.groups_each))
        return list(zip(answer.rows, answer.noise, strict=True))


@dataclass(frozen=True)
class Shown:
    """A number of the paper: the noisy one (None: hidden), its noise, the true one and its standard error."""

    kind: str
    noisy: float | None
    noise: float | None
    true: float
    error: float


def main() -> int:
    """Print the cost of each part of the paper, and how far off its numbers are."""
    chosen = arguments(__doc__, people=500_000, quick={"people": 50_000})
    project = Project(LocalGateway(SCHEMA, cohort(made_up(chosen.people)), chosen.people))
    width = 1 if chosen.people >= _MONTHLY_FROM else 12
    print(f"{chosen.people:,} people; deaths in periods of {width} month{'s' if width > 1 else ''}\n")
    print("| part | queries | noise of a count | cost | left |\n|---|---:|---:|---:|---:|")
    asked: list[tuple[Step, float]] = []
    found: list[Shown] = []
    for step in parts():
        found += _taken(project, step, DEFAULT_RULE.noise)
        asked.append((step, DEFAULT_RULE.noise))
    curve = survival(width)
    least = least_noise(project, curve)
    found += _taken(project, curve, least)
    asked.append((curve, least))
    print()
    _accuracy(found)
    _curve(project, curve.queries[0], least)
    return exit_code(_misses(project, asked, found))


def parts() -> Iterator[Step]:
    """Yield the parts of the paper that are asked with the default noise."""
    yield Step("flow chart", ("SELECT COUNT(*) AS n, COUNT(bmi) AS with_bmi FROM participants",), 0)
    table = ", ".join(f"AVG({each}) AS mean_{each}, STDDEV({each}) AS sd_{each}" for each in MEASURED)
    yield Step(
        "Table 1: ten means with SDs",
        (f"SELECT exposed, COUNT(*) AS n, {table} FROM participants GROUP BY exposed",),
    )
    shares = ", ".join(
        f"1.0 * COUNT(*) FILTER (WHERE {each} = 1) / COUNT(*) AS share_{each}" for each in FACTS
    )
    yield Step("Table 1: six proportions", (f"SELECT exposed, {shares} FROM participants GROUP BY exposed",))
    quantiles = ", ".join(
        f"QUANTILE_CONT({each}, {share}) AS q{100 * share:.0f}_{each}"
        for each in ("bmi", "glucose")
        for share in QUARTILES
    )
    yield Step(
        "medians and quartiles of two columns",
        (f"SELECT exposed, {quantiles} FROM participants GROUP BY exposed",),
    )
    yield Step(
        "ten sensitivity analyses",
        tuple(
            "SELECT exposed, COUNT(*) AS n, COUNT(*) FILTER (WHERE died = 1) AS deaths "
            f"FROM participants WHERE {each} GROUP BY exposed"
            for each in SENSITIVITY
        ),
    )


def survival(width: int) -> Step:
    """Return the inputs of a life table in years, and deaths in periods of so many months."""
    year, period = f"LEAST(FLOOR(months / 12), {_LAST_YEAR})", f"FLOOR(months / {width})"
    return Step(
        "survival: people by year of follow-up, status and exposure; deaths by period",
        (
            f"SELECT exposed, died, {year} AS year, COUNT(*) AS n FROM participants GROUP BY ALL",
            (
                f"SELECT 1 AS died, 1 AS all_, {period} AS period, COUNT(*) AS n FROM participants "
                "WHERE died = 1 GROUP BY ALL"
            ),
        ),
        3,
    )


def least_noise(project: Project, step: Step) -> float:
    """Return the noise with which a step costs all that is left, rounded up to a tenth."""
    unit = sum(sum(project.charge(sql, DEFAULT_RULE.noise).values()) for sql in step.queries)
    least = DEFAULT_RULE.noise * math.sqrt(unit / project.balance.left)
    return math.ceil(10 * least) / 10


def _taken(project: Project, step: Step, noise: float) -> list[Shown]:
    """Ask a step's queries, print what they cost, and return their numbers."""
    before, found = project.balance, []
    for sql in step.queries:
        rows = project.answer(sql, noise)
        found += list(_compared(project, sql, rows, step.keys))
    spent = project.balance.spent - before.spent
    total = project.balance.total
    print(
        f"| {step.name} | {len(step.queries)} | {noise:g} | {spent / total:.1%} "
        f"| {project.balance.left / total:.1%} |"
    )
    return found


def _compared(
    project: Project, sql: str, rows: Sequence[tuple[tuple[Any, ...], tuple[Any, ...]]], keys: int
) -> Iterator[Shown]:
    """Yield each number of an answer beside the truth; of groups that are left out, too."""
    given = {row[:keys]: (row, noise) for row, noise in rows}
    true = project.gateway.connection.execute(sql)
    names = [each[0] for each in true.description or ()]
    for row in true.fetchall():
        values = dict(zip(names, row, strict=True))
        shown, noise = given.get(row[:keys], ((None,) * len(row), (None,) * len(row)))
        for place in range(keys, len(row)):
            label = names[place]
            yield Shown(
                _kind(label), shown[place], noise[place], float(row[place]), _error(project, label, values)
            )


def _kind(label: str) -> str:
    first, _, of = label.partition("_")
    kinds = {"mean": "means", "sd": "SDs", "share": "proportions"}
    if first in kinds:
        long = " of CRP, which has a long tail" if of == "crp" else ""
        return kinds[first] + long
    return "quartiles" if first in ("q25", "q50", "q75") else "counts"


def _error(project: Project, label: str, values: Mapping[str, Any]) -> float:
    """Return the standard error that a number has without noise."""
    first, _, of = label.partition("_")
    if first not in ("mean", "sd", "share", "q25", "q50", "q75"):
        return math.sqrt(values[label])
    (people,) = project.gateway.connection.execute(
        "SELECT count(*) FROM participants WHERE exposed = ?", [values["exposed"]]
    ).fetchall()[0]
    match first:
        case "mean":
            return float(values[f"sd_{of}"] / math.sqrt(people))
        case "sd":
            return float(values[label] / math.sqrt(2 * people))
        case "share":
            return math.sqrt(values[label] * (1 - values[label]) / people)
    share = int(first[1:]) / 100
    low, high = project.gateway.connection.execute(
        f"SELECT quantile_cont({of}, {share - 0.01}), quantile_cont({of}, {share + 0.01}) "
        "FROM participants WHERE exposed = ?",
        [values["exposed"]],
    ).fetchall()[0]
    return math.sqrt(share * (1 - share) / people) * (high - low) / 0.02


def _accuracy(found: Sequence[Shown]) -> None:
    columns = (
        "numbers",
        "of them shown",
        "noise / standard error, median",
        "largest",
        "noise / number, median",
        "off by less than 2 SDs of noise",
    )
    print(f"| {' | '.join(columns)} |\n|---|{'---:|' * (len(columns) - 1)}")
    for kind in dict.fromkeys(each.kind for each in found):
        mine = [each for each in found if each.kind == kind]
        shown = [each for each in mine if each.noise is not None]
        errors = [(each.noise or 0) / each.error for each in shown]
        share = [abs((each.noise or 0) / each.true) for each in shown if each.true]
        print(
            f"| {kind} | {len(shown)} of {len(mine)} | {np.median(errors):.2f} | {max(errors):.2f} "
            f"| {np.median(share):.2%} | {_within(shown):.1%} |"
        )


def _within(shown: Sequence[Shown]) -> float:
    return float(np.mean([abs((each.noisy or 0) - each.true) < 2 * (each.noise or 0) for each in shown]))


def _curve(project: Project, sql: str, noise: float) -> None:
    """Print how far off the survival is, by exposure."""
    exact = "SELECT exposed, died, months / 12, count(*) FROM participants GROUP BY ALL"
    true = project.gateway.connection.execute(exact).fetchall()
    given = [row for row, _ in project.answer(sql, noise)]
    columns = ("survival after", "exposed", "true", "from the answer", "standard error")
    print(f"\n| {' | '.join(columns)} |\n|---|{'---:|' * (len(columns) - 1)}")
    for name, until in (("ten years", _TEN_YEARS), ("the longest follow-up", math.inf)):
        for exposed in (0, 1):
            survived, error = _survival(true, exposed, until, within=0.0)
            noisy, _ = _survival(given, exposed, until, within=0.5)
            print(f"| {name} | {exposed} | {survived:.4f} | {noisy:.4f} | {error:.4f} |")
    print("\nTrue: the Kaplan-Meier estimate by month. From the answer: the life table by year.")


def _survival(
    rows: Sequence[tuple[Any, ...]], exposed: int, until: float, *, within: float
) -> tuple[float, float]:
    """Return the survival before a period and Greenwood's standard error.

    `within` is the share of a period's censored people who do not count as at risk in it: 0 of the
    Kaplan-Meier estimate, a half of a life table.
    """
    counts: dict[tuple[float, float], float] = {
        (row[2], row[1]): row[3] for row in rows if row[0] == exposed and row[3] is not None
    }
    at_risk, survived, variance = math.fsum(counts.values()), 1.0, 0.0
    for period in sorted({period for period, _ in counts if period < until}):
        deaths, censored = counts.get((period, 1), 0.0), counts.get((period, 0), 0.0)
        exposure = at_risk - within * censored
        if exposure > deaths:
            survived *= 1 - deaths / exposure
            variance += deaths / (exposure * (exposure - deaths))
        at_risk -= deaths + censored
    return survived, survived * math.sqrt(variance)


def _misses(project: Project, asked: Sequence[tuple[Step, float]], found: Sequence[Shown]) -> list[str]:
    """Return the targets that are missed."""
    missed = []
    again = sum(
        project.balance.price(project.charge(sql, noise)) for step, noise in asked for sql in step.queries
    )
    left = project.balance.left / project.balance.total
    print(f"\nEverything asked again costs {again / project.balance.total:.1%}; {left:.1%} is left.")
    if again > 0:
        missed.append("the same queries are charged a second time")
    if project.balance.spent > project.balance.total * (1 + 1e-9):
        missed.append("the paper costs more than the budget")
    plain = [each for each in found if each.noise is not None and "long tail" not in each.kind]
    if _within(plain) < _WITHIN:
        missed.append(f"{_within(plain):.1%} of the numbers are within 2 SDs of noise, {_WITHIN:.0%} wanted")
    return missed


def made_up(people: int) -> dict[str, Any]:
    """Return the columns of a made-up cohort: three in ten exposed, 6 % dead within 12 years."""
    draw = np.random.default_rng(14)
    exposed = (draw.random(people) < 0.3).astype(np.int64)
    age = draw.integers(40, 70, people)
    made: dict[str, Any] = {"exposed": exposed, "age": age}
    shapes = {
        "bmi": (27 + exposed, 4.8),
        "sbp": (138 + exposed, 18.6),
        "dbp": (82 + exposed, 10.1),
        "waist": (90 + 2 * exposed, 13.5),
        "hdl": (1.45 - 0.05 * exposed, 0.38),
        "ldl": (3.56, 0.87),
        "deprivation": (-1.3 + 0.5 * exposed, 3.1),
    }
    made |= {name: draw.normal(mean, spread, people) for name, (mean, spread) in shapes.items()}
    made["glucose"] = draw.lognormal(1.61, 0.15, people)
    made["crp"] = draw.lognormal(0.3, 1.0, people)
    shares = dict(zip(FACTS, (0.54, 0.11, 0.05, 0.17, 0.33, 0.28), strict=True))
    made |= {name: (draw.random(people) < share).astype(np.int8) for name, share in shares.items()}
    until_death = draw.exponential(2_500 / np.exp((age - 55) / 12 + 0.3 * exposed))
    until_end = draw.integers(130, 170, people)
    made["died"] = (until_death < until_end).astype(np.int8)
    made["months"] = np.floor(np.minimum(until_death, until_end))
    return made


if __name__ == "__main__":
    sys.exit(main())
