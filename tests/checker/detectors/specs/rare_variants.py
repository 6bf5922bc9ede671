"""The page of `rare-variants`."""

import numpy as np
import polars as pl
from scipy.special import ndtr
from tests.checker.detectors.spec import DetectorSpec, Example


def _results(lowest):
    def make(bench, folder):
        draw, rows = bench.draw, 300
        beta, error = draw.normal(0, 0.05, rows), draw.uniform(0.02, 0.06, rows)
        place = {"CHR": np.sort(draw.integers(1, 23, rows)), "POS": draw.integers(1, 10**8, rows)}
        alleles = {"A1": draw.choice(list("ACGT"), rows), "A2": draw.choice(list("ACGT"), rows)}
        sizes = {"AF": lowest + draw.uniform(0, 0.3, rows) ** 2, "N": draw.integers(1_900, 2_000, rows)}
        found = {"BETA": beta, "SE": error, "P": 2 * ndtr(-np.abs(beta / error))}
        pl.DataFrame(place | alleles | sizes | found).write_csv(folder / "results.tsv", separator="\t")
        return folder / "results.tsv"

    return make


SPEC = DetectorSpec(
    detector="rare-variants",
    rule="Association results with a frequency and a sample size go to review where the rarer allele was seen, "
    "but fewer than `small_count` times: 2 N min(f, 1 - f). So do results of one variant for more than 0.16 traits "
    "for each person.",
    fires=(Example("Variants with one or two carriers", _results(0.0)),),
    silent=(Example("Variants above 1 %", _results(0.01)),),
    limits=(
        "Without frequencies or sample sizes in the table nothing can be worked out.",
        "Traits are counted within one table, by rows that name the same variant; a file for each trait passes.",
    ),
)
