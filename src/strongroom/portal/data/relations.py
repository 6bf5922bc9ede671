"""The relations of a cohort's columns: found when it is added, and accepted or refused by its custodian.

They count for fingerprint plans and decoys made from then on; a plan that exists keeps its own.
"""

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from strongroom.errors import UsageError
from strongroom.portal.acts.transactions import act
from strongroom.portal.data.cohorts import cohort_key, find_cohort, open_cohort, open_index
from strongroom.portal.data.kept_relations import REFUSED, keep_relations, kept_relations
from strongroom.portal.home import Home

if TYPE_CHECKING:
    from strongroom.tracer.relations.relation import Relation


def search_relations(home: Home, *, cohort_name: str, by: str) -> "list[Relation]":
    """Return the relations of a cohort; those of one that was added before there was a search, search now."""
    from strongroom.tracer.fingerprint.planning.cohort_relations import relations_of  # noqa: PLC0415 - likewise

    row = find_cohort(cohort_name)
    kept = kept_relations(row, cohort_key(home, row))
    if kept is None:
        kept = relations_of(open_cohort(home, row), open_index(home, row))
        with act(home, by=by) as record:
            keep_relations(home, row, kept, key=cohort_key(home, row), record=record)
    return kept


def decide_relations(
    home: Home, *, cohort_name: str, refuse: Sequence[int], accept: Sequence[int], by: str
) -> "list[Relation]":
    """Refuse and accept relations by their numbers in the list, from 1; returns the new list.

    The others' roles are chosen again: what followed from a refused one may have to be recomputed itself.
    UsageError for a number that is not in the list.
    """
    from strongroom.tracer.fingerprint.planning.cohort_relations import chosen_again  # noqa: PLC0415 - likewise

    row = find_cohort(cohort_name)
    listed = search_relations(home, cohort_name=cohort_name, by=by)
    for number in (*refuse, *accept):
        if not 1 <= number <= len(listed):
            raise UsageError(
                f"{cohort_name} has no relation {number}.", hint="'strongroom cohort relations' lists them."
            )
    refused = {number for number, each in enumerate(listed, 1) if each.role == REFUSED}
    refused = (refused | set(refuse)) - set(accept)
    taken = [each for number, each in enumerate(listed, 1) if number not in refused]
    left = [replace(each, role=REFUSED) for number, each in enumerate(listed, 1) if number in refused]
    made = [*chosen_again(open_cohort(home, row), open_index(home, row), taken), *left]
    with act(home, by=by) as record:
        keep_relations(home, row, made, key=cohort_key(home, row), record=record)
    return made
