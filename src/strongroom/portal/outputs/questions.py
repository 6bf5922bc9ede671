"""Queries: paid for and recorded before they are answered, and recorded again before the answer is shown."""

import fcntl
import hashlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import pyarrow as pa

from strongroom.checker.contents.found import FoundTable
from strongroom.cohort.keys import derive, wrap
from strongroom.disclosure.answer_noise import CellNoise
from strongroom.disclosure.answer_noise.influence import Balance, cost_of_epsilon
from strongroom.disclosure.answer_noise.overlap_audit import to_bytes
from strongroom.disclosure.answer_noise.release_rule import ReleaseRule, require_noise
from strongroom.disclosure.differential_privacy import PrivatePlan, ask_privately, plan_privately
from strongroom.disclosure.differential_privacy.bounded_statements import sums_statement
from strongroom.disclosure.differential_privacy.laplace_noise import deviation
from strongroom.disclosure.gateway import (
    Answer,
    Asked,
    ColumnReader,
    EngineError,
    Gateway,
    Noise,
    Protection,
    QueriedView,
    ask,
    charge_for,
    numbers_of,
)
from strongroom.disclosure.gateway.explanation import Explanation, explain, explain_privately
from strongroom.disclosure.gateway.value_bounds import FoundBounds
from strongroom.disclosure.query.emitting import DUCKDB
from strongroom.disclosure.query.reading import read_statement
from strongroom.disclosure.query.representation import Statement
from strongroom.errors import QueryError
from strongroom.portal.acts.transactions import act
from strongroom.portal.data.cohorts import cohort_key, find_cohort, open_cohort
from strongroom.portal.data.models import Cohort
from strongroom.portal.data.vault import incoming, place
from strongroom.portal.home import Home
from strongroom.portal.outputs.asked_tables import AskedTables
from strongroom.portal.outputs.budgets import balance_of, pay
from strongroom.portal.outputs.column_bounds import keep_bounds, kept_bounds
from strongroom.portal.outputs.history import QUERIED, write_history
from strongroom.portal.outputs.models import AnsweredSet, Question, ReleaseRequest
from strongroom.portal.outputs.overlaps import SETS
from strongroom.portal.outputs.settings import policy_of, query_settings
from strongroom.portal.platform.actions import require_running
from strongroom.portal.projects.actions import find_project, require_active
from strongroom.portal.projects.models import Project
from strongroom.progress import Progress, silent
from strongroom.sandbox.queries import EngineFailure, QueryEngine, QueryLimits

_NOISE = "cell noise of the query gateway"
_SALT = "events that count in the query gateway"


@dataclass(frozen=True)
class Wish:
    """What a researcher chooses besides the query; None is the custodian's setting.

    `noise` is the standard deviation of a count's noise in people, `groups_each` how many groups a person's
    events count in. With `epsilon`, the answer has differential privacy with its own noise instead.
    """

    noise: float | None = None
    groups_each: int | None = None
    epsilon: float | None = None


DEFAULT_WISH = Wish()


@dataclass(frozen=True)
class Answered:
    """A query's number, answer and cost, the project's balance after it, and how its engine was confined."""

    number: int
    answer: Answer
    cost: float
    balance: Balance
    isolation: str

    def to_json(self) -> dict[str, Any]:
        """Return the document `strongroom query --json` prints; costs are shares of the project's budget."""
        return self.answer.to_json() | {
            "question": self.number,
            "cost": round(self.balance.share(self.cost), 6),
            "budget_left": round(self.balance.share(self.balance.left), 6),
            "isolation": self.isolation,
        }


def ask_question(
    home: Home, *, slug: str, sql: str, by: str, wish: Wish = DEFAULT_WISH, progress: Progress = silent
) -> Answered:
    """Answer a researcher's SQL query; queries of one project are answered one after the other.

    Raises QueryError for an unsupported query, RefusedError if the project is revoked or has too little left.
    """
    asking = _asking(home, slug, sql, by, wish)
    with _queued(home, slug, progress), progress("Answering", 1) as advance:
        answered = asking.plainly() if wish.epsilon is None else asking.privately(wish.epsilon)
        advance(1)
    return answered


