"""How far off protected answers are: fifty tables of an epidemiology paper, each mode beside the truth.

    python -m benchmarks privacy/utility
    python benchmarks/privacy/utility.py --people 500000

Takes about 60 s, 20 s with --quick.

Counts by age, sex, region, smoking and BMI class, one to three at a time, and of five outcomes by each; then
means of a column with short tails and of one with long, by the same groups, as the gateway answers them. The
cohort is made up; the privacy budget is 1 for all fifty.
"""

import itertools
import sys
from pathlib import Path

import duckdb
import numpy as np
from numpy.typing import NDArray

sys.path.insert(0, str(Path(__file__).parents[2]))
from benchmarks.privacy._gateway import LocalGateway, arguments, cohort

from strongroom.disclosure.answer_noise import CellNoise, shown_counts
from strongroom.disclosure.answer_noise.noisy_counts import noisy_counts
from strongroom.disclosure.differential_privacy.laplace_noise import with_noise
from strongroom.disclosure.query.reading import read_statement
from strongroom.disclosure.query.representation import Kind
from strongroom.disclosure.query.schema import Schema, Table
from strongroom.disclosure.redteam import Mode, modes

GROUPS = {"age": "floor(age / 5)", "sex": "sex", "region": "region", "smoking": "smoking", "bmi": "bmi_class"}
OUTCOMES = ("diabetes", "infarction", "stroke", "asthma", "cancer")
_TABLES = 50
_SIZES = (40, 100, 200, 500, 1_000, 3_000, 10_000, 1_000_000)
SCHEMA = Schema(
    Table(
        "participants",
        dict.fromkeys(["age", "sex", "region", "smoking", "bmi_class", "bmi", "crp"], Kind.NUMBER),
    )
)


def main() -> int:
    """Print the table."""
    chosen = arguments(__doc__, people=500_000, quick={"people": 50_000})
    cells = [_cells(_connection(chosen.people), keys, outcome) for keys, outcome in tables()]
    print(f"{len(cells)} tables, {sum(map(len, cells)):,} cells, {chosen.people:,} people\n")
    print("| mode | error, median % | error, 95 % of cells below | cells not shown % |\n|---|---|---|---|")
    for mode in modes():
        true = np.concatenate(cells)
        shown = np.concatenate([_shown(each, mode, number) for number, each in enumerate(cells)])
        told = np.isfinite(shown)
        error = 100 * np.abs(shown[told] - true[told]) / true[told]
        print(
            f"| {mode.name} | {np.median(error):.2f} | {np.quantile(error, 0.95):.1f} % "
            f"| {100 * np.mean(~told):.1f} |"
        )
    means(chosen.people)
    return 0


def means(people: int) -> None:
    """Print how far off means are, in SDs of all people, by how many people they are of."""
    columns = (
        "mean of",
        "people in the group",
        "groups",
        "off, median",
        "95 % below",
        "standard error",
        "hidden %",
    )
    print(f"\n| {' | '.join(columns)} |\n|{'---|' * len(columns)}")
    connection = _connection(people)
    for name in ("bmi", "crp"):
        found = np.concatenate(
            [_means(connection, keys, name) for keys, outcome in tables() if outcome is None]
        )
        for low, high in itertools.pairwise(_SIZES):
            true, shown, many = found[(found[:, 2] >= low) & (found[:, 2] < high)].T
            off = np.abs(shown - true)[np.isfinite(shown)]
            errors = " | ".join(f"{np.quantile(off, each):.3f}" if len(off) else "" for each in (0.5, 0.95))
            error, hidden = np.median(1 / np.sqrt(many)), 100 * np.mean(np.isnan(shown))
            print(f"| {name} | {low:,} to {high:,} | {len(true)} | {errors} | {error:.3f} | {hidden:.0f} |")


def _means(connection: duckdb.DuckDBPyConnection, keys: tuple[str, ...], name: str) -> NDArray[np.float64]:
    """Return of each group the true mean, the shown one, both in SDs, and how many people it has."""
    by = ", ".join(f"{GROUPS[key]} AS g{place}" for place, key in enumerate(keys))
    named = ", ".join(f"g{place}" for place in range(len(keys)))
    sql = f"SELECT {by}, AVG({name}) AS m FROM participants GROUP BY ALL"
    (size,) = connection.execute("SELECT count(*) FROM participants").fetchall()[0]
    answer = LocalGateway(SCHEMA, connection, size).ask(read_statement(sql, SCHEMA))
    shown = {row[:-1]: row[-1] for row in answer.rows}
    spread = connection.execute(f"SELECT stddev({name}) FROM participants").fetchall()[0][0]
    true = connection.execute(
        f"SELECT {named}, avg({name}), count(*) FROM (SELECT *, {by} FROM participants) GROUP BY {named}"
    ).fetchall()
    return np.array(
        [(mean / spread, (shown.get(tuple(group)) or np.nan) / spread, many) for *group, mean, many in true]
    )


def tables() -> list[tuple[tuple[str, ...], str | None]]:
    """Return fifty tables: what each is grouped by, and the outcome that is counted."""
    one = [(name,) for name in GROUPS]
    two, three = itertools.combinations(GROUPS, 2), itertools.combinations(GROUPS, 3)
    plain = [(keys, None) for keys in (*one, *two, *three)]
    ill = [(keys, outcome) for outcome in OUTCOMES for keys in one]
    return [*plain, *ill][:_TABLES]


def _connection(people: int) -> duckdb.DuckDBPyConnection:
    draw = np.random.default_rng(1)
    age = draw.integers(40, 70, people)
    bmi = draw.normal(27, 5, people)
    made = {
        "age": age,
        "sex": draw.integers(0, 2, people),
        "region": draw.choice(10, people, p=np.arange(1, 11) / 55),
        "smoking": draw.choice(3, people, p=[0.55, 0.35, 0.1]),
        "bmi_class": np.digitize(bmi, [18.5, 25, 30, 35, 40]),
        "bmi": bmi,
        "crp": draw.lognormal(0.3, 1.0, people),
    }
    rates = dict(zip(OUTCOMES, (0.06, 0.03, 0.02, 0.11, 0.08), strict=True))
    older = np.exp((age - 55) / 20)
    made |= {name: (draw.random(people) < rate * older).astype(np.int8) for name, rate in rates.items()}
    return cohort(made)


def _cells(
    connection: duckdb.DuckDBPyConnection, keys: tuple[str, ...], outcome: str | None
) -> NDArray[np.int64]:
    by = ", ".join(GROUPS[key] for key in keys)
    where = f"WHERE {outcome} = 1" if outcome else ""
    found = connection.execute(f"SELECT count(*) FROM participants {where} GROUP BY {by}").fetchnumpy()
    return np.asarray(next(iter(found.values())), np.int64)


def _shown(true: NDArray[np.int64], mode: Mode, number: int) -> NDArray[np.float64]:
    if mode.private:
        noisy = with_noise(true, sensitivity=1, epsilon=1 / _TABLES)
        return np.maximum(noisy, 0).astype(np.float64)
    rule = mode.rule
    noise = CellNoise(b"u" * 32)
    keys = noise.keys([f"{number}/{cell}" for cell in range(len(true))])
    noisy = noisy_counts(true, keys, noise=noise, deviation=rule.noise)
    found = shown_counts(noisy, rule=rule, deviation=rule.noise)
    values = (
        np.ceil(true / mode.midpoint) * mode.midpoint - mode.midpoint // 2 if mode.midpoint else found.values
    )
    return np.where(found.hidden, np.nan, values)


if __name__ == "__main__":
    sys.exit(main())
