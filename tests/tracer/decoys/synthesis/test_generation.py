"""What invented people are made of: columns, what follows from what, histories and genotypes."""

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from strongroom.tracer.decoys.synthesis.determined_columns import learn_determined_columns
from strongroom.tracer.decoys.synthesis.distance import Agreement
from strongroom.tracer.decoys.synthesis.encoding import NumberedTable, numbered
from strongroom.tracer.decoys.synthesis.events import Events, invent_histories
from strongroom.tracer.decoys.synthesis.genotypes import near_relatives, recombined
from strongroom.tracer.decoys.synthesis.local_resampling import step_of
from strongroom.tracer.decoys.synthesis.population import Population
from strongroom.tracer.decoys.synthesis.relations import learn_relations
from strongroom.tracer.decoys.synthesis.trees import draw_columns
from strongroom.tracer.relations.relation import PRODUCT, Relation

PEOPLE = 600


@pytest.fixture(scope="module")
def people():
    """Sex, height, weight and BMI, a heaped pulse, and two questionnaires missing together in a third."""
    draw = np.random.default_rng(1)
    sex = draw.integers(2, size=PEOPLE).astype(float)
    height = np.round(162 + 13 * sex + draw.normal(0, 6, PEOPLE), 1)
    weight = np.round(height - 95 + draw.normal(0, 9, PEOPLE), 1)
    bmi = np.round(weight / (height / 100) ** 2, 2)
    pulse = 2 * np.round(draw.normal(34, 4, PEOPLE))
    mood, sleep = draw.integers(1, 6, (2, PEOPLE)).astype(float)
    mood[draw.random(PEOPLE) < 1 / 3] = np.nan
    sleep[np.isnan(mood)] = np.nan
    return np.column_stack([sex, height, weight, bmi, pulse, mood, sleep])


def drawn(people, count=1_000, kept=None, start=None):
    kept = np.ones(people.shape, bool) if kept is None else kept
    start = np.empty((count, 0)) if start is None else start
    return draw_columns(
        people, start, np.random.default_rng(2), kept=kept, days=np.zeros(people.shape[1], bool)
    )


def test_invented_people_have_the_real_ones_spread_and_relations(people):
    made = drawn(people)
    for column in (1, 2, 4):
        assert abs(made[:, column].mean() - people[:, column].mean()) < 0.25 * people[:, column].std()
    assert np.corrcoef(made[:, 0], made[:, 1])[0, 1] == pytest.approx(
        np.corrcoef(people[:, 0], people[:, 1])[0, 1], abs=0.12
    )


def test_what_is_missing_together_stays_missing_together(people):
    made = drawn(people)
    missing = np.isnan(made[:, 5])
    assert 0.25 < missing.mean() < 0.42
    assert np.mean(missing == np.isnan(made[:, 6])) > 0.99


def test_values_stay_on_their_grid_and_on_their_heaps(people):
    made = drawn(people)
    assert np.all(made[:, 4] % 2 == 0)
    assert np.allclose(made[:, 1], np.round(made[:, 1], 1))


def test_no_real_person_gives_a_whole_row(people):
    made = drawn(people)[:, [0, 1, 2, 4]]
    copied = [(people[:, [0, 1, 2, 4]] == row).all(axis=1).any() for row in made]
    assert np.mean(copied) < 0.02


def test_a_value_that_must_not_be_given_never_is(people):
    kept = np.ones(people.shape, bool)
    kept[:, 4] = people[:, 4] != 70
    made = drawn(people, kept=kept)
    assert not np.any(made[:, 4] == 70)


def test_what_is_given_stays_and_the_rest_follows_it(people):
    start = people[:300, :2].copy()
    made = drawn(people, start=start)
    assert np.array_equal(made[:, :2], start)
    assert np.corrcoef(made[:, 1], made[:, 2])[0, 1] > 0.5


