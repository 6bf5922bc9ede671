"""What the `decoys` detector promises."""

import numpy as np
import polars as pl
from tests.checker.detectors.spec import DetectorSpec, Example

from strongroom.cohort.views import Unmarked
from strongroom.tracer.decoys import DecoyRegister
from strongroom.tracer.decoys.decoy_tables import DecoyRequest, generate_decoys

COLUMNS = [
    "p31_i0", "p21022_i0", "p50_i0", "p21002_i0", "p48_i0", "p4080_i0",
    "p30690_i0", "p30760_i0", "p30870_i0", "p30750_i0", "p30710_i0",
]  # fmt: skip


def _with_decoys(bench):
    """Give the bench a view's five decoys; returns their rows without ids."""
    columns = {"participants": COLUMNS}
    people = generate_decoys(
        bench.cohort,
        DecoyRequest(columns, bench.cohort.ordinals()),
        5,
        first=2_000,
        random=np.random.default_rng(4),
    )
    rows = people.shown(Unmarked(), {"participants": tuple(COLUMNS)})
    ids = np.array([3_100_001, 3_420_007, 3_777_123, 3_881_004, 3_990_312])
    bench.decoys.append(DecoyRegister("heart", 1, people.ordinals, ids, np.zeros(5, bool), rows))
    return (
        pl.from_arrow(rows["participants"])
        .drop("_participant")
        .rename({name: f"v{place}" for place, name in enumerate(COLUMNS)})
    )


def _nobody(bench, rows):
    """Return rows of real values that are nobody's."""
    shuffled = [
        bench.people[name].sample(rows, with_replacement=True, seed=9 + k) for k, name in enumerate(COLUMNS)
    ]
    return pl.DataFrame({f"v{k}": column for k, column in enumerate(shuffled)})


def _full(decoys):
    return decoys[int(np.argmin([sum(cell is None for cell in row) for row in decoys.rows()]))]


def _one_among_thousands(bench, folder):
    path = folder / "scores.csv"
    table = pl.concat([_nobody(bench, 3_000), _full(_with_decoys(bench))], how="vertical_relaxed")
    table.sample(fraction=1.0, shuffle=True, seed=3).write_csv(path)
    return path


def _rounded(bench, folder):
    path = folder / "rounded.csv"
    table = pl.concat([_nobody(bench, 40), _full(_with_decoys(bench))], how="vertical_relaxed")
    table.with_columns(pl.col(pl.Float64).round(2)).write_csv(path)
    return path


def _an_id(bench, folder):
    path = folder / "notes.txt"
    _with_decoys(bench)
    path.write_text("We left out 3420007 because of an implausible height.\n")
    return path


def _nobodys_rows(bench, folder):
    path = folder / "permuted.csv"
    _with_decoys(bench)
    _nobody(bench, 2_000).write_csv(path)
    return path


def _means(bench, folder):
    path = folder / "means.csv"
    _with_decoys(bench)
    bench.people.select(COLUMNS).describe(percentiles=(0.25, 0.5, 0.75)).filter(
        ~pl.col("statistic").is_in(["min", "max"])
    ).write_csv(path)
    return path


SPEC = DetectorSpec(
    detector="decoys",
    rule=(
        "Every row that was read is compared with the view's invented people: their values, unchanged or "
        "rounded, under any column names, and their ids. The evidence required is that for a participant, "
        "and the message is that of a participant's record (`record`, `participant-ids`): only the "
        "custodian's detail names the decoy. Where a file is blocked for another reason, no further "
        "message is given."
    ),
    fires=(
        Example("one decoy's row among 3,000 rows of permuted values", _one_among_thousands),
        Example("a decoy's row rounded to two decimals", _rounded),
        Example("a decoy's id in a sentence", _an_id),
    ),
    silent=(
        Example("permuted values, whose rows belong to no person", _nobodys_rows),
        Example("means and percentiles of the same columns", _means),
    ),
    limits=(
        "A decoy in a few coarse columns passes, as a participant's record would.",
        (
            "Decoys' rows of event tables and genotypes are found by `codes-with-dates` and `genotypes`, "
            "which treat decoys as participants; the custodian is not told that they are decoys."
        ),
        "In tables that are read as a sample, rows outside the sample are compared by their ids only.",
        (
            "A single id is blocked where chance puts one there in less than 1 of 10,000 files; among "
            "hundreds of other seven-digit numbers it passes unless participants' ids occur beside it."
        ),
        "Values changed by a constant, a unit or noise are not searched for.",
    ),
)
