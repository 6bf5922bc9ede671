"""What the `codes-with-dates` detector promises."""

import polars as pl
from tests.checker.detectors.spec import DetectorSpec, Example

ROWS = 120


def _events(bench, rows=ROWS):
    """Return rows of the cohort's diagnoses under invented names, and without whose they are."""
    events = pl.from_arrow(bench.cohort.events["hesin_diag"].read(["diag_icd10", "epistart"]))
    return events.rename({"diag_icd10": "code", "epistart": "seen"}).drop_nulls().sample(rows, seed=4)


def _written(table, folder, name):
    table.write_csv(folder / name)
    return folder / name


def _as_they_are(bench, folder):
    return _written(_events(bench), folder, "episodes.csv")


def _grouped(bench, folder):
    """One line a person, in another style, with columns of noise."""
    groups = pl.Series("patient", [place // 4 for place in range(ROWS)])
    noise = pl.Series("cost", bench.draw.integers(50, 9_000, ROWS))
    table = _events(bench).with_columns(pl.col("seen").dt.strftime("%d/%m/%Y"), groups, noise)
    return _written(table, folder, "episodes.tsv")


def _shifted(bench, folder):
    return _written(_events(bench).with_columns(pl.col("seen") + pl.duration(days=91)), folder, "shifted.csv")


def _permuted(bench, folder):
    """Real codes and real dates that have nothing to do with each other."""
    return _written(_events(bench, 400).with_columns(pl.col("seen").shuffle(seed=1)), folder, "permuted.csv")


def _code_list(bench, folder):
    codes = _events(bench, 1_000).select(pl.col("code").unique().sort())
    return _written(codes.with_columns(released=pl.lit("2024-04-01")), folder, "codes.csv")


def _counts(bench, folder):
    counted = _events(bench, 2_000).group_by("code").len("people").filter(pl.col("people") >= 10).sort("code")
    return _written(counted, folder, "counts.csv")


def _series(bench, folder):
    months = pl.date_range(pl.date(2010, 1, 1), pl.date(2019, 12, 1), "1mo", eager=True).alias("month")
    counts = bench.draw.poisson(200, len(months))
    return _written(
        pl.DataFrame([months]).with_columns(code=pl.lit("I10"), n=pl.Series(counts)), folder, "series.csv"
    )


SPEC = DetectorSpec(
    detector="codes-with-dates",
    rule=(
        "Every column of codes is paired with every column of dates. The different pairs that belong to "
        "some participant are counted and compared with the number expected when the file's own dates are "
        "permuted among its codes: an event table agrees far beyond that. Codes are compared in full and "
        "by their first three characters, dates in any format, and once more shifted by the number of "
        "days that fits best."
    ),
    fires=(
        Example("diagnoses with their dates, without ids", _as_they_are),
        Example("with invented ids, another date format and another column", _grouped),
        Example("with all dates shifted by 91 days", _shifted),
    ),
    silent=(
        Example("real codes with real dates, permuted", _permuted),
        Example("a code list with its release date", _code_list),
        Example("how many people have each code", _counts),
        Example("a monthly series of one code", _series),
    ),
    limits=(
        (
            "About 30 pairs are needed among 20,000 people with 260 codes. In a larger cohort nearly "
            "every common code occurs on nearly every day; then only rarer codes are evidence, and more "
            "of them are needed."
        ),
        "Shifts that differ from person to person, and dates turned into ages, are not undone.",
        "Only the first 50,000 rows of a longer table are searched.",
    ),
)
