"""The assessment as an HTML report for an access committee; it contains no participant's record.

Page one shows the simulated linkage, the question that people ask first. The page explains every figure.
"""

from pathlib import Path

from strongroom.pages import percent, render
from strongroom.risk.assessment import Assessment, Measured
from strongroom.risk.linkage import Linked
from strongroom.risk.population import MOST_DRAWN
from strongroom.risk.report import figures
from strongroom.thresholds import Thresholds, threshold


class _Limits(Thresholds):
    small_cohort: int = threshold(
        10_000,
        "participants",
        "judgement: in a smaller cohort, often of one disease, taking part may itself be the secret",
    )


LIMITS = _Limits()
_TEMPLATE = Path(__file__).with_name("report.html")


def to_html(assessment: Assessment) -> str:
    """Return the report as an HTML page."""
    return render(
        _TEMPLATE,
        title=f"How identifying is the cohort {assessment.cohort}?",
        lead=lead(assessment),
        changes=[change.words for change in assessment.changes],
        small=assessment.people < LIMITS.small_cohort,
        most_drawn=f"{MOST_DRAWN:,}",
        linkage=figures.linkage(assessment),
        facts=figures.random_facts(assessment),
        anonymity=figures.anonymity(assessment),
        combinations=figures.combinations(assessment),
        sensitive=figures.sensitive(assessment),
        population=figures.population(assessment),
        columns=figures.columns(assessment),
    )


def lead(assessment: Assessment) -> str:
    """Return the report in one or two sentences: the worst scenario, before and after any changes."""
    people = f"{assessment.people:,} participants."
    if not assessment.now.linked:
        return f"{people} The dictionary has neither births nor dated events, so no linkage was simulated."
    worst = _worst(assessment.now)
    before = (
        f"{people} Someone who knows a participant's {worst.words} finds exactly that person in "
        f"{percent(worst.pinned)} of {worst.concerned:,} cases."
    )
    if assessment.after is None or not assessment.after.linked:
        return before
    left = _worst(assessment.after)
    return f"{before} After the changes, the most identifying facts are {left.words}: {percent(left.pinned)}."


def _worst(measured: Measured) -> Linked:
    """Return the scenario that identifies most people."""
    return max(measured.linked, key=lambda each: each.pinned * each.concerned)
