"""Queries: answered under the release rule or with differential privacy, and recorded before shown."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import pyarrow as pa

from strongroom.checker.contents.found import FoundTable
from strongroom.cohort.keys import derive, unwrap, wrap
from strongroom.disclosure.answer_noise import Audit, CellNoise, Sketch
from strongroom.disclosure.differential_privacy import (
    Budget,
    PrivatePlan,
    ask_privately,
    plan_privately,
)
from strongroom.disclosure.differential_privacy.bounded_statements import sums_statement
from strongroom.disclosure.gateway import Answer, Protection, QueriedView, ask, cost
from strongroom.disclosure.gateway.settings import QuerySettings, read_query_settings
from strongroom.disclosure.query.emitting import DUCKDB
from strongroom.disclosure.query.reading import read_query
from strongroom.disclosure.query.representation import Query
from strongroom.errors import RefusedError
from strongroom.portal.acts.transactions import act
from strongroom.portal.data.cohorts import cohort_key, find_cohort, open_cohort
from strongroom.portal.data.models import Cohort
from strongroom.portal.data.vault import incoming, place
from strongroom.portal.home import Home
from strongroom.portal.outputs.asked_tables import AskedTables
from strongroom.portal.outputs.history import write_history
from strongroom.portal.outputs.models import AnsweredSet, QueryAccount, Question, ReleaseRequest
from strongroom.portal.projects.actions import find_project, require_active
from strongroom.portal.projects.models import Project
from strongroom.progress import Progress, silent
from strongroom.sandbox.queries import QueryEngine

_NOISE = "cell noise of the query gateway"
_SETS = "sketches of groups answered"
_HINT = "The custodian can allow more queries with 'strongroom project allow'."


@dataclass(frozen=True)
class Answered:
    """A query's number, its answer, and what is left to the project."""

    number: int
    answer: Answer
    questions_left: int
    budget: Budget

    def to_json(self) -> dict[str, Any]:
        """Return the document `strongroom query --json` prints."""
        return self.answer.to_json() | {
            "question": self.number,
            "questions_left": self.questions_left,
            "budget": self.budget.to_json(),
        }


def ask_question(
    home: Home,
    *,
    slug: str,
    sql: str,
    by: str,
    epsilon: float | None = None,
    progress: Progress = silent,
) -> Answered:
    """Answer a researcher's SQL query; with `epsilon`, with differential privacy from the project's budget.

    Raises QueryError for an unsupported query, RefusedError if the project is revoked or has nothing left.
    """
    project = find_project(slug)
    require_active(project)
    row = find_cohort(project.cohort_name)
    tables = AskedTables(open_cohort(home, row), project.columns, project.where)
    query = read_query(sql, tables.schema)
    settings = _settings(home)
    asking = _Asking(home, project, row, tables, query, settings, by)
    with progress("Answering", 1) as advance:
        answered = asking.plainly() if epsilon is None else asking.privately(epsilon)
        advance(1)
    return answered


def allow_questions(
    home: Home, *, slug: str, questions: int, epsilon: float, reason: str, by: str
) -> QueryAccount:
    """Allow a project more queries after a manual review; adds to what is left."""
    if not reason.strip() or questions < 0 or epsilon < 0:
        raise RefusedError(
            "Allowing more queries needs a reason and numbers of at least 0.", hint="Give --reason."
        )
    settings = _settings(home)
    with act(home, by=by) as record:
        project = find_project(slug)
        require_active(project)
        account = _account(project, settings)
        account.questions_left += questions
        account.refusals_left = max(account.refusals_left, settings.rule.most_refusals)
        account.epsilon += epsilon
        account.save()
        record("project.allowed", slug, questions=questions, epsilon=f"{epsilon:g}", reason=reason.strip())
    return account


def _settings(home: Home) -> QuerySettings:
    path = home.path / "queries.yaml"
    return read_query_settings(path) if path.exists() else QuerySettings()


def _account(project: Project, settings: QuerySettings) -> QueryAccount:
    """Return a project's account, or a new one with the initial amounts, not saved."""
    found = QueryAccount.objects.filter(project=project).first()
    return found or QueryAccount(
        project=project,
        questions_left=settings.rule.most_queries,
        refusals_left=settings.rule.most_refusals,
        epsilon=settings.epsilon,
        delta=settings.delta,
    )


def _budget(account: QueryAccount) -> Budget:
    return Budget(account.epsilon, account.delta, account.spent_epsilon, account.spent_delta)


