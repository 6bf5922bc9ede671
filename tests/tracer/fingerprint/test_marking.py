"""A view is marked while it is written: same schema, same order, missing stays missing, types stay types."""

import numpy as np
import pyarrow as pa
import pytest

from strongroom.tracer.fingerprint import LEVELS, Code, FingerprintMarker, plan_marks

DRAW = np.random.default_rng(6)
COUNT = 3_000
BMI = np.round(DRAW.normal(27, 4.7, COUNT), 1)
STEPS = np.round(DRAW.normal(9_000, 3_000, COUNT))
TABLE = pa.table(
    {
        "id": np.arange(COUNT),
        "bmi": pa.array(BMI, mask=np.arange(COUNT) % 10 == 0),
        "steps": pa.array(STEPS.astype(np.int32)),
        "sex": ["f", "m"] * (COUNT // 2),
    }
)
ORDINALS = DRAW.permutation(COUNT).astype(np.uint32)
COUNTS = np.round(DRAW.normal(400, 130, COUNT))
RULES = {
    "bmi": plan_marks("bmi", BMI),
    "steps": plan_marks("steps", STEPS),
    "count": plan_marks("count", COUNTS, strength=0.01),
}


@pytest.fixture
def marker():
    return FingerprintMarker(RULES, plan_key=bytes(32), project_key=bytes(range(32)))


def test_schema_order_and_other_columns_are_untouched(marker):
    marked = marker("participants", ORDINALS, TABLE)
    assert marked.schema == TABLE.schema
    assert marked.select(["id", "sex"]).equals(TABLE.select(["id", "sex"]))
    assert marked.column("bmi").is_null().equals(TABLE.column("bmi").is_null())


@pytest.mark.parametrize("name", ["steps", "count"])
def test_every_marked_cell_is_what_its_position_and_bit_say(name):
    """What is written, a whole column at once, is what a trace expects of each position by itself."""
    rule, values = RULES[name], (STEPS if name == "steps" else COUNTS)
    marker = FingerprintMarker(RULES, plan_key=bytes(32), project_key=bytes(range(32)))
    shown = marker.marked(rule, ORDINALS, values)
    order = np.argsort(ORDINALS)
    positions = rule.positions(Code(bytes(32)), ORDINALS[order].astype(np.int64), values[order])
    bits = Code(bytes(range(32))).bits(positions)
    expected = values[order].copy()
    at = np.searchsorted(ORDINALS[order], positions.ordinals)
    expected[at] = rule.nudged(expected[at], bits, positions.levels, positions.raised)
    assert np.array_equal(shown[order], expected)
    assert 0 < rule.rise < 1
    assert positions.raised.mean() == pytest.approx(rule.rise, abs=0.05)
    moved = np.abs(expected - values[order])[at] / rule.amplitude
    fair = positions.levels == LEVELS.index(128)
    assert set(np.round(moved[fair & ~positions.raised], 6)) == {1.0}
    assert set(np.round(moved[~fair & ~positions.raised], 6)) == {0.0, 2.0}


def test_two_copies_that_differ_do_so_by_as_much_at_every_level():
    rule = RULES["steps"]
    one, other = (
        FingerprintMarker(RULES, plan_key=bytes(32), project_key=key).marked(rule, ORDINALS, STEPS)
        for key in (bytes(range(32)), bytes(range(1, 33)))
    )
    apart = np.abs(one - other)
    assert set(apart) == {0.0, 2 * rule.amplitude, 2 * (rule.amplitude + rule.step)}


def test_a_persons_marks_are_the_same_in_any_order_and_batch(marker):
    whole = marker("participants", ORDINALS, TABLE).column("steps").to_numpy()
    order = DRAW.permutation(COUNT)
    parts = [
        marker("participants", ORDINALS[part], TABLE.take(pa.array(part))).column("steps").to_numpy()
        for part in np.array_split(order, 7)
    ]
    assert np.array_equal(np.concatenate(parts), whole[order])


def test_event_tables_pass_unchanged(marker):
    assert marker("hesin", ORDINALS, TABLE) is TABLE
