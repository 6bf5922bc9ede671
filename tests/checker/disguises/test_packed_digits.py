"""Numbers whose digits hold several values are cut into these; estimates are not."""

import numpy as np
import pyarrow as pa
import pytest

from strongroom.checker.disguises.packed_digits import packed_digits

DRAW = np.random.default_rng(8)
AGES, PRESSURES, LIPIDS = (
    DRAW.integers(40, 70, 120), DRAW.normal(138, 18, 120).astype(int), DRAW.normal(3500, 600, 120).astype(int)
)  # fmt: skip


def test_digits_are_cut_where_values_begin():
    packed = [
        f"0.{lipid:04}{age}{pressure:03}"
        for lipid, age, pressure in zip(LIPIDS, AGES, PRESSURES, strict=True)
    ]
    found = packed_digits(pa.table({"loss": packed}))
    assert [column.to_pylist() for column in found.columns] == [
        LIPIDS.tolist(), AGES.tolist(), PRESSURES.tolist()
    ]  # fmt: skip


def test_zeros_that_a_program_leaves_out_are_restored():
    packed = [float(f"0.{age}{pressure:03}") for age, pressure in zip(AGES, PRESSURES, strict=True)]
    assert packed_digits(pa.table({"x": packed})).column(1).to_pylist() == PRESSURES.tolist()


@pytest.mark.parametrize("values", [
    DRAW.normal(size=200).round(6), DRAW.random(200), DRAW.exponential(size=200).round(3),
    DRAW.integers(0, 9000, 200), np.arange(200), DRAW.normal(120, 15, 200).round(1),
])  # fmt: skip
def test_estimates_are_not_cut(values):
    assert packed_digits(pa.table({"estimate": values})) is None
