"""Plausible ranges of numbers, so that a filter written for real values keeps rows of a dummy table.

The dictionary's own range comes first. Without one, the title says what an age or a year is, and the unit
says the rest: all measurements in one unit share a range, wide enough for the usual cut-offs of each.
"""

import re
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from strongroom.cohort.dictionary import Field
from strongroom.thresholds import Thresholds, threshold


class _Limits(Thresholds):
    """The numbers this module decides by."""

    wide: float = threshold(
        20.0,
        "high / low",
        "judgement: a unit shared by small and large quantities (glucose 5, sodium 140 mmol/L); drawn "
        "uniformly, the small ones' cut-offs would keep hardly any rows",
    )


LIMITS = _Limits()

# Lowest and highest value by unit. judgement: the usual clinical cut-offs are well inside (body mass index
# 18.5 to 40, blood pressure 140/90 mmHg, HbA1c 48 mmol/mol, glucose 11.1 mmol/L); nothing was measured.
_BY_UNIT = {
    "kg/m2": (15.0, 50.0), "kg": (5.0, 150.0), "g": (1.0, 5_000.0), "cm": (40.0, 200.0), "mm": (0.1, 100.0),
    "m": (0.5, 2.5), "km": (0.1, 100.0), "mmhg": (50.0, 200.0), "beats/min": (40.0, 120.0),
    "bpm": (40.0, 120.0), "mmol/l": (0.2, 200.0), "mmol/mol": (15.0, 120.0), "umol/l": (1.0, 500.0),
    "nmol/l": (1.0, 1_000.0), "pmol/l": (1.0, 1_000.0), "g/l": (0.5, 150.0), "g/dl": (3.0, 40.0),
    "mg/l": (0.05, 100.0), "mg/dl": (5.0, 500.0), "ug/l": (0.1, 1_000.0), "ng/ml": (0.1, 1_000.0),
    "u/l": (5.0, 500.0), "iu/ml": (1.0, 100.0), "10^9/l": (0.05, 500.0), "10^12/l": (2.5, 7.0),
    "fl": (5.0, 120.0), "pg": (15.0, 45.0), "%": (0.0, 100.0), "l": (0.5, 7.0), "l/min": (50.0, 900.0),
    "ohms": (100.0, 1_000.0), "hours": (0.0, 24.0), "hours/day": (0.0, 24.0), "hours/week": (0.0, 80.0),
    "minutes": (0.0, 300.0), "minutes/day": (0.0, 300.0), "seconds": (0.5, 200.0),
    "milliseconds": (100.0, 2_000.0), "ms": (100.0, 2_000.0), "days": (0.0, 365.0), "days/week": (0.0, 7.0),
    "weeks": (0.0, 52.0), "months": (0.0, 120.0), "years": (0.0, 60.0), "kj": (2_000.0, 20_000.0),
    "kcal": (500.0, 5_000.0),
}  # fmt: skip
# Ages at recruitment, and how many years later each repeat visit is. judgement: UK Biobank's design (Sudlow
# and others 2015); births, visits and deaths in dates.py give the same ages.
_AGES, _LATER = (40.0, 69.0), (0.0, 5.0, 9.0, 13.0)
_BIRTH_YEARS, _AGES_AT_DEATH = (1937.0, 1970.0), (42.0, 85.0)
_ANY_AGE, _ANY_YEAR, _MONTHS = (5.0, 69.0), (1960.0, 2020.0), (1.0, 12.0)

_SPELLINGS = {
    "m²": "m2", "m^2": "m2", "\u03bc": "u", "millimoles": "mmol", "millimole": "mmol",
    "litres": "l", "litre": "l", "percent": "%",
}  # fmt: skip
_VISITED = re.compile(r"recruit|visit|attend|assess|baseline|enrol|entry")


@dataclass(frozen=True)
class Range:
    """The lowest and the highest value of a column, in its unit; of skewed ones, low values are the most."""

    low: float
    high: float
    skewed: bool = False

    def draw(self, rows: int, draw: np.random.Generator) -> NDArray[np.float64]:
        """Return that many values, uniform, or uniform in their logarithm if the range is wide or skewed."""
        if self.skewed:
            return self.low + np.expm1(draw.uniform(0.0, np.log1p(self.high - self.low), rows))
        if self.low > 0 and self.high / self.low >= LIMITS.wide:
            logarithms = draw.uniform(np.log(self.low), np.log(self.high), rows)
            return np.clip(np.exp(logarithms), self.low, self.high)
        return draw.uniform(self.low, self.high, rows)


# judgement: counts and scores of unknown unit. Usual cut-offs of counts are 0, 1 or 5; scores can be below 0.
_UNKNOWN_WHOLE, _UNKNOWN = Range(0.0, 50.0, skewed=True), Range(-10.0, 100.0)


def plausible_range(name: str, field: Field | None, *, whole: bool) -> Range:
    """Return the range of a column of numbers; `whole` for integers."""
    if field is not None and field.range is not None:
        return Range(*field.range)
    title = f"{name.replace('_', ' ')} {field.title if field else ''}".casefold()
    bounds = _by_title(title, field) or _BY_UNIT.get(_plain_unit(field.units) if field else "")
    if bounds is not None:
        return Range(*bounds)
    return _UNKNOWN_WHOLE if whole else _UNKNOWN


def _by_title(title: str, field: Field | None) -> tuple[float, float] | None:
    if re.search(r"\byear\b", title) or re.search(r"\byob\b", title):
        return _BIRTH_YEARS if re.search(r"birth|born|yob", title) else _ANY_YEAR
    if "month" in title and "birth" in title:
        return _MONTHS
    if not re.search(r"\bage\b", title):
        return None
    if "death" in title:
        return _AGES_AT_DEATH
    if _VISITED.search(title) or title.strip() in {"age", "age age"}:
        later = _LATER[min(field.instance, len(_LATER) - 1) if field else 0]
        return _AGES[0] + later, _AGES[1] + later
    return _ANY_AGE


def _plain_unit(unit: str) -> str:
    """Return a unit in one spelling: `Kg/m²` and `kg/m^2` are `kg/m2`, `millimole/L` is `mmol/l`."""
    plain = unit.casefold().replace(" ", "")
    for written, usual in _SPELLINGS.items():
        plain = plain.replace(written, usual)
    return plain
