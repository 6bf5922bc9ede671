"""The assessment as an HTML report for an access committee; it contains no participant's record.

Page one shows the simulated linkage, the question that people ask first. The page explains every figure.
"""

from pathlib import Path

from strongroom.pages import percent, render
from strongroom.risk.assessment import Assessment
from strongroom.risk.linkage import worst
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
        advice=advice(assessment),
        recommended=figures.recommended(assessment),
        linkage=figures.linkage(assessment),
        facts=figures.random_facts(assessment),
        anonymity=figures.anonymity(assessment),
        combinations=figures.combinations(assessment),
        sensitive=figures.sensitive(assessment),
        population=figures.population(assessment),
        columns=figures.columns(assessment),
    )


def lead(assessment: Assessment) -> str:
    """Return the report in one or two sentences: the worst scenario of any table, and after changes."""
    people = f"{assessment.people:,} participants."
    now = worst(assessment.now.linked)
    if now is None:
        return f"{people} The dictionary has neither births nor dated events, so no linkage was simulated."
    before = (
        f"{people} Someone who knows a participant's {now.words} finds exactly that person in "
        f"{percent(now.pinned)} of {now.concerned:,} cases."
    )
    left = None if assessment.after is None else worst(assessment.after.linked)
    if left is None:
        return before
    return f"{before} After the changes, the most identifying facts are {left.words}: {percent(left.pinned)}."


def advice(assessment: Assessment) -> str:
    """Return what to do: the single change that spares most people, '' without one."""
    now = worst(assessment.now.linked)
    if now is None:
        return ""
    if not now.pinned:
        return "None of these facts identifies a participant, so no change is needed for them."
    best = next((each for each in assessment.recommended if not each.coarser), None)
    if best is None:
        return "No single change identifies fewer people: leave a table out, or change several columns."
    change = f"{best.words[:1].upper()}{best.words[1:]}"
    return (
        f"{change}: of all single changes this spares most people. Someone who knows {best.facts} then finds "
        f"exactly that person in {percent(best.after)} of cases instead of {percent(best.before)}. The most "
        f"identifying facts are then {best.left}: {percent(best.left_share)}."
    )
