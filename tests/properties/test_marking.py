"""What a mark never does, whatever the column: leave the grid or the range, or contradict what follows."""

import numpy as np
import pyarrow as pa
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from strongroom.tracer.fingerprint import FingerprintMarker, plan_marks
from strongroom.tracer.fingerprint.derived import Derived
from strongroom.tracer.fingerprint.planning.number_columns import Spared, plan_marks_of

PEOPLE = 400
KEYS = st.binary(min_size=32, max_size=32)
SHAPES = {
    "normal": lambda draw: draw.normal(50, 10, PEOPLE),
    "lognormal": lambda draw: draw.lognormal(0.5, 0.9, PEOPLE) + 0.3,
    "uniform": lambda draw: draw.uniform(-20, 80, PEOPLE),
    "heaped": lambda draw: np.where(
        draw.random(PEOPLE) < 0.4, np.round(draw.normal(170, 9, PEOPLE)), draw.normal(170, 9, PEOPLE)
    ),
}
SENTINELS = (-1.0, -3.0)


@st.composite
def columns(draw):
    """A column on a grid, with heaps, sentinels and missing cells."""
    random = np.random.default_rng(draw(st.integers(0, 2**32)))
    step = draw(st.sampled_from([0.001, 0.01, 0.05, 0.1, 0.5, 1.0, 2.0]))
    values = np.round(np.rint(SHAPES[draw(st.sampled_from(sorted(SHAPES)))](random) / step) * step, 3)
    values[random.random(PEOPLE) < draw(st.sampled_from([0, 0.05]))] = draw(st.sampled_from(SENTINELS))
    values[random.random(PEOPLE) < draw(st.sampled_from([0, 0.3]))] = np.nan
    return step, values


def planned(values, strength):
    distinct, counts = np.unique(values[np.isfinite(values)], return_counts=True)
    quantities = ~np.isin(distinct, SENTINELS)
    return plan_marks_of(
        "x", distinct[quantities], counts[quantities], strength=strength, spared=Spared(SENTINELS)
    )


def marked(rule, values, key, others=None, derived=None):
    table = pa.table({"x": pa.array(values, mask=np.isnan(values)), **(others or {})})
    marker = FingerprintMarker({"x": rule}, derived, plan_key=bytes(32), project_key=key)
    shown = marker("participants", np.arange(PEOPLE, dtype=np.uint32), table)
    assert shown.schema == table.schema
    return shown


@given(columns(), st.sampled_from([0.005, 0.01, 0.02, 0.1]), KEYS)
@settings(max_examples=60)
def test_marks_keep_grid_range_sentinels_and_what_is_missing(column, strength, key):
    step, values = column
    rule = planned(values, strength)
    shown = marked(rule, values, key).column("x").to_numpy()
    assert np.array_equal(np.isnan(shown), np.isnan(values))
    there = ~np.isnan(values)
    for sentinel in SENTINELS:
        assert np.array_equal(shown == sentinel, values == sentinel)
    quantities = there & ~np.isin(values, SENTINELS)
    steps = shown[quantities] / step
    assert np.allclose(steps, np.round(steps), atol=1e-6)
    if quantities.any():
        assert shown[quantities].min() >= values[quantities].min()
        assert shown[quantities].max() <= values[quantities].max()
    # The decimals are the column's own: nobody can tell a marked number by its digits.
    assert np.array_equal(np.round(shown[there], 3), shown[there])


@given(columns(), KEYS)
@settings(max_examples=30)
def test_marks_are_the_same_each_time_and_what_is_derived_agrees(column, key):
    _, values = column
    rule = planned(values, 0.02)
    twice = np.round(values * 2 + 1, 3)
    derived = {"y": Derived("y", "2 * x + 1", 0.001), "z": Derived("z", "y", 0.001)}
    others = {name: pa.array(twice, mask=np.isnan(values)) for name in ("y", "z")}
    shown = marked(rule, values, key, others, derived)
    assert shown.equals(marked(rule, values, key, others, derived))
    x, y, z = (shown.column(name).to_numpy() for name in ("x", "y", "z"))
    assert np.allclose(y, np.round(x * 2 + 1, 3), equal_nan=True)
    assert np.array_equal(y, z, equal_nan=True)


@given(KEYS, KEYS)
@settings(max_examples=20)
def test_two_projects_differ_in_about_half_of_the_marked_cells(one, other):
    values = np.round(np.random.default_rng(4).normal(50, 10, PEOPLE), 2)
    rule = plan_marks("x", values)
    copies = [marked(rule, values, key).column("x").to_numpy() for key in (one, other)]
    differing = np.mean((copies[0] != copies[1])[rule.markable(values)])
    assert (0.2 < differing < 0.6) or one == other


@given(arrays(np.float64, 200, elements=st.floats(-1e6, 1e6)), st.sampled_from(["single", "double"]), KEYS)
@settings(max_examples=30)
def test_numbers_without_a_grid_keep_their_form(values, form, key):
    values = values.astype(np.float32).astype(np.float64) if form == "single" else values
    distinct, counts = np.unique(values, return_counts=True)
    rule = plan_marks_of("x", distinct, counts, form=form)
    if rule.density == 0:
        return
    marker = FingerprintMarker({"x": rule}, plan_key=bytes(32), project_key=key)
    shown = marker.marked(rule, np.arange(len(values)), values)
    assert form == "double" or np.array_equal(shown, shown.astype(np.float32).astype(np.float64))
    assert np.all(np.abs(shown - values) <= 1.01 * np.asarray(np.abs(rule.farthest(values))) + 1e-6)
