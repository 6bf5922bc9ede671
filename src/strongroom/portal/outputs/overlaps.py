"""The overlap audit: a notice to the custodian about groups that nearly equal earlier ones.

It is computed when the custodian asks for it, from what was kept of every answered group, and never affects
an answer.
"""

from dataclasses import dataclass

from strongroom.cohort.keys import unwrap
from strongroom.disclosure.answer_noise.overlap_audit import Audit, from_bytes, sketch_of
from strongroom.portal.data.cohorts import cohort_key, find_cohort, open_cohort
from strongroom.portal.home import Home
from strongroom.portal.outputs.asked_tables import AskedTables
from strongroom.portal.outputs.models import AnsweredSet
from strongroom.portal.outputs.settings import query_settings
from strongroom.portal.projects.actions import find_project

SETS = "sketches of groups answered"


@dataclass(frozen=True)
class Overlap:
    """An answered query, and how many of its groups nearly equal an earlier one of any project."""

    question: int
    asked_at: str
    near: int


def overlaps(home: Home, *, slug: str) -> list[Overlap]:
    """Return a project's queries with groups that differ by few people from earlier ones, oldest first."""
    project = find_project(slug)
    row = find_cohort(project.cohort_name)
    tables = AskedTables(open_cohort(home, row), project.columns, project.where)
    audit = Audit(query_settings(home).rule.similar, [sketch_of(tables.sketch_bits, tables.members)])
    key, near = cohort_key(home, row), []
    for kept in AnsweredSet.objects.filter(cohort=row).select_related("question").order_by("pk"):
        question = kept.question
        found = audit.add(from_bytes(unwrap(key, bytes(kept.sketch), context=SETS)))
        if found and question.project_id == project.pk:
            near.append(Overlap(question.pk, question.asked_at.isoformat(), found))
    return near
