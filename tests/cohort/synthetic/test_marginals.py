"""Each field has about the mean and spread that its file states, on the grid on which it is measured."""

import numpy as np
import pytest

from strongroom.cohort.dictionary import ColumnName
from strongroom.cohort.synthetic.column_choice import every_column
from strongroom.cohort.synthetic.spec import catalogue

# Asked of a part of the people only, who differ from the rest in the traits the field loads on.
ASKED_OF_A_SELECTED_PART = {
    field_id for field_id, spec in catalogue().fields.items() if spec.asked or spec.unless or spec.only
}
QUANTITIES = sorted(
    field_id
    for field_id, spec in catalogue().fields.items()
    if spec.quantity is not None and field_id not in ASKED_OF_A_SELECTED_PART
)


def values(people, column):
    spec = catalogue().fields[ColumnName.parse(column).field_id]
    found = people[column].drop_nulls().to_numpy().astype(float)
    return found[~np.isin(found, list(spec.special))]


@pytest.mark.parametrize("field_id", QUANTITIES)
def test_mean_and_spread_are_those_of_the_field(people, field_id):
    quantity = catalogue().fields[field_id].quantity
    found = values(people, ColumnName(field_id).rap)
    assert abs(found.mean() - quantity.mean) < 0.15 * quantity.sd
    assert 0.75 * quantity.sd < found.std() < 1.3 * quantity.sd


@pytest.mark.parametrize(
    ("column", "mean", "sd"),
    [
        ("p21001_i0", 26.195, 4.206),
        ("p21002_i0", 75.58, 14.90),
        ("p30690_i0", 5.697, 1.187),
        ("p30010_i0", 4.608, 0.422),
        ("p30030_i0", 41.75, 3.484),
        ("p30050_i0", 30.86, 1.775),
        ("p30140_i0", 4.370, 1.474),
        ("p30200_i0", 63.58, 8.80),
        ("p30630_i0", 1.584, 0.274),
        ("p30640_i0", 1.023, 0.237),
        ("p21022_i0", 56.53, 8.095),
        ("p34_i0", 1951.5, 8.116),
        ("p20127_i0", 4.119, 3.267),
        ("p23100_i0", 24.31, 9.148),
    ],
)
def test_computed_fields_come_out_as_the_showcase_reports_them(people, column, mean, sd):
    found = values(people, column)
    assert abs(found.mean() - mean) < 0.15 * sd
    assert 0.85 * sd < found.std() < 1.15 * sd


@pytest.mark.parametrize(
    "field_id", [field_id for field_id, spec in catalogue().fields.items() if spec.codes and not spec.asked]
)
def test_answers_have_their_shares(people, field_id):
    spec = catalogue().fields[field_id]
    found = values(people, ColumnName(field_id).rap)
    total = sum(spec.codes.values())
    for code, share in spec.codes.items():
        assert abs((found == code).mean() - share / total) < 0.02


def test_no_column_is_constant_but_the_one_centre_of_the_repeat_visit(people):
    """The last places of long arrays are left out: hardly anyone fills them, here as in the real cohort."""
    wanted = ["eid", *(column.rap for column in every_column(catalogue().fields)[:330])]
    assert [name for name in wanted if people[name].drop_nulls().n_unique() < 2] == ["p54_i1"]


def test_quantities_lie_on_the_grid_that_the_dictionary_states(people):
    for column, digits in (("p50_i0", 1), ("p21001_i0", 4), ("p30690_i0", 3), ("p30020_i0", 2)):
        found = people[column].drop_nulls().to_numpy()
        assert np.array_equal(found, found.round(digits))


def test_detection_limits_cut_what_is_reported(people):
    assert people["p30790_i0"].min() >= 3.8
    assert people["p30790_i0"].max() <= 189
    assert people["p30710_i0"].min() >= 0.08


def test_hand_readings_heap_on_even_numbers_and_machine_readings_do_not(people):
    def even(column):
        return (people[column].drop_nulls() % 2 == 0).mean()

    assert even("p93_i0") > 0.85
    assert 0.45 < even("p4080_i0") < 0.55
    assert (people["p874_i0"].drop_nulls() % 10 == 0).mean() > 0.85


def test_bloods_are_missing_together(people):
    cells = people["p30000_i0"].is_null()
    assert 0.03 < cells.mean() < 0.06
    assert (cells == people["p30080_i0"].is_null()).all()
    chemistry = people["p30700_i0"].is_null() & people["p30720_i0"].is_null()
    assert chemistry.mean() > 0.05


def test_later_visits_are_of_the_stated_parts_of_people(people):
    shares = [people[f"p53_i{visit}"].is_not_null().mean() for visit in range(4)]
    assert shares[0] == 1
    assert [round(share, 2) for share in shares[1:]] == [0.04, 0.15, 0.01]
