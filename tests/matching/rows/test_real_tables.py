"""Real person tables as the cohort: one half is stored, rows of either half are handed in."""

from types import SimpleNamespace

import numpy as np
import polars as pl
import pyarrow as pa
import pytest

from strongroom.cohort.model import PARTICIPANT
from strongroom.matching import Index, build_index, match_rows

_ROWS = 200
# Tables of the shared data whose columns together say clearly more than the bar asks for, one row a person.
_TABLES = [
    "nhanes_2017_2018.csv.gz",
    "r_CardioDataSets_cardiac_failure_df.csv",
    "r_survival_flchain.csv.gz",
    "r_survival_gbsg.csv",
    "r_survival_mgus2.csv",
    "r_survival_pbc.csv",
    "r_survival_rotterdam.csv",
    "survset_GBSG2.csv",
    "survset_rott2.csv",
    "survset_whas500.csv",
]


def stored(frame):
    """Return a stand-in for a stored cohort: the index needs its participants' table and nothing else."""
    ordinals = pa.array(np.arange(len(frame)), pa.uint32())
    table = frame.to_arrow().append_column(PARTICIPANT, ordinals)
    participants = SimpleNamespace(
        column_names=table.column_names, num_rows=table.num_rows, read=table.select
    )
    return SimpleNamespace(
        participants=participants,
        manifest=SimpleNamespace(id_column=""),
        genotypes=None,
        events={},
        ordinals=ordinals.to_numpy,
    )


def halves(path):
    """Return two halves of different people, the ids and exact copies left out, every cell as text."""
    frame = pl.read_csv(path, infer_schema_length=None, null_values=["NA"])
    ids = [name for name in frame.columns if frame[name].dtype.is_integer() and frame[name].is_unique().all()]
    frame = frame.drop(ids).unique(maintain_order=True)
    order = np.random.default_rng(0).permutation(len(frame))
    return frame[order[: len(frame) // 2]], frame[order[len(frame) // 2 :]]


@pytest.mark.parametrize("name", _TABLES)
def test_rows_of_the_stored_half_are_recognised_and_the_others_are_not(name, shared_data):
    inside, outside = halves(shared_data / "rowlevel" / "tables" / name)
    cohort = stored(inside)
    index = Index.from_bytes(build_index(cohort))
    leaked = match_rows(inside.cast(pl.String).head(_ROWS).to_arrow(), cohort, index, seed=1)
    honest = match_rows(outside.cast(pl.String).head(2_000).to_arrow(), cohort, index, seed=1)
    assert leaked.matched >= 0.75 * len(leaked.rows)
    assert honest.matched == 0
