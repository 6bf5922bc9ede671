"""What follows from a statistic or a p value is recognised by its arithmetic."""

import numpy as np
import pyarrow as pa
from scipy.special import ndtr

from strongroom.checker.contents.found import FoundTable
from strongroom.checker.table_types import RecognisedType, Role
from strongroom.checker.table_types.examined import ExaminedTable

DRAW = np.random.default_rng(5)


def kind(columns):
    return ExaminedTable(FoundTable("t", pa.table(columns))).recognised


def genes(rows=400):
    score = DRAW.normal(0.2, 1.1, rows)
    return {
        "GENE": DRAW.integers(1, 10**8, rows),
        "NSNPS": DRAW.integers(2, 800, rows),
        "ZSTAT": score.round(4),
        "P": ndtr(-score),
    }


def expression(rows=400):
    t = DRAW.normal(0, 1.5, rows)
    p = 2 * ndtr(-np.abs(t))
    adjusted = np.minimum(1, p * 3)
    return {"t": t, "p": p, "logfc": t * DRAW.gamma(4, 0.02, rows), "average": DRAW.normal(5, 2, rows)} | {
        "fdr": adjusted,
        "b": DRAW.normal(-4, 2, rows),
    }


def test_a_one_sided_p_is_explained():
    known = kind(genes())
    assert known.type is RecognisedType.ESTIMATES
    assert set(known.roles.values()) >= {Role.STATISTIC, Role.P}
    swapped = genes() | {"P": DRAW.uniform(0, 1, 400)}
    assert kind(swapped).type is not RecognisedType.ESTIMATES


def test_adjusted_p_and_effects_of_the_same_sign_are_explained():
    assert kind(expression()).type is RecognisedType.ESTIMATES
    loose = expression() | {"fdr": DRAW.uniform(0, 1, 400), "logfc": DRAW.normal(0, 1, 400)}
    assert kind(loose).type is not RecognisedType.ESTIMATES


def test_ratios_on_both_sides_of_one_rank_with_their_p():
    log = DRAW.normal(0, 0.2, 300)
    table = {"code": np.arange(300) * 1.5, "cases": DRAW.integers(200, 9_000, 300)}
    ratio = {"OR": np.exp(log), "p": 2 * ndtr(-np.abs(log / 0.1))}
    assert kind(table | ratio).type is RecognisedType.ESTIMATES
    assert kind(table | ratio | {"p": DRAW.uniform(0, 1, 300)}).type is not RecognisedType.ESTIMATES
