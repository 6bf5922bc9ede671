"""Formulas of medicine whose inputs are found by their values, and rules that are not mere arithmetic.

The larger or smaller of two readings; estimated glomerular filtration from creatinine, age and sex; completed
years between two dates.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import combinations, permutations

import numpy as np
from numpy.typing import NDArray

from strongroom.thresholds import Thresholds, threshold
from strongroom.tracer.relations.formula_fits import is_relation, unexplained
from strongroom.tracer.relations.formulas import Formula, quoted
from strongroom.tracer.relations.relation import DATES, OTHER, Relation, Searched

Floats = NDArray[np.float64]


class _Limits(Thresholds):
    """The numbers this module decides by."""

    either: float = threshold(
        0.95, "share of people", "judgement: a larger reading equals one of the two in nearly everybody"
    )
    varies: float = threshold(
        0.15,
        "a third of the share of people",
        "judgement: readings differ from their commonest value in half",
    )
    one_of_two: float = threshold(
        0.05, "share of people", "judgement: each of two readings is the larger at times"
    )
    related: float = threshold(
        0.5, "absolute rank correlation", "judgement: filtration falls with creatinine far more closely"
    )
    resembles: float = threshold(
        0.8, "rank correlation", "cost: a filtration rate follows that of an average sex far more closely"
    )
    checked: int = threshold(300, "people", "cost: rules out nearly all on few people")
    most_dates: int = threshold(
        24, "columns", "cost: pairs of more dates; those that most people have are taken"
    )
    near_years: float = threshold(
        1.05, "years", "derived: completed years differ from the time between by up to 1"
    )
    near_formula: float = threshold(
        0.1, "SDs", "judgement: rules out other inputs before the formula is checked to the digit"
    )


LIMITS = _Limits()

_YEAR = 365.25  # fixed: days of a year
# Levey et al. 2009 (with race left out) and Inker et al. 2021: factor, power below and above kappa, per year.
# standard: N Engl J Med 2021;385:1737, table 2; Ann Intern Med 2009;150:604.
_CKD_EPI = (
    (142.0, (-0.241, -0.302), -1.200, 0.9938, 1.012),
    (141.0, (-0.329, -0.411), -1.209, 0.993, 1.018),
)
_KAPPA = (0.7, 0.9)  # standard: both, mg/dL, women and men
_MG_PER_DL = (1.0, 88.4, 88.42)  # units of creatinine: mg/dL, and micromoles per litre in a mg/dL
_CREATININE = ((0.2, 3.0), (20.0, 250.0))  # medians of creatinine in these units
_AGES = (1.0, 110.0)  # years


def known_formulas(columns: Searched, targets: Sequence[str]) -> Iterator[Relation]:
    """Yield the relations of columns to others by one of these rules."""
    numbers = [name for name in columns.numbers if columns.distinct[name] > 2]  # noqa: PLR2004 - yes or no
    yield from _extremes(columns, targets, numbers)
    inputs = _FiltrationInputs.of(columns, numbers)
    for target in targets:
        if columns.distinct[target] > 2 and target not in columns.dates:  # noqa: PLR2004 - likewise
            yield from _ages(columns, target)
            yield from _filtration(columns, target, inputs)


def _extremes(columns: Searched, targets: Sequence[str], numbers: Sequence[str]) -> Iterator[Relation]:
    step = max(1, len(next(iter(columns.values.values()))) // LIMITS.checked)
    few = np.column_stack([columns.values[name][::step] for name in numbers]) if numbers else np.empty((0, 0))
    for target in targets:
        if target not in numbers:
            continue
        place = list(numbers).index(target)
        equal = few == few[:, [place]]
        share = equal.sum(axis=0) / np.maximum(np.isfinite(few[:, [place]]).sum(), 1)
        share[place] = 0
        some = np.flatnonzero((share > LIMITS.one_of_two) & (share < LIMITS.either))
        for one, other in combinations(some.tolist(), 2):
            if share[one] + share[other] >= LIMITS.either:
                names = f"{quoted(numbers[one])}, {quoted(numbers[other])}"
                for how in ("max", "min"):
                    found = columns.measured(target, f"{how}({names})", OTHER)
                    rare = unexplained(columns, found)
                    if found.share >= LIMITS.either and 1 - found.share <= rare and rare > LIMITS.varies:
                        yield found


def _ages(columns: Searched, target: str) -> Iterator[Relation]:
    """Yield completed years, or months or years with a fraction, between two dates."""
    values = columns.values[target]
    known = {name: int(np.isfinite(columns.values[name]).sum()) for name in columns.dates}
    for earlier, later in permutations(sorted(known, key=lambda name: -known[name])[: LIMITS.most_dates], 2):
        years = (columns.values[later] - columns.values[earlier]) / _YEAR
        both = np.isfinite(years) & np.isfinite(values)
        if np.count_nonzero(both) < 50 or np.std(years[both]) < 1:  # noqa: PLR2004 - as `least_people`
            continue
        off = years[both] - values[both]
        if np.quantile(np.abs(off - np.median(off)), 0.9) > LIMITS.near_years:
            continue
        one, two = quoted(earlier), quoted(later)
        texts = [f"years({one}, {two})", f"({two} - {one}) / {_YEAR}", f"floor(({two} - {one}) / {_YEAR})"]
        found = max((columns.measured(target, text, DATES) for text in texts), key=lambda each: each.share)
        if is_relation(columns, found) or np.abs(np.median(off)) < LIMITS.near_years:
            yield found


@dataclass(frozen=True)
class _FiltrationInputs:
    """Columns that may be creatinine, each with its possible units, ages and sexes; all of few people."""

    creatinine: dict[str, list[int]]
    ages: list[str]
    sexes: list[str]
    few: dict[str, Floats] = field(repr=False)

    @classmethod
    def of(cls, columns: Searched, numbers: Sequence[str]) -> "_FiltrationInputs":
        """Sort columns by their ranges."""
        various = [name for name in numbers if columns.spread[name] > 0]
        middle = {name: float(np.nanmedian(columns.values[name])) for name in various}
        units = {
            name: [unit for unit, (low, high) in enumerate(_CREATININE) if low <= middle[name] <= high]
            for name in various
        }
        step = max(1, len(next(iter(columns.values.values()))) // LIMITS.checked)
        return cls(
            {name: each for name, each in units.items() if each},
            [name for name in various if _is_age(columns.values[name])],
            [name for name in columns.numbers if columns.distinct[name] == 2],  # noqa: PLR2004 - two sexes
            {name: column[::step] for name, column in columns.values.items()},
        )


def _filtration(columns: Searched, target: str, inputs: _FiltrationInputs) -> Iterator[Relation]:
    """Yield estimated filtration rates (CKD-EPI)."""
    few = inputs.few
    for name, low in inputs.creatinine.items():
        if name == target or not _falls(few[target], few[name]):
            continue
        ages = (each for each in inputs.ages if each not in (target, name))
        for age in (each for each in ages if _resembles(few, target, name, each, low)):
            for sex in inputs.sexes:
                texts = [
                    text
                    for unit in low
                    for text in _ckd_epi(name, age, sex, columns.values[sex], _MG_PER_DL[unit : 2 * unit + 1])
                ]
                near = [text for text in texts if _is_near(few, target, text)]
                if near:
                    found = [columns.measured(target, text, OTHER) for text in near]
                    yield max(found, key=lambda each: each.share)


def _resembles(few: dict[str, Floats], target: str, creatinine: str, age: str, units: Sequence[int]) -> bool:
    """Tell whether a column follows the rate for an average sex: most columns are ruled out without a sex."""
    for unit in units:
        relative = few[creatinine] / (np.mean(_KAPPA) * _MG_PER_DL[unit])
        with np.errstate(all="ignore"):
            rate = np.where(relative < 1, relative**-0.3, relative**-1.2) * 0.9935 ** few[age]
        if _rank_correlation(few[target], rate) >= LIMITS.resembles:
            return True
    return False


def _is_age(values: Floats) -> bool:
    low, high = np.nanquantile(values, [0.01, 0.99])
    return bool(_AGES[0] <= low and high <= _AGES[1] and high - low > 5)  # noqa: PLR2004 - years


def _falls(one: Floats, other: Floats) -> bool:
    return _rank_correlation(one, other) < -LIMITS.related


def _rank_correlation(one: Floats, other: Floats) -> float:
    both = np.isfinite(one) & np.isfinite(other)
    if np.count_nonzero(both) < 30:  # noqa: PLR2004 - fewer have no correlation worth the name
        return 0.0
    ranks = [np.argsort(np.argsort(each[both])) for each in (one, other)]
    return float(np.asarray(np.corrcoef(ranks))[0, 1])


def _ckd_epi(creatinine: str, age: str, sex: str, codes: Floats, units: Sequence[float]) -> Iterator[str]:
    first, last = np.unique(codes[np.isfinite(codes)])
    name = quoted(creatinine)
    for unit in units:
        for woman, man in ((first, last), (last, first)):
            plain = woman == 1 and man == 0
            is_woman = quoted(sex) if plain else f"(({quoted(sex)} - {man:g}) / {woman - man:g})"
            kappa = f"({_KAPPA[1] * unit:.9g} - {(_KAPPA[1] - _KAPPA[0]) * unit:.9g} * {is_woman})"
            for factor, below, above, year, women in _CKD_EPI:
                alpha = f"({below[1]} + {below[0] - below[1]:.9g} * {is_woman})"
                yield (
                    f"{factor:g} * min({name} / {kappa}, 1) ** {alpha} * max({name} / {kappa}, 1) ** {above}"
                    f" * {year} ** {quoted(age)} * (1 + {women - 1:.9g} * {is_woman})"
                )


def _is_near(few: dict[str, Floats], target: str, text: str) -> bool:
    off = np.abs(Formula(text).evaluate(few) - few[target])
    off = off[np.isfinite(off)]
    return len(off) > 0 and float(np.quantile(off, 0.75)) <= LIMITS.near_formula * float(
        np.nanstd(few[target])
    )
