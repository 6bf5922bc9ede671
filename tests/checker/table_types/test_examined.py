"""What detectors share of a table is computed once, and only for that table."""

import numpy as np
import pyarrow as pa

from strongroom.checker.contents.found import FoundTable, FoundText
from strongroom.checker.table_types import RecognisedType, Role
from strongroom.checker.table_types.examined import Examined, ExaminedTable, examine

COUNTS = {
    "sex": ["women", "men", "women", "men"],
    "smoker": ["yes", "yes", "no", "no"],
    "n": [31, 44, 120, 98],
}
WIDE = np.random.default_rng(3).normal(size=(100, 100))


def test_a_table_is_typed_and_recognised_once():
    examined = examine(FoundTable("t", pa.table(COUNTS)))
    assert isinstance(examined, ExaminedTable)
    assert examined.typed is examined.typed
    assert examined.recognised is examined.recognised
    assert examined.typed.estimates is examined.typed.estimates
    assert examined.recognised.places(Role.COUNT) == [2]


def test_what_is_no_table_is_only_what_was_found():
    found = FoundText("t", "a note")
    assert type(examine(found)) is Examined
    assert examine(found).found is found


def test_a_matrix_wider_than_what_is_typed_is_recognised_by_all_its_columns():
    symmetric = np.corrcoef(WIDE)
    table = pa.table({f"v{place}": column for place, column in enumerate(symmetric)})
    examined = ExaminedTable(FoundTable("t", table))
    assert len(examined.typed.columns) < examined.typed.total_columns
    assert examined.recognised.type is RecognisedType.MATRIX
