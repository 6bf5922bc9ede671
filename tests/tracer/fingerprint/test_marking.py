"""A view is marked while it is written: same schema, same order, missing stays missing, types stay types."""

import numpy as np
import pyarrow as pa
import pytest

from strongroom.tracer.fingerprint import Code, FingerprintMarker, plan_marks

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
RULES = {"bmi": plan_marks("bmi", BMI), "steps": plan_marks("steps", STEPS)}


@pytest.fixture
def marker():
    return FingerprintMarker(RULES, plan_key=bytes(32), project_key=bytes(range(32)))


def test_schema_order_and_other_columns_are_untouched(marker):
    marked = marker("participants", ORDINALS, TABLE)
    assert marked.schema == TABLE.schema
    assert marked.select(["id", "sex"]).equals(TABLE.select(["id", "sex"]))
    assert marked.column("bmi").is_null().equals(TABLE.column("bmi").is_null())


def test_every_marked_cell_moved_by_the_amplitude_the_way_its_bit_says(marker):
    marked = marker("participants", ORDINALS, TABLE).column("steps").to_numpy()
    moved = marked - STEPS
    rule = RULES["steps"]
    positions = Code(bytes(32)).marked("steps", np.sort(ORDINALS[rule.markable(STEPS)]), rule.density)
    bits = dict(zip(positions.ordinals, Code(bytes(range(32))).bits(positions), strict=True))
    expected = [
        (rule.amplitude if bits[who] else -rule.amplitude) if who in bits else 0.0 for who in ORDINALS
    ]
    assert np.array_equal(moved, expected)


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
