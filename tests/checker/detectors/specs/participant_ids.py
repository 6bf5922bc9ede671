"""Lists of participants' ids, wherever they are."""

import gzip

import numpy as np
import polars as pl
from tests.checker.detectors.spec import DetectorSpec, Example


def _list(bench, folder):
    bench.people.select(bench.id_column).head(40).write_csv(folder / "exclude.csv")
    return folder / "exclude.csv"


def _code(bench, folder):
    ids = ", ".join(map(str, bench.people[bench.id_column][:6]))
    (folder / "clean.py").write_text(f"withdrawn = [{ids}]\ndata = data[~data.id.isin(withdrawn)]\n")
    return folder / "clean.py"


def _pseudonyms_inside_words(bench, folder):
    names = [f"scan_{each}_T1.nii.gz" for each in bench.view_people[bench.id_column][:30]]
    pl.DataFrame({"file": names, "snr": np.round(bench.draw.normal(20, 2, 30), 1)}).write_csv(
        folder / "images.csv"
    )
    return folder / "images.csv"


def _few_among_many_rows(bench, folder):
    """Write a table so large that detectors see a sample of it, with 40 ids among its rows."""
    rows = 900_000
    marker = np.char.add("rs", bench.draw.integers(10_000_000, 99_999_999, rows).astype(str)).astype("U40")
    hidden = bench.draw.choice(rows, 40, replace=False)
    marker[hidden] = bench.people[bench.id_column][:40].cast(pl.String).to_numpy()
    table = pl.DataFrame({"marker": marker, "p": bench.draw.random(rows)})
    with gzip.open(folder / "gwas.csv.gz", "wb", compresslevel=1) as file:
        table.write_csv(file)
    return folder / "gwas.csv.gz"


def _positions(bench, folder):
    rows = 20_000
    pl.DataFrame(
        {
            "chromosome": np.sort(bench.draw.integers(1, 23, rows)),
            "position": bench.draw.integers(10_000, 240_000_000, rows),
            "seven_digits": bench.draw.integers(1_000_000, 6_999_999, rows),
            "p": np.round(bench.draw.random(rows), 5),
        }
    ).write_csv(folder / "gwas.tsv", separator="\t")
    return folder / "gwas.tsv"


def _counts(bench, folder):
    pl.DataFrame({"group": ["cases", "controls"], "patient_id": [1_204, 5_310]}).write_csv(folder / "n.csv")
    return folder / "n.csv"


SPEC = DetectorSpec(
    detector="participant-ids",
    rule=(
        "Numbers (or words) that are participants' ids or the project's pseudonyms are counted in every "
        "column, in column names, in cells that hold several, in texts and in code. A number may be an id "
        "by chance where ids are dense, so the evidence is the excess of different hits over the share of "
        "numbers that are ids within the range of the column itself: 30 bits of evidence and more than "
        "two ids block. In a table too large to be held in memory every row is counted, not a sample."
    ),
    fires=(
        Example("a list of people to exclude", _list),
        Example("ids written into a program", _code),
        Example("pseudonyms within file names", _pseudonyms_inside_words),
        Example("forty ids among 900,000 rows", _few_among_many_rows),
    ),
    silent=(
        Example("genomic positions, and random numbers of seven digits", _positions),
        Example("counts under the heading patient_id", _counts),
    ),
    limits=(
        (
            "One or two ids pass here; their rows are blocked by `row-match` or `record` where they hold "
            "enough information."
        ),
        "Ids replaced by others (hashed, renumbered, shifted) are not recognised.",
        (
            "A few ids in a column of very many numbers of the same size are within what chance explains: "
            "among 200,000 random numbers of seven digits, about 100 ids of a cohort of 2,000."
        ),
        (
            "Where ids fill their range (1, 2, 3, ...), a number that is an id is no evidence, and there "
            "is no finding."
        ),
    ),
)
