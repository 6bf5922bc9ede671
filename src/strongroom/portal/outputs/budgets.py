"""The budgets of queries: what a project has paid for and has left, and how two people extend a budget."""

from collections.abc import Mapping

from strongroom.disclosure.answer_noise.influence import Balance, budget_for
from strongroom.disclosure.answer_noise.release_rule import ReleaseRule
from strongroom.errors import NotFoundError, RefusedError
from strongroom.portal.acts.transactions import act
from strongroom.portal.data.cohorts import find_cohort
from strongroom.portal.data.models import Cohort
from strongroom.portal.home import Home
from strongroom.portal.outputs.models import BudgetExtension, PaidNumber, QueryAccount
from strongroom.portal.projects.actions import find_project, require_active
from strongroom.portal.projects.models import Project
from strongroom.thresholds import Thresholds, threshold


class _Limits(Thresholds):
    """The numbers this module decides by."""

    most_share: float = threshold(
        10.0, "times the first budget", "judgement: a typing mistake must not open the gateway"
    )


LIMITS = _Limits()


def balance_of(project: Project, cohort: Cohort, rule: ReleaseRule) -> Balance:
    """Return a project's balance; of a project that has not asked yet, the one it will be granted."""
    account = QueryAccount.objects.filter(project=project, cohort=cohort).first()
    if account is None:
        return Balance(budget_for(rule.guessed))
    return Balance(account.total, dict(account.paid.values_list("name", "cost")))


def pay(project: Project, cohort: Cohort, rule: ReleaseRule, charge: Mapping[str, float]) -> Balance:
    """Pay for numbers within the caller's act; RefusedError if too little is left.

    The first payment sets aside the project's budget from that of the cohort, so that no project's queries
    depend on how many another one asks.
    """
    after = balance_of(project, cohort, rule).after(charge)
    account = QueryAccount.objects.filter(project=project).first() or _opened(project, cohort, rule)
    for name, cost in charge.items():
        paid = PaidNumber.objects.filter(account=account, name=name).first()
        paid = paid or PaidNumber(account=account, name=name)
        paid.cost = cost
        paid.save()
    return after


def request_budget(
    home: Home, *, share: float, reason: str, by: str, slug: str = "", cohort: str = ""
) -> BudgetExtension:
    """Ask for a larger budget for a project, or for a cohort; it counts once another person agrees."""
    if not reason.strip() or not 0 < share <= LIMITS.most_share:
        raise RefusedError(
            f"A larger budget needs a reason, and a share above 0 and up to {LIMITS.most_share:.0%} of the "
            "first one.",
            hint="Give --add and --reason.",
        )
    with act(home, by=by) as record:
        project = find_project(slug) if slug else None
        if project is not None:
            require_active(project)
        row = find_cohort(project.cohort_name if project is not None else cohort)
        extension = BudgetExtension(
            cohort=row,
            project=project,
            share=share,
            reason=reason.strip(),
            asked_by=by,
            asked_at=home.clock(),
        )
        extension.save()
        record(
            "budget.requested",
            slug or row.name,
            extension=extension.pk,
            share=f"{share:g}",
            reason=extension.reason,
        )
    return extension


def agree_to_budget(home: Home, *, number: int, rule: ReleaseRule, by: str) -> BudgetExtension:
    """Agree to a larger budget that another person asked for; from then on it counts."""
    with act(home, by=by) as record:
        extension = BudgetExtension.objects.filter(pk=number).select_related("cohort", "project").first()
        if extension is None or extension.agreed_by:
            raise NotFoundError(
                f"There is no open request {number} for a larger budget.",
                hint="'strongroom project allow' and 'strongroom cohort allow' make one.",
            )
        if extension.asked_by == by:
            raise RefusedError(
                "A larger budget needs two people: you asked for this one.",
                hint="Let another custodian agree.",
            )
        extension.agreed_by, extension.agreed_at = by, home.clock()
        extension.save()
        project = extension.project
        if project is not None:
            require_active(project)
            account = QueryAccount.objects.filter(project=project).first()
            account = account or _opened(project, extension.cohort, rule)
            more = extension.share * account.granted
            _require_room(extension.cohort, rule, more)
            account.total += more
            account.save()
        record(
            "budget.extended",
            project.slug if project is not None else extension.cohort.name,
            extension=number,
            share=f"{extension.share:g}",
            asked_by=extension.asked_by,
        )
    return extension


def _opened(project: Project, cohort: Cohort, rule: ReleaseRule) -> QueryAccount:
    granted = budget_for(rule.guessed)
    _require_room(cohort, rule, granted)
    account = QueryAccount(project=project, cohort=cohort, granted=granted, total=granted)
    account.save()
    return account


def _require_room(cohort: Cohort, rule: ReleaseRule, more: float) -> None:
    """Raise RefusedError if the cohort's budget has no room for `more`.

    An active project takes up its whole budget, a revoked one what it has spent.
    """
    taken = sum(
        account.total
        if account.project.status == Project.Status.ACTIVE
        else sum(account.paid.values_list("cost", flat=True))
        for account in QueryAccount.objects.filter(cohort=cohort).select_related("project")
    )
    extensions = BudgetExtension.objects.filter(cohort=cohort, project=None).exclude(agreed_by="")
    total = budget_for(rule.all_guessed) * (1 + sum(extensions.values_list("share", flat=True)))
    if taken + more > total * (1 + 1e-9):
        raise RefusedError(
            "The budget of the cohort is set aside for other projects.",
            hint="Two custodians can extend it with 'strongroom cohort allow'.",
        )
