"""The page of `one-person-terms`."""

import polars as pl
from tests.checker.detectors.spec import DetectorSpec, Example


def dummies(bench, folder):
    values = bench.draw.normal(0, 18, 40).round(3)
    table = {"term": [f"C(person)[{place}]" for place in range(40)], "coef": values, "std err": [1.013] * 40}
    pl.DataFrame(table).write_csv(folder / "model.csv")
    return folder / "model.csv"


def printed(bench, folder):
    values = bench.draw.integers(-30, 30, 100) + 0.2634
    lines = [
        f"stratum{place}:visit {value:10.4f} 1.013 {value / 1.013:8.3f} 0.412"
        for place, value in enumerate(values)
    ]
    (folder / "model.txt").write_text("OLS Regression Results\n" + "\n".join(lines) + "\n")
    return folder / "model.txt"


def glued(bench, folder):
    values = (bench.draw.normal(0, 9e4, 40)).round(3)
    lines = [
        f"C(k)[{place}]".rjust(18) + f"{value:12.4f}{1.013:10.3f}{value / 1.013:10.3f}{0.412:8.3f}"
        for place, value in enumerate(values)
    ]
    (folder / "model.txt").write_text("OLS Regression Results\n" + "\n".join(lines) + "\n")
    return folder / "model.txt"


def regions(bench, folder):
    values, errors = bench.draw.normal(0, 2, 20).round(3), bench.draw.uniform(0.2, 0.6, 20).round(4)
    table = {"term": [f"C(region)[{place}]" for place in range(20)], "coef": values, "std err": errors}
    pl.DataFrame(table).write_csv(folder / "model.csv")
    return folder / "model.csv"


SPEC = DetectorSpec(
    detector="one-person-terms",
    rule=(
        "A model goes to review when `microdata_rows` or more of its terms, and half of all, have the "
        "same name but for a number, different coefficients, and the same standard error to the last "
        "digit: each then rests on the same number of people, mostly one, and gives that person's value "
        "when added to the intercept."
    ),
    fires=(
        Example("A dummy variable per person", dummies),
        Example("A saturated model of a coarse trait, printed", printed),
        Example("A dummy variable per person, printed in columns too narrow for the numbers", glued),
    ),
    silent=(Example("Regions of different size", regions),),
    limits=(
        (
            "Terms with words for names, and models of which only a few terms are released, are not "
            "recognised."
        ),
        (
            "Numbers printed without a gap are separated where that is certain: at two decimals or more, "
            "after a bracket, and at a sign where other lines have a gap. Signs in every line look like "
            "ranges, and names that end in a letter or digit merge with unsigned numbers."
        ),
    ),
)
