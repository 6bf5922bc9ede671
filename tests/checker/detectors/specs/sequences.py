"""One column of participants' values."""

import numpy as np
import polars as pl
from tests.checker.detectors.spec import DetectorSpec, Example


def _column(folder, values):
    pl.DataFrame({"score": values}).write_csv(folder / "score.csv")
    return folder / "score.csv"


def _in_the_views_order(bench, folder):
    return _column(folder, bench.view_people["p48_i0"])


def _a_stretch(bench, folder):
    return _column(folder, bench.view_people["p50_i0"][500:560])


def _derived(bench, folder):
    noise = bench.draw.normal(0, 4, len(bench.people))
    people = bench.view_people.fill_null(strategy="mean")
    return _column(folder, (people["p21001_i0"] * 1.3 + people["p34_i0"] * 0.1 + noise).round(3))


def _in_lines(bench, folder):
    lines = bench.view_people["p21001_i0"].drop_nulls()[:400].sample(fraction=1, shuffle=True, seed=1)
    (folder / "values.txt").write_text("\n".join(map(str, lines)))
    return folder / "values.txt"


def _shuffled(bench, folder):
    return _column(folder, bench.people["p48_i0"].gather(bench.draw.permutation(len(bench.people))))


def _simulated(bench, folder):
    return _column(folder, np.sort(bench.draw.normal(27.4, 4.5, len(bench.people))).round(4))


SPEC = DetectorSpec(
    detector="sequence",
    rule=(
        "A column is compared with the cohort's columns in every order in which the views list people: in "
        "full, in part, filtered, reversed, and, where it is as long as an order, as any correlated "
        "function. Without an order the number of its rare values that participants have is compared with "
        "that of other people."
    ),
    fires=(
        Example("waists in the order of the project's view", _in_the_views_order),
        Example("sixty heights from the middle of it", _a_stretch),
        Example("a score of every participant, with noise", _derived),
        Example("precise values in no order, one per line", _in_lines),
    ),
    silent=(
        Example("whole numbers that many people share, shuffled", _shuffled),
        Example("simulated values", _simulated),
    ),
    limits=(
        "Values that many people share, in an order that no view has, are only a distribution.",
        "A column of changed values is recognised only at the full length of an order.",
    ),
)
