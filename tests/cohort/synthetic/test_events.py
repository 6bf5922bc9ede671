"""Diagnoses and deaths: the real numbers of people, risk factors that tell, dates in order."""

import polars as pl
import pytest

from strongroom.cohort.synthetic.conditions import known_conditions

COHORT = 502_413


@pytest.mark.parametrize(
    ("code", "column"),
    [
        ("I10", "p131286"),
        ("E11", "p130708"),
        ("J44", "p131492"),
        ("I25", "p131306"),
        ("F32", "p130894"),
        ("N18", "p132032"),
    ],
)
def test_as_many_people_have_a_condition_as_in_the_real_cohort(people, code, column):
    share = known_conditions()[code].share
    assert abs(people[f"{column}_i0"].is_not_null().mean() - share) < 0.1 * share + 0.003


def test_the_shares_are_the_published_counts(shared_data):
    """Cancers and benign growths of the womb have no such field: theirs are our own estimates."""
    published = pl.read_csv(shared_data / "ukb_schema" / "icd10_3char_first_occurrence_counts.csv")
    counts = dict(published.select("icd10_3char", "participants").iter_rows())
    known = known_conditions().values()
    assert {item.code[0] for item in known if item.code not in counts} <= {"C", "D"}
    for item in known:
        if item.code in counts:
            people = item.share * COHORT * {"female": 0.544, "male": 0.456}.get(item.only, 1)
            assert abs(people - counts[item.code]) < 1


def test_many_codes_of_all_frequencies_are_recorded(diagnoses):
    counts = diagnoses.group_by("diag_icd10").agg(pl.col("eid").n_unique())["eid"]
    assert len(counts) >= 200
    assert counts.max() > 1_000
    assert counts.min() < 20


def test_some_conditions_are_of_one_sex(people, diagnoses):
    sexes = diagnoses.join(people.select("eid", "p31_i0"), on="eid")
    assert sexes.filter(pl.col("diag_icd10").is_in(["O80", "N92"]))["p31_i0"].max() == 0
    assert sexes.filter(pl.col("diag_icd10").is_in(["C61", "N40"]))["p31_i0"].min() == 1


@pytest.mark.parametrize(
    ("code", "column", "least"),
    [
        ("E11", "p21001_i0", 2.0),
        ("E11", "p30750_i0", 5.0),
        ("I10", "p4080_i0", 6.0),
        ("I25", "p21022_i0", 2.5),
        ("J44", "p20116_i0", 0.4),
        ("K76", "p30620_i0", 3.0),
        ("N18", "p30700_i0", 5.0),
    ],
)
def test_risk_factors_are_higher_in_those_who_have_the_condition(people, diagnoses, code, column, least):
    having = people["eid"].is_in(diagnoses.filter(pl.col("diag_icd10") == code)["eid"].implode())
    measured = people[column].clip(lower_bound=0)
    assert measured.filter(having).mean() - measured.filter(~having).mean() > least


def test_hospital_records_lie_between_their_beginning_and_death_or_the_end(diagnoses, deaths):
    assert str(diagnoses["epistart"].min()) >= "1997-04-01"
    assert str(diagnoses["epistart"].max()) <= "2022-10-31"
    later = diagnoses.join(deaths, on="eid").filter(pl.col("epistart") > pl.col("date_of_death"))
    assert later.is_empty()


def test_no_hospital_knows_of_a_condition_before_its_first_report(people, diagnoses):
    known = diagnoses.filter(pl.col("diag_icd10") == "E11").join(people.select("eid", "p130708_i0"), on="eid")
    assert len(known) > 500
    assert (known["epistart"] >= known["p130708_i0"]).all()


def test_chronic_conditions_are_recorded_again_beside_other_causes(diagnoses):
    again = diagnoses.filter(pl.col("diag_icd10") == "E11").group_by("eid").len()
    assert again["len"].mean() > 1.3
    assert 0.15 < (diagnoses["level"] == 2).mean() < 0.6
    stays = diagnoses.filter(pl.col("level") == 1).group_by("eid", "epistart").len()
    assert stays["len"].mean() < 1.05


def test_deaths_agree_between_the_tables_and_come_after_the_first_visit(people, deaths):
    assert 0.05 < len(deaths) / len(people) < 0.09
    joined = deaths.join(people.select("eid", "p40000_i0", "p53_i0", "p31_i0"), on="eid")
    assert (joined["date_of_death"] == joined["p40000_i0"]).all()
    assert (joined["date_of_death"] > joined["p53_i0"]).all()
    assert people["p40000_i0"].is_not_null().sum() == len(deaths)
    assert joined.filter(pl.col("cause_icd10") == "C61")["p31_i0"].min() == 1


def test_smokers_and_the_old_die_more_often(people):
    died = people["p40000_i0"].is_not_null()
    assert died.filter(people["p20116_i0"] == 2).mean() > 1.3 * died.filter(people["p20116_i0"] == 0).mean()
    assert died.filter(people["p21022_i0"] >= 65).mean() > 2 * died.filter(people["p21022_i0"] < 50).mean()
