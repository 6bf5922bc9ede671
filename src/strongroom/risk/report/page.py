"""The report as a page for a committee: one file, no script, nothing fetched; it can be printed and kept.

Page one is the simulated linkage, because that is the question people ask; how each figure is made stands
beside it. Nobody's record is in it.
"""

from html import escape
from pathlib import Path

from strongroom.risk.assessment import Assessment, Measured
from strongroom.risk.linkage import Linked
from strongroom.risk.report import sections
from strongroom.risk.report.pictures import percent
from strongroom.risk.report.tables import noted, said

_STYLE = Path(__file__).with_name("page.css")
_SMALL = 10_000


def to_html(assessment: Assessment) -> str:
    """Return the report as an HTML page."""
    title = f"How identifying is the cohort {assessment.cohort}?"
    links = "".join(f'<li><a href="#{name}">{text}</a></li>' for name, text in sections.TITLES.items())
    body = [
        f"<h1>{escape(title)}</h1>",
        f'<p class="lead">{escape(lead(assessment))}</p>',
        *([_KEY, said(_changes(assessment))] if assessment.after is not None else []),
        sections.linkage(assessment),
        f'<nav aria-label="Contents"><ul>{links}</ul></nav>',
        sections.random_facts(assessment),
        sections.anonymity(assessment),
        sections.combinations(assessment),
        sections.sensitive(assessment),
        sections.population(assessment),
        sections.columns(assessment),
    ]
    if assessment.people < _SMALL:
        body.insert(2, noted(_MEMBERSHIP))
    policy = "default-src 'none'; style-src 'unsafe-inline'"
    return (
        '<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        f'<meta http-equiv="Content-Security-Policy" content="{policy}">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>{escape(title)}</title>\n<style>\n{_STYLE.read_text(encoding='utf-8')}</style>\n</head>\n"
        "<body>\n<main>\n" + "\n".join(part for part in body if part) + "\n</main>\n</body>\n</html>\n"
    )


_KEY = '<p class="key"><b class="now"></b> as it is <b class="after"></b> after the changes</p>'
_MEMBERSHIP = (
    "In a cohort as small as this one, that somebody takes part may itself be what has to be kept secret. "
    "No figure here measures that."
)


def lead(assessment: Assessment) -> str:
    """Say the report in one or two sentences: the worst scenario, and what is left of it."""
    people = f"{assessment.people:,} participants."
    if not assessment.now.linked:
        return f"{people} Neither births nor dated events are known of them, so no scenario was played."
    worst = _worst(assessment.now)
    told = (
        f"{people} Who knows of one of them {worst.words}, finds exactly that person in "
        f"{percent(worst.pinned)} of {worst.concerned:,} cases."
    )
    if assessment.after is None or not assessment.after.linked:
        return told
    left = _worst(assessment.after)
    return f"{told} After the changes, the most telling facts are {left.words}: {percent(left.pinned)}."


def _worst(measured: Measured) -> Linked:
    """Return the scenario that finds most people."""
    return max(measured.linked, key=lambda each: each.pinned * each.concerned)


def _changes(assessment: Assessment) -> str:
    return "The changes: " + "; ".join(change.words for change in assessment.changes) + "."
