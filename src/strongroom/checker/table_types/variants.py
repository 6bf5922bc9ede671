"""Results of genetic association, fine-mapping, expression and score weights: one row (or pair) a variant."""

import re
from typing import NamedTuple

import numpy as np

from strongroom.checker.table_types.column_roles import Role
from strongroom.checker.table_types.typed_table import Column, TypedTable
from strongroom.checker.table_types.types import NOTHING, Recognised, RecognisedType
from strongroom.thresholds import Thresholds, threshold

_VARIANT = re.compile(
    r"rs\d+|(chr)?(\d{1,2}|[XYM]T?)[:_]\d+([:_][ACGT.,<>*\-]+){0,2}([:_]b\d+)?|[.]", re.IGNORECASE
)
_ALLELE = re.compile(r"[ACGTDIN]+|[-.*]|<[A-Z:]+>", re.IGNORECASE)
_CHROMOSOME = re.compile(r"chr|^#?chrom|^ch$", re.IGNORECASE)
_POSITION = re.compile(r"pos|^bp$|base|genpos|coord|start|end|distance|dist$", re.IGNORECASE)
_SIZE = re.compile(
    r"^n$|^n[_. ]|samplesize|sample_size|n_?(eff|total|case|control|obs|samples|miss|missing)", re.IGNORECASE
)
_SHARE = re.compile(
    r"af|freq|maf|frq|eaf|info|r2|rsq|impute|hwe|pip|prob|call|miss|inbreed|coverage", re.IGNORECASE
)
_SCORE = re.compile(
    r"weight|score|beta|effect|pgs|slope|coef|^or$|odds|stat|chi|^z|^t$|ld|cov|value|^ac|alt.*count|het",
    re.IGNORECASE,
)
_P = re.compile(r"^p$|p[._]?val|log10p|^p[._]|fdr|qval|_p$", re.IGNORECASE)
_STANDARD_ERROR = re.compile(r"^se$|^se[._]|[._]se$|std.?err|standard.?error", re.IGNORECASE)
_EFFECT = re.compile(r"beta|effect|weight|slope|coef|^b$", re.IGNORECASE)
_TESTED = {Role.ERROR, Role.P, Role.LOG_P, Role.STATISTIC}
_LARGEST_CHROMOSOME = 26  # fixed: PLINK numbers X, Y, XY and MT 23 to 26


class _Limits(Thresholds):
    """The numbers this module decides by."""

    most_spare: int = threshold(
        2,
        "columns",
        "judgement: tables of variants have a column or two of their own; a matrix of variants by "
        "people has one for each person",
    )
    least_rows: int = threshold(3, "rows", "judgement: two rows are named, or agree, by chance")
    most_named: int = threshold(
        8,
        "columns",
        "judgement: more columns of alleles or variants are calls, one a variant or a person",
    )


LIMITS = _Limits()


def recognise_variants(typed: TypedTable) -> Recognised:
    """Recognise a table of variants: named or placed variants, alleles from ACGT, columns that agree.

    Columns beyond those explained may be few: a row of a variants-by-people matrix is not a summary.
    """
    found = _explained(typed)
    if found is None:
        return NOTHING
    return _judged(typed, found.roles, consistent=found.consistent, placed=found.placed)


def untested_effects(typed: TypedTable) -> list[Column]:
    """Return effects of variants without an error, p value or statistic beside them."""
    found = _explained(typed)
    if found is None or found.consistent or _TESTED & set(found.roles.values()):
        return []
    valued = {place for place, role in found.roles.items() if role in {Role.EFFECT, Role.VALUE}}
    return [
        column
        for place, column in enumerate(typed.columns)
        if place in valued and _EFFECT.search(column.name)
    ]


class _Explained(NamedTuple):
    roles: dict[int, Role]
    consistent: bool
    placed: bool


