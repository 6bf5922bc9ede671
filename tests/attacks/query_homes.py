"""Real homes that hold the two versions of an invented cohort, queried by the action that the CLI calls."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.csv

from strongroom.cohort.keys import derive
from strongroom.disclosure.answer_noise import CellNoise
from strongroom.disclosure.gateway import Answer
from strongroom.disclosure.redteam import World
from strongroom.errors import StrongroomError
from strongroom.portal.acts.transactions import ledger
from strongroom.portal.data.cohorts import CohortSource, add_cohort, cohort_key, find_cohort
from strongroom.portal.data.views import add_project
from strongroom.portal.home import create_home, open_home
from strongroom.portal.outputs.questions import DEFAULT_WISH, Wish, ask_question

PROJECTS = ("one", "two", "three")
COLUMNS = ["drawn", "sex", "age", "region", "smoker", "income", "ill", "bmi", "rare", "hospital.*"]


@dataclass(frozen=True)
class Question:
    """A query of a project, and the researcher's choices."""

    sql: str
    slug: str = "one"
    wish: Wish = DEFAULT_WISH


@dataclass(frozen=True)
class Outcome:
    """All that a researcher can observe of a query: `price` is its cost and what is left.

    `numbers` are those that have noise, in order, and `shape` everything else.
    """

    shape: tuple[object, ...]
    price: tuple[float, float]
    numbers: tuple[float, ...] = ()


def built_home(world: World, folder: Path, *, secret: bool) -> Path:
    """Create a home with one version of the cohort and three projects; both versions have the same keys."""
    source = _source(world, folder, secret=secret)
    home = create_home(folder / "home", random=np.random.default_rng(1).bytes)
    (home.path / "fingerprint.yaml").write_text("decoys: {unique: 0, shared: 0, withheld: 0}\n")
    add_cohort(home, name="invented", source=source, by="ada")
    for slug in PROJECTS:
        add_project(
            home,
            slug=slug,
            institution="Northgate",
            cohort_name="invented",
            columns=COLUMNS,
            where="",
            by="ada",
        )
    return home.path


def observed(path: Path, questions: list[Question]) -> tuple[list[Outcome], list[str]]:
    """Return what a home answers, and the kinds of entries its ledger has afterwards."""
    home = open_home(path)

    def answered(each: Question) -> tuple[Answer, tuple[float, float]]:
        found = ask_question(home, slug=each.slug, sql=each.sql, by="bo", wish=each.wish)
        return found.answer, (found.cost, found.balance.left)

    outcomes = [outcome(partial(answered, each)) for each in questions]
    return outcomes, [entry.kind for _, entry in ledger(home).entries()]


def outcome(answered: Callable[[], tuple[Answer, tuple[float, float]]]) -> Outcome:
    """Return what can be observed of an answer, its cost and what is left, or of an error."""
    try:
        answer, price = answered()
    except StrongroomError as error:
        return Outcome((type(error).__name__, str(error), error.hint), (0.0, 0.0))
    cells = [
        pair
        for row, own in zip(answer.rows, answer.noise, strict=True)
        for pair in zip(row, own, strict=True)
    ]
    fixed = [(None if noise else value, noise) for value, noise in cells]
    numbers = tuple(float(value) for value, noise in cells if noise and value is not None)
    return Outcome((answer.columns, fixed, answer.notes, answer.hidden), price, numbers)


def noise_of(path: Path) -> CellNoise:
    """Return the noise of a home's cohort, to give it to a target in memory."""
    key = cohort_key(open_home(path), find_cohort("invented"))
    return CellNoise(derive(key, "cell noise of the query gateway"))


def _source(world: World, folder: Path, *, secret: bool) -> CohortSource:
    engine = world.engine(secret=secret)
    folder.mkdir()
    tables = {
        "participants": "SELECT person + 1000000 AS eid, * EXCLUDE (person, person_mark) FROM participants",
        "hospital": "SELECT person + 1000000 AS eid, * EXCLUDE (person) FROM hospital",
    }
    lines = ["columns:", "  eid: {type: integer, role: id}"]
    for name, sql in tables.items():
        rows = engine.run(sql)
        pyarrow.csv.write_csv(rows, folder / f"{name}.csv")
        lines += [
            f"  {each.name}: {{type: {_type(each.type)}}}" for each in rows.schema if each.name != "eid"
        ]
    (folder / "dictionary.yaml").write_text("\n".join(lines), encoding="utf-8")
    declared = ["participants.born", "participants.town"]
    people, events = folder / "participants.csv", {"hospital": folder / "hospital.csv"}
    return CohortSource(people, folder / "dictionary.yaml", "eid", events, declared=declared)


def _type(kind: pa.DataType) -> str:
    if pa.types.is_integer(kind):
        return "integer"
    if pa.types.is_floating(kind):
        return "real"
    return "date" if pa.types.is_date(kind) else "text"
