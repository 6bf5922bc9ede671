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


def _effects(make_effects):
    def make(bench, folder):
        frequency = bench.draw.uniform(0.05, 0.5, 200)
        place = {
            "CHR": [1] * 200,
            "POS": 1_000_000 + 997 * np.arange(200),
            "A1": ["C"] * 200,
            "N": [2_000] * 200,
        }
        pl.DataFrame(place | {"BETA": make_effects(bench.draw, frequency).round(4)}).write_csv(
            folder / "trait.tsv", separator="\t"
        )
        return folder / "trait.tsv"

    return make


def _of_one_person(draw, frequency):
    return draw.binomial(2, frequency) - 2 * frequency


def _of_a_score(draw, frequency):
    return draw.normal(0, 0.05, 200) / np.sqrt(frequency)


SPEC = DetectorSpec(
    detector="rare-variants",
    rule=(
        "Association results with a frequency and a sample size go to review where the minor allele was "
        "observed, but fewer than `small_count` times: 2 N min(f, 1 - f). So do results of one variant "
        "for more than 0.16 traits per person, and effects without errors that are as large as whole "
        "alleles: the effects on a trait that only one person has are that person's genotypes minus their "
        "mean."
    ),
    fires=(
        Example("Variants with one or two carriers", _results(0.0)),
        Example("A trait that only one person has", _effects(_of_one_person)),
    ),
    silent=(
        Example("Variants above 1 %", _results(0.01)),
        Example("Weights of a score", _effects(_of_a_score)),
    ),
    limits=(
        "Without frequencies or sample sizes in the table nothing can be computed.",
        "One person's genotypes pass when scaled down or given plausible errors.",
        (
            "Traits are counted within one table, by rows that name the same variant; one file per trait "
            "passes."
        ),
    ),
)
