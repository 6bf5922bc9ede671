"""Minimum and maximum values: each is one person's."""

import re
from collections.abc import Iterator

import numpy as np

from strongroom.checker.contents.found import FoundTable, Origin
from strongroom.checker.contents.table_heading import heading_of
from strongroom.checker.detectors.base import Evidence
from strongroom.checker.detectors.statistics.quantile_curves import people_between_quantiles
from strongroom.checker.finding import Finding, Verdict
from strongroom.checker.rules import Rule
from strongroom.checker.table_types import RecognisedType, TypedTable
from strongroom.checker.table_types.examined import Examined, ExaminedTable
from strongroom.checker.table_types.row_order import rises
from strongroom.disclosure.output_rules.small_counts import below_threshold
from strongroom.thresholds import Thresholds, threshold

_LOWEST = re.compile(r"^(min|minimum|lowest|smallest|p0|q0|0%)$|^min[._ ]|[._ ]min$", re.IGNORECASE)
_HIGHEST = re.compile(r"^(max|maximum|highest|largest|p100|q100|100%)$|^max[._ ]|[._ ]max$", re.IGNORECASE)
_MIDDLE = re.compile(r"mean|median|^sd$|std|50%|p50|average|q1|q3|25%|count|^n$", re.IGNORECASE)
_PERCENTILE = re.compile(r"percentile|quantile|^pct$|^q$", re.IGNORECASE)
# What is summarised where the heading says so: groups of people, or periods.
_OF_GROUPS = re.compile(
    r"\b(?:by|per|across|over|between|within)\s+(?:each\s+)?(?:gp\s+)?(?:practice|hospital|trust|clinic|ward|"
    r"region|district|county|country|state|area|msoa|lsoa|stp|site|cent(?:re|er)|school|year|month|week|day)s?\b",
    re.IGNORECASE,
)
_NAMES_AND_VALUES = 2  # fixed: a table of two columns


class _Limits(Thresholds):
    """The numbers this module decides by."""

    longest: int = threshold(
        500,
        "rows",
        "judgement: a longer table with columns called min and max is a series or a dictionary of variables",
    )
    most_percentiles: int = threshold(
        4_096,
        "rows",
        "judgement: no summary has more percentiles; so many that rise are sorted values of people",
    )
    least_between: float = threshold(
        5.0,
        "people between two quantiles",
        "standard: the smallest count usually published; with more, a quantile is not one person's value",
    )
    name_columns: int = threshold(
        2,
        "columns",
        "judgement: a table of statistics names variable and statistic first; later texts are remarks",
    )


LIMITS = _Limits()


# The highest percentile, as a share or in per cent.
_TOP = {1.0, 100.0}
_EXTREMES = Rule(
    "extremes/minimum-maximum",
    "The summary shows minimum and maximum values, each of which is one person's.",
    "Remove them, or show percentiles that rest on several people.",
)
_ROUGH = Rule(
    "extremes/quantiles-of-few",
    "The quantiles are as uneven as with {people} or fewer people between two of them: they are single "
    "people's values.",
    "Show fewer quantiles, or those of a smooth curve.",
)


class Extremes:
    """Finds a minimum and a maximum beside means or medians, as columns or as rows."""

    name = "extremes"
    protects_against = "minima and maxima in summaries: the values of single people"
    rules = (_EXTREMES, _ROUGH)

    def run(self, examined: Examined, evidence: Evidence) -> Iterator[Finding]:
        """Yield a finding for a summary that shows extremes."""
        if not isinstance(examined, ExaminedTable):
            return
        artefact = examined.found
        if artefact.origin is not Origin.TABLE:
            return
        if artefact.total_rows > LIMITS.most_percentiles and not _names_percentiles(artefact):
            return
        typed, known = examined.typed, examined.recognised
        if known.type is RecognisedType.VARIANTS:
            return
        if _of_groups(artefact, typed, evidence.policy.small_count):
            return
        summary = artefact.total_rows <= LIMITS.longest and (
            any(map(_summary, _names(typed))) or _paired(typed)
        )
        if summary or (_every_value if artefact.total_rows > LIMITS.most_percentiles else _ends)(typed):
            yield _EXTREMES.finding(Verdict.REVIEW, artefact.where)
        people = people_between_quantiles(typed)
        if people is not None and people < LIMITS.least_between:
            facts = {"people": max(1, round(people))}
            yield _ROUGH.finding(Verdict.REVIEW, artefact.where, facts, rows=artefact.total_rows)


def _of_groups(found: FoundTable, typed: TypedTable, smallest: int) -> bool:
    """Tell whether the heading says that groups are counted, and the smallest group is not small."""
    if not _OF_GROUPS.search(heading_of(found)) or len(typed.columns) != _NAMES_AND_VALUES:
        return False
    names, values = typed.columns
    if names.number or not values.number:
        return False
    lowest, highest = (
        values.numbers[[bool(kind.search(cell.strip())) for cell in names.texts]]
        for kind in (_LOWEST, _HIGHEST)
    )
    integers = bool(np.all(np.r_[lowest, highest] % 1 == 0))
    return len(lowest) > 0 and integers and not bool(below_threshold(lowest, smallest).any())


def _ends(typed: TypedTable) -> bool:
    """Tell whether a column has percentiles from the minimum to the maximum."""
    for column in typed.columns:
        if not _PERCENTILE.search(column.name) or not column.number:
            continue
        values = set(column.values.tolist())
        if 0.0 in values and values & _TOP and len(typed.numbers) > 1:
            return True
    return False


def _names_percentiles(found: FoundTable) -> bool:
    return any(_PERCENTILE.search(name) for name in found.table.column_names)


def _every_value(typed: TypedTable) -> bool:
    """Tell whether percentiles and their values rise throughout, so many that each value is one person's.

    Many rows under such a name may be q values of variants, between 0 and 1 as well, but those do not rise.
    """
    for column in typed.columns:
        values = [each for each in typed.numbers if each is not column]
        if _PERCENTILE.search(column.name) and column.number and values:
            return (
                rises(column.numbers) and column.distinct > 1 and all(rises(each.numbers) for each in values)
            )
    return False


def _names(typed: TypedTable) -> Iterator[list[str]]:
    yield [column.name.strip() for column in typed.columns]
    for column in typed.columns[: LIMITS.name_columns]:
        if not column.number:
            yield [cell.strip() for cell in column.texts]


def _summary(names: list[str]) -> bool:
    """Tell whether names are those of a summary's statistics, with both extremes among them."""
    kinds = (_LOWEST, _HIGHEST, _MIDDLE)
    return all(any(kind.search(name) for name in names) for kind in kinds)


def _paired(typed: TypedTable) -> bool:
    """Tell whether a variable's minimum and maximum are columns of numbers: sbp_min and sbp_max."""
    names = [column.name.strip() for column in typed.numbers]
    lowest, highest = (
        {kind.sub("", name).strip("._ ") for name in names if kind.search(name)}
        for kind in (_LOWEST, _HIGHEST)
    )
    return bool((lowest & highest) - {""})