def test_derived_columns_and_copies_are_made_again(people):
    real = np.column_stack([people, people[:, 2]])
    names = ["sex", "height", "weight", "bmi", "pulse", "mood", "sleep", "weight again"]
    bmi = [Relation("bmi", "weight / (height / 100) ** 2", PRODUCT, 1.0, PEOPLE)]
    random = np.random.default_rng(3)
    relations = learn_relations(real, names, bmi, np.empty((PEOPLE, 0)), numbers=[1, 2])
    made = relations.applied(drawn(real), random)
    assert np.allclose(made[:, 3], np.round(made[:, 2] / (made[:, 1] / 100) ** 2, 2), atol=0.006)
    assert np.array_equal(made[:, 7], made[:, 2])


def test_orders_and_ages_that_never_are_broken_are_known():
    draw = np.random.default_rng(4)
    born = draw.integers(-12_000, 2_000, PEOPLE).astype(float)
    visit = born + draw.integers(15_000, 25_000, PEOPLE)
    age = np.floor((visit - born) / 365.25)
    moments = np.column_stack([born, visit])
    relations = learn_relations(age[:, None], ["age"], (), moments, numbers=[0])
    assert (0, 1) in relations.orders
    assert not relations.broken(age[:, None], moments).any()
    assert relations.broken(age[:, None] + 3, moments).all()
    assert relations.broken(age[:, None], moments[:, ::-1]).all()


def test_histories_are_nobodys_and_weekdays_stay():
    draw = np.random.default_rng(5)
    person = np.sort(draw.integers(200, size=2_000))
    days = np.datetime64("2001-01-01") + 7 * draw.integers(900, size=2_000)
    order = np.lexsort([days, person])
    codes = draw.choice(["I10", "E11", "J45"], 2_000)
    table = pa.table({"code": pa.array(codes), "day": pa.array(days[order].astype("datetime64[D]"))})
    events = Events("diagnoses", table, person, 200)
    pairs = np.array([[k, (k + 1) % 200] for k in range(200)])
    made = invent_histories(events, pairs, draw)
    whose, rows = made.to_arrow()
    assert abs(len(whose) / 2_000 - 1) < 0.02
    moved = rows.column("day").to_numpy().astype("datetime64[D]")
    assert len({int(day) for day in moved.astype(int) % 7}) == 1
    real = {(int(p), d) for p, d in zip(person, days[order], strict=True)}
    whole = 0
    for k in range(200):
        mine = set(moved[whose == k])
        whole += bool(mine) and all((k, d) in real for d in mine)
        assert np.all(np.diff(moved[whose == k].astype(int)) >= 0)
    assert whole == 0


def test_rare_codes_are_in_no_history():
    codes = ["I10"] * 99 + ["Q99"]
    table = pa.table({"code": pa.array(codes)})
    events = Events("diagnoses", table, np.arange(100), 100).without_rare(0.05)
    assert set(events.table.column("code").to_pylist()) == {"I10"}


def test_recombined_genotypes_are_nobodys_relatives():
    draw = np.random.default_rng(6)
    calls = draw.binomial(2, 0.3, (500, 400)).astype(float)
    made = recombined(calls, 100, draw)
    assert np.abs(made.mean(axis=0) - calls.mean(axis=0)).max() < 0.25
    assert near_relatives(calls[:50], calls, draw).all()
    assert near_relatives(made, calls, draw).mean() < 0.1


def test_a_copy_is_near_and_a_stranger_is_not(people):
    known = people[:, :5]
    nearness = Agreement.among(known, np.array([True, False, False, False, False]), np.random.default_rng(7))
    copies = known[:20] + np.array([0, 0.02, 0.02, 0.01, 0])
    strangers = known[:20] + np.array([0, 9.0, -14.0, 4.0, 26.0])
    assert nearness.too_near(copies, known).all()
    assert not nearness.too_near(strangers, known).any()
    assert nearness.too_near_each_other(np.repeat(known[:1], 2, axis=0)).tolist() == [False, True]


