"""What goes together in people goes together here: correlations, identities, skip patterns, dates."""

import numpy as np
import polars as pl
import pytest

NHANES = {
    "sex": ("p31_i0", "Gender"),
    "age": ("p21022_i0", "AgeInYearsAtScreening"),
    "height": ("p50_i0", "StandingHeightCm"),
    "weight": ("p21002_i0", "WeightKg"),
    "index": ("p21001_i0", "BodyMassIndexKgm2"),
    "waist": ("p48_i0", "WaistCircumferenceCm"),
    "systolic": ("p4080_i0", "SystolicBloodPres1StRdgMmHg"),
    "again": ("p4080_i0_a1", "SystolicBloodPres2NdRdgMmHg"),
    "diastolic": ("p4079_i0", "DiastolicBloodPres1StRdgMmHg"),
    "hdl": ("p30760_i0", "DirectHdlcholesterolMgdl"),
    "cholesterol": ("p30690_i0", "TotalCholesterolMgdl"),
    "hba1c": ("p30750_i0", "Glycohemoglobin"),
}


def correlation(table, first, second):
    pair = (
        table.select(pl.col(first).cast(pl.Float64), pl.col(second).cast(pl.Float64)).drop_nulls().to_numpy()
    )
    return float(np.corrcoef(pair.T)[0, 1])


@pytest.mark.parametrize(
    ("first", "second", "low", "high"),
    [
        ("p50_i0", "p31_i0", 0.6, 0.8),
        ("p50_i0", "p21002_i0", 0.45, 0.7),
        ("p21001_i0", "p48_i0", 0.75, 0.95),
        ("p21001_i0", "p23099_i0", 0.45, 0.75),
        ("p21022_i0", "p4080_i0", 0.25, 0.45),
        ("p4080_i0", "p4080_i0_a1", 0.8, 0.97),
        ("p4080_i0", "p4079_i0", 0.35, 0.7),
        ("p30690_i0", "p30780_i0", 0.85, 0.97),
        ("p30760_i0", "p30870_i0", -0.6, -0.3),
        ("p30750_i0", "p30740_i0", 0.4, 0.8),
        ("p30700_i0", "p30720_i0", 0.25, 0.6),
        ("p30020_i0", "p30030_i0", 0.85, 0.99),
        ("p3062_i0", "p3063_i0", 0.7, 0.97),
        ("p21001_i0", "p21001_i2", 0.85, 0.97),
        ("p50_i0", "p50_i2", 0.95, 1.0),
        ("p30690_i0", "p30690_i1", 0.5, 0.9),
        ("p20127_i0", "p2050_i0", 0.1, 0.6),
        ("p21022_i0", "p46_i0", -0.4, -0.15),
    ],
)
def test_key_correlations_have_their_sign_and_size(people, first, second, low, high):
    table = (
        people.filter(pl.all_horizontal(pl.col(second).fill_null(0) >= -1))
        if second == "p2050_i0"
        else people
    )
    assert low < correlation(table, first, second) < high


def test_joint_structure_is_like_that_of_a_real_survey(people, shared_data):
    """NHANES 2017-18, ages 40 to 69: another country and decade, so alike, not equal."""
    survey = pl.read_csv(
        shared_data / "rowlevel" / "tables" / "nhanes_2017_2018.csv.gz", infer_schema_length=None
    ).with_columns((pl.col("Gender") == "Male").cast(pl.Float64))
    survey = survey.filter(pl.col("AgeInYearsAtScreening").is_between(40, 69))
    names = list(NHANES)
    pairs = [(first, second) for place, first in enumerate(names) for second in names[place + 1 :]]
    ours = np.array([correlation(people, NHANES[first][0], NHANES[second][0]) for first, second in pairs])
    theirs = np.array([correlation(survey, NHANES[first][1], NHANES[second][1]) for first, second in pairs])
    assert np.abs(ours - theirs).mean() < 0.12
    assert np.corrcoef(ours, theirs)[0, 1] > 0.85


def test_body_mass_index_is_weight_over_height_squared(people):
    for visit in range(4):
        table = people.select(f"p50_i{visit}", f"p21002_i{visit}", f"p21001_i{visit}").drop_nulls().to_numpy()
        assert np.allclose(table[:, 2], table[:, 1] / (table[:, 0] / 100) ** 2, atol=6e-5)


def test_white_cell_shares_make_a_hundred(people):
    shares = (
        people.select("p30180_i0", "p30190_i0", "p30200_i0", "p30210_i0", "p30220_i0").drop_nulls().to_numpy()
    )
    assert np.allclose(shares.sum(axis=1), 100, atol=0.02)
    assert shares.min() >= 0


@pytest.mark.parametrize(
    ("child", "parent", "answers"),
    [
        ("p3456_i0", "p1239_i0", [1]),
        ("p1249_i0", "p1239_i0", [0, 2]),
        ("p2887_i0", "p1249_i0", [1]),
        ("p1568_i0", "p1558_i0", [1, 2, 3]),
        ("p874_i0", "p864_i0", list(range(1, 8))),
        ("p3581_i0", "p2724_i0", [1]),
        ("p2976_i0", "p2443_i0", [1]),
        ("p3456_i2", "p1239_i2", [1]),
    ],
)
def test_questions_are_asked_only_after_the_answers_that_lead_to_them(people, child, parent, answers):
    asked = people.filter(pl.col(child).is_not_null())
    assert len(asked) > 20
    assert asked[parent].is_in(answers).all()


def test_questions_for_one_sex_are_not_put_to_the_other(people):
    assert people.filter(pl.col("p2724_i0").is_not_null())["p31_i0"].unique().to_list() == [0]
    assert people.filter(pl.col("p6177_i0").is_not_null())["p31_i0"].unique().to_list() == [1]


def test_pressure_is_measured_by_hand_only_where_the_machine_gave_none(people):
    assert people.filter(pl.col("p93_i0").is_not_null() & pl.col("p4080_i0").is_not_null()).is_empty()


def test_refusals_and_unknowns_stand_as_negative_codes(people):
    assert {-1, -3} <= set(people["p738_i0"].drop_nulls().to_list())
    assert -10 in people["p1309_i0"].to_list()


def test_ticked_answers_stand_from_the_left_without_repeats(people):
    columns = [f"p20003_i0_a{place}" if place else "p20003_i0" for place in range(8)]
    for row in people.select(columns).head(3_000).iter_rows():
        ticked = [code for code in row if code is not None]
        assert list(row[: len(ticked)]) == ticked
        assert len(set(ticked)) == len(ticked)


def test_people_come_after_birth_and_visits_follow_each_other(people):
    years = people["p53_i0"].dt.year() - people["p34_i0"]
    assert years.is_between(39, 71).all()
    for earlier, later in ((0, 1), (0, 2), (2, 3)):
        both = people.filter(pl.col(f"p53_i{later}").is_not_null())
        assert (both[f"p53_i{later}"] > both[f"p53_i{earlier}"]).all()
    assert people.filter(pl.col("p40000_i0") <= pl.col("p53_i2")).is_empty()


def test_age_is_that_of_the_birth_month_and_the_visit(people):
    months = (
        (people["p53_i0"].dt.year() - people["p34_i0"]) * 12 + people["p53_i0"].dt.month() - people["p52_i0"]
    )
    age = people["p21003_i0"]
    assert ((months // 12 == age) | ((months - 1) // 12 == age)).all()
