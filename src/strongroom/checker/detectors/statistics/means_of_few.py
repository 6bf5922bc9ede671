"""Means of two, three or four people (microaggregation): almost as revealing as single rows."""

from collections.abc import Iterator

from strongroom.checker.contents.found import Origin
from strongroom.checker.detectors.base import Evidence
from strongroom.checker.detectors.statistics.nested_groups import nested
from strongroom.checker.detectors.statistics.people_counts import count_columns
from strongroom.checker.finding import Finding, Verdict
from strongroom.checker.rules import Rule
from strongroom.checker.table_types import RecognisedType
from strongroom.checker.table_types.denominators import few_averaged
from strongroom.checker.table_types.examined import Examined, ExaminedTable
from strongroom.thresholds import Thresholds, threshold

_ELSEWHERE = {Origin.COORDINATES, Origin.MODEL, Origin.LITERALS, Origin.DECODED}


class _Limits(Thresholds):
    """The numbers this module decides by."""

    least_bits: float = threshold(
        20.0,
        "bits",
        "judgement: one table in a million has such digits by chance; honest tables of halves and "
        "quarters stay below",
    )
    most_counted: int = threshold(
        6, "people", "judgement: means of six and more have last digits too varied to be recognised"
    )


LIMITS = _Limits()


_NO_MEANS = {RecognisedType.VARIANTS, RecognisedType.MODEL, RecognisedType.CODE_LIST, RecognisedType.DRAWS}


_SMALL_GROUPS = Rule(
    "means-of-few/small-groups",
    "The last digits of {columns} columns show that they are means of at most {most} values.",
    "Average over more people.",
)
_NESTED = Rule(
    "means-of-few/nested-groups",
    "The groups of {rows} rows differ by fewer than {smallest} people from the row before: the difference of "
    "their means or totals is these people's values.",
    "Show fewer groups, or groups of different people.",
)
_NO_GROUPS = _NO_MEANS | {RecognisedType.SURVIVAL, RecognisedType.ESTIMATES}


class MeansOfFew:
    """Recognises means of a few values by their last digits, and groups that grow by a few people."""

    name = "means-of-few"
    protects_against = "microaggregation: tables of means of two to five people"
    rules = (_SMALL_GROUPS, _NESTED)

    def run(self, examined: Examined, evidence: Evidence) -> Iterator[Finding]:
        """Yield a finding for a table whose columns are means of fewer values than may be counted."""
        if not isinstance(examined, ExaminedTable):
            return
        artefact = examined.found
        if artefact.origin in _ELSEWHERE:
            return
        typed, known = examined.typed, examined.recognised
        if known.type not in _NO_GROUPS:
            yield from _nested(examined, evidence)
        if known.type in _NO_MEANS:
            return
        found = few_averaged(typed.columns, fewer_than=min(evidence.policy.small_count, LIMITS.most_counted))
        if found is None or found.bits < LIMITS.least_bits:
            return
        yield _SMALL_GROUPS.finding(
            Verdict.REVIEW,
            artefact.where,
            {"columns": found.columns, "most": found.most},
            detail=f"Means of {found.most} or fewer make these digits likelier by {found.bits:.0f} bits.",
            rows=typed.total_rows,
            bits=found.bits,
        )


def _nested(examined: ExaminedTable, evidence: Evidence) -> Iterator[Finding]:
    smallest = evidence.policy.small_count
    counts = count_columns(examined.typed, examined.recognised, evidence.index)
    rows = nested(examined.typed, counts, smallest)
    if rows:
        facts = {"rows": f"{rows:,}", "smallest": smallest}
        yield _NESTED.finding(Verdict.REVIEW, examined.found.where, facts, rows=rows)