def test_rare_codes_and_extremes_are_not_given(people):
    codes = people[:, :1].copy()
    codes[0] = 9.0
    table = NumberedTable(
        numbered(pa.table({"code": codes[:, 0], "height": people[:, 1]})).forms, people[:, :2]
    )
    values = np.column_stack([codes[:, 0], people[:, 1]])
    population = Population(NumberedTable(table.forms, values), np.array([True, False]), share=0.01)
    assert not population.kept[0, 0]
    assert not population.kept[np.argmax(people[:, 1]), 1]
    assert population.kept.mean() > 0.98


@given(st.integers(-1, 4), st.lists(st.integers(-9_999, 9_999), min_size=20, max_size=60, unique=True))
def test_the_step_of_a_grid_is_found(decimals, values):
    numbers = np.array(values) / 10.0**decimals
    step = step_of(numbers)
    assert np.allclose(numbers / step, np.round(numbers / step), atol=1e-5)


@given(
    st.lists(st.one_of(st.none(), st.integers(-5, 5)), min_size=1, max_size=20),
    st.lists(st.one_of(st.none(), st.sampled_from(["a", "b", "c"])), min_size=1, max_size=20),
)
def test_tables_come_back_from_numbers_as_they_were(numbers, words):
    length = min(len(numbers), len(words))
    table = pa.table(
        {
            "n": pa.array(numbers[:length], pa.int32()),
            "w": pa.array(words[:length], pa.string()),
            "d": pa.array(numbers[:length], pa.int32()).cast(pa.date32()),
            "b": pa.array([None if each is None else each > 0 for each in numbers[:length]], pa.bool_()),
        }
    )
    assert numbered(table).to_arrow().equals(table)


@settings(max_examples=20, deadline=None)
@given(st.integers(0, 2**31), st.floats(0.2, 9), st.floats(0.2, 9))
def test_a_column_that_others_all_but_determine_follows_them(seed, protein, fat):
    draw = np.random.default_rng(seed)
    eaten = np.round(np.exp(draw.normal(4, 0.5, (1_000, 3))), 2)
    energy = np.round(eaten @ [protein, fat, 4] + draw.normal(0, 0.3, 1_000))
    people = np.column_stack([energy, eaten, draw.normal(size=1_000)])
    (follower,) = learn_determined_columns(people, [0], range(5))
    assert set(follower.sources.tolist()) <= {1, 2, 3}
    made = follower.made(people, draw)
    assert np.std(made - energy) < 2 * np.std(follower.residuals) + 1
    assert np.all(made == np.round(made))
    assert learn_determined_columns(people, [4], range(5)) == ()


def test_who_lacks_a_source_lacks_what_follows():
    draw = np.random.default_rng(3)
    parts = np.round(draw.random((2_000, 2)) * 100, 3)
    parts[:60, 0] = np.nan
    people = np.column_stack([parts.sum(axis=1), parts])
    people[60:260, 0] = np.nan
    (follower,) = learn_determined_columns(people, [0], [0, 1, 2])
    made = follower.made(people, draw)
    assert np.isnan(made[:60]).all()
    assert 0.05 < np.isnan(made[60:]).mean() < 0.16


def test_no_event_of_a_decoy_is_before_the_first_or_after_the_last_real_one():
    draw = np.random.default_rng(9)
    person = np.sort(draw.integers(300, size=2_000))
    days = np.datetime64("2019-01-01") + draw.integers(200, size=2_000)
    order = np.lexsort([days, person])
    table = pa.table(
        {"code": pa.array(["I10"] * 2_000), "day": pa.array(days[order].astype("datetime64[D]"))}
    )
    made = invent_histories(
        Events("diagnoses", table, person, 300), np.array([[k, (k + 1) % 300] for k in range(300)]), draw
    )
    shown = made.to_arrow()[1].column("day").to_numpy()
    assert shown.min() >= days.min()
    assert shown.max() <= days.max()
