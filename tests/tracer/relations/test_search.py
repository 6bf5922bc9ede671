"""Relations between columns are found by their values, whatever the columns are called."""

import numpy as np
import pytest

from strongroom.tracer.fingerprint.planning.number_columns import grid_of
from strongroom.tracer.relations.formulas import Formula
from strongroom.tracer.relations.relation import Relation, Searched
from strongroom.tracer.relations.search import find_relations

PEOPLE = 6_000


def columns_of(values, dates=()):
    steps = {}
    for name, column in values.items():
        distinct, counts = np.unique(column[np.isfinite(column)], return_counts=True)
        steps[name] = grid_of(distinct, counts)
    return Searched(values, steps, frozenset(dates))


@pytest.fixture(scope="module")
def values():
    draw = np.random.default_rng(15)
    height = np.round(draw.normal(169, 9, PEOPLE), 1)
    weight = np.round(0.9 * (height - 100) + draw.normal(15, 12, PEOPLE), 1)
    systolic = np.round(draw.normal(130, 18, PEOPLE))
    diastolic = np.round(0.5 * systolic + draw.normal(15, 7, PEOPLE))
    total, hdl = np.round(draw.normal(5.7, 1.1, PEOPLE), 2), np.round(draw.normal(1.4, 0.3, PEOPLE), 2)
    fat = np.round(np.exp(draw.normal(0.4, 0.5, PEOPLE)), 2)
    sex, age = (draw.random(PEOPLE) < 0.5).astype(float), np.floor(draw.uniform(40, 70, PEOPLE))
    serum = np.round(np.exp(draw.normal(-0.1, 0.2, PEOPLE)), 2)
    kappa, alpha = np.where(sex == 1, 0.9, 0.7), np.where(sex == 1, -0.302, -0.241)
    rate = 142 * np.minimum(serum / kappa, 1) ** alpha * np.maximum(serum / kappa, 1) ** -1.2 * 0.9938**age
    items = {f"i{k}": np.clip(np.round(draw.normal(1, 1, PEOPLE)), 0, 3) for k in range(9)}
    born, seen = np.floor(draw.uniform(-11_000, 1, PEOPLE)), np.floor(draw.uniform(13_000, 15_000, PEOPLE))
    made = {
        "a b": height, "c": weight, "d": np.round(weight / (height / 100) ** 2, 1),
        "e": systolic, "f": diastolic, "g": np.round((systolic + 2 * diastolic) / 3, 1),
        "h": ((systolic >= 140) | (diastolic >= 90)).astype(float),
        "j": total, "k": hdl, "l": fat, "m": np.round(total - hdl - fat / 2.2, 2),
        "n": np.round(total / hdl, 1),
        "o": sex, "p": age, "q": serum, "r": np.round(rate * np.where(sex == 1, 1, 1.012)), **items,
        "s": np.sum(list(items.values()), axis=0), "t": np.round(weight * 2.20462, 1),
        "u": born, "v": seen, "w": Formula("years(u, v)").evaluate({"u": born, "v": seen}),
        "z": np.round(draw.normal(0, 1, PEOPLE), 2),
    }  # fmt: skip
    made["y"] = np.digitize(made["d"], [18.5, 25, 30]).astype(float)
    made["x"] = np.maximum(systolic, np.round(systolic + draw.normal(0, 5, PEOPLE)))
    made["first"] = np.where(made["x"] > systolic, made["x"], np.round(systolic - np.abs(draw.normal(0, 5))))
    # One in fifty body mass indices is not that of the weight and height recorded.
    wrong = draw.random(PEOPLE) < 0.02
    made["d"] = np.where(wrong, np.round(made["d"] + draw.normal(0, 2, PEOPLE), 1), made["d"])
    made["m"] = np.where(draw.random(PEOPLE) < 0.1, np.nan, made["m"])
    return made


@pytest.fixture(scope="module")
def found(values) -> list[Relation]:
    return find_relations(columns_of(values, {"u", "v"}))


@pytest.mark.parametrize(
    ("target", "inputs", "share"),
    [
        ("d", {"c", "a b"}, 0.97), ("g", {"e", "f"}, 0.99), ("m", {"j", "k", "l"}, 0.99),
        ("n", {"j", "k"}, 0.99), ("r", {"q", "p", "o"}, 0.99), ("w", {"u", "v"}, 0.99), ("t", {"c"}, 0.9),
        ("s", {f"i{k}" for k in range(9)}, 0.99), ("h", {"e", "f"}, 0.99), ("y", {"d"}, 0.98),
        ("x", {"e", "first"}, 0.99),
    ],
)  # fmt: skip
def test_a_column_is_computed_from_what_it_was_computed_from(found, target, inputs, share):
    # A difference may be solved for any of its columns.
    (relation,) = [each for each in found if each.columns == {target, *inputs} and each.role == "recomputed"]
    assert relation.target == target or relation.kind in {"sum", "conversion"}
    assert relation.share >= share


def test_what_is_unrelated_is_in_no_relation(found):
    assert not any("z" in each.columns for each in found)


def test_each_recomputed_column_comes_after_its_inputs_and_none_is_its_own_input(found):
    recomputed = [each for each in found if each.role == "recomputed"]
    for place, each in enumerate(recomputed):
        later = {after.target for after in recomputed[place:]}
        assert not set(each.inputs) & later


def test_what_follows_from_others_is_not_recomputed_twice(values):
    few = {name: values[name] for name in ("c", "a b", "d", "t")}
    few["pounds and height"] = np.round(few["t"] * 0.4536 / few["a b"] ** 2 * 10_000, 1)
    found = find_relations(columns_of(few))
    assert not [each for each in found if each.role == "fixed"]
    targets = [each.target for each in found if each.role == "recomputed"]
    assert len(targets) == len(set(targets)) == 3


def test_a_sum_of_two_columns_may_be_solved_for_any_of_them(values):
    parts = {"fat": np.round(values["c"] * 0.3 + values["z"], 1), "mass": values["c"]}
    parts["lean"] = np.round(parts["mass"] - parts["fat"], 1)
    recomputed = [each for each in find_relations(columns_of(parts)) if each.role == "recomputed"]
    assert [each.columns for each in recomputed] == [frozenset(parts)]
    assert recomputed[0].share == 1


def test_a_relation_is_written_down_and_read_back(found):
    assert all(Relation.from_json(each.to_json()).formula == each.formula for each in found)


def test_a_column_that_hardly_varies_where_others_are_known_follows_from_none():
    draw = np.random.default_rng(4)
    drinks = np.where(draw.random(PEOPLE) < 0.5, 0, np.round(draw.gamma(2, 10, PEOPLE), 1))
    # Children were asked other questions, and drink nothing.
    child = draw.random(PEOPLE) < 0.3
    drinks[child] = 0
    asked = [np.where(child, draw.integers(0, 3, PEOPLE), np.nan) for _ in range(2)]
    found = find_relations(columns_of({"drinks": drinks, "lunch": asked[0], "other": asked[1]}))
    assert not [each for each in found if each.target == "drinks"]


def test_nothing_is_found_in_few_people_or_none():
    assert find_relations(columns_of({"a": np.arange(20.0), "b": 2 * np.arange(20.0)})) == []
    assert find_relations(columns_of({})) == []