def explain_question(home: Home, *, slug: str, sql: str, by: str, wish: Wish = DEFAULT_WISH) -> Explanation:
    """Return what a query would cost and how exact its answer would be, without answering or charging it."""
    return _asking(home, slug, sql, by, wish).explained()


def _asking(home: Home, slug: str, sql: str, by: str, wish: Wish) -> "_Asking":
    project = find_project(slug)
    require_active(project)
    require_running()
    row = find_cohort(project.cohort_name)
    tables = AskedTables(open_cohort(home, row), project.columns, project.where)
    statement = read_statement(sql, tables.schema)
    return _Asking(home, project, row, tables, statement, query_settings(home).rule, wish, by)


@dataclass(frozen=True)
class _Engine:
    """The confined engine; its failures are those of the gateway, which answers as if nobody was found."""

    engine: QueryEngine

    def run(self, sql: str) -> pa.Table:
        """Run one statement and return its rows."""
        try:
            return self.engine.run(sql)
        except EngineFailure as failure:
            raise EngineError from failure


@dataclass(frozen=True)
class _Asking:
    """One query: its project, tables and settings."""

    home: Home
    project: Project
    row: Cohort
    tables: AskedTables
    statement: Statement
    rule: ReleaseRule
    wish: Wish
    by: str

    @cached_property
    def noise(self) -> Noise:
        """The noise of the answer's numbers."""
        deviation = self.rule.noise if self.wish.noise is None else self.wish.noise
        require_noise(deviation)
        groups_each = self.rule.groups_each if self.wish.groups_each is None else self.wish.groups_each
        return Noise(float(deviation), ReleaseRule(groups_each=groups_each).groups_each)

    @cached_property
    def view(self) -> QueriedView:
        """The people who are asked about."""
        return QueriedView(self.tables.members)

    @cached_property
    def protection(self) -> Protection:
        """The release rule, with the noise that is common to all projects of the cohort."""
        key = cohort_key(self.home, self.row)
        return Protection(self.rule, CellNoise(derive(key, _NOISE)), derive(key, _SALT).hex())

    def plainly(self) -> Answered:
        """Answer under the release rule."""
        with self._engine() as process:
            engine = _Engine(process)
            bounds = self._bounds(engine)
            balance, cost = self._paid(self._charge, bounds)
            gateway = Gateway(engine, self.view, self.protection, bounds, self.noise)
            asked = ask(self.statement, gateway)
        return self._record(asked, balance, cost, process.isolation)

    def privately(self, epsilon: float) -> Answered:
        """Answer with differential privacy."""
        plan = self._private_plan(epsilon)
        charge = {self.home.random(16).hex(): cost_of_epsilon(epsilon)}
        with self._engine() as process:
            balance, cost = self._paid(lambda _: charge, {}, epsilon=epsilon)
            answer = ask_privately(plan, _Engine(process), salt=self.protection.salt)
        return self._record(
            Asked(answer, sums_statement(plan, DUCKDB)), balance, cost, process.isolation, epsilon=epsilon
        )

    def explained(self) -> Explanation:
        """Return the cost and the noise of an answer."""
        balance = balance_of(self.project, self.row, self.rule)
        if self.wish.epsilon is not None:
            plan = self._private_plan(self.wish.epsilon)
            one = deviation(plan.groups_each, plan.epsilon_each)
            return explain_privately(self.statement, balance, cost_of_epsilon(self.wish.epsilon), one)
        with self._engine() as process:
            bounds = self._bounds(_Engine(process))
        price = balance.price(self._charge(balance))
        return explain(self.statement, balance, price, rule=self.rule, noise=self.noise, bounds=bounds)

    def _engine(self) -> QueryEngine:
        """Return the engine with the tables that the query reads, isolated as the policy demands."""
        limits = QueryLimits(isolation=policy_of(self.home).isolation)
        return QueryEngine(self.tables.rows(self.statement), limits=limits)

    def _bounds(self, engine: _Engine) -> FoundBounds:
        """Return the bounds of the columns that the queries read; QueryError for values without bounds."""
        kept = kept_bounds(self.view.name)
        reader = ColumnReader(self.tables.schema, engine, self.view, self.protection)
        try:
            return reader.bounds_for(self.statement.queries, kept)
        except EngineError as error:
            raise QueryError(
                "The range of a column could not be determined in time.", hint="Try again later."
            ) from error

    def _charge(self, balance: Balance) -> dict[str, float]:
        return charge_for(numbers_of(self.statement, self.view.name, self.noise), self.noise, balance.paid)

    def _private_plan(self, epsilon: float) -> PrivatePlan:
        return plan_privately(self.statement, self.tables.domains(), epsilon=epsilon)

    def _paid(
        self,
        charge_of: Callable[[Balance], dict[str, float]],
        bounds: FoundBounds,
        *,
        epsilon: float | None = None,
    ) -> tuple[Balance, float]:
        """Pay before anything is computed; return the balance after it, and the cost."""
        before = balance_of(self.project, self.row, self.rule)
        if not charge_of(before) and not bounds.keys() - kept_bounds(self.view.name).keys():
            return before, 0.0
        with act(self.home, by=self.by) as record:
            require_active(find_project(self.project.slug))
            before = balance_of(self.project, self.row, self.rule)
            charge = charge_of(before)
            after = pay(self.project, self.row, self.rule, charge)
            keep_bounds(self.view.name, bounds)
            cost = before.price(charge)
            record(
                "query.charged",
                self.project.slug,
                cost=f"{after.share(cost):.6f}",
                spent=f"{after.share(after.spent):.6f}",
                noise=f"{self.noise.deviation:g}" if epsilon is None else "",
                epsilon="" if epsilon is None else f"{epsilon:g}",
            )
        return after, cost

    def _record(
        self, asked: Asked, balance: Balance, cost: float, isolation: str, *, epsilon: float | None = None
    ) -> Answered:
        """Store an answer before it is shown."""
        answer = asked.answer
        with incoming(self.home) as directory, act(self.home, by=self.by) as record:
            require_active(find_project(self.project.slug))
            question = Question(
                project=self.project,
                cohort=self.row,
                statement=asked.statement,
                answer=answer.to_json(),
                epsilon=epsilon,
                cost=cost,
                asked_at=self.home.clock(),
            )
            question.save()
            self._keep_sketches(question, asked)
            if answer.rows:
                write_history(self.home, directory / "request", self.row, [_as_found(question, answer)])
                self._remember(place(self.home, directory / "request", kind="request"))
            record(
                "query.answered",
                self.project.slug,
                question=question.pk,
                statement=hashlib.sha256(asked.statement.encode()).hexdigest(),
                rows=len(answer.rows),
                private=epsilon is not None,
                isolation=isolation,
            )
        return Answered(question.pk, answer, cost, balance, isolation)

    def _keep_sketches(self, question: Question, asked: Asked) -> None:
        if asked.sketches:
            key = cohort_key(self.home, self.row)
            kept = wrap(key, to_bytes(asked.sketches), context=SETS, random=self.home.random)
            AnsweredSet(cohort=self.row, question=question, sketch=kept).save()

    def _remember(self, kept: str) -> None:
        """Add the answer to the release history, with which the airlock compares files."""
        now = self.home.clock()
        ReleaseRequest(
            project=self.project,
            cohort=self.row,
            verdict="release",
            report={},
            kept=kept,
            checked_at=now,
            released_at=now,
            released_to=QUERIED,
        ).save()


@contextmanager
def _queued(home: Home, slug: str, progress: Progress) -> Iterator[None]:
    """Wait until the project's earlier queries are answered: each may need much of the machine's memory."""
    folder = home.path / "queues"
    folder.mkdir(mode=0o700, exist_ok=True)
    with (folder / f"{slug}.lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            with progress("Waiting for the project's other query", 1) as advance:
                fcntl.flock(lock, fcntl.LOCK_EX)
                advance(1)
        yield


def _as_found(question: Question, answer: Answer) -> FoundTable:
    table = answer.to_arrow(noise=False)
    typed = [
        pa.array([None] * table.num_rows, pa.float64()) if pa.types.is_null(column.type) else column
        for column in table.columns
    ]
    return FoundTable(f"question {question.pk}", pa.table(dict(zip(table.column_names, typed, strict=True))))