def _explained(typed: TypedTable) -> _Explained | None:
    """Return what the columns of a table of variants are; None if there is no evidence that it is one."""
    roles: dict[int, Role] = {}
    for place, column in enumerate(typed.columns):
        role = _text_role(column) if not column.number else None
        if role:
            roles[place] = role
    if typed.rows < LIMITS.least_rows:
        return None
    placed = _place_numbers(typed, roles)
    if not (placed or roles) or len(roles) > LIMITS.most_named:
        return None
    consistent = {place: role for place, role in typed.estimates.items() if place not in roles}
    if not (placed or consistent or _named(typed, roles)):
        return None
    roles |= consistent
    for place, column in enumerate(typed.columns):
        if place not in roles and column.number:
            role = _number_role(column)
            if role:
                roles[place] = role
        elif place not in roles and column.distinct <= max(50, typed.rows // 2):
            roles[place] = Role.LABEL
    return _Explained(roles, consistent=bool(consistent), placed=placed)


def _named(typed: TypedTable, roles: dict[int, Role]) -> bool:
    """Return whether the rows are named by alleles, by variants that differ, or by traits for one variant."""
    if list(roles.values()).count(Role.ALLELE) > 1:
        return True
    several = max(2, min(10, typed.rows // 2))
    variants = [typed.columns[place].distinct for place, role in roles.items() if role is Role.VARIANT]
    traits = [column for column in typed.columns if column.distinct >= several and column.wordy > 0.5]  # noqa: PLR2004
    return max(variants, default=0) >= several or (bool(variants) and bool(traits))


def _judged(typed: TypedTable, roles: dict[int, Role], *, consistent: bool, placed: bool) -> Recognised:
    known = Recognised(RecognisedType.VARIANTS, 0.0, roles)
    spare = [column for column in known.unexplained(typed) if column.number]
    scored = known.places(Role.EFFECT, Role.VALUE)
    if len(spare) > LIMITS.most_spare + (LIMITS.most_spare if consistent else 0):
        return NOTHING
    tested = known.places(*_TESTED)
    if known.places(Role.SIZE) and scored and not tested:
        return NOTHING  # effects of a sample have errors; without them they may be one person's genotypes
    named = known.places(Role.VARIANT, Role.ALLELE)
    if placed and not consistent and not named and not _stretches(typed, known):
        return NOTHING
    if not consistent and len(scored) + len(spare) > LIMITS.most_spare:
        # Effects and p values are in one table and do not agree: the names are false.
        return NOTHING
    return Recognised(RecognisedType.VARIANTS, 0.95 if consistent else 0.85, roles)


def _stretches(typed: TypedTable, known: Recognised) -> bool:
    """Return whether positions are starts and ends of genes or regions."""
    places = [typed.columns[place].numbers for place in known.places(Role.POSITION)]
    return len(places) == 2 and bool(np.mean(places[1] > places[0]) > 0.99)  # noqa: PLR2004 - a start and an end


def _text_role(column: Column) -> Role | None:
    cells = [cell.strip() for cell in column.texts[:400] if cell.strip()]
    if not cells:
        return None
    if np.mean([bool(_VARIANT.fullmatch(cell)) for cell in cells]) > 0.9:  # noqa: PLR2004 - a few indels
        return Role.VARIANT
    if np.mean([bool(_ALLELE.fullmatch(cell)) for cell in cells]) > 0.95:  # noqa: PLR2004 - a few symbols
        return Role.ALLELE if column.distinct > 1 or len(cells) < 10 else None  # noqa: PLR2004
    if _CHROMOSOME.search(column.name) and column.distinct <= 2 * _LARGEST_CHROMOSOME:
        return Role.CHROMOSOME
    return None


def _place_numbers(typed: TypedTable, roles: dict[int, Role]) -> bool:
    """Give chromosome and position their roles; return whether both are there."""
    for place, column in enumerate(typed.columns):
        if not (column.number and column.whole):
            continue
        low, high = column.values.min(), column.values.max()
        if _CHROMOSOME.search(column.name) and low >= 0 and high <= _LARGEST_CHROMOSOME:
            roles[place] = Role.CHROMOSOME
        elif _POSITION.search(column.name):
            roles[place] = Role.POSITION
    return {Role.CHROMOSOME, Role.POSITION} <= set(roles.values())


def _number_role(column: Column) -> Role | None:
    name, low, high = column.name, column.values.min(), column.values.max()
    shares = low >= 0 and high <= 1.2  # noqa: PLR2004 - imputation quality may pass 1 a little
    if _SIZE.search(name) and column.whole and low >= 0:
        return Role.SIZE
    if _STANDARD_ERROR.search(name) and low >= 0:
        return Role.ERROR
    if _P.search(name) and low >= 0:
        return Role.P
    if _SHARE.search(name) and shares:
        return Role.FREQUENCY
    if _SCORE.search(name):
        return Role.VALUE
    return None
