"""The summary that `strongroom cohort risk` prints."""

from strongroom.pages import percent
from strongroom.risk.assessment import Assessment, Measured
from strongroom.risk.population import Estimate
from strongroom.risk.report.page import advice, lead


def risk_lines(assessment: Assessment) -> list[str]:
    """Return the summary: scenarios, k, uniques, estimates, and the effect of any changes."""
    lines = [lead(assessment), *filter(None, [advice(assessment)]), "", *_measured(assessment.now)]
    if assessment.after is not None:
        changes = "; ".join(change.words for change in assessment.changes)
        lines += ["", f"After the changes ({changes}):", "", *_measured(assessment.after)]
    if assessment.estimates:
        over = ", ".join(assessment.estimated_over)
        lines += ["", f"Share of cohort uniques that are also unique in the population, by {over}:"]
        lines += [_estimated(each) for each in assessment.estimates]
    return lines


def _estimated(each: Estimate) -> str:
    reach = f"({percent(each.low)} to {percent(each.high)})"
    return f"  {percent(each.share):>12}  {reach}  population {each.size:,}, {each.model}"


def _measured(measured: Measured) -> list[str]:
    every = measured.everything
    return [
        "Identified     median k  by an attacker who knows",
        *(f"  {percent(each.pinned):>12} {each.median:>9,.0f}  {each.words}" for each in measured.linked),
        "Identified by randomly chosen facts: "
        + ", ".join(f"{each.facts} facts {percent(each.share)}" for each in measured.unicity if each.asked),
        f"All {len(every.columns)} columns: smallest k {every.smallest}, {every.unique:,} people unique",
        "People unique by this many columns or fewer: "
        + ", ".join(f"{size}: {count:,}" for size, count in enumerate(measured.uniques.people, start=1)),
    ]
