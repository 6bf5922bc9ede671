"""What the `genotypes` detector promises."""

import numpy as np
import polars as pl
from tests.checker.detectors.spec import DetectorSpec, Example


def _calls(bench, rows=60):
    """Return calls of some of the cohort's people, a column a variant, without names."""
    table = pl.from_arrow(bench.cohort.genotypes.read()).drop("_participant").fill_null(-9)
    table = table.sample(rows, seed=2)
    return table.rename({name: f"c{place}" for place, name in enumerate(table.columns)})


def _matrix(bench, folder):
    _calls(bench).write_csv(folder / "matrix.csv")
    return folder / "matrix.csv"


def _transposed(bench, folder):
    _calls(bench).transpose().write_csv(folder / "wide.tsv", separator="\t")
    return folder / "wide.tsv"


def _alleles(bench, folder):
    words = {0: "G/G", 1: "A/G", 2: "A/A", -9: None}
    _calls(bench).with_columns(pl.all().replace_strict(words, return_dtype=pl.String)).write_csv(
        folder / "alleles.csv"
    )
    return folder / "alleles.csv"


def _digits(bench, folder):
    rows = _calls(bench).with_columns(pl.all().replace(-9, 9)).rows()
    text = "\n".join(f"{place},{''.join(map(str, row))}" for place, row in enumerate(rows))
    (folder / "haplotypes.csv").write_text("place,code\n" + text + "\n")
    return folder / "haplotypes.csv"


def _frequencies(bench, folder):
    low = bench.draw.uniform(0, 0.5, (40, 12)).round(4)
    pl.DataFrame(low, schema=[f"population_{k}" for k in range(12)]).write_csv(folder / "frequencies.csv")
    return folder / "frequencies.csv"


def _linkage(bench, folder):
    calls = _calls(bench, 500).to_numpy().astype(float)
    matrix = np.corrcoef(calls, rowvar=False).round(3)
    pl.DataFrame(matrix, schema=[f"r{k}" for k in range(len(matrix))]).write_csv(folder / "linkage.csv")
    return folder / "linkage.csv"


def _dosage_summary(bench, folder):
    rows = 40
    draw = bench.draw
    columns = {
        "variant": [f"rs{each}" for each in draw.integers(1e5, 1e8, rows)],
        "mean_dosage": draw.uniform(0, 2, rows).round(3),
        "info": draw.uniform(0.6, 1, rows).round(3),
        "homozygous": draw.integers(10, 900, rows),
    }
    pl.DataFrame(columns).write_csv(folder / "dosages.csv")
    return folder / "dosages.csv"


def _summary(bench, folder):
    """A number of samples that, two bits at a time, has every call in it."""
    rows, draw = 500, bench.draw
    columns = {
        "chromosome": np.sort(draw.integers(1, 23, rows)),
        "base_pair_location": draw.integers(10_000, 2_000_000, rows),
        "effect_allele_frequency": draw.uniform(0, 1, rows).round(4),
        "beta": draw.normal(0, 0.01, rows).round(5),
        "p_value": draw.uniform(0, 1, rows).round(4),
        "n": np.full(rows, 100_000),
    }
    pl.DataFrame(columns).write_csv(folder / "summary.tsv", separator="\t")
    return folder / "summary.tsv"


SPEC = DetectorSpec(
    detector="genotypes",
    rule=(
        "A file in a format for individual-level genotypes is always blocked. In any table, columns of "
        "calls (0, 1, 2; dosages; pairs of alleles; strings of digits; two bits a call), at least ten by "
        "ten, in either orientation, are compared with the cohort's genotypes: variants are recognised by "
        "frequency and order, people by how improbable their agreement is. Matches are blocked; what "
        "matches no participant goes to review."
    ),
    fires=(
        Example("a matrix of 0, 1 and 2 without labels", _matrix),
        Example("the same with one column per person", _transposed),
        Example("pairs of alleles", _alleles),
        Example("a string of digits per person", _digits),
    ),
    silent=(
        Example("association results of 100,000 people", _summary),
        Example("allele frequencies of twelve populations", _frequencies),
        Example("a linkage matrix", _linkage),
        Example("mean dosages of variants", _dosage_summary),
    ),
    limits=(
        (
            "Fewer than ten people or ten variants are left to the other detectors: ten calls hold about "
            "ten bits."
        ),
        "Variants in another order than the cohort's are not recognised; such a matrix goes to review.",
        (
            "Variants inherited together repeat each other: a hundred from a few regions may be too "
            "little evidence to block."
        ),
        "Columns of only 0 and 1, as of rare variants, look like yes-or-no answers and pass here.",
    ),
)
