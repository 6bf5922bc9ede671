"""Regressions with a term per person: intercept and coefficient add up to that person's value."""

import re
from collections.abc import Iterator

import numpy as np

from strongroom.checker.detectors.base import Evidence
from strongroom.checker.finding import Finding, Verdict
from strongroom.checker.rules import Rule, counted
from strongroom.checker.table_types import Column, RecognisedType, TypedTable
from strongroom.checker.table_types.examined import Examined, ExaminedTable
from strongroom.checker.table_types.typed_table import is_unnamed
from strongroom.thresholds import Thresholds, threshold

_ERROR = re.compile(r"(^|[^a-z])se([^a-z]|$)|std|s\.e|error", re.IGNORECASE)
_EFFECT = re.compile(r"coef|beta|estimate|effect|^b$|slope|^or$|^hr$", re.IGNORECASE)
_DIGITS = re.compile(r"\d+")


class _Limits(Thresholds):
    """The numbers this module decides by."""

    least_shared: float = threshold(
        0.5,
        "share of terms",
        "judgement: in honest models the terms of one factor rest on groups of different size",
    )
    most_errors: int = threshold(
        3,
        "distinct values",
        "judgement: standard errors of a saturated model take few values; effects take more",
    )
    rounding: float = threshold(
        0.01,
        "relative difference",
        "cost: programs print effects, errors and their ratio with about three figures",
    )
    mostly_different: float = threshold(
        0.5,
        "share of rows",
        "judgement: estimated effects hardly repeat; settings and numbers of people do, row after row",
    )


LIMITS = _Limits()


_SHARED_ERROR = Rule(
    "one-person-terms/shared-error",
    "{terms} share one standard error and differ by a number in their name, as terms for single people do.",
    "Leave these terms out.",
)


class OnePersonTerms:
    """Finds many terms of one name that share one standard error: each rests on equally few people."""

    name = "one-person-terms"
    protects_against = "regressions with a dummy variable per person, and saturated models"
    rules = (_SHARED_ERROR,)

    def run(self, examined: Examined, evidence: Evidence) -> Iterator[Finding]:
        """Yield a finding where most terms differ by a number only and have the same error."""
        if not isinstance(examined, ExaminedTable) or examined.drawn_or_decoded:
            return
        artefact = examined.found
        typed, known = examined.typed, examined.recognised
        if known.type is RecognisedType.VARIANTS:
            return
        terms = _terms(typed)
        if terms < max(evidence.policy.microdata_rows, LIMITS.least_shared * typed.rows):
            return
        yield _SHARED_ERROR.finding(
            Verdict.REVIEW, artefact.where, {"terms": counted(terms, "term")}, rows=terms
        )


def _terms(typed: TypedTable) -> int:
    """Return how many terms that differ by a number have the commonest error and different effects."""
    effects = [column for column in typed.numbers if _EFFECT.search(column.name)]
    errors = [column for column in typed.numbers if _ERROR.search(column.name)]
    names = [column for column in typed.columns if not column.number and column.distinct > 1]
    if all(is_unnamed(column.name) for column in typed.columns):
        # A program printed it, and the line of names did not fit.
        errors = [
            column for column in typed.numbers if not column.whole and column.distinct <= LIMITS.most_errors
        ]
        effects = [column for column in typed.numbers if not column.whole and _varies(column, typed, errors)]
    if not effects or not errors or not names:
        return 0
    numbered = _numbered(names[0])
    shares = np.where(numbered, errors[0].codes, -1)
    counts = np.bincount(shares[shares >= 0], minlength=1)
    chosen = shares == int(np.argmax(counts))
    different = len(np.unique(effects[0].codes[chosen]))
    return int(chosen.sum()) if counts.max() > 0 and different > 1 else 0


def _varies(effects: Column, typed: TypedTable, errors: list[Column]) -> bool:
    """Tell whether a column has mostly different numbers, or another is its ratio to an error.

    Effects on a coarse trait repeat; their test statistic shows that they are effects.
    """
    if effects in errors or effects.distinct > LIMITS.mostly_different * typed.rows:
        return effects not in errors
    ratios = [effects.numbers / error.numbers for error in errors if np.all(error.values)]
    return any(
        np.allclose(ratio, each.numbers, rtol=LIMITS.rounding, atol=LIMITS.rounding, equal_nan=True)
        for ratio in ratios
        for each in typed.numbers
        if each is not effects
    )


def _numbered(names: Column) -> "np.ndarray[tuple[int], np.dtype[np.bool_]]":
    """Tell which names are the commonest one but for the number in it."""
    stems = np.array([_DIGITS.sub("#", cell) for cell in names.texts], object).astype(str)
    found, counts = np.unique(stems, return_counts=True)
    commonest = str(found[int(np.argmax(counts))])
    return np.array([stem == commonest and "#" in stem for stem in stems], bool)
