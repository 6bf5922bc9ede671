"""People outside the cohort are compared in a file's units, their smoothed values from their own columns."""

import numpy as np
import pyarrow as pa

from strongroom.matching import CohortColumns
from strongroom.matching.lineup.lineup import Lineup
from strongroom.matching.recognised import OthersPart, Pairs, RecognisedColumn, Recognition, Transform


def test_a_smoothed_value_of_a_decoy_has_the_part_of_the_decoys_own_other_columns(extracts):
    cohort, index = extracts.cohort, extracts.index
    held = CohortColumns(cohort, index)
    own, other = extracts.telling[0], extracts.telling[1]
    part = OthersPart.of(
        ((other, lambda values: 0.5 * np.nan_to_num(values)),),
        lambda name: held.values(name, decimals=6),
        people=held.people,
    )
    halved = Transform("blended", lambda values: 0.5 * values)
    column = RecognisedColumn("c0", own, halved, half=0.0005, others_part=part)
    shown = column.shown(held.values(own, decimals=6), slice(None))
    known = Recognition((column,), np.arange(50), 50, Pairs.none(), values={"c0": shown})
    everybody = Lineup.of_cohort(known, held, {})
    decoys = pa.table({own: [70.0, 80.0], other: [10.0, 20.0]})
    assert everybody.of(decoys, index, {}).models[0].middle.tolist() == [40.0, 50.0]
    assert len(everybody) == held.people
