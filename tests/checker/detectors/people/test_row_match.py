"""A match is blocked beyond chance, looked at where chance explains half of it, and nothing where all."""

from types import SimpleNamespace

import numpy as np
import pyarrow as pa
import pytest

from strongroom.checker.detectors.people.row_match import _located, judged
from strongroom.checker.finding import Finding, Verdict
from strongroom.matching import RecognisedColumn, Recognition
from strongroom.matching.recognised import Chance, Pairs

EVIDENCE = SimpleNamespace(policy=SimpleNamespace(rows_allowed=0))


@pytest.mark.parametrize(
    ("chance", "severity"), [(5.0, Verdict.BLOCK), (80.0, Verdict.REVIEW), (355.0, None)]
)
def test_what_chance_explains_is_weighed(chance, severity):
    match = Recognition(
        rows=np.arange(1_000),
        matched=112,
        pairs=Pairs.one_each(np.arange(112), np.arange(112)),
        chance=Chance(chance / 1_000, -40.0),
    )
    finding = judged(match, "t.csv", 1_000, EVIDENCE)
    assert (finding and finding.severity) == severity


def test_the_columns_and_bands_of_rows_that_match_are_located():
    table = pa.table({"a": range(48), "b": range(48), "c": range(48)})
    rows = np.array([0, 1, 2, 3, 46, 47])
    match = Recognition(
        columns=(RecognisedColumn("b", "p50_i0"),),
        rows=rows,
        pairs=Pairs.one_each(rows, np.array([-1, -1, 7, -1, 8, 9])),
    )
    found = _located(Finding("row-match", Verdict.BLOCK, "t.csv", "said"), match, table)
    assert found.matched_columns == (False, True, False)
    assert found.matched_bands == (0.0, 0.5, *[0.0] * 21, 1.0)
