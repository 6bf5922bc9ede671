"""Fields that follow from others, so that a synthetic participant is as consistent as a real one.

BMI is weight over height squared, cholesterol is the sum of the lipoproteins', the white cells' shares add up
to 100. The coefficients are lines that we fitted so that each field's mean and spread are about those of the
showcase.
"""

from collections.abc import Callable

import numpy as np

from strongroom.cohort.synthetic import formulas_health, formulas_person
from strongroom.cohort.synthetic.array_types import Floats, Values
from strongroom.cohort.synthetic.spec import FieldSpec
from strongroom.cohort.synthetic.visit import Visit
from strongroom.thresholds import Thresholds, threshold

Formula = Callable[[Visit, FieldSpec, int], Values]


class _Limits(Thresholds):
    """The numbers this module decides by."""

    water_share: float = threshold(
        0.732,
        "kg of water a kg of fat-free mass",
        "standard: hydration of fat-free mass, Pace and Rathbun, J. Biol. Chem. 158:685, 1945",
    )
    testosterone_limit: float = threshold(
        0.35,
        "nmol/L",
        "standard: UK Biobank showcase, field 30850, lower limit of the assay's range",
    )


LIMITS = _Limits()


def _weight(visit: Visit, spec: FieldSpec, _array: int) -> Floats:
    """Derive weight from a hidden body mass index, so that the published one can be recomputed from it."""
    height = visit.values(50) / 100
    score = 0.94 * visit.traits["adiposity"] + 0.1 * visit.traits["sex"] + 0.32 * _noise(visit, spec.field_id)
    weight: Floats = np.exp(3.254 + 0.158 * score) * height**2
    return _rounded(np.clip(weight, 35, 197.7), 1)


def _body_mass_index(visit: Visit, _spec: FieldSpec, _array: int) -> Floats:
    return _rounded(visit.values(21002) / (visit.values(50) / 100) ** 2, 4)


def _fat_mass(visit: Visit, _spec: FieldSpec, _array: int) -> Floats:
    return _rounded(visit.values(21002) * visit.values(23099) / 100, 1)


def _fat_free_mass(visit: Visit, _spec: FieldSpec, _array: int) -> Floats:
    return _rounded(visit.values(21002) - visit.values(23100), 1)


def _water_mass(visit: Visit, _spec: FieldSpec, _array: int) -> Floats:
    return _rounded(LIMITS.water_share * visit.values(23101), 1)


def _metabolic_rate(visit: Visit, _spec: FieldSpec, _array: int) -> Floats:
    return _rounded(300 + 118.2 * visit.values(23101), 0)


def _cholesterol(visit: Visit, spec: FieldSpec, _array: int) -> Floats:
    # The direct assay underestimates LDL, more so at high values.
    cholesterol = 1.14 * visit.values(30780) + 0.95 * visit.values(30760) + 0.37 * visit.values(30870)
    return _rounded(np.clip(cholesterol - 0.41 + 0.12 * _noise(visit, spec.field_id), 0.6, None), 3)


def _apolipoprotein_a(visit: Visit, spec: FieldSpec, _array: int) -> Floats:
    return _rounded(0.645 + 0.62 * visit.values(30760) + 0.11 * _noise(visit, spec.field_id), 3)


def _apolipoprotein_b(visit: Visit, spec: FieldSpec, _array: int) -> Floats:
    return _rounded(0.135 + 0.25 * visit.values(30780) + 0.06 * _noise(visit, spec.field_id), 3)


def _red_cells(visit: Visit, _spec: FieldSpec, _array: int) -> Floats:
    return _rounded(10 * visit.values(30020) / visit.values(30050), 3)


def _haematocrit(visit: Visit, _spec: FieldSpec, _array: int) -> Floats:
    return _rounded(visit.values(30010) * visit.values(30040) / 10, 2)


def _haemoglobin_per_cell(visit: Visit, _spec: FieldSpec, _array: int) -> Floats:
    return _rounded(visit.values(30040) * visit.values(30060) / 100, 2)


def _platelet_volume(visit: Visit, spec: FieldSpec, _array: int) -> Floats:
    """Make platelets smaller where there are more: a correlation of about -0.45."""
    score = (visit.values(30080) - 231.6) / 55.5
    return _rounded(
        np.clip(9.226 + 1.098 * (0.89 * _noise(visit, spec.field_id) - 0.45 * score), 5.6, 16.5), 2
    )


def _platelet_crit(visit: Visit, _spec: FieldSpec, _array: int) -> Floats:
    return _rounded(visit.values(30080) * visit.values(30100) / 10_000, 3)


def _neutrophil_percentage(visit: Visit, _spec: FieldSpec, _array: int) -> Floats:
    others: Floats = np.sum([visit.values(field) for field in (30180, 30190, 30210, 30220)], axis=0)
    return _rounded(100 - others, 2)


def _share_of(total: int, percentage: int, digits: int) -> Formula:
    """Return the formula of a count: a percentage of another count."""

    def count(visit: Visit, _spec: FieldSpec, _array: int) -> Floats:
        return _rounded(visit.values(total) * visit.values(percentage) / 100, digits)

    return count


def _testosterone(visit: Visit, spec: FieldSpec, _array: int) -> Floats:
    """Return two lognormal distributions, men's ten times women's, the lower cut at the detection limit."""
    noise = _noise(visit, spec.field_id)
    men = np.clip(11.9 + 3.6 * noise, 1.5, None)
    values = np.where(visit.male, men, np.exp(-0.22 + 0.75 * noise))
    return np.where(values < LIMITS.testosterone_limit, np.nan, _rounded(values, 3))


def _noise(visit: Visit, field_id: int) -> Floats:
    own = visit.people.streams.open("own", field_id).standard_normal(len(visit.people))[visit.rows]
    day = visit.random("day", field_id).standard_normal(len(visit))
    noise: Floats = np.sqrt(0.7) * own + np.sqrt(0.3) * day
    return noise


def _rounded(values: Values, digits: int) -> Floats:
    on_grid: Floats = values.round(digits)
    return on_grid


FORMULAS: dict[str, Formula] = {
    "weight": _weight,
    "body_mass_index": _body_mass_index,
    "fat_mass": _fat_mass,
    "fat_free_mass": _fat_free_mass,
    "water_mass": _water_mass,
    "metabolic_rate": _metabolic_rate,
    "cholesterol": _cholesterol,
    "apolipoprotein_a": _apolipoprotein_a,
    "apolipoprotein_b": _apolipoprotein_b,
    "red_cells": _red_cells,
    "haematocrit": _haematocrit,
    "haemoglobin_per_cell": _haemoglobin_per_cell,
    "platelet_volume": _platelet_volume,
    "platelet_crit": _platelet_crit,
    "neutrophil_percentage": _neutrophil_percentage,
    "lymphocytes": _share_of(30000, 30180, 2),
    "monocytes": _share_of(30000, 30190, 2),
    "neutrophils": _share_of(30000, 30200, 2),
    "eosinophils": _share_of(30000, 30210, 2),
    "basophils": _share_of(30000, 30220, 2),
    "reticulocytes": _share_of(30010, 30240, 4),
    "bright_reticulocytes": _share_of(30010, 30290, 4),
    "testosterone": _testosterone,
    **formulas_person.FORMULAS,
    **formulas_health.FORMULAS,
}
"""The formula of each name used in the field files."""
