"""A plan of before marks were centred marks, is committed to and is read as it was when views went out."""

import hashlib

import numpy as np
import pytest

from strongroom.tracer.fingerprint import Code, MarkPlan, marker_of, observe_column, score_keys

PLAN_KEY, KEY = bytes(32), bytes(range(32))
PLACES = np.arange(2_000)
VALUES = {
    "weight": np.round(50 + PLACES * 7919 % 1201 / 20.0, 2),
    "assay": np.round(np.exp(PLACES * 6007 % 1999 / 400.0) * 3, 2),
}
OLD = {
    "version": 1,
    "levels": [13, 38, 128, 218, 243],
    "rules": {
        "weight": {
            "column": "weight",
            "step": "0.05",
            "amplitude": "0.35000000000000003",
            "density": "0.979872059555214",
            "low": "50.35",
            "high": "109.60000000000001",
        },
        "assay": {
            "column": "assay",
            "step": "0.01",
            "amplitude": "0.5700000000000001",
            "density": "0.9999397491058851",
            "low": "3.047405947789341",
            "high": "434.0477266631703",
            "relative": "0.015556164357994555",
        },
    },
    "derived": [],
}
# As the code that made such plans wrote them and marked these columns.
DIGEST = "678ac4976c00a73c23f7512dd139adf0aba0ab5985a85d368420933d48c24e66"
SHOWN = {
    "weight": "278cc161c50c7f46e8bccdc3cd34e9d298b7623dc9a1f4629a1ff223411a3958",
    "assay": "c2d2615abdcf5c657d3f3b35b6127517a3e764d40d46401d7241c3baeb4b4d39",
}
PLAN = MarkPlan.from_json(OLD)


def shown(name):
    marker = marker_of(PLAN, plan_key=PLAN_KEY, project_key=KEY)
    return marker.marked(PLAN.rules[name], PLACES, VALUES[name])


def test_its_commitment_still_holds():
    assert PLAN.to_json() == OLD
    assert PLAN.digest == DIGEST


@pytest.mark.parametrize("name", list(VALUES))
def test_every_value_is_marked_as_it_was(name):
    hundredths = np.round(shown(name) * 100).astype("<i8")
    assert hashlib.sha256(hundredths.tobytes()).hexdigest() == SHOWN[name]


@pytest.mark.parametrize("name", list(VALUES))
def test_a_leak_still_names_its_source(name):
    rule = PLAN.rules[name]
    positions = rule.positions(Code(PLAN_KEY), PLACES, VALUES[name])
    before = VALUES[name][positions.ordinals]
    low, high = (
        rule.nudged(before, np.full(len(before), bit), positions.levels, positions.raised)
        for bit in (False, True)
    )
    read = observe_column(positions, shown(name)[positions.ordinals], low, high, grid=rule.step)
    leaker, innocent = score_keys([read], [KEY, bytes(range(1, 33))])
    assert leaker.agree == leaker.cells == read.cells > 1_800
    assert leaker.log10_e > 100
    assert innocent.log10_e < 3