@dataclass(frozen=True)
class _Asking:
    """One query: its project, tables and settings."""

    home: Home
    project: Project
    row: Cohort
    tables: AskedTables
    query: Query
    settings: QuerySettings
    by: str

    def plainly(self) -> Answered:
        """Answer under the release rule."""
        self._require_left(_account(self.project, self.settings))
        key = cohort_key(self.home, self.row)
        rule = self.settings.rule
        noise = CellNoise(derive(key, _NOISE), most=rule.most_change, variance=rule.variance)
        before = self._sets(key)
        view = QueriedView(Audit(rule.similar, before), self.tables.sketch_bits, self.tables.members)
        try:
            with QueryEngine(self.tables.rows(self.query)) as engine:
                asked = ask(self.query, engine, view, protection=Protection(rule, noise))
        except RefusedError:
            # If it were free, a query that takes too long because of one person could be repeated for ever.
            self._record(Answer(columns=(), rows=()), "")
            raise
        added = view.audit.groups[len(before) :]
        return self._record(asked.answer, asked.statement, sets=added, known=len(before), near=asked.near)

    def privately(self, epsilon: float) -> Answered:
        """Answer with differential privacy; the charge is in the ledger before anything is computed."""
        plan = plan_privately(self.query, self.tables.domains(), epsilon=epsilon)
        self._charge(plan)
        with QueryEngine(self.tables.rows(self.query)) as engine:
            answer = ask_privately(plan, engine)
        return self._record(answer, sums_statement(plan, DUCKDB), epsilon=epsilon)

    def _charge(self, plan: PrivatePlan) -> None:
        with act(self.home, by=self.by) as record:
            require_active(find_project(self.project.slug))
            account = _account(self.project, self.settings)
            spent = _budget(account).after(plan.charge)
            account.spent_epsilon, account.spent_delta = spent.spent_epsilon, spent.spent_delta
            account.save()
            record(
                "query.charged",
                self.project.slug,
                epsilon=f"{plan.charge.epsilon:g}",
                delta=f"{plan.charge.delta:g}",
                spent=f"{spent.spent_epsilon:g}",
            )

    def _record(
        self,
        answer: Answer,
        statement: str,
        *,
        sets: Sequence[Sketch] = (),
        known: int | None = None,
        near: int = 0,
        epsilon: float | None = None,
    ) -> Answered:
        """Store an answer before it is shown; RefusedError if another query was answered in between."""
        with incoming(self.home) as directory, act(self.home, by=self.by) as record:
            require_active(find_project(self.project.slug))
            if known is not None and AnsweredSet.objects.filter(cohort=self.row).count() != known:
                raise RefusedError(
                    "Another query was answered in the meantime.", hint="Run the command again."
                )
            account = _account(self.project, self.settings)
            if epsilon is None:
                self._require_left(account)
                account.questions_left -= cost(self.query)
                account.refusals_left -= min(near, account.refusals_left)
            account.save()
            question = Question(
                project=self.project,
                cohort=self.row,
                statement=statement,
                answer=answer.to_json(),
                refused=near > 0,
                epsilon=epsilon,
                asked_at=self.home.clock(),
            )
            question.save()
            self._keep_sets(question, sets)
            if answer.rows:
                write_history(self.home, directory / "request", self.row, [_as_found(question, answer)])
                self._remember(place(self.home, directory / "request", kind="request"))
            record(
                "query.answered",
                self.project.slug,
                question=question.pk,
                statement=hashlib.sha256(statement.encode()).hexdigest(),
                rows=len(answer.rows),
                near=near,
                private=epsilon is not None,
            )
        return Answered(question.pk, answer, account.questions_left, _budget(account))

    def _require_left(self, account: QueryAccount) -> None:
        if account.questions_left < cost(self.query):
            raise RefusedError("The project has used up its queries and needs a manual review.", hint=_HINT)
        if account.refusals_left == 0:
            raise RefusedError(
                "Too many of the project's groups were nearly the same; it needs a manual review.", hint=_HINT
            )

    def _sets(self, key: bytes) -> list[Sketch]:
        rows = AnsweredSet.objects.filter(cohort=self.row).order_by("pk").iterator()
        return [Sketch.from_bytes(unwrap(key, bytes(row.sketch), context=_SETS)) for row in rows]

    def _keep_sets(self, question: Question, sets: Sequence[Sketch]) -> None:
        key = cohort_key(self.home, self.row)
        for each in sets:
            kept = wrap(key, each.to_bytes(), context=_SETS, random=self.home.random)
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
            released_to="query",
        ).save()


def _as_found(question: Question, answer: Answer) -> FoundTable:
    table = answer.to_arrow()
    typed = [
        pa.array([None] * table.num_rows, pa.float64()) if pa.types.is_null(column.type) else column
        for column in table.columns
    ]
    return FoundTable(f"question {question.pk}", pa.table(dict(zip(table.column_names, typed, strict=True))))
