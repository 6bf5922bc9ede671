"""Ranges of dummy numbers: the dictionary's own, else by title and unit."""

import numpy as np
import pytest

from strongroom.cohort.dictionary import Field, Role, ValueType
from strongroom.disclosure.dummy.ranges import Range, plausible_range


def field(name="x", **facts) -> Field:
    return Field.named(name, ValueType.REAL, Role.MEASUREMENT, **facts)


@pytest.mark.parametrize(
    ("name", "facts", "cutoffs"),
    [
        ("p21022", {"title": "Age at recruitment", "units": "years"}, (45, 65)),
        ("p21003_i2", {"title": "Age when attended assessment centre", "units": "years"}, (55, 75)),
        ("p21003_i9", {"title": "Age when attended assessment centre", "units": "years"}, (55, 75)),
        ("p40007", {"title": "Age at death", "units": "years"}, (60, 80)),
        ("p2976", {"title": "Age diabetes diagnosed", "units": "years"}, (20, 60)),
        ("age", {}, (45, 65)),
        ("p34", {"title": "Year of birth", "units": "years"}, (1940, 1965)),
        ("birth_year", {}, (1940, 1965)),
        ("yob", {}, (1940, 1965)),
        ("p22501", {"title": "Year ended full time education", "units": "years"}, (1970, 2000)),
        ("birth_month", {}, (2, 11)),
        ("p21001", {"title": "Body mass index (BMI)", "units": "Kg/m2"}, (18.5, 40)),
        ("bmi", {"units": "kg/m²"}, (18.5, 40)),
        ("p4080", {"title": "Systolic blood pressure", "units": "mmHg"}, (90, 180)),
        ("p30740", {"title": "Glucose", "units": "mmol/L"}, (3.9, 11.1)),
        ("sodium", {"units": "millimole/L"}, (1, 145)),
        ("p30700", {"title": "Creatinine", "units": "umol/L"}, (60, 120)),
        ("vitamin", {"units": "\u00b5g/L"}, (1, 100)),
        ("fev", {"units": "litres"}, (1.5, 4)),
        ("p189", {"title": "Townsend deprivation index at recruitment"}, (-2, 5)),
        ("something", {"units": "furlongs"}, (-2, 5)),
    ],
)
def test_usual_cutoffs_are_inside_the_range(name, facts, cutoffs):
    found = plausible_range(name, field(name, **facts), whole=False)
    low, high = cutoffs
    values = found.draw(2_000, np.random.default_rng(1))
    assert values.min() >= found.low
    assert values.max() <= found.high
    assert np.mean(values < low) > 0.02
    assert np.mean(values > high) > 0.02


def test_the_range_of_the_dictionary_comes_first():
    assert plausible_range("age", field("age", range=(18.0, 30.0)), whole=True) == Range(18.0, 30.0)


def test_a_count_without_a_unit_is_most_often_small():
    values = np.round(plausible_range("visits", None, whole=True).draw(3_000, np.random.default_rng(1)))
    assert values.min() == 0
    assert values.max() > 45
    assert all(np.mean(values == number) > 0.05 for number in (0, 1, 2))


def test_small_and_large_quantities_of_a_wide_range_have_similar_shares():
    values = Range(0.2, 200.0).draw(3_000, np.random.default_rng(1))
    assert [np.mean((values >= low) & (values < 10 * low)) for low in (0.2, 2.0, 20.0)] == pytest.approx(
        [1 / 3] * 3, abs=0.05
    )
