"""A match is blocked beyond chance, looked at where chance explains half of it, and nothing where all."""

from types import SimpleNamespace

import numpy as np
import pytest

from strongroom.checker.detectors.people.row_match import judged
from strongroom.checker.finding import Verdict
from strongroom.matching import RowMatch

EVIDENCE = SimpleNamespace(policy=SimpleNamespace(rows_allowed=0))


@pytest.mark.parametrize(
    ("chance", "severity"), [(5.0, Verdict.BLOCK), (80.0, Verdict.REVIEW), (355.0, None)]
)
def test_what_chance_explains_is_weighed(chance, severity):
    match = RowMatch(
        rows_tested=1_000,
        rows_matched=112,
        participants=np.arange(112),
        chance=chance,
        log10_chance=-40.0,
    )
    finding = judged(match, "t.csv", 1_000, EVIDENCE)
    assert (finding and finding.severity) == severity
